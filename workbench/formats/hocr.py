"""hOCR: OCR results as XHTML, which a browser shows.

Source: https://kba.github.io/hocr-spec/1.2/
"""

from __future__ import annotations

from lxml import etree

from engines.types import Direction, Line
from workbench.formats.document import Document
from workbench.formats.drafts import Sheet, assemble, base_name
from workbench.formats.geometry import format_points
from workbench.formats.hocr_reading import line_drafts, only_page, parse, properties, quoted
from workbench.formats.markup import clean, encode_name
from workbench.formats.spelling import Word, words

NAMESPACE = "http://www.w3.org/1999/xhtml"
_CAPABILITIES = "ocr_page ocr_line ocrx_word ocrp_dir ocrp_poly ocrp_wconf"


def write(document: Document) -> bytes:
    """Return the hOCR file of a document.

    Beside what the standard has, a line carries its exact baseline (`x_baseline x y x y …`) and why it has no text
    (`data-reason`); words carry confidences 0..100 and boxes of their characters (`x_confs`, `x_bboxes`). Alternatives
    are left out.
    """
    html = etree.Element(f"{{{NAMESPACE}}}html", nsmap={None: NAMESPACE})
    name = base_name(document.image_name)
    _write_head(html, document, name)
    page = document.page
    sheet = _add(_add(html, "body"), "div", id="wb-page", dir=page.direction, title="", **{"class": "ocr_page"})
    sheet.set("title", f"image {quoted(name)}; bbox 0 0 {page.width} {page.height}")
    sheet.text = "\n"
    for index, line in enumerate(page.lines):
        _write_line(sheet, line, encode_name(document.line_ids[index]), document.own_direction(index))
        _add(sheet, "br").tail = "\n"
    return etree.tostring(html, xml_declaration=True, encoding="UTF-8", doctype="<!DOCTYPE html>") + b"\n"


def read(data: bytes, image_size: tuple[int, int] | None = None) -> Document:
    """Return the document of an hOCR file, XHTML or HTML.

    Args:
        data: The file.
        image_size: (width, height) of the image in pixels, when it is at hand: the lines are scaled to it.

    Raises:
        MalformedFile: No HTML, or boxes that are none.
        WrongFormat: No ocr_page in it, or several.
        WrongImage: The size of the image is unknown, or `image_size` has another shape.
    """
    root = parse(data)
    page = only_page(root)
    directions: dict[str, Direction] = {"rtl": "rtl", "ltr": "ltr"}
    found = properties(page)
    box = found.box
    meta = {item.get("name", ""): item.get("content", "") for item in root.iter("{*}meta")}
    return assemble(
        Sheet(
            image_name=found.image,
            size=(box[2], box[3]) if box and min(box[2:]) > 0 else None,
            direction=directions.get(page.get("dir", "")),
            drafts=line_drafts(page, directions),
            creator=meta.get("ocr-system", ""),
            created=meta.get("dcterms.created", ""),
        ),
        image_size,
    )


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """Append an XHTML element."""
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)


def _write_head(html: etree._Element, document: Document, name: str) -> None:
    """Append title, encoding and what made the file when."""
    head = _add(html, "head")
    _add(head, "meta", charset="utf-8")
    _add(head, "title").text = name or "hOCR"
    facts = {"ocr-system": clean(document.creator), "ocr-capabilities": _CAPABILITIES, "dcterms.created": document.timestamp()}
    for key, value in facts.items():
        _add(head, "meta", name=key, content=value)


def _write_line(sheet: etree._Element, line: Line, name: str, direction: Direction | None) -> None:
    """Append one line; its white space is kept as it is."""
    element = _add(sheet, "span", id=name, style="white-space: pre", **{"class": "ocr_line"})
    element.text = ""  # an empty span needs its end tag, or a browser that reads HTML never closes it
    if direction:
        element.set("dir", direction)
    if line.reason and not line.text:
        element.set("data-reason", clean(line.reason))
    x0, y0, x1, y1 = line.box
    slope, offset = _straight(line)
    exact = format_points(line.baseline).replace(",", " ")
    outline = format_points(line.polygon).replace(",", " ")
    element.set("title", f"bbox {x0} {y0} {x1} {y1}; baseline {slope:.4f} {offset:.1f}; poly {outline}; x_baseline {exact}")
    last: etree._Element | None = None
    for word in words(line):
        if word.space_before:
            _append_text(element, last, " ")
        if word.chars:
            last = _write_word(element, word)
        else:
            _append_text(element, last, word.text)


def _straight(line: Line) -> tuple[float, float]:
    """Return slope and offset of the baseline against the lower left corner of the line's box, as hOCR wants them."""
    (ax, ay), (bx, by) = line.baseline[0], line.baseline[-1]
    slope = (by - ay) / (bx - ax) if bx != ax else 0.0
    return slope, ay + slope * (line.box[0] - ax) - line.box[3]


def _write_word(line: etree._Element, word: Word) -> etree._Element:
    """Append one word with confidences and boxes of its characters."""
    confidences = " ".join(f"{100 * char.confidence:.2f}" for char in word.chars)
    boxes = " ".join(str(value) for char in word.chars for value in char.box)
    place = " ".join(str(value) for value in word.box)
    element = _add(line, "span", **{"class": "ocrx_word"})
    element.set("title", f"bbox {place}; x_wconf {round(100 * word.confidence)}; x_confs {confidences}; x_bboxes {boxes}")
    element.text = word.text
    return element


def _append_text(parent: etree._Element, last: etree._Element | None, text: str) -> None:
    """Append text behind the last child, or at the start of an element without children."""
    if last is None:
        parent.text = (parent.text or "") + text
    else:
        last.tail = (last.tail or "") + text
