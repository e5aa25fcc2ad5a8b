"""Plain text: UTF-8, one line of writing a line."""

from __future__ import annotations

from dataclasses import replace

from engines.types import Page, whole_line
from workbench.formats.document import Document
from workbench.formats.errors import MalformedFile, WrongFormat
from workbench.formats.markup import clean


def write(document: Document) -> bytes:
    """Return the text of all lines, each ended by a line break; a line without text is an empty line."""
    return "".join(f"{clean(line.text)}\n" for line in document.page.lines).encode()


def read_cut_line(data: bytes, width: int, height: int, image_name: str) -> Document:
    """Return the text that belongs to an image of one cut line, as `.gt.txt` files hold it.

    Args:
        data: The file.
        width: Width of the image, pixels.
        height: Height of the image, pixels.
        image_name: File name of the image.

    Raises:
        MalformedFile: The bytes are no text.
        WrongFormat: It has more than one line, and does not tell where they lie.
    """
    texts = [text.strip() for text in read_lines(data) if text.strip()]
    if len(texts) > 1:
        raise WrongFormat(
            f"The text has {len(texts)} lines and does not tell where they lie.",
            "Beside an image, a text file holds the one line that was cut out. For whole pages choose PAGE, ALTO or hOCR.",
        )
    line = replace(whole_line(width, height), text="".join(texts))
    return Document(image_name, Page(width, height, (line,)), ("line_1",))


def read_lines(data: bytes) -> tuple[str, ...]:
    """Return the lines of a text file: NFC, without line breaks; a byte order mark is skipped.

    Args:
        data: UTF-8, or UTF-16 with a byte order mark; line ends of any system.

    Raises:
        MalformedFile: The bytes are no such text.
    """
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise MalformedFile("The text file is not in UTF-8.", "Save it again with the encoding UTF-8.") from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    return tuple(clean(line) for line in lines)
