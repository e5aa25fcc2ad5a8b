"""Cuts a line out of a page: the upright box of its polygon, white where other lines are."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from engines.types import Point


def cut_png(image: np.ndarray, polygon: Sequence[Point]) -> bytes:
    """Return a line as a PNG file, gray where the page has no colour.

    Args:
        image: The page, (height, width, 3) uint8 RGB.
        polygon: Around the line, pixels of the page; what lies beyond the page is left out.
    """
    from PIL import Image, ImageDraw  # late: the web process is to start fast

    height, width = image.shape[:2]
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    left, right = _within(min(xs), max(xs), width)
    top, bottom = _within(min(ys), max(ys), height)
    piece = image[top:bottom, left:right]
    mask = Image.new("L", (right - left, bottom - top), 0)
    ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in polygon], fill=255, outline=255)
    result = np.where(np.asarray(mask)[..., None] > 0, piece, np.uint8(255))
    is_gray = bool((result[..., 0] == result[..., 1]).all() and (result[..., 1] == result[..., 2]).all())
    made = io.BytesIO()
    Image.fromarray(result[..., 0] if is_gray else result).save(made, "PNG")
    return made.getvalue()


def _within(low: int, high: int, size: int) -> tuple[int, int]:
    """Return the part of a stretch, both ends included, that lies on the page: one pixel at least, the end excluded."""
    first = min(max(low, 0), size - 1)
    return first, min(max(high + 1, first + 1), size)
