"""Plain text: UTF-8, one line of writing a line."""

from __future__ import annotations

from workbench.formats.document import Document
from workbench.formats.errors import MalformedFile
from workbench.formats.markup import clean


def write(document: Document) -> bytes:
    """Return the text of all lines, each ended by a line break; a line without text is an empty line."""
    return "".join(f"{clean(line.text)}\n" for line in document.page.lines).encode()


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
