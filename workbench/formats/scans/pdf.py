"""Page images from PDF files, rendered by PDFium."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbench.formats.scans.errors import CannotRead, Encrypted, ScanError, TooLarge, TooManyPages, Truncated
from workbench.formats.scans.frames import Frame, Limits

if TYPE_CHECKING:
    import pypdfium2

_POINTS_PER_INCH = 72.0
_LOWEST_DPI = 50.0
_LONGEST = 14_400.0 * 10  # points: ten times the largest page that a PDF may have


def inspect(path: Path, limits: Limits) -> list[Frame]:
    """Return the pages of a PDF with the size they are rendered at. Their content is not looked at.

    Raises:
        ScanError: What `workbench.formats.scans.errors` tells.
    """
    with _opened(path) as document:
        count = len(document)
        if not count:
            raise Truncated("The PDF has no pages.", "Export it again.")
        if count > limits.pages:
            raise TooManyPages(
                f"The PDF has {count} pages; one upload may have {limits.pages}.", "Split it into several files and upload those."
            )
        return [_frame(document.get_page_size(index), index, limits) for index in range(count)]


def render(path: Path, index: int, limits: Limits) -> np.ndarray:
    """Return one page as an image on white.

    Args:
        path: The file.
        index: Which page, from 0.
        limits: What it may cost.

    Returns:
        (height, width, 3) uint8 RGB, of the size that `inspect` tells.

    Raises:
        ScanError: What `workbench.formats.scans.errors` tells.
    """
    with _opened(path) as document:
        if not 0 <= index < len(document):
            raise CannotRead(f"The PDF has no page {index + 1}.", "Upload it again.")
        frame = _frame(document.get_page_size(index), index, limits)
        page = document[index]
        scale = _dpi(document.get_page_size(index), limits) / _POINTS_PER_INCH
        bitmap = page.render(scale=scale, rev_byteorder=True)  # pyright: ignore[reportArgumentType]  # its default is whole
        pixels = np.array(bitmap.to_numpy()[:, :, :3])
        bitmap.close()
        page.close()
    return np.ascontiguousarray(pixels[: frame.height, : frame.width])


@contextmanager
def _opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF; whatever PDFium raises inside becomes a `ScanError`."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise _explained(str(error)) from error
    try:
        yield document
    except pypdfium2.PdfiumError as error:
        raise CannotRead(f"PDFium cannot read the PDF ({error}).", "Print it into a new PDF and upload that.") from error
    finally:
        document.close()


def _explained(text: str) -> ScanError:
    """Return the error that tells a person what PDFium's means."""
    lowered = text.lower()
    if "password" in lowered or "security" in lowered:
        return Encrypted("The PDF is protected with a password.", "Save it without a password and upload that.")
    return Truncated("The PDF is damaged or empty.", "Export it again, or print it into a new PDF.")


def _frame(size: tuple[float, float], index: int, limits: Limits) -> Frame:
    """Return how a page of that size in points is rendered.

    Raises:
        TooLarge: Even at the lowest resolution it has too many pixels.
        CannotRead: It has no size.
    """
    if not all(0 < side < _LONGEST and math.isfinite(side) for side in size):
        raise CannotRead(f"Page {index + 1} of the PDF has no proper size.", "Print it into a new PDF and upload that.")
    dpi = _dpi(size, limits)
    if dpi < _LOWEST_DPI:
        raise TooLarge(
            f"Page {index + 1} of the PDF measures {size[0] / _POINTS_PER_INCH:.0f} × {size[1] / _POINTS_PER_INCH:.0f} inches.",
            "Scale it to the size of a page.",
        )
    width, height = (max(1, math.ceil(side * (dpi / _POINTS_PER_INCH))) for side in size)
    return Frame("PDF", index, width, height, round(dpi, 1))


def _dpi(size: tuple[float, float], limits: Limits) -> float:
    """Return the resolution that keeps a page within the limits."""
    width, height = (side / _POINTS_PER_INCH for side in size)
    by_area = math.sqrt(limits.pdf_megapixels * 1e6 / (width * height))
    by_side = limits.side / max(width, height)
    return min(limits.pdf_dpi, 0.999 * by_area, 0.999 * by_side)
