"""What a model said about one line, counted by every measure of reading."""

from __future__ import annotations

from engines.learning import Measure, Outcome
from engines.ocr.metrics.alignment import confusions, part_counts
from engines.ocr.metrics.scores import counts
from engines.ocr.text import form_label, strict

EVERYTHING, WORDS = form_label("strict"), form_label("letters")
"""The normal forms of the characters, and of the words and n-grams."""

MEASURES: tuple[Measure, ...] = (
    Measure("strict", "CER, every character", "characters", EVERYTHING),
    Measure("letters", "CER, letters", "letters", WORDS),
    Measure("wer", "WER", "words", WORDS),
    Measure("consonants", "CER, consonants", "letters", EVERYTHING),
    Measure("vowels", "CER, vowel signs", "signs", EVERYTHING),
    Measure("accents", "CER, accents", "signs", EVERYTHING),
    Measure("punctuation", "CER, punctuation", "signs", EVERYTHING),
    Measure("bleu", "BLEU", "words", WORDS, score=True),
    Measure("chrf", "chrF", "letters", WORDS, score=True),
)
"""By which models that read are told apart; the first one decides."""


def outcome(key: str, document: str, truth: str, reading: str) -> Outcome:
    """Return how well a line was read: errors in characters, letters, words and each part of an aligned text; n-grams.

    Args:
        key: Of the line.
        document: Of the line.
        truth: What is written.
        reading: What was read.
    """
    expected, given = strict(truth), strict(reading)
    pairs = confusions(expected, given)
    words = counts(truth, reading, "letters")
    told = {"strict": (len(pairs), len(expected)), "letters": words.pop("cer"), **words, **part_counts(pairs, expected)}
    return Outcome(key, document, truth, reading, told, tuple(pairs))
