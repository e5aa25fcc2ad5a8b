"""What kind of file the first bytes show."""

from __future__ import annotations

from pathlib import Path

from workbench.formats.scans.errors import CannotRead, NotAScan, TooLarge, Truncated
from workbench.formats.scans.frames import Limits, ScanFormat

_HINT = "Upload PNG, JPEG, WebP, TIFF or PDF."
_START = 1024  # bytes; a PDF may have a few before its signature

_ACCEPTED: tuple[tuple[bytes, ScanFormat], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
)
_REFUSED = (
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"8BPS", "a Photoshop document"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"AT&TFORM", "a DjVu document"),
    (b"\0\0\x01\0", "an icon"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"#!", "a script"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"fLaC", "a sound file"),
)
_ISO_MEDIA = {b"heic": "a HEIC picture", b"heix": "a HEIC picture", b"mif1": "a HEIF picture", b"avif": "an AVIF picture"}


def kind_of(path: Path, limits: Limits) -> ScanFormat:
    """Return the kind of a file by its content.

    Args:
        path: The file; its name does not matter.
        limits: What it may cost.

    Raises:
        Truncated: It is empty.
        TooLarge: It has too many bytes.
        NotAScan: It is of no accepted kind; the message says which it is, where that is known.
        CannotRead: It cannot be opened.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(_START)
    except OSError as error:
        raise CannotRead(f"The file cannot be opened: {error.strerror}.", "Upload it again.") from error
    if not size:
        raise Truncated("The file is empty (0 bytes).", "Upload it again, or scan the page again.")
    if size > limits.file_bytes:
        raise TooLarge(
            f"The file has {size / 1e6:,.0f} MB; at most {limits.file_bytes / 1e6:,.0f} MB are read.",
            "Split it, or save it smaller.",
        )
    found = _accepted(start)
    if found is None:
        raise NotAScan(f"The file is {_named(start)}, not a scan.", _HINT)
    return found


def _accepted(start: bytes) -> ScanFormat | None:
    """Return the accepted kind that a file starts like."""
    for sign, kind in _ACCEPTED:
        if start.startswith(sign):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WEBP"
    refused = any(start.startswith(sign) for sign, _ in _REFUSED)
    return "PDF" if b"%PDF-" in start and not refused else None


def _named(start: bytes) -> str:
    """Return what a refused file is, for a person."""
    for sign, name in _REFUSED:
        if start.startswith(sign):
            return name
    if start[:4] == b"RIFF":
        return "a sound or film file"
    if start[4:8] == b"ftyp":
        return _ISO_MEDIA.get(start[8:12], "a film or sound file")
    return _named_text(start)


def _named_text(start: bytes) -> str:
    """Return what a file that may be text is, for a person."""
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if b"<svg" in text:
        return "an SVG drawing"
    if text.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if text.startswith(b"<"):
        return "an XML file"
    control = sum(byte < 9 or 13 < byte < 32 for byte in start)
    return "a text file" if not control else "of an unknown kind"
