"""What came of the trainings beside ketos: the table of all, and the figures with their bars."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.figures import Figure

OURS, KETOS, OWN = "ours, 10 min", "ketos, same network, 10 min", "ketos, its own network, 30 min"
"""What the trainings on lines of all books are called; `without` gives the name of one that leaves a book out."""
ERRORS, EPOCHS, CPU = 0.7, 60.0, 0.2
"""Bars: our errors as a share of those of ketos, our epochs in % of its, our CPU time as a share of that of its own network."""


def without(name: str, book: str) -> str:
    """Return what a training is called that leaves out a book."""
    return f"{name}, without {book}"


def table(done: Mapping[str, Any]) -> str:
    """Return all trainings as a table."""
    rows = ["| training | CPU, s | epochs | best epoch | CER on learnt lines, % | CER on the test lines, % |", "| --- " * 6 + "|"]
    for name, cell in done.items():
        test = cell["test"]
        interval = f"{100 * test['cer']:.2f} ({100 * test['low']:.2f}–{100 * test['high']:.2f}; n {test['tested']})"
        rows.append(
            f"| {name} | {cell['cpu']:.0f} | {cell['curve'][-1]['epoch']:.0f} | {_best(cell)['epoch']:.0f} "
            f"| {100 * cell['learnt']['cer']:.2f} | {interval} |"
        )
    return "\n".join(rows)


def figures(done: Mapping[str, Any]) -> Iterator[Figure]:
    """Return what the trainings that are there say of one another.

    Bars are for the lines of the same books. A training that never gets as far as ketos took infinitely long.

    Args:
        done: Cells by name: a `curve` of epochs with the `error` on the held-out lines and the `cpu` seconds, and the CER on
            `test` and `learnt` lines.
    """
    if {OURS, KETOS} <= done.keys():
        yield from _pair("ketos", done[OURS], done[KETOS], barred=True)
    if {OURS, OWN} <= done.keys():
        theirs = _best(done[OWN])
        share = _reached(done[OURS]["curve"], theirs["error"], "cpu") / theirs["cpu"]
        unit = f"of the CPU time in which ketos' own network came to its best, {theirs['cpu']:.0f} s"
        yield Figure("ketos.own.cpu", share, unit, CPU)
    books = [name.removeprefix(without(OURS, "")) for name in done if name.startswith(without(OURS, ""))]
    pairs = {book: (done[without(OURS, book)], done[without(KETOS, book)]) for book in books if without(KETOS, book) in done}
    for book, (ours, theirs) in pairs.items():
        yield from _pair(f"ketos.without.{book}", ours, theirs, barred=False)
    if pairs:
        mean = statistics.fmean(_errors(*pair) for pair in pairs.values())
        yield Figure("ketos.without.errors", mean, f"of the errors of ketos, mean of {len(pairs)} books left out")


def _pair(name: str, ours: Mapping[str, Any], theirs: Mapping[str, Any], *, barred: bool) -> Iterator[Figure]:
    """Compare two trainings on the same lines with the same network."""
    best, gap = _best(theirs), _gap(theirs)
    yield Figure(f"{name}.errors", _errors(ours, theirs), "of the errors of ketos on the test lines", ERRORS if barred else None)
    epochs = 100 * _reached(ours["curve"], best["error"], "epoch") / best["epoch"]
    unit = f"% of the {best['epoch']:.0f} epochs in which ketos came to its best on the held-out lines"
    yield Figure(f"{name}.epochs", epochs, unit, EPOCHS if barred else None)
    yield Figure(f"{name}.gap.theirs", gap, "points between learnt and test lines, ketos")
    yield Figure(f"{name}.gap.ours", _gap(ours), "points between learnt and test lines, ours", gap if barred else None)


def _best(cell: Mapping[str, Any]) -> Mapping[str, float]:
    return min(cell["curve"], key=lambda point: point["error"])


def _reached(curve: Sequence[Mapping[str, float]], error: float, what: str) -> float:
    """Return the epoch or the CPU seconds at which a curve first is as good as that."""
    return next((point[what] for point in curve if point["error"] <= error), math.inf)


def _errors(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> float:
    return ours["test"]["cer"] / theirs["test"]["cer"]


def _gap(cell: Mapping[str, Any]) -> float:
    return 100 * (cell["test"]["cer"] - cell["learnt"]["cer"])
