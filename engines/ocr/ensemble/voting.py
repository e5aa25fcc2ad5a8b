"""One reading out of several of the same line: aligned character by character, then voted on by confidence.

The alignment is that of ROVER (Fiscus 1997, A post-processing system to yield reduced word error rates): each reading is
aligned to those before it. A vote is spread over a character and its alternatives, as its reader was sure of them.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np

from engines.ocr import characters
from engines.types import Alternative, Char

_MOST_ALTERNATIVES = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader says.

    Attributes:
        chars: In logical order, one at least.
        weight: How many votes it has.
    """

    chars: Sequence[Char]
    weight: float = 1.0


@dataclass(slots=True)
class _Column:
    """One place of the line: the character of each reader that has one there, by its number."""

    chars: dict[int, Char] = field(default_factory=dict)


def vote(readings: Sequence[Reading], least: float) -> tuple[Char, ...]:
    """Return what several readers say together.

    Equal readings give their own text: a character always has at least the confidence of its alternatives.

    Args:
        readings: Of one line, by one reader each; with equal votes the first one counts.
        least: Least probability of an alternative, 0..1.
    """
    columns: list[_Column] = []
    for number, reading in enumerate(readings):
        columns = _aligned(columns, number, reading.chars)
    sure = [_sureness(columns, number) for number in range(len(readings))]
    chosen = (_elected(column, readings, [of[index] for of in sure], least) for index, column in enumerate(columns))
    return characters.finish(char for char in chosen if char is not None)


def _aligned(columns: Sequence[_Column], number: int, chars: Sequence[Char]) -> list[_Column]:
    """Return the columns with one more reading, by an alignment with the fewest edits."""
    costs = np.zeros((len(columns) + 1, len(chars) + 1))
    costs[:, 0], costs[0, :] = np.arange(len(columns) + 1), np.arange(len(chars) + 1)
    for row, column in enumerate(columns, 1):
        for place, char in enumerate(chars, 1):
            changed = costs[row - 1, place - 1] + _difference(column, char)
            costs[row, place] = min(changed, costs[row - 1, place] + 1, costs[row, place - 1] + 1)
    row, place = len(columns), len(chars)
    found: list[_Column] = []
    while row or place:
        if row and place and costs[row, place] == costs[row - 1, place - 1] + _difference(columns[row - 1], chars[place - 1]):
            row, place = row - 1, place - 1
            found.append(_Column({**columns[row].chars, number: chars[place]}))
        elif row and costs[row, place] == costs[row - 1, place] + 1:
            row -= 1
            found.append(columns[row])
        else:
            place -= 1
            found.append(_Column({number: chars[place]}))
    return found[::-1]


def _difference(column: _Column, char: Char) -> float:
    """Return what it costs to put a character into a column: nothing when it stands there, much for a mark and a letter."""
    if any(other.text == char.text for other in column.chars.values()):
        return 0.0
    is_mark = bool(unicodedata.combining(char.text))
    return 1.0 if all(bool(unicodedata.combining(other.text)) == is_mark for other in column.chars.values()) else 2.0


def _sureness(columns: Sequence[_Column], number: int) -> list[float]:
    """Return how sure a reader is of what it has in each column, or that it has nothing there: as of the doubtful neighbour."""
    own = [column.chars[number].confidence if number in column.chars else math.nan for column in columns]
    before, after = _carried(own), _carried(own[::-1])[::-1]
    return np.fmin(before, after).tolist()


def _carried(chances: Sequence[float]) -> list[float]:
    """Return the last value that is known at each place, NaN where none is."""
    return list(accumulate(chances, lambda last, chance: last if math.isnan(chance) else chance))


def _elected(column: _Column, readings: Sequence[Reading], sure: Sequence[float], least: float) -> Char | None:
    """Return the character with the most votes, with its share of them; None when that is nothing."""
    votes: defaultdict[str, float] = defaultdict(float)
    for number, reading in enumerate(readings):
        char = column.chars.get(number)
        votes[char.text if char else ""] += reading.weight * (char.confidence if char else sure[number])
        for other in char.alternatives if char else ():
            votes[other.text] += reading.weight * other.confidence
    whole = sum(reading.weight for reading in readings)
    best = max(votes, key=votes.__getitem__)
    if not best:
        return None
    others = sorted(
        (
            Alternative(text, round(min(chance / whole, 1.0), 4))
            for text, chance in votes.items()
            if chance / whole >= least and characters.can_replace(text, best)
        ),
        key=lambda other: -other.confidence,
    )
    places = [char.box for char in column.chars.values() if char.text == best] or [char.box for char in column.chars.values()]
    return Char(best, round(min(votes[best] / whole, 1.0), 4), places[0], tuple(others[:_MOST_ALTERNATIVES]))
