"""Page images as a browser shows them."""

from __future__ import annotations

from io import BytesIO
from typing import Literal, get_args

import numpy as np

Kind = Literal["JPEG", "WEBP", "PNG"]
"""JPEG is quick to make, WebP smaller and at most 16,383 pixels on a side, PNG loses nothing."""

KINDS: tuple[Kind, ...] = get_args(Kind)

_OPTIONS: dict[Kind, dict[str, int | bool]] = {
    "JPEG": {"quality": 85, "optimize": True},
    "WEBP": {"quality": 85, "method": 4},
    "PNG": {"compress_level": 3},
}
_THUMBNAIL = 240  # pixels of the longer side


def view(image: np.ndarray, longest_side: int | None = None, kind: Kind = "JPEG") -> bytes:
    """Return an image as a file for a browser.

    Args:
        image: (height, width, 3) uint8 RGB.
        longest_side: Pixels; larger images are scaled down to it, smaller ones stay. None = never scaled.
        kind: What file.

    Returns:
        The file.
    """
    from PIL import Image

    picture = Image.fromarray(image)
    if longest_side is not None and max(picture.size) > longest_side:
        picture.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    file = BytesIO()
    picture.save(file, kind, **_OPTIONS[kind])
    return file.getvalue()


def thumbnail(image: np.ndarray) -> bytes:
    """Return a small WebP of an image, 240 pixels on its longer side.

    Args:
        image: (height, width, 3) uint8 RGB.
    """
    return view(image, _THUMBNAIL, "WEBP")
