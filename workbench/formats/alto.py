"""ALTO XML: written as 4.3, read in versions 2 to 4.

Source: https://www.loc.gov/standards/alto/
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engines.types import Box, Char, Line
from workbench.formats.alto_reading import UNREADABLE, base_direction, line_drafts, single_page, sizes
from workbench.formats.document import Document
from workbench.formats.drafts import Sheet, assemble, base_name
from workbench.formats.errors import WrongFormat
from workbench.formats.geometry import format_points
from workbench.formats.markup import Names, clean, encode_name, local_name, parse
from workbench.formats.markup import write as to_bytes
from workbench.formats.spelling import Word, words

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_LONGEST_VARIANT = 3  # characters, as the schema has it


def write(document: Document) -> bytes:
    """Return the ALTO file of a document.

    Lines with characters get glyphs, with confidences and variants. Why a line has no text stands in an OtherTag of
    type "unreadable". Alternatives of more than three characters are left out, as the schema has no room for them.
    """
    root = etree.Element(f"{{{NAMESPACE}}}alto", nsmap={None: NAMESPACE, "xsi": "http://www.w3.org/2001/XMLSchema-instance"})
    root.set(_SCHEMA, f"{NAMESPACE} http://www.loc.gov/standards/alto/v4/alto-4-3.xsd")
    root.set("SCHEMAVERSION", "4.3")
    ids = tuple(encode_name(name) for name in document.line_ids)
    names = Names(ids)
    _write_description(root, document, names)
    tags = _write_tags(root, document, names)
    block = _write_layout(root, document, names)
    for index, line in enumerate(document.page.lines):
        element = _write_line(block, line, ids[index])
        direction = document.own_direction(index)
        if direction:
            element.set("BASEDIRECTION", direction)
        if line.reason and not line.text:
            element.set("TAGREFS", tags[clean(line.reason)])
    return to_bytes(root)


def read(data: bytes, image_size: tuple[int, int] | None = None) -> Document:
    """Return the document of an ALTO file of version 2, 3 or 4.

    Lines come in the order of ReadingOrder, else in that of the file. Where a line has no SP at all, its Strings are
    parted by spaces.

    Args:
        data: The file.
        image_size: (width, height) of the image in pixels, when it is at hand: the lines are scaled to it. A file in
            tenths of millimetres or 1200ths of an inch cannot be read without.

    Raises:
        MalformedFile: No well-formed XML, or points that are none.
        WrongFormat: XML of another kind, or more than one page.
        WrongImage: The size of the image is unknown, or `image_size` has another shape.
    """
    root = parse(data)
    if local_name(root).lower() != "alto":
        raise WrongFormat(f"The file is no ALTO XML; its root element is '{local_name(root)}'.", "Choose an ALTO XML file.")
    page = single_page(root)
    software = root.findtext(".//{*}processingSoftware/{*}softwareName") or root.findtext(".//{*}softwareName") or ""
    return assemble(
        Sheet(
            image_name=root.findtext("{*}Description/{*}sourceImageInformation/{*}fileName") or "",
            size=sizes(root, page, image_size),
            direction=base_direction(page),
            drafts=line_drafts(root, page),
            creator=software,
            created=root.findtext(".//{*}processingDateTime") or "",
        ),
        image_size,
    )


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """Append an element of the ALTO namespace."""
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)


def _write_description(root: etree._Element, document: Document, names: Names) -> None:
    """Append unit, image and what made the file when."""
    description = _add(root, "Description")
    _add(description, "MeasurementUnit").text = "pixel"
    _add(_add(description, "sourceImageInformation"), "fileName").text = base_name(document.image_name)
    processing = _add(description, "Processing", ID=names.new("processing"))
    _add(processing, "processingCategory").text = "contentGeneration"
    _add(processing, "processingDateTime").text = document.timestamp()
    _add(_add(processing, "processingSoftware"), "softwareName").text = clean(document.creator)


def _write_tags(root: etree._Element, document: Document, names: Names) -> Mapping[str, str]:
    """Append one tag per reason why a line has no text; return their names."""
    reasons = dict.fromkeys(clean(line.reason) for line in document.page.lines if line.reason and not line.text)
    tags = {reason: names.new("unreadable") for reason in reasons}
    if tags:
        holder = _add(root, "Tags")
        for reason, name in tags.items():
            _add(holder, "OtherTag", ID=name, TYPE=UNREADABLE, LABEL=reason)
    return tags


def _write_layout(root: etree._Element, document: Document, names: Names) -> etree._Element:
    """Append page, print space and one block; return the block."""
    size = {"WIDTH": str(document.page.width), "HEIGHT": str(document.page.height)}
    page = _add(_add(root, "Layout"), "Page", ID=names.new("page"), PHYSICAL_IMG_NR="1", **size)
    space = _add(page, "PrintSpace", HPOS="0", VPOS="0", **size)
    return _add(space, "TextBlock", ID=names.new("block"), HPOS="0", VPOS="0", BASEDIRECTION=document.page.direction, **size)


def _write_line(block: etree._Element, line: Line, name: str) -> etree._Element:
    """Append one line: spaces are SP elements, and a line without text has one empty String."""
    element = _add(block, "TextLine", ID=name, BASELINE=format_points(line.baseline), **_place(line.box))
    _add(_add(element, "Shape"), "Polygon", POINTS=format_points(line.polygon))
    for word in words(line):
        if word.space_before:
            _add(element, "SP")
        if word.text:
            _write_string(element, word)
    if not words(line):
        _add(element, "String", CONTENT="")
    return element


def _write_string(line: etree._Element, word: Word) -> None:
    """Append one word with its characters."""
    element = _add(line, "String", CONTENT=word.text)
    if word.chars:
        element.set("WC", f"{word.confidence:.4f}")
        element.attrib.update(_place(word.box))
    for char in word.chars:
        _write_glyph(element, char)


def _write_glyph(string: etree._Element, char: Char) -> None:
    """Append one character and its other readings."""
    glyph = _add(string, "Glyph", CONTENT=char.text, GC=f"{char.confidence:.4f}", **_place(char.box))
    for other in char.alternatives:
        if len(clean(other.text)) <= _LONGEST_VARIANT:
            _add(glyph, "Variant", CONTENT=clean(other.text), VC=f"{other.confidence:.4f}")


def _place(box: Box) -> dict[str, str]:
    """Return the attributes of a box, cut at the edges of the page."""
    x0, y0, x1, y1 = (max(0, value) for value in box)
    return {"HPOS": str(x0), "VPOS": str(y0), "WIDTH": str(x1 - x0), "HEIGHT": str(y1 - y0)}
