"""The page images of an upload, and the limits that they keep to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.formats.scans.errors import NotAScan, TooLarge

SMALLEST_SIDE = 8
"""Pixels; the engines take no image that is smaller."""

ScanFormat = Literal["PNG", "JPEG", "WEBP", "TIFF", "PDF"]
"""The accepted kinds of files, as Pillow calls them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One page image of an uploaded file.

    Attributes:
        format: Kind of the file.
        index: Which image of the file: its TIFF directory or PDF page, from 0. `load` takes it.
        width: Pixels, as the image is shown: after its EXIF rotation.
        height: Pixels, likewise.
        dpi: Dots per inch as the file says, or as a PDF page is rendered; None when unknown.
    """

    format: ScanFormat
    index: int
    width: int
    height: int
    dpi: float | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one upload may cost.

    Attributes:
        pages: Images or pages in one file.
        side: Pixels of the longer side of an image.
        megapixels: Million pixels of an image.
        file_bytes: Size of the file.
        pdf_dpi: At what resolution PDF pages are rendered, lower for large sheets.
        pdf_megapixels: Million pixels of a rendered PDF page.
        memory_bytes: Address space of the child process that inspects a file.
        cpu_seconds: Computing time of that process.
        seconds: Time by the clock until it is stopped.
    """

    pages: int = 300
    side: int = 20_000
    megapixels: float = 120.0
    file_bytes: int = 1024**3
    pdf_dpi: float = 300.0
    pdf_megapixels: float = 40.0
    memory_bytes: int = 3 * 1024**3
    cpu_seconds: int = 120
    seconds: float = 180.0

    def check(self, width: int, height: int, index: int) -> None:
        """Refuse an image that is too large or too small; called before any pixel is decoded.

        Args:
            width: Pixels.
            height: Pixels.
            index: Which image of the file, from 0.

        Raises:
            TooLarge: A side or the number of pixels is beyond the limit.
            NotAScan: There is nothing to read on so few pixels.
        """
        which = f"Image {index + 1} of the file" if index else "The image"
        if min(width, height) < SMALLEST_SIDE:
            raise NotAScan(
                f"{which} has only {width:,} × {height:,} pixels; a page has at least {SMALLEST_SIDE} on each side.",
                "Upload the scan itself, not a placeholder.",
            )
        if max(width, height) > self.side or width * height > self.megapixels * 1e6:
            raise TooLarge(
                f"{which} has {width:,} × {height:,} pixels; at most {self.side:,} a side, {self.megapixels:g} million in all.",
                "Scale it down: 300 dots per inch are plenty for reading.",
            )
