"""What a model said about one line, counted by every measure of reading."""

from __future__ import annotations

from engines.learning import Outcome
from engines.ocr.metrics.alignment import confusions, part_counts
from engines.ocr.metrics.scores import distance
from engines.ocr.text import letters, strict


def outcome(key: str, document: str, truth: str, reading: str) -> Outcome:
    """Return how well a line was read: errors in every character, in letters alone, and in each part of an aligned text.

    Args:
        key: Of the line.
        document: Of the line.
        truth: What is written.
        reading: What was read.
    """
    expected, given = strict(truth), strict(reading)
    pairs = confusions(expected, given)
    plain = letters(truth)
    counts = {
        "strict": (len(pairs), len(expected)),
        "letters": (distance(plain, letters(reading)), len(plain)),
        **part_counts(pairs, expected),
    }
    return Outcome(key, document, truth, reading, counts, tuple(pairs))
