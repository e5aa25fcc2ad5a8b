"""The lines of a PAGE file in reading order, as the file tells them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from engines.types import Alternative, Char, Direction
from workbench.formats.drafts import Draft
from workbench.formats.geometry import box_of, number, parse_points
from workbench.formats.markup import clean, decode_name, local_name

_CUSTOM_ORDER = re.compile(r"readingOrder\s*\{\s*index\s*:\s*(\d{1,6})\s*;?\s*\}")
_UNREADABLE = "unreadable: "
_LAST = 10**7  # sorts behind every index

Directions = Mapping[str, Direction]
"""The direction that each value of readingDirection stands for."""


def whole_size(page: etree._Element) -> tuple[int, int] | None:
    """Return width and height of the image in pixels; None when the file leaves them out or says 0."""
    width, height = (page.get(name) for name in ("imageWidth", "imageHeight"))
    if width is None or height is None:
        return None
    size = round(number(width, "imageWidth")), round(number(height, "imageHeight"))
    return size if min(size) > 0 else None


def line_drafts(page: etree._Element, directions: Directions) -> list[Draft]:
    """Return all lines of a page in reading order.

    Args:
        page: The Page element.
        directions: What its readingDirection values stand for.
    """
    base = directions.get(page.get("readingDirection", ""))
    drafts: list[Draft] = []
    for region in _ordered_regions(page):
        own = directions.get(region.get("readingDirection", ""))
        inherited: Direction | None = own if own != base else None
        lines = _in_custom_order(region.findall("{*}TextLine"))
        drafts += [_draft(line, directions.get(line.get("readingDirection", "")) or inherited) for line in lines]
    return drafts


def _ordered_regions(page: etree._Element) -> list[etree._Element]:
    """Return every region with lines, as ReadingOrder tells; regions that it does not name come behind, as in the file."""
    regions = [element for element in page.iter("{*}TextRegion") if element.find("{*}TextLine") is not None]
    order = page.find("{*}ReadingOrder")
    if order is None:
        return _in_custom_order(regions)
    rank: dict[str, int] = {}
    for name in _references(order):
        rank.setdefault(name, len(rank))
    return sorted(regions, key=lambda region: _rank(region, rank))


def _rank(region: etree._Element, rank: Mapping[str, int]) -> int:
    """Return the place of a region, or of the nearest region around it that has one."""
    element: etree._Element | None = region
    while element is not None:
        found = rank.get(element.get("id", ""))
        if found is not None:
            return found
        element = element.getparent()
    return _LAST


def _references(group: etree._Element) -> Iterator[str]:
    """Yield the region names of a group and of the groups in it, those with an index by their index."""
    for member in sorted(group, key=_index):
        if member.get("regionRef"):
            yield member.get("regionRef", "")
        if local_name(member).endswith(("Group", "GroupIndexed")):
            yield from _references(member)


def _index(element: etree._Element) -> int:
    """Return the index of an element; those without one come last and keep their order."""
    text = element.get("index", "")
    return int(text) if re.fullmatch(r"\d{1,6}", text) else _LAST


def _in_custom_order(elements: list[etree._Element]) -> list[etree._Element]:
    """Return the elements in the order of their `custom` attributes when every one has it, else as they are."""
    found = [_CUSTOM_ORDER.search(element.get("custom", "")) for element in elements]
    places = [int(match.group(1)) for match in found if match]
    if len(places) < len(elements):
        return elements
    return [element for _, element in sorted(zip(places, elements, strict=True), key=lambda pair: pair[0])]


def _draft(line: etree._Element, direction: Direction | None) -> Draft:
    """Return one line as the file tells it."""
    name = line.get("id", "")
    words = line.findall("{*}Word")
    coordinates = [point for word in words for point in _points(word, "Coords", name)]
    comments = line.get("comments", "")
    return Draft(
        id=decode_name(name),
        text=_text(line),
        baseline=_points(line, "Baseline", name),
        polygon=_points(line, "Coords", name),
        box=box_of(coordinates) if coordinates else None,
        glyphs=tuple(char for word in words for glyph in word.findall("{*}Glyph") for char in _char(glyph)),
        direction=direction,
        reason=comments.removeprefix(_UNREADABLE) if comments.startswith(_UNREADABLE) else "",
    )


def _points(element: etree._Element, tag: str, name: str) -> tuple[tuple[int, int], ...]:
    """Return the points of Coords or Baseline; up to 2010 they are elements, since then an attribute."""
    holder = element.find(f"{{*}}{tag}")
    if holder is None:
        return ()
    what = f"{tag} of line '{name}'"
    if holder.get("points") is None:
        return parse_points(" ".join(f"{point.get('x')},{point.get('y')}" for point in holder.findall("{*}Point")), what)
    return parse_points(holder.get("points"), what)


def _text(element: etree._Element) -> str:
    """Return the best text of a line, word or glyph; without one, that of its parts."""
    best = _readings(element)
    if best:
        return best[0].findtext("{*}Unicode") or best[0].findtext("{*}PlainText") or ""
    words = element.findall("{*}Word")
    return " ".join(_text(word) for word in words) if words else "".join(_text(glyph) for glyph in element.findall("{*}Glyph"))


def _readings(element: etree._Element) -> list[etree._Element]:
    """Return the TextEquiv elements, best first: by index, those without one in front, as they are the main text."""
    return sorted(element.findall("{*}TextEquiv"), key=lambda equiv: _index(equiv) if equiv.get("index") else -1)


def _char(glyph: etree._Element) -> list[Char]:
    """Return the character of a glyph; none when it is not exactly one with a place and a confidence."""
    readings = [(clean(equiv.findtext("{*}Unicode") or ""), equiv.get("conf")) for equiv in _readings(glyph)]
    points = _points(glyph, "Coords", glyph.get("id", ""))
    if not readings or readings[0][1] is None or len(readings[0][0]) != 1 or not points:
        return []
    sure = [(text, number(conf, "conf")) for text, conf in readings if conf is not None]
    if any(not 0 <= confidence <= 1 for _, confidence in sure):
        return []
    alternatives = tuple(Alternative(text, confidence) for text, confidence in sure[1:])
    return [Char(*sure[0], box_of(points), alternatives)]
