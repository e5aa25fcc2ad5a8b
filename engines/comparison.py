"""Which of two models is better, and how sure that is: from what both said about the same examples.

Nothing here knows a task: errors and sizes are counted by the measures of `engines.learning.Outcome`.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from engines.bootstrap import RESAMPLES, Unit, interval, resampled, units
from engines.learning import Outcome

LEAST_UNITS = 5
"""Fewer decide nothing: resampling them could not give anything but what is there."""

MOST_CONFUSIONS = 50

Formula = Callable[[np.ndarray], np.ndarray]
"""Turns summed counts (…, columns) into values (…)."""

PLAIN: Mapping[str, Formula] = MappingProxyType({})
"""Every measure is a rate: errors over what could be wrong."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of errors.

    Attributes:
        value: All errors over all that could be wrong, which may exceed 1; or what the formula of its measure gives.
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
        change: Rate of b less that of a: below 0 when b is better and the measure is a rate of errors.
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


def rates(
    outcomes: Sequence[Outcome],
    measures: Sequence[str],
    *,
    formulas: Mapping[str, Formula] = PLAIN,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Rate]:
    """Return the rates of one model by the name of the measure.

    Rates are micro-averages. Intervals are percentiles of a bootstrap over documents where there are at least five, else
    over examples, which makes them too narrow.

    Args:
        outcomes: At least one.
        measures: Names of the measures.
        formulas: Of the measures that are no plain rate of errors.
        resamples: Number of bootstrap samples, 1 or more.
        seed: Of the bootstrap.

    Raises:
        ValueError: There are no outcomes.
    """
    groups, _ = _units(outcomes)
    counts, columns = _counts(outcomes, measures)
    total, totals = counts.sum(axis=0), resampled(counts, groups, resamples, seed)
    return {name: _rate(total[columns[name]], totals[:, columns[name]], formulas.get(name, _ratio)) for name in measures}


def compare(
    a: Sequence[Outcome],
    b: Sequence[Outcome],
    measures: Sequence[str],
    *,
    formulas: Mapping[str, Formula] = PLAIN,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Compare two models on the same examples.

    Args:
        a: What the one said.
        b: What the other said about the same examples, in the same order.
        measures: Names of the measures; the first one, a plain rate, decides.
        formulas: Of the measures that are no plain rate of errors.
        resamples: Number of bootstrap samples, 1 or more.
        seed: Of the bootstrap.

    Raises:
        ValueError: There are no examples, or they are not the same.
    """
    if [outcome.key for outcome in a] != [outcome.key for outcome in b]:
        raise ValueError("two models are compared on the same examples in the same order")
    groups, unit = _units(a)
    tables = [_counts(side, measures) for side in (a, b)]
    counts, columns = np.stack([table for table, _ in tables], axis=1), tables[0][1]  # (examples, 2, columns)
    total, totals = counts.sum(axis=0), resampled(counts, groups, resamples, seed)
    figures = tuple(
        _figure(name, total[:, columns[name]], totals[:, :, columns[name]], formulas.get(name, _ratio)) for name in measures
    )
    verdict = _verdict(figures[0], counts[:, :, 0].T, unit, int(groups.max()) + 1)
    return Comparison(verdict, figures, tuple(confusions(a, b)))


def sign_test(better: int, worse: int) -> float:
    """Return p of the exact two-sided sign test: twice the binomial tail of the smaller count, at most 1."""
    n, least = better + worse, min(better, worse)
    return min(1.0, 2 * sum(math.comb(n, count) for count in range(least + 1)) / 2**n)


def _units(outcomes: Sequence[Outcome]) -> tuple[np.ndarray, Unit]:
    """Return to which unit of the bootstrap each outcome belongs, (examples,) from 0, and what the units are."""
    if not outcomes:
        raise ValueError("there is nothing to compare: no example has a known truth")
    return units([outcome.document for outcome in outcomes])


def _counts(outcomes: Sequence[Outcome], measures: Sequence[str]) -> tuple[np.ndarray, dict[str, slice]]:
    """Return what the measures count side by side, (examples, columns), and which columns are whose.

    The second column of a measure is how much could be wrong.
    """
    columns: dict[str, slice] = {}
    end = 0
    for name in measures:
        columns[name] = slice(end, end := end + len(outcomes[0].counts[name]))
    rows = [[count for name in measures for count in outcome.counts[name]] for outcome in outcomes]
    return np.array(rows, dtype=np.int64), columns


def _ratio(totals: np.ndarray) -> np.ndarray:
    """Return the rates of totals (…, 2); where nothing could be wrong it counts as one, so that inventions are errors."""
    return totals[..., 0] / np.maximum(totals[..., 1], 1)


def _rate(total: np.ndarray, totals: np.ndarray, formula: Formula) -> Rate:
    """Return a rate from counts (columns,) and resampled ones (resamples, columns)."""
    return Rate(float(formula(total)), *interval(formula(totals)), int(total[1]))


def _figure(name: str, total: np.ndarray, totals: np.ndarray, formula: Formula) -> Figure:
    """Return two models by one measure, from counts (2, columns) and resampled ones (resamples, 2, columns)."""
    a, b = (_rate(total[side], totals[:, side], formula) for side in (0, 1))
    values = formula(totals)
    return Figure(name, a, b, b.value - a.value, *interval(values[:, 1] - values[:, 0]))


def _verdict(figure: Figure, errors: np.ndarray, unit: Unit, count: int) -> Verdict:
    """Return which one is better, from the errors of both on each example (2, examples) and the number of units."""
    a, b = errors
    better, worse = int((b < a).sum()), int((b > a).sum())
    clear = count >= LEAST_UNITS and (figure.change_high < 0 or figure.change_low > 0)
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


def confusions(a: Sequence[Outcome], b: Sequence[Outcome] = ()) -> list[Confusion]:
    """Return what one model, or two on the same examples, took for what, the most frequent first."""
    counts = tuple(Counter(pair for outcome in side for pair in outcome.confusions) for side in (a, b))
    items: dict[tuple[str, str], set[int]] = defaultdict(set)
    for side in (a, b):
        for index, outcome in enumerate(side):
            for pair in outcome.confusions:
                items[pair].add(index)
    often = sorted(items, key=lambda pair: (-counts[0][pair] - counts[1][pair], pair))[:MOST_CONFUSIONS]
    return [Confusion(*pair, counts[0][pair], counts[1][pair], tuple(sorted(items[pair]))) for pair in often]
