"""What is in an uploaded file, and the pixels of one of its page images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.formats.scans import raster
from workbench.formats.scans.frames import Frame, Limits
from workbench.formats.scans.kinds import kind_of

if TYPE_CHECKING:
    import numpy as np


def inspect(path: Path, limits: Limits | None = None, *, decode: bool = False) -> list[Frame]:
    """Return the page images of a file, in this process; for uploads use `inspect_apart`.

    Args:
        path: The file; its name does not matter.
        limits: What it may cost; None = the usual.
        decode: Decode every pixel of an image once, which finds damage. The pages of a PDF are only counted.

    Returns:
        One or more frames.

    Raises:
        ScanError: What `workbench.formats.scans.errors` tells.
    """
    limits = limits or Limits()
    kind = kind_of(path, limits)
    if kind == "PDF":
        from workbench.formats.scans import pdf

        return pdf.inspect(path, limits)
    return raster.inspect(path, kind, limits, decode=decode)


def load(path: Path, frame: int = 0, limits: Limits | None = None) -> np.ndarray:
    """Return the pixels of one page image, upright, on white.

    Args:
        path: The file.
        frame: The index of a `Frame`.
        limits: What it may cost; None = the usual.

    Returns:
        (height, width, 3) uint8 RGB, of the size that the frame tells.

    Raises:
        ScanError: What `workbench.formats.scans.errors` tells.
    """
    limits = limits or Limits()
    kind = kind_of(path, limits)
    if kind == "PDF":
        from workbench.formats.scans import pdf

        return pdf.render(path, frame, limits)
    from workbench.formats.scans.colour import to_rgb

    with raster.decoded(path, kind, frame, limits) as image:
        return to_rgb(image)
