"""Which of two models is better, and how sure that is: from what both said about the same examples.

Nothing here knows a task: errors and sizes are counted by the measures of `engines.learning.Outcome`.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engines.learning import Outcome

RESAMPLES = 2_000
LEAST_DOCUMENTS = 5
"""From so many on, whole documents are resampled: examples of one document are not independent."""

LEAST_UNITS = 5
"""Fewer decide nothing: resampling them could not give anything but what is there."""

MOST_CONFUSIONS = 50

Unit = Literal["documents", "examples"]


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of errors.

    Attributes:
        value: All errors over all that could be wrong; it may exceed 1.
        low: Of its 95 % bootstrap interval.
        high: Of its 95 % bootstrap interval.
        n: How much could be wrong.
    """

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Figure:
    """Two models by one measure.

    Attributes:
        name: Of the measure.
        a: Of the one.
        b: Of the other.
        change: Rate of b less that of a: below 0 when b is better.
        change_low: Of the 95 % interval of the change, in which both read the same resampled examples.
        change_high: Of that interval.
    """

    name: str
    a: Rate
    b: Rate
    change: float
    change_low: float
    change_high: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which one is better, by the first measure.

    Attributes:
        better: Examples on which b makes fewer errors than a.
        worse: Examples on which it makes more.
        same: The others.
        p: Of the exact two-sided sign test of better against worse: how likely so uneven a count is by chance.
        change: Rate of b less that of a.
        low: Of the 95 % interval of the change.
        high: Of that interval.
        clear: That interval excludes 0.
        winner: The better one when it is clear.
        unit: What was resampled.
    """

    better: int
    worse: int
    same: int
    p: float
    change: float
    low: float
    high: float
    clear: bool
    winner: Literal["a", "b"] | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class Confusion:
    """What was taken for what.

    Attributes:
        truth: What is true; "" = nothing is there.
        said: What was said instead; "" = nothing.
        a: How often by a.
        b: How often by b.
        items: Indexes of the examples on which one of them did so.
    """

    truth: str
    said: str
    a: int
    b: int
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same examples.

    Attributes:
        verdict: By the first measure.
        figures: By every measure.
        confusions: The most frequent ones, of both together.
    """

    verdict: Verdict
    figures: tuple[Figure, ...]
    confusions: tuple[Confusion, ...]


def rates(outcomes: Sequence[Outcome], measures: Sequence[str], *, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, Rate]:
    """Return the rates of one model by the name of the measure.

    Rates are micro-averages. Intervals are percentiles of a bootstrap (Efron 1979; Bisani and Ney 2004 for error rates)
    over documents where there are at least five, else over examples, which makes them too narrow.

    Args:
        outcomes: At least one.
        measures: Names of the measures.
        resamples: Number of bootstrap samples, 1 or more.
        seed: Of the bootstrap.

    Raises:
        ValueError: There are no outcomes.
    """
    groups, _ = _units(outcomes)
    counts = _counts(outcomes, measures)  # (examples, measures, 2)
    totals = _resampled(_summed(counts, groups), resamples, seed)
    return {name: _rate(counts[:, index], totals[:, index]) for index, name in enumerate(measures)}


def compare(
    a: Sequence[Outcome], b: Sequence[Outcome], measures: Sequence[str], *, resamples: int = RESAMPLES, seed: int = 0
) -> Comparison:
    """Compare two models on the same examples.

    Args:
        a: What the one said.
        b: What the other said about the same examples, in the same order.
        measures: Names of the measures; the first one decides.
        resamples: Number of bootstrap samples, 1 or more.
        seed: Of the bootstrap.

    Raises:
        ValueError: There are no examples, or they are not the same.
    """
    if [outcome.key for outcome in a] != [outcome.key for outcome in b]:
        raise ValueError("two models are compared on the same examples in the same order")
    groups, unit = _units(a)
    counts = np.stack([_counts(a, measures), _counts(b, measures)], axis=1)  # (examples, 2, measures, 2)
    totals = _resampled(_summed(counts, groups), resamples, seed)
    figures = tuple(_figure(name, counts[:, :, index], totals[:, :, index]) for index, name in enumerate(measures))
    verdict = _verdict(figures[0], counts[:, 0, 0, 0], counts[:, 1, 0, 0], unit, units=int(groups.max()) + 1)
    return Comparison(verdict, figures, tuple(_confusions(a, b)))


