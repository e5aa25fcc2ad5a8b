"""Page images from PNG, JPEG, WebP and TIFF files, by Pillow."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.formats.scans.errors import CannotRead, NotAScan, ScanError, TooLarge, TooManyPages, Truncated
from workbench.formats.scans.frames import Frame, Limits, ScanFormat

if TYPE_CHECKING:
    from PIL import Image

_ORIENTATION = 0x0112  # EXIF
_SUBFILE = 254  # TIFF: bit 0 marks a smaller copy of another page
_QUARTER_TURNS = {5, 6, 7, 8}
_DAMAGED = "Upload it again from the original, or scan the page again."


def inspect(path: Path, kind: ScanFormat, limits: Limits, *, decode: bool) -> list[Frame]:
    """Return the page images of a file; small copies of pages inside a TIFF are none.

    Args:
        path: The file.
        kind: Its kind.
        limits: What it may cost.
        decode: Decode every pixel once, which finds damage.

    Raises:
        ScanError: What `workbench.formats.scans.errors` tells.
    """
    frames: list[Frame] = []
    with _opened(path, kind) as image:
        for index in _pages(image, kind):
            if len(frames) == limits.pages:
                raise TooManyPages(
                    f"The file has more than {limits.pages} pages, the most that one upload may have.",
                    "Split it into several files.",
                )
            frame = _frame(image, kind, index)
            limits.check(frame.width, frame.height, index)
            if decode:
                image.load()
            frames.append(frame)
    if not frames:
        raise Truncated("The file holds no page image.", _DAMAGED)
    return frames


@contextmanager
def decoded(path: Path, kind: ScanFormat, index: int, limits: Limits) -> Iterator[Image.Image]:
    """Open one page image with its pixels decoded; not yet turned, in whatever mode the file has.

    Raises:
        ScanError: What `workbench.formats.scans.errors` tells.
    """
    with _opened(path, kind) as image:
        if kind == "TIFF":
            _seek(image, index)
        limits.check(*image.size, index)
        image.load()
        yield image


@contextmanager
def _opened(path: Path, kind: ScanFormat) -> Iterator[Image.Image]:
    """Open a file with the decoder of its kind alone; whatever Pillow raises inside becomes a `ScanError`."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path, formats=(kind, "MPO") if kind == "JPEG" else (kind,)) as image:
            yield image
    except ScanError:
        raise
    except Image.DecompressionBombError as error:
        raise TooLarge("The image has far more pixels than a page.", "Scale it down: 300 dots per inch are plenty.") from error
    except MemoryError as error:
        raise TooLarge(
            "The image needs more memory than one page may.", "Scale it down, or save it with 8 bits a colour."
        ) from error
    except UnidentifiedImageError as error:
        raise Truncated(f"The file starts like {kind} but is damaged.", _DAMAGED) from error
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error) as error:
        raise _explained(kind, error) from error


def _explained(kind: str, error: Exception) -> ScanError:
    """Return the error that tells a person what Pillow's means."""
    text = str(error)
    if any(sign in text.lower() for sign in ("truncated", "unexpected end", "not enough", "broken", "bad", "corrupt", "eof")):
        return Truncated(f"The {kind} file ends early or is damaged ({text[:120]}).", _DAMAGED)
    return CannotRead(
        f"The {kind} file cannot be decoded ({text[:120] or type(error).__name__}).", "Save it as PNG and upload that."
    )


def _pages(image: Image.Image, kind: ScanFormat) -> Iterator[int]:
    """Yield the indices of page images, each of them opened.

    Raises:
        NotAScan: It is an animation.
    """
    if kind == "TIFF":
        yield from _tiff_pages(image)
        return
    count = getattr(image, "n_frames", 1)
    if kind != "JPEG" and count > 1:  # a JPEG with more pictures holds smaller or deeper copies of the first
        raise NotAScan(f"The file is an animation of {count} pictures.", "Save the picture you need as PNG.")
    yield 0


def _tiff_pages(image: Image.Image) -> Iterator[int]:
    """Yield the directories of a TIFF that are whole pages. Counting them first would walk through all of a long file."""
    index = 0
    while _seek_next(image, index):
        tags = getattr(image, "tag_v2", {})
        if not int(tags.get(_SUBFILE, 0)) & 1:
            yield index
        index += 1


def _seek_next(image: Image.Image, index: int) -> bool:
    """Open the page image at `index`; return whether there is one."""
    try:
        image.seek(index)
    except EOFError:
        return False
    return True


def _seek(image: Image.Image, index: int) -> None:
    """Open the page image at `index`.

    Raises:
        CannotRead: There is none.
    """
    if not _seek_next(image, index):
        raise CannotRead(f"The file has no page {index + 1}.", "Upload it again.")


def _frame(image: Image.Image, kind: ScanFormat, index: int) -> Frame:
    """Return what the open page image says of itself."""
    width, height = image.size
    if kind != "TIFF" and orientation(image) in _QUARTER_TURNS:  # Pillow already gives a TIFF the size it is shown at
        width, height = height, width
    return Frame(kind, index, width, height, _dpi(image))


def orientation(image: Image.Image) -> int:
    """Return the EXIF orientation 1..8; 1 when it is missing or unreadable."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError, KeyError, TypeError, struct.error):
        return 1  # damaged notes beside an image that is whole
    return value if value in range(1, 9) else 1


def _dpi(image: Image.Image) -> float | None:
    """Return the horizontal resolution when the file tells a likely one."""
    try:
        value = float(image.info.get("dpi", (0, 0))[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    return round(value, 1) if 30 <= value <= 5000 else None
