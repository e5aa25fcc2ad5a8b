"""Reads single lines of a page: cut out, scaled, through the network, decoded, put into logical order.

The cut, the scaling and the decoding are kraken's, so the text is that of kraken's own recognition task. Lines go
through one by one: it is the fastest way on a CPU, and kraken's batches lose lines behind one that cannot be cut.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engines.ocr import characters
from engines.ocr.geometry import cells, clip
from engines.ocr.kraken import decoding
from engines.ocr.kraken.beam import Search
from engines.ocr.kraken.weights import Recogniser
from engines.ocr.text import main_direction
from engines.types import Char, Direction, Line, Point, Reason

if TYPE_CHECKING:
    import torch
    from PIL import Image

_log = logging.getLogger(__name__)

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


def read_line(page: Image.Image, line: Line, recogniser: Recogniser, manner: Manner) -> Line:
    """Return the line with what it says; where nothing can be read, with an empty text and a reason.

    Args:
        page: RGB image of the whole page.
        line: Where it lies; may reach beyond the page.
        recogniser: Loaded weights.
        manner: How to read.
    """
    baseline, polygon = clip(line, *page.size)
    empty = replace(line, text="", chars=())
    if _length(baseline) < _SHORTEST_BASELINE or not _has_area(polygon):
        outside = _length(line.baseline) >= _SHORTEST_BASELINE and not _touches(line, page.size)
        return replace(empty, reason=Reason.OUTSIDE if outside else Reason.TOO_SMALL)
    try:
        strip = cut(page, baseline, polygon, recogniser)
        if strip is None:
            return replace(empty, reason=Reason.TOO_SMALL)
        ink = scale(strip, recogniser, manner.padding)
        if ink.max() == ink.min():
            return replace(empty, reason=Reason.BLANK)
        chars = _decode(ink, (baseline, polygon), recogniser, manner)
    except (ValueError, RuntimeError, ZeroDivisionError, OverflowError) as error:  # what cutting and scaling raise
        _log.warning("The line at %s could not be read.", baseline[0], exc_info=error)
        return replace(empty, reason=Reason.FAILED)
    if not chars:
        return replace(empty, reason=Reason.NO_CHARACTER)
    return replace(line, text="".join(char.text for char in chars), chars=chars, reason="")


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


def _decode(
    ink: torch.Tensor, place: tuple[tuple[Point, ...], tuple[Point, ...]], recogniser: Recogniser, manner: Manner
) -> tuple[Char, ...]:
    """Return the characters of a scaled line that lies at this baseline and polygon."""
    posterior = _posterior(ink, recogniser)
    columns = ink.shape[-1]
    lead = 0 if recogniser.width else manner.padding
    shown = decoding.glyphs(posterior, recogniser.codec, manner.least, manner.search)
    direction = manner.direction or main_direction(glyph.text for glyph in shown)
    logical = decoding.in_logical_order(shown, direction)
    spans = decoding.places(logical, columns / posterior.shape[1], lead, max(columns - 2 * lead, 1))
    boxes = cells(*place, spans)
    return characters.finish(
        Char(glyph.text, round(glyph.confidence, 4), box, glyph.alternatives) for glyph, box in zip(logical, boxes, strict=True)
    )


def _posterior(ink: torch.Tensor, recogniser: Recogniser) -> np.ndarray:
    """Return the probability (labels, frames) of every label in every frame; columns sum to 1."""
    import torch

    with torch.inference_mode():
        batch = ink.unsqueeze(0).to(recogniser.device)
        logits, lengths = recogniser.network(batch, torch.tensor([ink.shape[-1]]))
        chances = (logits / recogniser.temperature).softmax(1).squeeze(2)[0, :, : int(lengths[0])]
    return chances.float().cpu().numpy()


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