def sign_test(better: int, worse: int) -> float:
    """Return p of the exact two-sided sign test: twice the binomial tail of the smaller count, at most 1."""
    n, least = better + worse, min(better, worse)
    return min(1.0, 2 * sum(math.comb(n, count) for count in range(least + 1)) / 2**n)


def _units(outcomes: Sequence[Outcome]) -> tuple[np.ndarray, Unit]:
    """Return to which unit of the bootstrap each outcome belongs, (examples,) from 0, and what the units are."""
    if not outcomes:
        raise ValueError("there is nothing to compare: no example has a known truth")
    names = {document: index for index, document in enumerate(dict.fromkeys(outcome.document for outcome in outcomes))}
    if len(names) >= LEAST_DOCUMENTS:
        return np.array([names[outcome.document] for outcome in outcomes]), "documents"
    return np.arange(len(outcomes)), "examples"


def _counts(outcomes: Sequence[Outcome], measures: Sequence[str]) -> np.ndarray:
    """Return errors and sizes, (examples, measures, 2)."""
    return np.array([[outcome.counts[name] for name in measures] for outcome in outcomes], dtype=np.int64)


def _summed(counts: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the sums of counts (examples, …) over the members of each unit, (units, …)."""
    sums = np.zeros((int(groups.max()) + 1, *counts.shape[1:]), dtype=np.int64)
    np.add.at(sums, groups, counts)
    return sums


def _resampled(sums: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Return the totals of bootstrap samples of units (units, …), (resamples, …); the same for the same seed."""
    rng = np.random.default_rng(seed)
    totals = np.empty((resamples, *sums.shape[1:]), dtype=np.int64)
    for index in range(resamples):  # one at a time: all of them at once would not fit into memory
        totals[index] = sums[rng.integers(0, len(sums), len(sums))].sum(axis=0)
    return totals


def _ratio(totals: np.ndarray) -> np.ndarray:
    """Return the rates of totals (…, 2); where nothing could be wrong it counts as one, so that inventions are errors."""
    return totals[..., 0] / np.maximum(totals[..., 1], 1)


def _interval(values: np.ndarray) -> tuple[float, float]:
    """Return the middle 95 % of values."""
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _rate(counts: np.ndarray, totals: np.ndarray) -> Rate:
    """Return a rate from counts (examples, 2) and resampled totals (resamples, 2)."""
    total = counts.sum(axis=0)
    return Rate(float(_ratio(total)), *_interval(_ratio(totals)), int(total[1]))


def _figure(name: str, counts: np.ndarray, totals: np.ndarray) -> Figure:
    """Return two models by one measure, from counts (examples, 2, 2) and resampled totals (resamples, 2, 2)."""
    a, b = (_rate(counts[:, side], totals[:, side]) for side in (0, 1))
    resampled = _ratio(totals)
    return Figure(name, a, b, b.value - a.value, *_interval(resampled[:, 1] - resampled[:, 0]))


def _verdict(figure: Figure, a: np.ndarray, b: np.ndarray, unit: Unit, *, units: int) -> Verdict:
    """Return which one is better, from the errors of both on each example."""
    better, worse = int((b < a).sum()), int((b > a).sum())
    clear = units >= LEAST_UNITS and (figure.change_high < 0 or figure.change_low > 0)
    winner: Literal["a", "b"] | None = None
    if clear:
        winner = "b" if figure.change < 0 else "a"
    return Verdict(
        better=better,
        worse=worse,
        same=len(a) - better - worse,
        p=sign_test(better, worse),
        change=figure.change,
        low=figure.change_low,
        high=figure.change_high,
        clear=clear,
        winner=winner,
        unit=unit,
    )


def _confusions(a: Sequence[Outcome], b: Sequence[Outcome]) -> list[Confusion]:
    """Return what was taken for what, the most frequent first."""
    counts = tuple(Counter(pair for outcome in side for pair in outcome.confusions) for side in (a, b))
    items: dict[tuple[str, str], set[int]] = defaultdict(set)
    for side in (a, b):
        for index, outcome in enumerate(side):
            for pair in outcome.confusions:
                items[pair].add(index)
    often = sorted(items, key=lambda pair: (-counts[0][pair] - counts[1][pair], pair))[:MOST_CONFUSIONS]
    return [Confusion(*pair, counts[0][pair], counts[1][pair], tuple(sorted(items[pair]))) for pair in often]
