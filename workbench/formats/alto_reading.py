"""The lines of an ALTO file in reading order, as the file tells them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from lxml import etree

from engines.types import Alternative, Box, Char, Direction, Point
from workbench.formats.drafts import Draft
from workbench.formats.errors import WrongFormat, WrongImage
from workbench.formats.geometry import around, number, parse_points
from workbench.formats.markup import clean, decode_name, local_name

UNREADABLE = "unreadable"
"""Type of the tag whose label says why a line has no text."""

_DIRECTIONS: dict[str, Direction] = {"rtl": "rtl", "ltr": "ltr"}


def single_page(root: etree._Element) -> etree._Element:
    """Return the one page of a file.

    Raises:
        WrongFormat: It has none, or several.
    """
    pages = root.findall("{*}Layout/{*}Page")
    if len(pages) != 1:
        raise WrongFormat(f"The ALTO file has {len(pages)} pages.", "Give one ALTO file per page image.")
    return pages[0]


def sizes(root: etree._Element, page: etree._Element, image_size: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return width and height of the page in the unit of the file; None when it leaves them out or says 0.

    Raises:
        WrongImage: The unit is not the pixel, and page or image have no size to convert it by.
    """
    unit = (root.findtext("{*}Description/{*}MeasurementUnit") or "pixel").strip()
    width, height = (round(number(page.get(name, "0"), f"{name} of the page")) for name in ("WIDTH", "HEIGHT"))
    known = width > 0 and height > 0
    if unit != "pixel" and (image_size is None or not known):
        raise WrongImage(
            f"The ALTO file measures in {unit[:20]}, not in pixels.",
            "Import it together with its image, or export it again with the measurement unit 'pixel'.",
        )
    return (width, height) if known else None


def base_direction(page: etree._Element) -> Direction | None:
    """Return the direction of most blocks; None when none tells its own."""
    found: Counter[Direction] = Counter()
    for block in page.iter("{*}TextBlock"):
        own = _direction(block)
        if own:
            found[own] += 1
    return found.most_common(1)[0][0] if found else None


def line_drafts(root: etree._Element, page: etree._Element) -> list[Draft]:
    """Return all lines of a page in reading order."""
    base = base_direction(page)
    reasons = {
        tag.get("ID", ""): tag.get("LABEL", "") for tag in root.findall("{*}Tags/{*}OtherTag") if tag.get("TYPE") == UNREADABLE
    }
    rank: dict[str, int] = {}
    for reference in root.iterfind("{*}ReadingOrder//{*}ElementRef"):
        for name in reference.get("REF", "").split():
            rank.setdefault(name, len(rank))
    lines = sorted(page.iter("{*}TextLine"), key=lambda line: _rank(line, rank))
    return [_draft(line, base, reasons) for line in lines]


def _rank(line: etree._Element, rank: Mapping[str, int]) -> int:
    """Return the place of a line, or of the nearest block around it that has one; behind all others without."""
    element: etree._Element | None = line
    while element is not None:
        found = rank.get(element.get("ID", ""))
        if found is not None:
            return found
        element = element.getparent()
    return len(rank)


def _draft(line: etree._Element, base: Direction | None, reasons: Mapping[str, str]) -> Draft:
    """Return one line as the file tells it."""
    name = line.get("ID", "")
    strings = line.findall("{*}String")
    boxes = [box for box in (_box(string) for string in strings) if box]
    box = _box(line) or (around(boxes) if boxes else None)
    shape = line.find("{*}Shape/{*}Polygon")
    polygon = parse_points(shape.get("POINTS"), f"Polygon of line '{name}'") if shape is not None else ()
    return Draft(
        id=decode_name(name),
        text=_text(line),
        baseline=_baseline(line, box, polygon),
        polygon=polygon,
        box=box,
        glyphs=tuple(char for string in strings for glyph in string.findall("{*}Glyph") for char in _char(glyph)),
        direction=_own_direction(line, base),
        reason=next((reasons[tag] for tag in line.get("TAGREFS", "").split() if tag in reasons), ""),
    )


def _direction(element: etree._Element) -> Direction | None:
    """Return the direction that an element states; None without, and for writing from top to bottom."""
    return _DIRECTIONS.get(element.get("BASEDIRECTION", ""))


def _own_direction(line: etree._Element, base: Direction | None) -> Direction | None:
    """Return the direction of a line: its own, or that of its block where this differs from the page's."""
    block = line.getparent()
    inherited = _direction(block) if block is not None else None
    return _direction(line) or (inherited if inherited != base else None)


def _baseline(line: etree._Element, box: Box | None, polygon: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return the points of a baseline; up to version 4.1 it is one number, the height of a level line."""
    text = line.get("BASELINE", "").strip()
    what = f"BASELINE of line '{line.get('ID', '')}'"
    if not text or text.replace(",", " ").split()[1:]:
        return parse_points(text, what)
    xs = [box[0], box[2]] if box else [x for x, _ in polygon]
    y = round(number(text, what))
    return ((min(xs), y), (max(xs), y)) if xs and min(xs) < max(xs) else ()


def _box(element: etree._Element) -> Box | None:
    """Return the box of an element; None when the file leaves out a side."""
    values = [element.get(name) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")]
    if None in values:
        return None
    x, y, width, height = (number(value, f"{local_name(element)} position") for value in values)
    return round(x), round(y), round(x + width), round(y + height)


def _text(line: etree._Element) -> str:
    """Return the text of a line with its spaces and the hyphen at its end."""
    parts: list[str] = []
    separator = "" if line.find("{*}SP") is not None else " "
    for element in line:
        kind, content = local_name(element), element.get("CONTENT", "")
        if kind == "String":
            parts.append((separator if parts else "") + content)
        elif kind == "SP":
            parts.append(" ")
        elif kind == "HYP" and not "".join(parts).endswith(content):
            parts.append(content)
    return "".join(parts)


def _char(glyph: etree._Element) -> list[Char]:
    """Return the character of a glyph; none when it is not exactly one with a place and a confidence."""
    text, box = clean(glyph.get("CONTENT", "")), _box(glyph)
    confidence = _confidence(glyph.get("GC"))
    if len(text) != 1 or box is None or confidence is None:
        return []
    variants = [(clean(variant.get("CONTENT", "")), _confidence(variant.get("VC"))) for variant in glyph.findall("{*}Variant")]
    alternatives = tuple(Alternative(content, sure) for content, sure in variants if sure is not None)
    return [Char(text, confidence, box, alternatives)]


def _confidence(text: str | None) -> float | None:
    """Return a confidence 0..1; None when it is missing or outside."""
    if text is None:
        return None
    value = number(text, "confidence")
    return value if 0 <= value <= 1 else None
