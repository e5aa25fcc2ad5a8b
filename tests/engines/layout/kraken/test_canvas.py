"""Strips, scraps and scrolls are shown to the layout network as pages."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PIL import Image

from engines.layout.kraken import canvas
from engines.types import Line


def line(y: int, x0: int = 10, x1: int = 200) -> Line:
    """Return a flat line at that height."""
    return Line(((x0, y), (x1, y)), ((x0, y - 30), (x1, y - 30), (x1, y + 10), (x0, y + 10)))


@pytest.mark.parametrize("size", [(1240, 1754), (1754, 1240), (800, 600), (700, 1600)])
def test_a_page_stays_as_it_is(size: tuple[int, int]) -> None:
    picture = Image.new("RGB", size)
    assert canvas.page_like(picture) is picture
    assert len(canvas.bands(*size)) == 1


@pytest.mark.parametrize("size", [(2400, 60), (8, 8), (40, 300)])
def test_a_strip_or_scrap_is_laid_on_paper_of_its_own_colour(size: tuple[int, int]) -> None:
    picture = Image.new("RGB", size, (200, 190, 170))
    page = canvas.page_like(picture)
    assert page.width / page.height <= 1.61
    assert page.height / page.width <= 2.41
    assert page.height >= 480
    assert page.getpixel((page.width - 1, page.height - 1)) == (200, 190, 170)


def test_the_paper_under_a_very_long_strip_stays_small() -> None:
    assert canvas.page_like(Image.new("RGB", (9000, 60))).size == (9000, 4000)


@pytest.mark.parametrize("height", [2500, 6000, 20000])
def test_the_bands_of_a_scroll_cover_it_without_a_gap(height: int) -> None:
    bands = canvas.bands(1000, height)
    assert (bands[0].top, bands[-1].bottom) == (0, height)
    assert all(below.top < above.bottom for above, below in pairwise(bands))
    for y in range(0, height, 7):
        assert any(band.owns(line(y)) and band.top <= y < band.bottom for band in bands)


def test_a_line_of_two_bands_is_kept_once() -> None:
    kept = canvas.without_doubles([line(100), line(160), line(163, 14, 195), line(160, 260, 420)])
    assert [each.baseline[0] for each in kept] == [(10, 100), (10, 160), (260, 160)]
