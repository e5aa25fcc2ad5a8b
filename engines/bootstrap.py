"""How sure a figure is: percentile intervals of a bootstrap over documents, from counts that can be summed.

The bootstrap is that of Efron (1979), used for error rates as by Bisani and Ney (2004): examples of one document are not
independent, so whole documents are drawn where there are enough of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np

RESAMPLES = 2_000

LEAST_DOCUMENTS = 5
"""From so many on, whole documents are resampled: examples of one document are not independent."""

Unit = Literal["documents", "examples"]

_MOST_DRAWS = 4_000_000
"""Units that are drawn at once: more would only need memory."""


def units(documents: Sequence[Hashable]) -> tuple[np.ndarray, Unit]:
    """Return what is resampled.

    Args:
        documents: Of each example, at least one.

    Returns:
        To which unit each example belongs, (examples,) int from 0, and what the units are: documents where there are at
        least five, else the examples themselves, which makes intervals too narrow.
    """
    names = {document: index for index, document in enumerate(dict.fromkeys(documents))}
    if len(names) >= LEAST_DOCUMENTS:
        return np.array([names[document] for document in documents]), "documents"
    return np.arange(len(documents)), "examples"


def resampled(counts: np.ndarray, groups: np.ndarray, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """Return the totals of bootstrap samples; the same for the same counts and seed.

    A sample is how often each unit was drawn, so that its totals are one row of a product of matrices.

    Args:
        counts: (examples, …) whole numbers.
        groups: (examples,) to which unit each example belongs, from 0.
        resamples: Number of samples, 1 or more.
        seed: Of the draws.

    Returns:
        (resamples, …) float64; whole numbers up to 2**53 are exact.
    """
    size = int(groups.max()) + 1
    sums = np.zeros((size, *counts.shape[1:]))
    np.add.at(sums, groups, counts)
    flat = sums.reshape(size, -1)
    rng = np.random.default_rng(seed)
    totals = np.empty((resamples, flat.shape[1]))
    step = max(1, _MOST_DRAWS // size)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        draws = rng.integers(0, size, (rows, size)) + size * np.arange(rows)[:, None]
        weights = np.bincount(draws.ravel(), minlength=rows * size).reshape(rows, size)
        totals[start : start + rows] = weights.astype(np.float64) @ flat
    return totals.reshape(resamples, *counts.shape[1:])


def interval(values: np.ndarray) -> tuple[float, float]:
    """Return the middle 95 % of values (resamples,)."""
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
