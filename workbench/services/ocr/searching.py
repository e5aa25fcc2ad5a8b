"""Finding a text in lines regardless of points, accents, invisible marks and case."""

from __future__ import annotations

import unicodedata

_IGNORED = {"Mn", "Me", "Cf"}
_EQUAL = {"־": "-", "‐": "-", "–": "-", "׳": "'", "’": "'", "״": '"', "”": '"', "“": '"', "ـ": ""}


def fold(text: str) -> tuple[str, list[int]]:
    """Return what counts of a text when it is searched, and where each of these characters stands in it.

    Args:
        text: Any text.

    Returns:
        The folded text, and for each of its characters the index of the code point it came from.
    """
    kept: list[str] = []
    origins: list[int] = []
    for index, char in enumerate(text):
        for part in unicodedata.normalize("NFKD", char):
            if unicodedata.category(part) in _IGNORED:
                continue
            folded = _EQUAL.get(part, part.casefold())
            kept.append(folded)
            origins += [index] * len(folded)
    return "".join(kept), origins


def places(text: str, wanted: str) -> list[tuple[int, int]]:
    """Return where a folded text stands in another text.

    Args:
        text: As it is stored.
        wanted: Folded; "" stands nowhere.

    Returns:
        (start, end) in code points of `text`, end exclusive; the marks on the last letter belong to it.
    """
    if not wanted:
        return []
    folded, origins = fold(text)
    found: list[tuple[int, int]] = []
    at = folded.find(wanted)
    while at >= 0:
        last = at + len(wanted)
        end = origins[last - 1] + 1
        while end < len(text) and unicodedata.category(text[end]) in _IGNORED:
            end += 1
        found.append((origins[at], end))
        at = folded.find(wanted, last)
    return found
