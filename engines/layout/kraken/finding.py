"""Finds the lines of a page with a layout network of kraken.

The steps and figures are those of kraken's own segmentation task, taken one by one: so the work can report and stop
between lines, and a line for which no outline can be computed is kept with a plain band around its baseline.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from engines.layout.kraken import canvas, tracing
from engines.layout.kraken.heat import heat
from engines.layout.kraken.outlines import outlines
from engines.ocr.geometry import clip
from engines.types import Direction, Line, Point

if TYPE_CHECKING:
    from kraken.containers import Region
    from PIL import Image

    from engines.layout.kraken.weights import Finder

_SHARE_OF_NETWORK = 0.45  # of the time that finding lines takes
_SHARE_OF_MAP = 0.75  # the network, and drawing its map as lines

Step = Callable[[float], None]
"""Is told how far the layout is, 0..1; may raise `Cancelled`."""


@dataclass(frozen=True)
class Found:
    """The lines of one picture in the order in which the network's map gives them, and what their order depends on."""

    lines: tuple[Line, ...]
    regions: tuple[Region, ...] = ()


@lru_cache(maxsize=1)
def version() -> str:
    """Return what changes when other lines may be found: the version of kraken, whose network it is, and a hash of the steps."""
    sources = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return f"kraken {metadata.version('kraken')} {hashlib.sha256(sources).hexdigest()[:12]}"


def find(picture: Image.Image, finder: Finder, step: Step) -> list[Found]:
    """Find the lines of a page, not yet in reading order.

    Args:
        picture: RGB, any size.
        finder: The network.
        step: Is told how far the work is.

    Returns:
        One entry for each band of the page, from top to bottom. Coordinates are pixels of the picture, inside it.
    """
    parts = canvas.bands(*picture.size)
    found: list[Found] = []
    for number, band in enumerate(parts):
        cut = picture if len(parts) == 1 else picture.crop((0, band.top, picture.width, band.bottom))

        def part_step(done: float, number: int = number) -> None:
            step((number + done) / len(parts))

        page = canvas.page_like(cut)
        part = _find_in(page, finder, part_step)
        larger = canvas.larger(page, part.lines)
        if larger is not None:
            again = _find_in(larger, finder, lambda _: part_step(1.0))
            part = again if canvas.pieces(again.lines) < canvas.pieces(part.lines) or not part.lines else part
        lines = [_move(line, band.top, picture.size) for line in part.lines]
        regions = [replace(region, boundary=[(x, y + band.top) for x, y in region.boundary]) for region in part.regions]
        found.append(Found(tuple(line for line in lines if band.owns(line)), tuple(regions)))
    return found


def in_order(found: Sequence[Found], direction: Direction) -> list[Line]:
    """Return all lines in reading order.

    Args:
        found: As `find` gives it.
        direction: Columns and pieces of a line follow one another from right to left or from left to right.
    """
    from kraken.containers import BaselineLine
    from kraken.lib.segmentation import polygonal_reading_order

    ordered: list[Line] = []
    side: Literal["rl", "lr"] = "rl" if direction == "rtl" else "lr"
    for part in found:
        plain = [
            BaselineLine(id=str(i), baseline=[*line.baseline], boundary=[*line.polygon]) for i, line in enumerate(part.lines)
        ]
        order = polygonal_reading_order(plain, side, list(part.regions)) if plain else []
        ordered += [part.lines[index] for index in order]
    return canvas.without_doubles(ordered) if len(found) > 1 else ordered


def _find_in(picture: Image.Image, finder: Finder, step: Step) -> Found:
    """Find the lines of a picture of the shape of a page."""
    from kraken.containers import Region

    step(0.0)
    seen, grey = heat(picture, finder)
    step(_SHARE_OF_NETWORK)
    scale = np.divide(picture.size, grey.shape[::-1])
    classes = finder.classes
    beginnings, ends = (seen[classes["aux"][name]] for name in ("_start_separator", "_end_separator"))
    areas = [_scaled(area, scale) for index in classes["regions"].values() for area in tracing.borders(seen[index])]
    baselines = [b for index in classes["baselines"].values() for b in tracing.baselines(beginnings, ends, seen[index])]
    step(_SHARE_OF_MAP)
    borders = [_scaled(area, 1 / scale) for area in areas]  # there and back, for kraken rounds it so
    drawn = outlines(
        grey, baselines, borders, topline=finder.topline, step=lambda done: step(_SHARE_OF_MAP + (1 - _SHARE_OF_MAP) * done)
    )
    lines = [Line(tuple(_scaled(b, scale)), tuple(_scaled(o, scale))) for b, o in zip(baselines, drawn, strict=True)]
    return Found(tuple(lines), tuple(Region(id=str(number), boundary=area) for number, area in enumerate(areas)))


def _scaled(points: Sequence[Sequence[int]] | np.ndarray, scale: np.ndarray) -> list[Point]:
    """Return points multiplied by (across, down) and cut to whole pixels."""
    return [(x, y) for x, y in (np.asarray(points) * scale).astype(int).tolist()]


def _move(line: Line, down: int, size: tuple[int, int]) -> Line:
    """Return a line of a band in its place on the page, kept inside the page of that width and height."""
    moved = Line(tuple((x, y + down) for x, y in line.baseline), tuple((x, y + down) for x, y in line.polygon))
    return Line(*clip(moved, *size))
