"""Baselines, regions and outlines are kraken's own, from maps drawn here: no network runs."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from engines.errors import Cancelled
from engines.layout.kraken import seams, tracing
from engines.layout.kraken.outlines import outlines

pytestmark = pytest.mark.kraken

WAYS = [
    [(60, 90), (200, 96), (420, 88)],
    [(60, 150), (420, 150)],
    [(60, 214), (180, 208), (300, 216), (430, 226)],
    [(60, 290), (200, 290)],
    [(260, 296), (420, 280)],
]


def unheard(done: float) -> None:
    """Look at no step."""


@pytest.fixture(scope="module")
def grey() -> np.ndarray:
    """Return a picture (380, 480) of something like letters on every way, with the noise of a scan."""
    chance = np.random.default_rng(5)
    page = Image.new("L", (480, 380), 235)
    draw = ImageDraw.Draw(page)
    for way in WAYS:
        for x in range(way[0][0], way[-1][0], 13):
            y = float(np.interp(x, [p[0] for p in way], [p[1] for p in way]))
            draw.rectangle((x, y - int(chance.integers(14, 24)), x + 8, y), outline=30, width=3)
    return np.clip(np.asarray(page) + chance.normal(0, 6, (380, 480)), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def heat() -> np.ndarray:
    """Return a map (beginnings, ends, strokes, regions) as coarse as the network's: four pixels of the picture are one."""
    coarse = [Image.new("L", (120, 95)) for _ in range(4)]
    draws = [ImageDraw.Draw(part) for part in coarse]
    for index, way in enumerate(WAYS):
        points = [(x / 4, y / 4) for x, y in way]
        draws[2].line(points, fill=255, width=3)
        first, last = (points[0], points[-1]) if index % 2 else (points[-1], points[0])
        for draw, (x, y) in zip(draws, (first, last), strict=False):
            draw.rectangle((x - 1, y - 2, x + 1, y + 2), fill=220)
    draws[2].line([(70, 22), (80, 6)], fill=255, width=3)  # a branch
    draws[3].rectangle((8, 8, 110, 60), fill=255)
    draws[3].polygon([(10, 66), (60, 62), (112, 80), (20, 88)], fill=255)
    coarse[2] = coarse[2].filter(ImageFilter.GaussianBlur(1))
    return np.stack([np.asarray(part, np.float32).repeat(4, 0).repeat(4, 1) / 255 for part in coarse])


def test_ridges_are_those_of_sato(heat: np.ndarray) -> None:
    from skimage.filters import sato

    expected = sato(heat[2], black_ridges=False, mode="constant")
    assert expected.max() > 0.17
    assert np.abs(tracing.ridges(heat[2]) - expected).max() < 1e-6


def test_baselines_and_regions_are_those_of_kraken(heat: np.ndarray) -> None:
    from kraken.lib.segmentation import vectorize_lines, vectorize_regions

    found = tracing.baselines(*heat[:3])
    expected = [[(x, y) for x, y in line] for line in vectorize_lines(heat[:3])]
    assert found == expected
    assert len(found) > len(WAYS)
    assert {line[0][0] > line[-1][0] for line in found} == {True, False}, "some begin at the right, some at the left"
    assert [area.tolist() for area in tracing.borders(heat[3])] == vectorize_regions(heat[3])


def test_an_empty_map_has_no_lines_and_no_regions() -> None:
    empty = np.zeros((95, 120), np.float32)
    assert tracing.baselines(empty, empty, empty) == []
    assert tracing.borders(empty) == []


@pytest.mark.parametrize("topline", [False, True])
def test_outlines_are_those_of_kraken(grey: np.ndarray, *, topline: bool) -> None:
    from kraken.lib.segmentation import calculate_polygonal_environment

    border = [(20, 20), (460, 20), (460, 250), (20, 250), (20, 20)]
    drawn = outlines(grey, WAYS, [border], topline=topline, step=unheard)
    for index, way in enumerate(WAYS):
        around = [*WAYS[:index], *WAYS[index + 1 :], *([border] if way[0][1] < 250 else [])]
        expected = calculate_polygonal_environment(Image.fromarray(grey), [way], around, topline=topline)[0]
        assert expected is not None
        assert drawn[index] == [tuple(point) for point in expected.tolist()]


def test_a_line_without_an_outline_gets_a_plain_band(grey: np.ndarray) -> None:
    beyond = [(60, 500), (420, 500)]
    drawn = outlines(grey, [WAYS[1], beyond], [], topline=False, step=unheard)
    assert drawn[1] == [(60, 470), (420, 470), (420, 510), (60, 510)]
    assert len(drawn[0]) > 4


def test_outlines_stop_between_lines(grey: np.ndarray) -> None:
    told: list[float] = []

    def step(done: float) -> None:
        told.append(done)
        if done > 0.3:
            raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        outlines(grey, WAYS, [], topline=False, step=step)
    assert told == [0.0, 0.2, 0.4]


def test_the_cheapest_way_goes_round_what_is_dear() -> None:
    costs = np.ones((7, 9))
    costs[3] = 0
    costs[2:5, 4] = 50
    assert seams.cheapest(costs).tolist() == [3, 3, 3, 2, 1, 2, 3, 3, 3]
