"""The bootstrap draws what it says it draws."""

from __future__ import annotations

import numpy as np
import pytest

from engines import bootstrap
from engines.bootstrap import interval, resampled, units


def test_documents_are_drawn_where_there_are_enough() -> None:
    groups, unit = units(["a", "b", "a", "c", "d", "e"])
    assert (groups.tolist(), unit) == ([0, 1, 0, 2, 3, 4], "documents")
    groups, unit = units(["a", "b", "a"])
    assert (groups.tolist(), unit) == ([0, 1, 2], "examples")


def test_totals_are_those_of_the_drawn_units(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = np.array([[[1, 10]], [[2, 20]], [[4, 40]], [[8, 80]]])
    groups = np.array([0, 0, 1, 2])  # sums 3, 4, 8
    totals = resampled(counts, groups, resamples=500, seed=3)
    assert totals.shape == (500, 1, 2)
    possible = {a + b + c for a in (3, 4, 8) for b in (3, 4, 8) for c in (3, 4, 8)}
    assert set(totals[:, 0, 0]) == possible
    assert (totals[:, 0, 1] == 10 * totals[:, 0, 0]).all()
    assert totals[:, 0, 0].mean() == pytest.approx(15, rel=0.05)
    assert (resampled(counts, groups, resamples=500, seed=3) == totals).all()
    assert (resampled(counts, groups, resamples=500, seed=4) != totals).any()
    monkeypatch.setattr(bootstrap, "_MOST_DRAWS", 7)  # two samples at a time
    assert resampled(counts, groups, resamples=500, seed=3)[:, 0, 0].mean() == pytest.approx(15, rel=0.05)


def test_the_middle_of_the_values() -> None:
    assert interval(np.arange(1001) / 1000) == pytest.approx((0.025, 0.975))
