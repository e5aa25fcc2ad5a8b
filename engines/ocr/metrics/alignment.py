"""Truth and reading side by side: which character was taken for which, with the fewest edits and the likeliest pairs."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Literal

from rapidfuzz.distance import Levenshtein

Part = Literal["consonants", "vowels", "accents", "punctuation", "blanks"]

PARTS: tuple[Part, ...] = ("consonants", "vowels", "accents", "punctuation", "blanks")
"""What a text is made of: letters and digits · points, harakat and other marks on letters · cantillation and the marks of
recitation · punctuation, symbols and all else · blanks. Every character belongs to one of them."""

Pair = tuple[str, str]
"""A true character and what was read for it; "" where nothing is there."""

_ACCENTS = (("\u0591", "\u05af"), ("\u06d6", "\u06ed"))
"""Hebrew cantillation, and the marks of recitation of the Quran."""


def part(char: str) -> Part:
    """Return which part of a text a character belongs to."""
    kind = unicodedata.category(char)[0]
    if kind == "M":
        return "accents" if any(first <= char <= last for first, last in _ACCENTS) else "vowels"
    if kind in "LN":
        return "consonants"
    return "blanks" if char.isspace() else "punctuation"


def confusions(truth: str, reading: str) -> list[Pair]:
    """Return what differs in an alignment with the fewest edits (Levenshtein 1966), in the order of the text.

    Alignments with equally many edits are common: a letter read as another one with a point is a wrong letter and a point
    too much, or a letter too much and a point instead of a letter. Between two characters that are right, the first is taken:
    as few characters as possible stand opposite one of another part.
    """
    found: list[Pair] = []
    start, place = 0, 0
    for block in Levenshtein.editops(truth, reading).as_matching_blocks():
        found += _paired(truth[start : block.a], reading[place : block.b])
        start, place = block.a + block.size, block.b + block.size
    return found


def part_counts(pairs: Sequence[Pair], truth: str) -> dict[str, tuple[int, int]]:
    """Return errors and true characters of each part.

    A character that is wrong or missing counts for its own part, one that is too much for the part it is of. All parts together
    have the edits and the length of the truth.

    Args:
        pairs: Of `confusions`.
        truth: What is written, in the same normal form.
    """
    wrong = [part(true or said) for true, said in pairs]
    there = [part(char) for char in truth]
    return {name: (wrong.count(name), there.count(name)) for name in PARTS}


def _paired(truth: str, reading: str) -> list[Pair]:
    """Return the pairs of a stretch in which nothing is right: all of the shorter side stands opposite the longer one."""
    swapped = len(truth) > len(reading)
    short, long = (reading, truth) if swapped else (truth, reading)
    pairs = [(short[at] if at is not None else "", char) for char, at in zip(long, _places(short, long), strict=True)]
    return [(char, other) for other, char in pairs] if swapped else pairs


def _places(short: str, long: str) -> list[int | None]:
    """Return for every character of the longer text which one of the shorter stands opposite, in order, all of them once.

    Of all such choices one with the most pairs within a part, found from the end by dynamic programming.
    """
    own, others = [part(char) for char in short], [part(char) for char in long]
    room = len(long) - len(short)
    # best[i][skipped]: most pairs within a part that the rest can have, when `skipped` characters of the longer text stand alone
    best = [[0] * (room + 2) for _ in range(len(short) + 1)]
    for at in range(len(short) - 1, -1, -1):
        for skipped in range(room, -1, -1):
            together = (own[at] == others[at + skipped]) + best[at + 1][skipped]
            best[at][skipped] = max(together, best[at][skipped + 1] if skipped < room else -1)
    places: list[int | None] = []
    at = 0
    for index, kind in enumerate(others):
        skipped = index - at
        pairs = at < len(short) and (own[at] == kind) + best[at + 1][skipped] == best[at][skipped]
        places.append(at if pairs else None)
        at += bool(pairs)
    return places
