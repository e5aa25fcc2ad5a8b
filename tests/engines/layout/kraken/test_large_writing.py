"""Writing that is large on its page comes in whole lines."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.layout.kraken import canvas
from engines.ocr.kraken import KrakenEngine
from engines.types import Line

SAMPLES = Path(__file__).resolve().parents[4] / "data" / "samples"


def line(left: int, right: int, base: int, height: int = 40) -> Line:
    top = base - height
    return Line(((left, base), (right, base)), ((left, top), (right, top), (right, base), (left, base)))


def page(lines: int = 3, height: int = 600) -> Image.Image:
    picture = np.full((height, 800, 3), 230, np.uint8)
    for number in range(lines):
        picture[100 + 100 * number : 130 + 100 * number, 50:750] = 20
    return Image.fromarray(picture)


def test_what_goes_on_close_by_on_the_same_baseline_is_a_piece() -> None:
    whole = [line(50, 750, 140), line(50, 750, 240)]
    columns = [line(50, 350, 140), line(450, 750, 140)]
    assert canvas.pieces([*whole]) == canvas.pieces(columns) == 0
    assert canvas.pieces([line(50, 350, 140), line(380, 750, 150), *whole[1:]]) == 2
    assert canvas.pieces([line(50, 750, 140), line(300, 320, 138), *whole[1:]]) == 2


def test_a_page_is_laid_on_a_larger_one_only_when_its_lines_are_in_pieces() -> None:
    assert canvas.larger(page(), [line(50, 750, 140), line(50, 750, 240)]) is None
    broken = canvas.larger(page(), [line(50, 350, 140), line(380, 750, 140)])
    assert broken is not None
    assert broken.size == (800, 2400)  # lines of 40 pixels are seen 120 high there, and it is at most four times as high
    assert broken.getpixel((10, 2300)) == (230, 230, 230)


def test_when_nothing_was_found_only_a_page_with_writing_is_looked_at_again() -> None:
    assert canvas.larger(page(), []) is not None
    assert canvas.larger(page(lines=0), []) is None


@pytest.mark.kraken
def test_the_first_lines_of_a_page_come_whole() -> None:
    listed = json.loads((SAMPLES / "samples.json").read_text(encoding="utf-8"))
    sample = next(entry for entry in listed if entry["id"] == "hebrew-print-niqqud")
    bottom = max(y for _, y in sample["lines"][3]["polygon"]) + 8
    image = np.asarray(Image.open(SAMPLES / sample["file"]).convert("RGB"))[:bottom]
    assert len(KrakenEngine().read(image).lines) == 4
