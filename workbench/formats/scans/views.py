"""Page images as a browser shows them."""

from __future__ import annotations

from io import BytesIO
from typing import Literal

import numpy as np

_QUALITY = 85
_THUMBNAIL = 240  # pixels of the longer side


def view(image: np.ndarray, longest_side: int | None = None, kind: Literal["JPEG", "WEBP"] = "JPEG") -> bytes:
    """Return an image as a file for a browser.

    Args:
        image: (height, width, 3) uint8 RGB.
        longest_side: Pixels; larger images are scaled down to it, smaller ones stay. None = never scaled.
        kind: JPEG, or WEBP, which is smaller, slower to make, and at most 16,383 pixels on a side.

    Returns:
        The file.
    """
    from PIL import Image

    picture = Image.fromarray(image)
    if longest_side is not None and max(picture.size) > longest_side:
        picture.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    file = BytesIO()
    picture.save(file, kind, quality=_QUALITY, **({"optimize": True} if kind == "JPEG" else {"method": 4}))
    return file.getvalue()


def thumbnail(image: np.ndarray) -> bytes:
    """Return a small WebP of an image, 240 pixels on its longer side.

    Args:
        image: (height, width, 3) uint8 RGB.
    """
    return view(image, _THUMBNAIL, "WEBP")
