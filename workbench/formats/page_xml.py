"""PAGE XML: written as 2019-07-15, read in every version since 2010.

Source: https://github.com/PRImA-Research-Lab/PAGE-XML
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from engines.types import Char, Direction, Line
from workbench.formats.document import Document
from workbench.formats.drafts import Sheet, assemble, base_name
from workbench.formats.errors import WrongFormat
from workbench.formats.geometry import corners, format_points
from workbench.formats.markup import Names, clean, encode_name, local_name, parse
from workbench.formats.markup import write as to_bytes
from workbench.formats.page_xml_reading import line_drafts, whole_size
from workbench.formats.spelling import Word, words

NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_DIRECTIONS: dict[Direction, str] = {"rtl": "right-to-left", "ltr": "left-to-right"}


def write(document: Document) -> bytes:
    """Return the PAGE file of a document.

    Lines with characters get words and glyphs, with confidences and alternatives. Why a line has no text stands in
    its `comments`, behind "unreadable: ".
    """
    root = etree.Element(f"{{{NAMESPACE}}}PcGts", nsmap={None: NAMESPACE, "xsi": "http://www.w3.org/2001/XMLSchema-instance"})
    root.set(_SCHEMA, f"{NAMESPACE} {NAMESPACE}/pagecontent.xsd")
    _write_metadata(root, document)
    page = _add(
        root,
        "Page",
        imageFilename=base_name(document.image_name),
        imageWidth=str(document.page.width),
        imageHeight=str(document.page.height),
        readingDirection=_DIRECTIONS[document.page.direction],
    )
    ids = tuple(encode_name(name) for name in document.line_ids)
    names = Names(ids)
    region = _add(page, "TextRegion", id=names.new("region"))
    whole = corners((0, 0, document.page.width, document.page.height))
    _add(region, "Coords", points=format_points(whole))
    for index, line in enumerate(document.page.lines):
        _write_line(region, line, ids[index], document.own_direction(index), names)
    return to_bytes(root)


def read(data: bytes, image_size: tuple[int, int] | None = None) -> Document:
    """Return the document of a PAGE file of any version.

    Regions come in the order of ReadingOrder, lines in that of the file or of Transkribus' `custom`. The text of a
    line is its TextEquiv with the lowest index, or that of its words. Text of regions without lines has no place on
    the image and is left out.

    Args:
        data: The file.
        image_size: (width, height) of the image in pixels, when it is at hand: the lines are scaled to it.

    Raises:
        MalformedFile: No well-formed XML, or points that are none.
        WrongFormat: XML of another kind.
        WrongImage: The size of the image is unknown, or `image_size` has another shape.
    """
    root = parse(data)
    page = root.find("{*}Page")
    if local_name(root) != "PcGts" or page is None:
        raise WrongFormat(f"The file is no PAGE XML; its root element is '{local_name(root)}'.", "Choose a PAGE XML file.")
    directions: dict[str, Direction] = {value: key for key, value in _DIRECTIONS.items()}
    return assemble(
        Sheet(
            image_name=page.get("imageFilename", ""),
            size=whole_size(page),
            direction=directions.get(page.get("readingDirection", "")),
            drafts=line_drafts(page, directions),
            creator=root.findtext("{*}Metadata/{*}Creator") or "",
            created=root.findtext("{*}Metadata/{*}Created") or "",
        ),
        image_size,
    )


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """Append an element of the PAGE namespace."""
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)


def _write_metadata(root: etree._Element, document: Document) -> None:
    """Append who made the file and when."""
    metadata = _add(root, "Metadata")
    _add(metadata, "Creator").text = clean(document.creator)
    _add(metadata, "Created").text = document.timestamp()
    _add(metadata, "LastChange").text = document.timestamp()


def _write_line(region: etree._Element, line: Line, name: str, direction: Direction | None, names: Names) -> None:
    """Append one line with its words and text."""
    element = _add(region, "TextLine", id=name)
    if direction:
        element.set("readingDirection", _DIRECTIONS[direction])
    if line.reason and not line.text:
        element.set("comments", f"unreadable: {clean(line.reason)}")
    _add(element, "Coords", points=format_points(line.polygon))
    _add(element, "Baseline", points=format_points(line.baseline))
    for number, word in enumerate(words(line), 1):
        if word.chars:
            _write_word(element, word, names.new(f"{name}_w{number}"), names)
    _write_text(element, clean(line.text), line.confidence)


def _write_word(line: etree._Element, word: Word, name: str, names: Names) -> None:
    """Append one word with its characters."""
    element = _add(line, "Word", id=name)
    _add(element, "Coords", points=format_points(corners(word.box)))
    for number, char in enumerate(word.chars, 1):
        _write_glyph(element, char, names.new(f"{name}_g{number}"))
    _write_text(element, word.text, word.confidence)


def _write_glyph(word: etree._Element, char: Char, name: str) -> None:
    """Append one character, its best reading first."""
    element = _add(word, "Glyph", id=name)
    _add(element, "Coords", points=format_points(corners(char.box)))
    readings: Sequence[tuple[str, float]] = [
        (char.text, char.confidence),
        *((other.text, other.confidence) for other in char.alternatives),
    ]
    for index, (text, confidence) in enumerate(readings):
        _write_text(element, clean(text), confidence).set("index", str(index))


def _write_text(parent: etree._Element, text: str, confidence: float | None) -> etree._Element:
    """Append a text and how sure it is."""
    element = _add(parent, "TextEquiv")
    if confidence is not None:
        element.set("conf", f"{confidence:.4f}")
    _add(element, "Unicode").text = text
    return element
