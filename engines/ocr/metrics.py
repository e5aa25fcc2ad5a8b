"""How well text was read: character and word error rates with their intervals."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engines.learning import Outcome
from engines.ocr.text import form_label, letters, normal_form, signs, strict

RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One line that was read and whose true text is known.

    Attributes:
        truth: What is written.
        reading: What an engine read; "" when it read nothing.
        document: The page or book that the line is of; lines of one document are not independent.
    """

    truth: str
    reading: str
    document: Hashable = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Error rates over a set of lines, with what they depend on.

    Attributes:
        normal_form: Name and version of the normal form in which texts were compared, such as `letters-1`.
        cer: Character error rate: edits per true character over all lines together; may exceed 1.
        wer: Word error rate, likewise.
        cer_interval: (low, high), 95 % bootstrap interval of the character error rate.
        wer_interval: (low, high), likewise of the word error rate.
        lines: Number of lines.
        chars: Number of true characters, in the normal form.
        words: Number of true words, in the normal form.
        documents: Number of documents.
        unit: What was resampled: documents, or lines where all are of one document (the interval is too narrow then).
    """

    normal_form: str
    cer: float
    wer: float
    cer_interval: tuple[float, float]
    wer_interval: tuple[float, float]
    lines: int
    chars: int
    words: int
    documents: int
    unit: Literal["documents", "lines"]


def score(samples: Sequence[Sample], form: str = "letters", *, resamples: int = RESAMPLES, seed: int = 0) -> Score:
    """Return the error rates of some lines.

    Rates are micro-averages: all edits over all true characters or words. Intervals are percentiles of a bootstrap over
    documents (Efron 1979; Bisani and Ney 2004 for error rates), the same for the same samples and seed.

    Args:
        samples: Lines with truth and reading.
        form: Name of the normal form in which both are compared.
        resamples: Number of bootstrap samples, 1 or more.
        seed: Of the bootstrap.

    Raises:
        ValueError: There are no samples, or no normal form of that name.
    """
    if not samples:
        raise ValueError("there is nothing to score: no line has a true text")
    shape = normal_form(form)
    rows = np.array([_counts(shape(sample.truth), shape(sample.reading)) for sample in samples], dtype=np.int64)
    names = {document: index for index, document in enumerate(dict.fromkeys(sample.document for sample in samples))}
    unit: Literal["documents", "lines"] = "documents" if len(names) > 1 else "lines"
    groups = [names[sample.document] for sample in samples] if unit == "documents" else list(range(len(samples)))
    sums = np.zeros((max(groups) + 1, 4), dtype=np.int64)
    np.add.at(sums, groups, rows)
    total = rows.sum(axis=0)
    cer, wer = _rates(total)
    cer_interval, wer_interval = _intervals(sums, resamples, seed)
    return Score(
        normal_form=form_label(form),
        cer=float(cer),
        wer=float(wer),
        cer_interval=cer_interval,
        wer_interval=wer_interval,
        lines=len(samples),
        chars=int(total[1]),
        words=int(total[3]),
        documents=len(names),
        unit=unit,
    )


def distance(truth: Sequence[Hashable], reading: Sequence[Hashable]) -> int:
    """Return the least number of insertions, deletions and substitutions between two sequences (Levenshtein 1966)."""
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(truth, reading)


def outcome(key: str, document: str, truth: str, reading: str) -> Outcome:
    """Return how well a line was read: errors in every character, in letters, and in punctuation alone.

    Confusions are the substitutions of an alignment with the fewest edits; what is missing or too much stands opposite "".

    Args:
        key: Of the line.
        document: Of the line.
        truth: What is written.
        reading: What was read.
    """
    from rapidfuzz.distance import Levenshtein

    shapes = {"strict": strict, "letters": letters, "punctuation": signs}
    counts = {}
    for name, shape in shapes.items():
        expected, given = shape(truth), shape(reading)
        counts[name] = (distance(expected, given), len(expected))
    expected, given = strict(truth), strict(reading)
    pairs = []
    for step in Levenshtein.editops(expected, given):
        said = "" if step.tag == "delete" else given[step.dest_pos]
        pairs.append(("" if step.tag == "insert" else expected[step.src_pos], said))
    return Outcome(key, document, truth, reading, counts, tuple(pairs))


def _counts(truth: str, reading: str) -> tuple[int, int, int, int]:
    """Return edits and length in characters, then in words."""
    words = truth.split()
    return distance(truth, reading), len(truth), distance(words, reading.split()), len(words)


def _rates(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates of counts (..., 4); a text without characters counts as one, so that invented text is an error."""
    return sums[..., 0] / np.maximum(sums[..., 1], 1), sums[..., 2] / np.maximum(sums[..., 3], 1)


def _intervals(sums: np.ndarray, resamples: int, seed: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the 95 % intervals of both rates over units with these counts (units, 4)."""
    rng = np.random.default_rng(seed)
    totals = np.empty((resamples, 4), dtype=np.int64)
    for index in range(resamples):  # one at a time: a thousand times all lines of a large set would not fit into memory
        totals[index] = sums[rng.integers(0, len(sums), len(sums))].sum(axis=0)
    (cer_low, cer_high), (wer_low, wer_high) = (np.percentile(rate, [2.5, 97.5]) for rate in _rates(totals))
    return (float(cer_low), float(cer_high)), (float(wer_low), float(wer_high))
