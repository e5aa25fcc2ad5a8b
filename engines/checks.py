"""Refuses images and lines on which no engine could work."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.errors import InvalidImage, InvalidLines
from engines.types import Line

_SMALLEST_SIDE = 8  # pixels
_RGB = 3


def check_image(image: np.ndarray) -> None:
    """Refuse what is no RGB image of 8 bits a channel, or hardly has a pixel."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != _RGB:
        raise InvalidImage(
            f"An image is (height, width, 3) uint8, got {image.shape} {image.dtype}.",
            "Convert it to RGB with 8 bits a channel.",
        )
    if min(image.shape[:2]) < _SMALLEST_SIDE:
        raise InvalidImage(
            f"The image is {image.shape[1]} × {image.shape[0]} pixels.",
            f"Give one of at least {_SMALLEST_SIDE} × {_SMALLEST_SIDE} pixels.",
        )


def check_lines(lines: Sequence[Line], image: np.ndarray) -> None:
    """Refuse lines of which no part lies on the image."""
    height, width = image.shape[:2]
    for number, line in enumerate(lines, 1):
        x0, y0, x1, y1 = line.box
        if x1 <= 0 or y1 <= 0 or x0 >= width or y0 >= height:
            raise InvalidLines(
                f"Line {number} at ({x0}, {y0})–({x1}, {y1}) lies outside the image of {width} × {height} pixels.",
                "Give coordinates in pixels of the original image.",
            )
