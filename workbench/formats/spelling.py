"""The words and characters of a line as the formats nest them, and back again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engines.types import Box, Char, Line
from workbench.formats.geometry import around
from workbench.formats.markup import clean


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters between single spaces.

    Attributes:
        text: Without the space before and after it; further spaces stay in front. "" behind a space at the end.
        chars: One per code point of `text`; () when the line came without.
        space_before: Whether a space parts it from the word before.
    """

    text: str
    chars: tuple[Char, ...]
    space_before: bool

    @property
    def box(self) -> Box:
        """Return the box around its characters; only for a word with characters."""
        return around([char.box for char in self.chars])

    @property
    def confidence(self) -> float:
        """Return the mean confidence of its characters, 0..1; only for a word with characters."""
        return sum(char.confidence for char in self.chars) / len(self.chars)


def words(line: Line) -> tuple[Word, ...]:
    """Return the words of a line; joined with their spaces they give its cleaned text. An empty text has none.

    The characters are left out when cleaning changes the text, since they would no longer spell it.
    """
    text = clean(line.text)
    chars = line.chars if text == line.text else ()
    if not text:
        return ()
    limits = pairwise([*_starts(text), len(text) + 1])  # a word ends before the space in front of the next
    return tuple(Word(text[start : end - 1], chars[start : end - 1], space_before=start > 0) for start, end in limits)


def _starts(text: str) -> list[int]:
    """Return where words begin: at 0, and after the first space behind something else."""
    after_word = [i + 1 for i in range(1, len(text)) if text[i] == " " and text[i - 1] != " "]
    return [0, *after_word]


def chars_of(text: str, glyphs: Sequence[Char]) -> tuple[Char, ...]:
    """Return one character per code point of a text, from those of a file.

    No format describes the space between two words: it takes the gap between its neighbours and their mean confidence.

    Args:
        text: The text of a line.
        glyphs: Its characters in logical order, without some or all spaces.

    Returns:
        Characters that spell `text`; () when the glyphs do not.
    """
    rest = list(glyphs)
    placed: list[Char | None] = []
    for character in text:
        if rest and rest[0].text == character:
            placed.append(rest.pop(0))
        elif character == " ":
            placed.append(None)
        else:
            return ()
    if rest or not any(placed):
        return ()
    return tuple(char or _space(placed, index) for index, char in enumerate(placed))


def _space(placed: Sequence[Char | None], index: int) -> Char:
    """Return a space that lies between its nearest described neighbours."""
    before = next((char for char in reversed(placed[:index]) if char), None)
    after = next((char for char in placed[index:] if char), None)
    neighbours = [char for char in (before, after) if char]
    confidence = sum(char.confidence for char in neighbours) / len(neighbours)
    return Char(" ", confidence, _gap([char.box for char in neighbours]))


def _gap(boxes: Sequence[Box]) -> Box:
    """Return the box between two boxes that lie side by side, or the outer edge of one."""
    whole = around(boxes)
    xs = sorted(x for box in boxes for x in (box[0], box[2]))
    middle = len(xs) // 2
    return xs[middle - 1], whole[1], xs[middle], whole[3]
