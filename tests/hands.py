"""A hand that the shipped model does not know: the cursive sample page, written with another slant, in two parts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from engines.types import Line, Page
from tests.serving import ROOT

SLANT = 0.6
"""Pixels to the right for each pixel up; the shipped model misreads more than every other character."""

LEARNT = 11
"""Lines of the first part; the others are of the second."""


@dataclass(frozen=True)
class Sheet:
    """A page in that hand: its image (PNG) and its lines with their texts."""

    image: bytes
    page: Page

    @property
    def texts(self) -> list[str]:
        """Return what the lines say, from top to bottom."""
        return [line.text for line in self.page.lines]

    def write(self, path: Path) -> Path:
        """Write the image."""
        path.write_bytes(self.image)
        return path


def slanted() -> tuple[Sheet, Sheet]:
    """Return the page to learn from and the page to read afterwards."""
    folder = ROOT / "data/samples"
    entry = next(entry for entry in json.loads((folder / "samples.json").read_text("utf-8")) if entry["id"] == "hebrew-cursive")
    with Image.open(folder / entry["file"]) as opened:
        image = opened.convert("RGB")
    width, height = image.size
    shift = round(SLANT * height)

    def moved(point: list[int]) -> tuple[int, int]:
        return round(point[0] + SLANT * (height - point[1])), point[1]

    coefficients = (1, SLANT, -SLANT * height, 0, 1, 0)
    whole = image.transform(
        (width + shift, height), Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC, fillcolor=(240, 238, 232)
    )
    lines = [
        Line(tuple(map(moved, line["baseline"])), tuple(map(moved, line["polygon"])), line["text"]) for line in entry["lines"]
    ]
    border = (lines[LEARNT - 1].box[3] + lines[LEARNT].box[1]) // 2
    return _part(whole, lines[:LEARNT], 0, border), _part(whole, lines[LEARNT:], border, height)


def _part(image: Image.Image, lines: list[Line], top: int, bottom: int) -> Sheet:
    """Return the rows from top to bottom with their lines."""
    piece = image.crop((0, top, image.width, bottom))

    def up(points: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        return tuple((x, min(max(y - top, 0), piece.height - 1)) for x, y in points)

    with BytesIO() as file:
        piece.save(file, "PNG")
        kept = tuple(Line(up(line.baseline), up(line.polygon), line.text) for line in lines)
        return Sheet(file.getvalue(), Page(piece.width, piece.height, kept))
