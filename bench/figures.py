"""Figures as the benchmarks give them: a name, a value, a unit, and the bar that it should keep."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Attributes:
        name: Dotted, such as `save.20.p95`.
        value: As measured.
        unit: s, ms, MB, ratio …
        bar: The value should not exceed it; None = no bar.
    """

    name: str
    value: float
    unit: str
    bar: float | None = None

    @property
    def kept(self) -> bool:
        """Tell whether the figure keeps its bar."""
        return self.bar is None or self.value <= self.bar

    def row(self) -> str:
        """Return `name value unit`, and the bar where there is one."""
        bar = "" if self.bar is None else f"   # bar {self.bar:g} {'kept' if self.kept else 'MISSED'}"
        return f"{self.name} {self.value:.4g} {self.unit}{bar}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0..1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(name: str, seconds: Sequence[float], p95_bar: float | None = None) -> list[Figure]:
    """Return p50, p95 and max of durations in ms."""
    values = [1000 * second for second in seconds]
    return [
        Figure(f"{name}.p50", statistics.median(values), "ms"),
        Figure(f"{name}.p95", percentile(values, 0.95), "ms", p95_bar),
        Figure(f"{name}.max", max(values), "ms"),
    ]


def calibration() -> Figure:
    """Return how long this machine takes now for a fixed piece of Python, to compare runs."""
    began = time.perf_counter()
    sum(number * number for number in range(3_000_000))
    return Figure("machine.calibration", time.perf_counter() - began, "s")
