"""What every page format writes and reads: one page, the names of its lines and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from engines.types import Box, Char, Direction, Line, Page, Point


@dataclass(frozen=True, slots=True)
class Document:
    """One page as a file: its lines with their names, and the image they were read from.

    Attributes:
        image_name: File name of the image without folders; "" when unknown.
        page: Size, direction and lines, in pixels of that image.
        line_ids: One unique name per line of the page, in the same order.
        directions: One per line: its own direction, None = that of the page. () = no line has one of its own.
        creator: What made the transcription, for example "kraken hebrew v1"; "" when unknown.
        created: When it was made, with a time zone; None = unknown.
    """

    image_name: str
    page: Page
    line_ids: tuple[str, ...]
    directions: tuple[Direction | None, ...] = ()
    creator: str = ""
    created: datetime | None = None

    def __post_init__(self) -> None:
        """Check that names and directions fit the lines.

        Raises:
            ValueError: There are more or fewer names than lines, a name occurs twice, or a time has no zone.
        """
        if len(self.line_ids) != len(self.page.lines):
            raise ValueError(f"{len(self.page.lines)} lines need as many ids, got {len(self.line_ids)}")
        if len(set(self.line_ids)) != len(self.line_ids):
            raise ValueError("the ids of the lines must differ from each other")
        if self.directions and len(self.directions) != len(self.page.lines):
            raise ValueError(f"{len(self.page.lines)} lines need as many directions or none, got {len(self.directions)}")
        if self.created is not None and self.created.tzinfo is None:
            raise ValueError("the time of creation needs a time zone")

    def own_direction(self, index: int) -> Direction | None:
        """Return the direction that the line at `index` overrides the page's with, or None."""
        return self.directions[index] if self.directions else None

    def timestamp(self) -> str:
        """Return the time of creation in UTC as ISO 8601 without fractions; now when it is unknown."""
        return (self.created or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def scaled(self, width: int, height: int) -> Document:
        """Return the same document for the same image at another size.

        Args:
            width: New width of the image, pixels.
            height: New height of the image, pixels.
        """
        ratio = (width / self.page.width, height / self.page.height)
        lines = tuple(_scaled_line(line, ratio) for line in self.page.lines)
        return replace(self, page=Page(width, height, lines, self.page.direction))


def _scaled_line(line: Line, ratio: tuple[float, float]) -> Line:
    """Return the line with every coordinate multiplied."""
    chars = tuple(_scaled_char(char, ratio) for char in line.chars)
    return replace(line, baseline=_scaled(line.baseline, ratio), polygon=_scaled(line.polygon, ratio), chars=chars)


def _scaled_char(char: Char, ratio: tuple[float, float]) -> Char:
    """Return the character with its box multiplied."""
    (x0, y0), (x1, y1) = _scaled(((char.box[0], char.box[1]), (char.box[2], char.box[3])), ratio)
    box: Box = (x0, y0, x1, y1)
    return replace(char, box=box)


def _scaled(points: tuple[Point, ...], ratio: tuple[float, float]) -> tuple[Point, ...]:
    """Return the points multiplied and rounded to whole pixels."""
    return tuple((round(x * ratio[0]), round(y * ratio[1])) for x, y in points)
