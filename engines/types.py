"""The frozen values that engines take and give: characters, lines, pages.

Coordinates are whole pixels of the original image, origin top-left, x to the right, y downwards.
Text is Unicode in logical order, NFC.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Point = tuple[int, int]
"""(x, y) in pixels of the original image."""

Box = tuple[int, int, int, int]
"""(x0, y0, x1, y1) in pixels, x1 and y1 exclusive."""

Direction = Literal["rtl", "ltr"]
"""Base direction of a paragraph of text."""


class Reason(StrEnum):
    """Why a line is empty, in words for a person; an engine may give other words where none of these is right."""

    TOO_SMALL = "too small"
    OUTSIDE = "outside the page"
    BLANK = "nothing is written here"
    NO_CHARACTER = "the model found no character"
    FAILED = "the engine failed on this line"


def _probability(value: float, what: str) -> None:
    """Refuse a value outside 0..1."""
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{what} must lie in 0..1, got {value}")


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of one character.

    Attributes:
        text: What the character may be instead; "" where the model would rather write nothing.
        confidence: Probability 0..1.
    """

    text: str
    confidence: float

    def __post_init__(self) -> None:
        """Check the confidence."""
        _probability(self.confidence, "confidence")


@dataclass(frozen=True, slots=True)
class Char:
    """One code point of a line as the engine read it.

    Attributes:
        text: One code point of the line's text.
        confidence: Probability 0..1 that it is right, as the engine says it.
        box: Where its ink lies on the page, pixels.
        alternatives: Next-best readings, best first, without `text` itself.
    """

    text: str
    confidence: float
    box: Box
    alternatives: tuple[Alternative, ...] = ()

    def __post_init__(self) -> None:
        """Check the confidence."""
        _probability(self.confidence, "confidence")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of writing: where it lies and what it says.

    Attributes:
        baseline: Two or more points from left to right, on which the letters stand.
        polygon: Three or more points around the ink of the line.
        text: What it says, logical order, NFC; "" when nothing could be read.
        chars: One `Char` per code point of `text`, in logical order; () when the text came without them.
        reason: Why `text` is empty; "" when it is not or when the line was not read yet.
    """

    baseline: tuple[Point, ...]
    polygon: tuple[Point, ...]
    text: str = ""
    chars: tuple[Char, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        """Check the number of points, the normal form, and that the characters spell the text."""
        if len(self.baseline) < 2:
            raise ValueError(f"a baseline has two or more points, got {len(self.baseline)}")
        if len(self.polygon) < 3:
            raise ValueError(f"a polygon has three or more points, got {len(self.polygon)}")
        if self.text != unicodedata.normalize("NFC", self.text):
            raise ValueError("the text of a line must be in NFC")
        if self.chars and "".join(char.text for char in self.chars) != self.text:
            raise ValueError("the chars of a line must spell its text")

    @property
    def confidence(self) -> float | None:
        """Return the mean confidence of the characters, 0..1; None without characters."""
        if not self.chars:
            return None
        return sum(char.confidence for char in self.chars) / len(self.chars)

    @property
    def box(self) -> Box:
        """Return the smallest box around the polygon, pixels."""
        xs = [x for x, _ in self.polygon]
        ys = [y for _, y in self.polygon]
        return min(xs), min(ys), max(xs) + 1, max(ys) + 1


def whole_line(width: int, height: int) -> Line:
    """Return the line that fills an image of one cut line: a rectangle with the baseline at 78 % of its height.

    Args:
        width: Width of the image, pixels, 2 or more.
        height: Height of the image, pixels, 2 or more.
    """
    right, bottom = width - 1, height - 1
    baseline = round(0.78 * bottom)
    return Line(((0, baseline), (right, baseline)), ((0, 0), (right, 0), (right, bottom), (0, bottom)))


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of one page image, in reading order.

    Attributes:
        width: Width of the image, pixels.
        height: Height of the image, pixels.
        lines: In reading order; when the caller gave lines, exactly those, in the order given.
        direction: Base direction of the page.
    """

    width: int
    height: int
    lines: tuple[Line, ...]
    direction: Direction = "rtl"
