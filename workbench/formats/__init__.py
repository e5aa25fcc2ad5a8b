"""File formats of pages: write and read, one format a file. `FORMATS` is the list that every face shows.

`workbench.formats.scans` turns what a person uploads into page images.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from workbench.formats import alto, hocr, page_json, page_xml, text
from workbench.formats.document import Document
from workbench.formats.errors import FormatError, MalformedFile, WrongFormat, WrongImage

__all__ = ["FORMATS", "Document", "Format", "FormatError", "MalformedFile", "WrongFormat", "WrongImage", "named", "recognise"]

Reader = Callable[[bytes, tuple[int, int] | None], Document]
"""(data, image_size) → document; image_size is (width, height) in pixels, None = not at hand."""


@dataclass(frozen=True, slots=True)
class Format:
    """One file format of pages.

    Attributes:
        name: As commands and addresses call it.
        title: As people call it.
        suffix: Behind the name of the image, with its dot.
        media_type: For HTTP.
        write: document → file.
        read: (file, image_size) → document; None for a format that does not tell where lines lie.
    """

    name: str
    title: str
    suffix: str
    media_type: str
    write: Callable[[Document], bytes]
    read: Reader | None


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "page": Format("page", "PAGE XML", ".page.xml", "application/xml", page_xml.write, page_xml.read),
        "alto": Format("alto", "ALTO XML", ".alto.xml", "application/xml", alto.write, alto.read),
        "hocr": Format("hocr", "hOCR", ".hocr", "text/html; charset=utf-8", hocr.write, hocr.read),
        "text": Format("text", "Text", ".txt", "text/plain; charset=utf-8", text.write, None),
        "json": Format("json", "JSON", ".json", "application/json", page_json.write, page_json.read),
    }
)


def named(name: str) -> Format:
    """Return the format of that name.

    Raises:
        WrongFormat: There is none.
    """
    if name not in FORMATS:
        raise WrongFormat(f"There is no format '{name[:40]}'.", f"Known formats: {', '.join(FORMATS)}.")
    return FORMATS[name]


def recognise(data: bytes) -> Format:
    """Return the format of a file by its content; the name of a file tells nothing reliable.

    Args:
        data: The whole file, or at least its first 4,096 bytes.

    Raises:
        WrongFormat: It is none of those that can be read.
    """
    start = data[:4096].replace(b"\0", b"")
    for sign, name in ((b"PcGts", "page"), (b"<alto", "alto"), (b":alto", "alto"), (b"ocr_page", "hocr")):
        if sign in start:
            return FORMATS[name]
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return FORMATS["json"]
    if b"<html" in start.lower():
        return FORMATS["hocr"]
    raise WrongFormat("The file is neither PAGE, ALTO, hOCR nor JSON of a page.", "Choose a file of one of these formats.")
