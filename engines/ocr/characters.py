"""Characters of a line as engines make them: kept in NFC, marks joined to their letters, outer blanks cut off."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engines.types import Box, Char


def finish(chars: Iterable[Char]) -> tuple[Char, ...]:
    """Return the characters of a finished line.

    Args:
        chars: One code point each, in logical order.

    Returns:
        The characters in NFC without blanks at either end; a letter and the marks on it share one box. Joined, their
        texts are the NFC of the joined texts given, but for the blanks.
    """
    trimmed = list(chars)
    while trimmed and trimmed[0].text.isspace():
        del trimmed[0]
    while trimmed and trimmed[-1].text.isspace():
        del trimmed[-1]
    return _share_boxes(compose(trimmed))


def compose(chars: Sequence[Char]) -> tuple[Char, ...]:
    """Return the characters so that joined they are in NFC.

    A code point that NFC only moves keeps its confidence and alternatives. One that it makes anew, by composing or by
    splitting, has the lowest confidence and the common box of those that it comes from, and no alternatives.
    """
    raw = "".join(char.text for char in chars)
    whole = unicodedata.normalize("NFC", raw)
    if whole == raw:
        return tuple(chars)
    composed = [new for cluster in _clusters(chars) for new in _compose_cluster(cluster)]
    if "".join(char.text for char in composed) != whole:  # letters that compose across clusters, such as Hangul
        composed = _compose_cluster(chars)
    return tuple(composed)


def can_replace(other: str, own: str) -> bool:
    """Say whether another reading makes sense in the place of a character: nothing, or one of its kind, letter or mark.

    Args:
        other: The other reading.
        own: The character as it was read, one code point.
    """
    if other == own or len(other) > 1 or other == "\0":
        return False
    return not other or bool(unicodedata.combining(other)) == bool(unicodedata.combining(own))


def common_box(boxes: Sequence[Box]) -> Box:
    """Return the smallest box around one or more boxes."""
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _clusters(chars: Iterable[Char]) -> list[list[Char]]:
    """Return the characters in groups of a letter and the marks that follow it."""
    groups: list[list[Char]] = []
    for char in chars:
        if groups and unicodedata.combining(char.text[:1]):
            groups[-1].append(char)
        else:
            groups.append([char])
    return groups


def _compose_cluster(cluster: Sequence[Char]) -> list[Char]:
    """Return one group in NFC; see `compose`."""
    text = unicodedata.normalize("NFC", "".join(char.text for char in cluster))
    left = list(cluster)
    kept: list[Char | None] = []
    for point in text:
        match = next((char for char in left if char.text == point), None)
        if match is not None:
            left.remove(match)
        kept.append(match)
    origin = left or list(cluster)
    confidence, box = min(char.confidence for char in origin), common_box([char.box for char in origin])
    return [match or Char(point, confidence, box) for point, match in zip(text, kept, strict=True)]


def _share_boxes(chars: Sequence[Char]) -> tuple[Char, ...]:
    """Return the characters with one box for each letter and its marks: a mark is too small to point at."""
    shared: list[Char] = []
    for cluster in _clusters(chars):
        box = common_box([char.box for char in cluster])
        shared += [char if char.box == box else replace(char, box=box) for char in cluster]
    return tuple(shared)
