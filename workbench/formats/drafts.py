"""From what a file says about its lines to a document: missing outlines are derived, text is cleaned, sizes are matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from engines.ocr.text import main_direction
from engines.types import Box, Char, Direction, Line, Page, Point
from workbench.formats.document import Document
from workbench.formats.errors import MalformedFile, WrongImage
from workbench.formats.geometry import baseline_in, box_of, corners, line_height, polygon_around
from workbench.formats.markup import clean
from workbench.formats.spelling import chars_of

_MAX_STRETCH = 0.03  # how far the aspect ratio of a resized image may differ through rounding and cropping


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A line as a file tells it; whatever the file leaves out is empty.

    Attributes:
        id: Its name in the file.
        text: As it stands in the file.
        baseline: Points, left to right.
        polygon: Points around the ink.
        box: A box around the ink.
        glyphs: Its characters in logical order, with or without the spaces.
        direction: Its own direction.
        reason: Why it has no text.
    """

    id: str = ""
    text: str = ""
    baseline: tuple[Point, ...] = ()
    polygon: tuple[Point, ...] = ()
    box: Box | None = None
    glyphs: tuple[Char, ...] = ()
    direction: Direction | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page as a file tells it.

    Attributes:
        image_name: As it stands in the file, perhaps with folders.
        size: (width, height) in the unit of the file; None = it does not tell.
        direction: Base direction; None = it does not tell.
        drafts: The lines in reading order.
        creator: What made it.
        created: When, ISO 8601.
    """

    image_name: str
    size: tuple[int, int] | None
    direction: Direction | None
    drafts: Sequence[Draft]
    creator: str = ""
    created: str = ""


def assemble(sheet: Sheet, image_size: tuple[int, int] | None) -> Document:
    """Return the document that a file describes.

    Args:
        sheet: What the file says.
        image_size: (width, height) of the image in pixels, when it is at hand: the lines are scaled to it.

    Raises:
        MalformedFile: A line is nowhere: it has neither baseline nor polygon nor box.
        WrongImage: Neither the file nor the caller tells the size, or the image has another shape.
    """
    width, height = _size(sheet, image_size)
    lines = _lines(sheet.drafts, height)
    direction = sheet.direction or main_direction(line.text for line in lines)
    document = Document(
        image_name=base_name(sheet.image_name),
        page=Page(width, height, lines, direction),
        line_ids=_unique([draft.id for draft in sheet.drafts]),
        directions=tuple(draft.direction for draft in sheet.drafts) if any(draft.direction for draft in sheet.drafts) else (),
        creator=clean(sheet.creator).strip(),
        created=_time(sheet.created),
    )
    return _matched(document, image_size)


def base_name(name: str) -> str:
    """Return the file name at the end of a path of any system, never one that leads elsewhere; "" when there is none."""
    last = PurePosixPath(clean(name).strip().replace("\\", "/")).name
    return "" if last in {".", ".."} else last


def _size(sheet: Sheet, image_size: tuple[int, int] | None) -> tuple[int, int]:
    """Return the size of the page in the unit of its lines."""
    size = sheet.size or image_size
    if size is None or min(size) <= 0:
        raise WrongImage("The file does not tell the width and height of its image.", "Import it together with the image.")
    return size


def _matched(document: Document, image_size: tuple[int, int] | None) -> Document:
    """Return the document at the size of the image."""
    page = document.page
    if image_size is None or image_size == (page.width, page.height):
        return document
    stretch = (image_size[0] / page.width) / (image_size[1] / page.height)
    if abs(stretch - 1) > _MAX_STRETCH:
        raise WrongImage(
            f"The file is for an image of {page.width} × {page.height}, this one has {image_size[0]} × {image_size[1]} pixels.",
            "Choose the image that the file was made for; it may be scaled but neither cropped nor turned.",
        )
    return document.scaled(*image_size)


def _lines(drafts: Sequence[Draft], page_height: int) -> tuple[Line, ...]:
    """Return the lines, each with a baseline and a polygon."""
    height = line_height([draft.baseline for draft in drafts if len(draft.baseline) > 1], page_height)
    return tuple(_line(_outlined(draft, height)) for draft in drafts)


def _outlined(draft: Draft, height: float) -> Draft:
    """Return the draft with a baseline and a polygon, each derived from what else is known."""
    polygon = draft.polygon if len(draft.polygon) > 2 else ()
    rest = draft.box or (box_of(draft.polygon) if len(draft.polygon) == 2 else None)
    if not polygon and len(draft.baseline) > 1:
        polygon = corners(rest) if rest else polygon_around(draft.baseline, height)
    elif not polygon and rest:
        polygon = corners(rest)
    if not polygon:
        raise MalformedFile(
            f"Line '{draft.id}' has neither a baseline nor a polygon nor a box.", "Remove the line, or draw it where it belongs."
        )
    baseline = draft.baseline if len(draft.baseline) > 1 else baseline_in(polygon)
    return replace(draft, baseline=baseline, polygon=polygon)


def _line(draft: Draft) -> Line:
    """Return the line of a draft that has its outlines."""
    text = clean(draft.text)
    return Line(draft.baseline, draft.polygon, text, chars_of(text, draft.glyphs), "" if text else clean(draft.reason))


def _unique(ids: Sequence[str]) -> tuple[str, ...]:
    """Return the names with a number for those missing and those that occur twice."""
    found: dict[str, None] = {}
    for index, wish in enumerate(ids, 1):
        name, number = wish or f"line-{index}", 2
        while name in found:
            name, number = f"{wish or 'line'}-{index}-{number}", number + 1
        found[name] = None
    return tuple(found)


def _time(text: str) -> datetime | None:
    """Return the time of a file, in UTC unless it says another zone; None when it is none."""
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
