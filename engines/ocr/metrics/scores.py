"""How well lines were read, in one normal form: error rates, BLEU and chrF with their intervals."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rapidfuzz.distance import Levenshtein

from engines.bootstrap import RESAMPLES, Unit, units
from engines.comparison import Formula, rates
from engines.learning import Outcome
from engines.ocr.metrics.ngrams import bleu, bleu_counts, chrf, chrf_counts
from engines.ocr.text import form_label, normal_form

FORMULAS: Mapping[str, Formula] = MappingProxyType({"bleu": bleu, "chrf": chrf, "chrf++": chrf})
"""How a figure follows from summed counts, where it is no plain rate of errors."""


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
    """How well a set of lines was read, with what that depends on.

    Attributes:
        normal_form: Name and version of the normal form in which texts were compared, such as `letters-1`.
        cer: Character error rate: edits per true character over all lines together; may exceed 1.
        wer: Word error rate, likewise.
        bleu: BLEU over all lines together, 0…100, higher is better.
        chrf: chrF2, likewise.
        chrf_words: chrF2++, likewise.
        cer_interval: (low, high), 95 % bootstrap interval of the character error rate; so for the others.
        wer_interval: Of the word error rate.
        bleu_interval: Of BLEU.
        chrf_interval: Of chrF2.
        chrf_words_interval: Of chrF2++.
        lines: Number of lines.
        chars: Number of true characters, in the normal form.
        words: Number of true words, in the normal form.
        documents: Number of documents.
        unit: What was resampled: documents, or lines (`examples`) where documents are few; the interval is too narrow then.
    """

    normal_form: str
    cer: float
    wer: float
    bleu: float
    chrf: float
    chrf_words: float
    cer_interval: tuple[float, float]
    wer_interval: tuple[float, float]
    bleu_interval: tuple[float, float]
    chrf_interval: tuple[float, float]
    chrf_words_interval: tuple[float, float]
    lines: int
    chars: int
    words: int
    documents: int
    unit: Unit


def score(samples: Sequence[Sample], form: str = "letters", *, resamples: int = RESAMPLES, seed: int = 0) -> Score:
    """Return how well some lines were read.

    All figures are micro-averages: all edits over all true characters or words, all n-grams of all lines. Intervals are as
    `engines.comparison.rates` makes them, the same for the same samples and seed.

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
    outcomes = [
        Outcome(str(index), str(sample.document), sample.truth, sample.reading, counts(sample.truth, sample.reading, form))
        for index, sample in enumerate(samples)
    ]
    found = rates(outcomes, tuple(outcomes[0].counts), formulas=FORMULAS, resamples=resamples, seed=seed)
    intervals = {name: (rate.low, rate.high) for name, rate in found.items()}
    documents = [sample.document for sample in samples]
    return Score(
        normal_form=form_label(form),
        cer=found["cer"].value,
        wer=found["wer"].value,
        bleu=found["bleu"].value,
        chrf=found["chrf"].value,
        chrf_words=found["chrf++"].value,
        cer_interval=intervals["cer"],
        wer_interval=intervals["wer"],
        bleu_interval=intervals["bleu"],
        chrf_interval=intervals["chrf"],
        chrf_words_interval=intervals["chrf++"],
        lines=len(samples),
        chars=found["cer"].n,
        words=found["wer"].n,
        documents=len(set(documents)),
        unit=units(documents)[1],
    )


def counts(truth: str, reading: str, form: str) -> dict[str, tuple[int, ...]]:
    """Return what the figures of one line follow from, by their names; counts of several lines can be added.

    Args:
        truth: What is written.
        reading: What was read.
        form: Name of the normal form in which both are compared.

    Raises:
        ValueError: There is no normal form of that name.
    """
    shape = normal_form(form)
    expected, given = shape(truth), shape(reading)
    words = expected.split()
    return {
        "cer": (distance(expected, given), len(expected)),
        "wer": (distance(words, given.split()), len(words)),
        "bleu": bleu_counts(expected, given),
        "chrf": chrf_counts(expected, given),
        "chrf++": chrf_counts(expected, given, words=True),
    }


def distance(truth: Sequence[Hashable], reading: Sequence[Hashable]) -> int:
    """Return the least number of insertions, deletions and substitutions between two sequences (Levenshtein 1966)."""
    return Levenshtein.distance(truth, reading)
