"""XML that is safe to read and always well formed: parsing without entities, clean text, names for elements."""

from __future__ import annotations

import re
import unicodedata

from lxml import etree

from workbench.formats.errors import MalformedFile

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is parsed; a page with every character described has about 1 MB."""

_BREAKS = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PLAIN_NAME = re.compile(r"(?!wb-)[A-Za-z][A-Za-z0-9._-]*\Z")
_UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9.-]")


def clean(text: str) -> str:
    """Return the text as every format can carry it.

    A line break becomes a space, since a line of writing has none; characters that XML 1.0 forbids (controls, lone
    surrogates, U+FFFE and U+FFFF) are left out; the rest is NFC.
    """
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("", _BREAKS.sub(" ", text)))


def check_size(data: bytes) -> None:
    """Refuse a file that is empty or too large to be a page.

    Raises:
        MalformedFile: It has no bytes, or more than `MAX_BYTES`.
    """
    if not data.strip():
        raise MalformedFile("The file is empty.", "Export it again from the program that made it.")
    if len(data) > MAX_BYTES:
        raise MalformedFile(
            f"The file has {len(data) / 1e6:.0f} MB; a page has at most {MAX_BYTES / 1e6:.0f} MB.", "Give one file per page."
        )


def refuse_entities(data: bytes) -> None:
    """Refuse a file that declares entities, in whatever encoding of Unicode.

    Raises:
        MalformedFile: It declares entities: they may grow without bound or name other files.
    """
    if b"<!ENTITY" in data.replace(b"\0", b""):
        raise MalformedFile("The file declares XML entities, which are never read.", "Remove its DOCTYPE section and try again.")


def parse(data: bytes) -> etree._Element:
    """Return the root element of an XML file that has no DTD. Reads no other file and no network.

    Raises:
        MalformedFile: It is empty, too large, not well formed, or has a DTD.
    """
    check_size(data)
    refuse_entities(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedFile(
            f"The file is not well-formed XML: {error}.", "Export it again, or open it in an XML editor."
        ) from error
    if root.getroottree().docinfo.doctype:
        raise MalformedFile("The file has a document type (DTD), which is never read.", "Remove its DOCTYPE line and try again.")
    return root


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return etree.QName(element).localname


def write(root: etree._Element) -> bytes:
    """Return the file of a root element: UTF-8 with its declaration, indented, a line break at the end."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def encode_name(name: str) -> str:
    """Return a name that XML accepts as an ID. What XML accepts already stays as it is; `decode_name` undoes the rest."""
    if _PLAIN_NAME.match(name):
        return name
    return "wb-" + _UNSAFE_IN_NAME.sub(lambda found: f"_{ord(found.group()):x}_", name)


def decode_name(name: str) -> str:
    """Return what `encode_name` was given; any other name as it is."""
    if not name.startswith("wb-"):
        return name
    return re.sub("_([0-9a-f]{1,6})_", _decoded_character, name[3:])


def _decoded_character(found: re.Match[str]) -> str:
    """Return the character that was written as its number."""
    number = int(found.group(1), 16)
    return chr(number) if number <= 0x10FFFF else found.group()


class Names:
    """Hands out names for elements, so that none occurs twice in a file."""

    def __init__(self, taken: tuple[str, ...]) -> None:
        """Remember the names that are given away already."""
        self._taken = set(taken)

    def new(self, wish: str) -> str:
        """Return the name wished for, with a number behind it when it is taken."""
        name, number = wish, 2
        while name in self._taken:
            name, number = f"{wish}-{number}", number + 1
        self._taken.add(name)
        return name
