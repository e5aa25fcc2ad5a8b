"""Reads lines of a page: cut out, scaled, through the network, decoded, put into logical order.

The cut, the scaling and the decoding are kraken's, so the text is that of kraken's own recognition task. On a CPU lines go
through one by one, which is the fastest way there; on a GPU in batches of our own, as kraken's lose lines behind one that
cannot be cut.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engines.ocr import characters
from engines.ocr.geometry import cells, clip
from engines.ocr.kraken import decoding
from engines.ocr.kraken.beam import Search
from engines.ocr.kraken.posteriors import Failure, posteriors
from engines.ocr.kraken.weights import Recogniser
from engines.ocr.text import main_direction
from engines.types import Char, Direction, Line, Point, Reason

if TYPE_CHECKING:
    import torch
    from PIL import Image

_log = logging.getLogger(__name__)

COLUMNS = 32_768
"""Pixel columns of a batch on a GPU: the lines of a usual page."""

_AT_ONCE = 128  # lines that are cut before the first of them is read in a batch; between, a job can be stopped
_SHORTEST_BASELINE = 5.0  # pixels; kraken refuses shorter ones


@dataclass(frozen=True)
class Manner:
    """How lines are read.

    Attributes:
        direction: Base direction of the text; None = the one that most letters of the line have.
        padding: Blank columns before and after the line, at the network's height.
        least: Least probability of an alternative, 0..1.
        search: How the text of a line is looked for; None = the best label of each frame.
    """

    direction: Direction | None
    padding: int
    least: float
    search: Search | None = None


@dataclass(frozen=True)
class _Cut:
    """A line that can be read.

    Attributes:
        baseline: Within the page.
        polygon: Within the page.
        ink: (channels, height, width) float 0..1, as the network wants it.
    """

    baseline: tuple[Point, ...]
    polygon: tuple[Point, ...]
    ink: torch.Tensor


def read_line(page: Image.Image, line: Line, recogniser: Recogniser, manner: Manner) -> Line:
    """Return the line with what it says; see `read_lines`."""
    ((_, read),) = read_lines(page, [line], recogniser, manner)
    return read


def read_lines(
    page: Image.Image, lines: Sequence[Line], recogniser: Recogniser, manner: Manner, columns: int | None = None
) -> Iterator[tuple[int, Line]]:
    """Yield every line once, with its index and what it says; where nothing can be read, with an empty text and a reason.

    They come as they are read: one after another, or those of a batch together, the widest first.

    Args:
        page: RGB image of the whole page.
        lines: Where they lie; may reach beyond the page.
        recogniser: Loaded weights.
        manner: How to read.
        columns: Pixel columns of a batch; 0 = read one by one. None = what suits the device.
    """
    if columns is None:
        columns = 0 if recogniser.device == "cpu" else COLUMNS
    step = _AT_ONCE if columns else 1
    for start in range(0, len(lines), step):
        cuts: dict[int, _Cut] = {}
        for index, line in enumerate(lines[start : start + step], start):
            found = _cut(page, line, recogniser, manner)
            if isinstance(found, _Cut):
                cuts[index] = found
            else:
                yield index, replace(line, text="", chars=(), reason=found)
        order = [*cuts]
        for place, said in posteriors([found.ink for found in cuts.values()], recogniser, columns):
            index = order[place]
            yield index, _said(lines[index], cuts[index], said, recogniser, manner)


def _cut(page: Image.Image, line: Line, recogniser: Recogniser, manner: Manner) -> _Cut | Reason:
    """Return a line as the network wants it, or why there is nothing to read."""
    baseline, polygon = clip(line, *page.size)
    if _length(baseline) < _SHORTEST_BASELINE or not _has_area(polygon):
        outside = _length(line.baseline) >= _SHORTEST_BASELINE and not _touches(line, page.size)
        return Reason.OUTSIDE if outside else Reason.TOO_SMALL
    try:
        strip = cut(page, baseline, polygon, recogniser)
        if strip is None:
            return Reason.TOO_SMALL
        ink = scale(strip, recogniser, manner.padding)
        return Reason.BLANK if ink.max() == ink.min() else _Cut(baseline, polygon, ink)
    except (ValueError, RuntimeError, ZeroDivisionError, OverflowError) as error:  # what cutting and scaling raise
        return _failed(line, error)


def _said(line: Line, found: _Cut, posterior: np.ndarray | Failure, recogniser: Recogniser, manner: Manner) -> Line:
    """Return a line with what the network says about it."""
    empty = replace(line, text="", chars=())
    if isinstance(posterior, Failure):
        return replace(empty, reason=_failed(line, posterior))
    try:
        chars = _decode(posterior, found, recogniser, manner)
    except (ValueError, RuntimeError, ZeroDivisionError, OverflowError) as error:
        return replace(empty, reason=_failed(line, error))
    if not chars:
        return replace(empty, reason=Reason.NO_CHARACTER)
    return replace(line, text="".join(char.text for char in chars), chars=chars, reason="")


def _failed(line: Line, error: Exception) -> Reason:
    """Log why a line could not be read; the others can."""
    _log.warning("The line at %s could not be read.", line.baseline[0], exc_info=error)
    return Reason.FAILED


def cut(page: Image.Image, baseline: tuple[Point, ...], polygon: tuple[Point, ...], recogniser: Recogniser) -> Image.Image | None:
    """Return the line pulled straight, black outside its polygon; None when nothing of it is left."""
    from kraken.containers import BaselineLine, Segmentation
    from kraken.lib.segmentation import extract_polygons

    if recogniser.boxes:
        xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
        return page.crop((min(xs), min(ys), max(xs) + 1, max(ys) + 1))
    bounds = Segmentation(
        type="baselines",
        imagename="",
        text_direction="horizontal-rl",
        script_detection=False,
        lines=[BaselineLine(id="0", baseline=[*baseline], boundary=[*polygon])],
        regions={},
        line_orders=[],
    )
    strip, _ = next(extract_polygons(page, bounds, legacy=recogniser.old_cut))
    return strip if min(strip.size) > 0 else None


def scale(strip: Image.Image, recogniser: Recogniser, padding: int) -> torch.Tensor:
    """Return the line as the network wants it: (channels, height, width) float 0..1, ink bright."""
    import torch
    from kraken.lib.dataset import ImageInputTransforms

    transforms = ImageInputTransforms(
        1,
        recogniser.height,
        recogniser.width,
        recogniser.channels,
        (padding, 0),
        valid_norm=recogniser.boxes,
        force_binarization=recogniser.bilevel,
    )
    return torch.as_tensor(transforms(strip))


def _decode(posterior: np.ndarray, found: _Cut, recogniser: Recogniser, manner: Manner) -> tuple[Char, ...]:
    """Return the characters of a line from the probabilities (labels, frames) that the network gave for it."""
    columns = found.ink.shape[-1]
    lead = 0 if recogniser.width else manner.padding
    shown = decoding.glyphs(posterior, recogniser.codec, manner.least, manner.search)
    direction = manner.direction or main_direction(glyph.text for glyph in shown)
    logical = decoding.in_logical_order(shown, direction)
    spans = decoding.places(logical, columns / posterior.shape[1], lead, max(columns - 2 * lead, 1))
    boxes = cells(found.baseline, found.polygon, spans)
    return characters.finish(
        Char(glyph.text, round(glyph.confidence, 4), box, glyph.alternatives) for glyph, box in zip(logical, boxes, strict=True)
    )


def _length(points: tuple[Point, ...]) -> float:
    """Return the length of a line of points, pixels."""
    return float(np.linalg.norm(np.diff(np.asarray(points, dtype=float), axis=0), axis=1).sum())


def _has_area(polygon: tuple[Point, ...]) -> bool:
    """Say whether a polygon is more than a stroke."""
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return max(xs) > min(xs) and max(ys) > min(ys)


def _touches(line: Line, size: tuple[int, int]) -> bool:
    """Say whether any part of the box of a line lies on a page of that width and height."""
    x0, y0, x1, y1 = line.box
    return x0 < size[0] and y0 < size[1] and x1 > 0 and y1 > 0
