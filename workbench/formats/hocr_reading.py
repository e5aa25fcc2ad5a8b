"""The lines of an hOCR file, as the file tells them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engines.types import Box, Char, Direction, Point
from workbench.formats.drafts import Draft
from workbench.formats.errors import MalformedFile, WrongFormat
from workbench.formats.geometry import number, parse_points
from workbench.formats.markup import check_size, clean, decode_name, refuse_entities

_LINE_CLASSES = {"ocr_line", "ocrx_line", "ocr_header", "ocr_footer", "ocr_caption", "ocr_textfloat"}
_PROPERTY = re.compile(r"""(?:[^;"]|"(?:[^"\\]|\\.)*")+""")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Properties:
    """What the title of an hOCR element says.

    Attributes:
        box: `bbox`.
        image: `image`, unquoted; "" when missing.
        values: Every property as text, by name.
    """

    box: Box | None
    image: str
    values: Mapping[str, str]


def parse(data: bytes) -> etree._Element:
    """Return the root of an XHTML or HTML file. Reads no other file and no network.

    Raises:
        MalformedFile: It is empty, too large, declares entities, or is no HTML.
    """
    check_size(data)
    refuse_entities(data)
    xml = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, xml)
        if next(root.iter(etree.Entity), None) is None:
            return root
    except (etree.XMLSyntaxError, ValueError):
        pass  # not XHTML, or with named characters such as &nbsp;: HTML knows both
    html = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(data, html)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedFile(f"The file is no HTML: {error}.", "Choose an hOCR file.") from error
    if root is None:
        raise MalformedFile("The file is no HTML.", "Choose an hOCR file.")
    return root


def only_page(root: etree._Element) -> etree._Element:
    """Return the one page of a file.

    Raises:
        WrongFormat: It has none, or several.
    """
    pages = [element for element in root.iter("{*}div", "{*}body") if "ocr_page" in _classes(element)]
    if not pages:
        raise WrongFormat("The file is no hOCR: it has no element of class 'ocr_page'.", "Choose an hOCR file.")
    if len(pages) > 1:
        raise WrongFormat(f"The hOCR file has {len(pages)} pages.", "Give one hOCR file per page image.")
    return pages[0]


def quoted(text: str) -> str:
    """Return a text in double quotes, as it stands in a title."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def properties(element: etree._Element) -> Properties:
    """Return what the title of an element says."""
    values: dict[str, str] = {}
    for part in _PROPERTY.findall(element.get("title", "")):
        name, _, value = part.strip().partition(" ")
        values.setdefault(name, value.strip())
    image = values.get("image", "")
    if image.startswith('"') and image.endswith('"'):
        image = re.sub(r"\\([\"\\])", r"\1", image[1:-1])
    return Properties(_box(values.get("bbox")), image.strip("'"), values)


def line_drafts(page: etree._Element, directions: Mapping[str, Direction]) -> list[Draft]:
    """Return all lines of a page in the order of the file.

    Args:
        page: The element of class ocr_page.
        directions: What the values of `dir` stand for.
    """
    lines = [element for element in page.iter("{*}span", "{*}div", "{*}p") if _classes(element) & _LINE_CLASSES]
    base = directions.get(page.get("dir", ""))
    return [_draft(line, _own_direction(line, page, directions, base)) for line in lines]


def _classes(element: etree._Element) -> set[str]:
    """Return the classes of an element."""
    return set(element.get("class", "").split())


def _own_direction(
    line: etree._Element, page: etree._Element, directions: Mapping[str, Direction], base: Direction | None
) -> Direction | None:
    """Return the direction of a line: its own, or that of what holds it where this differs from the page's."""
    if line.get("dir") in directions:
        return directions[line.get("dir", "")]
    for holder in line.iterancestors():
        if holder is page:
            break
        found = directions.get(holder.get("dir", ""))
        if found:
            return found if found != base else None
    return None


def _draft(line: etree._Element, direction: Direction | None) -> Draft:
    """Return one line as the file tells it."""
    found = properties(line)
    name = line.get("id", "")
    verbatim = "white-space:pre" in line.get("style", "").replace(" ", "")
    words = [word for word in line.iter("{*}span") if "ocrx_word" in _classes(word)]
    return Draft(
        id=decode_name(name),
        text="".join(line.itertext()) if verbatim else _collapsed(line, words),
        baseline=_baseline(found, name),
        polygon=parse_points(found.values.get("poly"), f"poly of line '{name}'"),
        box=found.box,
        glyphs=tuple(char for word in words for char in _chars(word)),
        direction=direction,
        reason=line.get("data-reason", ""),
    )


def _collapsed(line: etree._Element, words: list[etree._Element]) -> str:
    """Return the text of a line as a browser shows it: words parted by one space each."""
    parts = ["".join(word.itertext()) for word in words] or ["".join(line.itertext())]
    return _SPACES.sub(" ", " ".join(part.strip() for part in parts)).strip()


def _baseline(found: Properties, name: str) -> tuple[Point, ...]:
    """Return the exact baseline, or the straight one that slope and offset describe; () without both."""
    if "x_baseline" in found.values:
        return parse_points(found.values["x_baseline"], f"x_baseline of line '{name}'")
    numbers = [number(text, f"baseline of line '{name}'") for text in found.values.get("baseline", "").split()]
    if len(numbers) != 2 or found.box is None:
        return ()
    slope, offset = numbers
    x0, _, x1, y1 = found.box
    return ((x0, round(y1 + offset)), (max(x1, x0 + 1), round(y1 + offset + slope * (x1 - x0))))


def _box(text: str | None) -> Box | None:
    """Return a bbox; None when it has not four numbers."""
    if text is None or len(text.split()) != 4:
        return None
    x0, y0, x1, y1 = (round(number(value, "bbox")) for value in text.split())
    return x0, y0, x1, y1


def _chars(word: etree._Element) -> list[Char]:
    """Return the characters of a word; none when confidences or boxes are missing."""
    text = clean("".join(word.itertext()))
    values = properties(word).values
    confidences = [number(value, "x_confs") / 100 for value in values.get("x_confs", "").split()]
    places = [round(number(value, "x_bboxes")) for value in values.get("x_bboxes", "").split()]
    if len(confidences) != len(text) or len(places) != 4 * len(text) or any(not 0 <= c <= 1 for c in confidences):
        return []
    sides = zip(places[::4], places[1::4], places[2::4], places[3::4], strict=True)
    return [Char(character, confidence, box) for character, confidence, box in zip(text, confidences, sides, strict=True)]
