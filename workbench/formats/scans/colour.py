"""Any image mode to 8-bit RGB as a person sees it: turned upright, on white paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.formats.scans.raster import orientation

if TYPE_CHECKING:
    from PIL import Image

_DEPTHS = (255, 1023, 4095, 16_383, 65_535)  # 8, 10, 12, 14 and 16 bits: scanners store fewer bits in more
_PHOTOMETRIC = 262  # TIFF; 0 = white is zero
_ALPHA = {"RGBA", "LA", "PA", "La", "RGBa"}


def to_rgb(image: Image.Image) -> np.ndarray:
    """Return the pixels of a decoded image.

    16-bit, 32-bit and float images are scaled so that the depth their brightest pixel needs becomes 255; transparent
    pixels show white; the EXIF rotation is applied; CMYK and Lab are converted.

    Args:
        image: Decoded, in any mode.

    Returns:
        (height, width, 3) uint8 RGB, contiguous.
    """
    from PIL import Image, ImageOps

    turned = ImageOps.exif_transpose(image) if orientation(image) > 1 else image
    if turned.mode.startswith("I") or turned.mode == "F":
        grey = _grey(np.asarray(turned), white_is_zero=_white_is_zero(image))
        return np.repeat(grey[:, :, None], 3, axis=2)
    if turned.mode in _ALPHA or "transparency" in turned.info:
        clear = turned.convert("RGBA")
        paper = Image.new("RGB", clear.size, "white")
        paper.paste(clear, mask=clear.getchannel("A"))
        return np.array(paper)
    if turned.mode == "LAB":
        return np.array(_from_lab(turned))
    return np.array(turned if turned.mode == "RGB" else turned.convert("RGB"))


def _grey(values: np.ndarray, *, white_is_zero: bool) -> np.ndarray:
    """Return grey levels 0..255 of deeper ones.

    Args:
        values: (height, width), any number type.
        white_is_zero: Whether small values are bright.

    Returns:
        (height, width) uint8.
    """
    levels = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    np.clip(levels, 0, None, out=levels)
    brightest = float(levels.max(initial=0.0))
    fraction = values.dtype.kind == "f" and brightest <= 1.0
    full = 1.0 if fraction else next((depth for depth in _DEPTHS if brightest <= depth), brightest)
    grey = (levels * (255.0 / full) + 0.5).astype(np.uint8)
    return 255 - grey if white_is_zero else grey


def _white_is_zero(image: Image.Image) -> bool:
    """Return whether a TIFF stores white as 0; Pillow turns that round only up to 8 bits."""
    return getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == 0


def _from_lab(image: Image.Image) -> Image.Image:
    """Return a Lab image in sRGB."""
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(lab, srgb, "LAB", "RGB")
    converted = ImageCms.applyTransform(image, transform)
    return converted if converted is not None else image
