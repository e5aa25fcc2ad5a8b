"""JSON: a page with all that is known of its lines, for programs."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engines.types import Alternative, Box, Char, Direction, Line, Point
from workbench.formats.document import Document
from workbench.formats.drafts import Draft, Sheet, assemble, base_name
from workbench.formats.errors import MalformedFile
from workbench.formats.markup import check_size, clean


class _Value(BaseModel):
    """What all parts of the file share: nothing unknown, nothing changed."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Alternative(_Value):
    """Another reading of a character."""

    text: str
    confidence: float = Field(ge=0, le=1)


class _Char(_Value):
    """One code point."""

    text: str
    confidence: float = Field(ge=0, le=1)
    box: Box
    alternatives: tuple[_Alternative, ...] = ()


class _Line(_Value):
    """One line; `confidence` is the mean of its characters and only written."""

    id: str = ""
    index: int = 0
    text: str = ""
    confidence: float | None = None
    direction: Direction | None = None
    reason: str = ""
    baseline: tuple[Point, ...] = ()
    polygon: tuple[Point, ...] = ()
    chars: tuple[_Char, ...] = ()


class _Page(_Value):
    """The whole file."""

    image: str = ""
    width: int = Field(gt=0, le=1_000_000)
    height: int = Field(gt=0, le=1_000_000)
    direction: Direction | None = None
    creator: str = ""
    created: str = ""
    lines: tuple[_Line, ...] = ()


def write(document: Document) -> bytes:
    """Return the JSON file of a document: UTF-8, indented by one space; nothing is lost in it."""
    lines = tuple(_line(document, index, line) for index, line in enumerate(document.page.lines))
    page = _Page(
        image=base_name(document.image_name),
        width=document.page.width,
        height=document.page.height,
        direction=document.page.direction,
        creator=clean(document.creator),
        created=document.timestamp(),
        lines=lines,
    )
    return (page.model_dump_json(indent=1) + "\n").encode()


def read(data: bytes, image_size: tuple[int, int] | None = None) -> Document:
    """Return the document of a JSON file that `write` made.

    Args:
        data: The file.
        image_size: (width, height) of the image in pixels, when it is at hand: the lines are scaled to it.

    Raises:
        MalformedFile: No JSON, or a value is missing or out of range.
        WrongImage: `image_size` has another shape.
    """
    check_size(data)
    try:
        page = _Page.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise MalformedFile(f"{place} of the JSON page: {first['msg']}.", "Export the file again.") from error
    sheet = Sheet(
        image_name=page.image,
        size=(page.width, page.height),
        direction=page.direction,
        drafts=[_draft(line) for line in page.lines],
        creator=page.creator,
        created=page.created,
    )
    return assemble(sheet, image_size)


def _line(document: Document, index: int, line: Line) -> _Line:
    """Return a line as it is written."""
    text = clean(line.text)
    return _Line(
        id=document.line_ids[index],
        index=index,
        text=text,
        confidence=line.confidence,
        direction=document.own_direction(index),
        reason=clean(line.reason),
        baseline=line.baseline,
        polygon=line.polygon,
        chars=tuple(_char(char) for char in line.chars) if text == line.text else (),
    )


def _char(char: Char) -> _Char:
    """Return a character as it is written."""
    alternatives = tuple(_Alternative(text=clean(other.text), confidence=other.confidence) for other in char.alternatives)
    return _Char(text=char.text, confidence=char.confidence, box=char.box, alternatives=alternatives)


def _draft(line: _Line) -> Draft:
    """Return a line as it was read."""
    glyphs = tuple(
        Char(
            char.text, char.confidence, char.box, tuple(Alternative(other.text, other.confidence) for other in char.alternatives)
        )
        for char in line.chars
    )
    return Draft(
        id=line.id,
        text=line.text,
        baseline=line.baseline,
        polygon=line.polygon,
        glyphs=glyphs,
        direction=line.direction,
        reason=line.reason,
    )
