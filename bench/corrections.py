"""What a hundred corrected lines of a real book or hand teach, and what of the base is forgotten: `make bench REAL=FOLDER`.

What is done is kept in `bench/real.json` and not done again. `python -m bench.corrections` prints the tables of what is there,
`python -m bench.corrections FOLDER --only 'SET / 100' 'SET / replay'` measures some of it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from bench.curves import curve, measured, train
from bench.figures import Figure
from bench.real import HUNDRED, Set, sets
from engines.errors import TrainingFailed

RESULTS = Path(__file__).parent / "real.json"
MINUTES, SECONDS = 2.2, 180.0
"""Budget of a training, and the bar of its whole call."""
REPLAY, FORGOTTEN = 0.5, 1.1
"""Share of replayed lines, and the bar: how many times the errors of before may be made on lines of the base afterwards."""
_WITH_REPLAY = "replay"

Cell = dict[str, Any]
"""A point (lines, cer, low, high, tested, seconds) with the error `before` and what else is known of its training."""


def measure(folder: Path, wanted: Collection[str] = (), results: Path = RESULTS) -> Iterator[Figure]:
    """Measure the sets that lie in a folder, one training at a time.

    Args:
        folder: Of the data sets.
        wanted: Names of trainings, as `trainings` has them; all without any.
        results: Where they are kept.
    """
    for name, make in trainings(folder).items():
        if not wanted or name in wanted:
            yield from _figures(name, kept(results, name, make))


def trainings(folder: Path) -> dict[str, Callable[[], Cell]]:
    """Return what is trained, by name: `SET / LINES`, and `SET / replay` with a hundred lines."""
    found: dict[str, Callable[[], Cell]] = {}
    for name, one in sets(folder).items():
        found |= {f"{name} / {size}": partial(_taught, one, size) for size in one.sizes}
        if HUNDRED in one.sizes:
            found[f"{name} / {_WITH_REPLAY}"] = partial(_replayed, one)
    return found


def kept(results: Path, name: str, make: Callable[[], Cell]) -> Cell:
    """Return a cell of a file of results, which is made and written at once when it is missing."""
    done = _done(results)
    if name not in done:
        done[name] = make()
        results.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")
    return done[name]


def _done(results: Path) -> dict[str, Cell]:
    return json.loads(results.read_text("utf-8")) if results.exists() else {}


def _taught(one: Set, size: int) -> Cell:
    start, point = curve(one.lines(), [size], MINUTES, start=one.start)
    return asdict(point) | {"before": start.cer, "bar": one.left if size == HUNDRED else None}


def _replayed(one: Set) -> Cell:
    """Train with replay and measure what became of the lines of the base, and of the set."""
    lines, options = one.lines(), {"minutes": MINUTES, "replay": REPLAY}
    with tempfile.TemporaryDirectory() as out:
        try:
            weights, seconds, told = train(lines, lines.pool[:HUNDRED], options, one.start, Path(out))
        except TrainingFailed:  # nothing better was found: the start stays, and nothing is forgotten
            weights, seconds, told = one.start, 60 * MINUTES, {"taken": 0.0}
        point = measured(HUNDRED, weights, lines, ("strict", seconds))
    before = measured(0, one.start, lines, ("strict", 0.0)).cer
    base = {name: value for name, value in told.items() if name == "taken" or name.startswith("base_")}
    return asdict(point) | {"before": before} | base


def _figures(name: str, cell: Cell) -> Iterator[Figure]:
    name, bar = f"real.{name.replace(' / ', '.')}", cell.get("bar")
    interval = f"[{100 * cell['low']:.1f}, {100 * cell['high']:.1f}], {cell['tested']} lines"
    yield Figure(f"{name}.cer", 100 * cell["cer"], f"% {interval}")
    yield Figure(f"{name}.left", cell["cer"] / cell["before"], f"of {100 * cell['before']:.1f} % at the start", bar)
    yield Figure(f"{name}.seconds", cell["seconds"], "s", SECONDS if bar else None)
    if "taken" in cell:
        yield Figure(f"{name}.taken", cell["taken"], "of the best epoch")
    if "base_after" in cell:
        yield Figure(f"{name}.base", cell["base_after"] / cell["base_before"], f"times {_base(cell)}", FORGOTTEN)


def tables(done: Mapping[str, Cell]) -> str:
    """Return all sets as two tables: what corrected lines taught, and what is forgotten of the base with replay."""
    taught = ["| set | lines | CER before, % | after | left | seconds |", "| --- " * 6 + "|"]
    replayed = ["| set | CER before, % | with replay | without | taken | the base, against before |", "| --- " * 6 + "|"]
    for name, cell in done.items():
        set_, _, kind = name.rpartition(" / ")
        before = f"{100 * cell['before']:.1f}" if set_ else ""
        if kind == _WITH_REPLAY:
            base = f"{cell['base_after'] / cell['base_before']:.2f} times {_base(cell)}" if "base_after" in cell else "as it was"
            plain = done.get(f"{set_} / {HUNDRED}")
            without = f"{100 * plain['cer']:.1f}" if plain else "—"
            replayed.append(f"| {set_} | {before} | {_interval(cell)} | {without} | {cell['taken']:.1f} | {base} |")
        elif set_:
            left = f"{cell['cer'] / cell['before']:.2f}"
            taught.append(f"| {set_} | {cell['lines']} | {before} | {_interval(cell)} | {left} | {cell['seconds']:.0f} |")
    return "\n".join([*taught, "", *replayed])


def _base(cell: Cell) -> str:
    before, after, low, high = (100 * cell[f"base_{which}"] for which in ("before", "after", "after_low", "after_high"))
    return f"{before:.2f} %: {after:.2f} % ({low:.1f}–{high:.1f}; n {cell['base_lines']:.0f})"


def _interval(cell: Cell) -> str:
    return f"{100 * cell['cer']:.1f} ({100 * cell['low']:.1f}–{100 * cell['high']:.1f}; n {cell['tested']:.0f})"


def main() -> None:
    """Measure what is missing of a folder, then print the tables of all that is there."""
    parser = argparse.ArgumentParser(prog="bench.corrections")
    parser.add_argument("folder", type=Path, nargs="?", help="of the data sets; nothing is measured without it")
    parser.add_argument("--only", nargs="+", default=(), metavar="NAME", help="trainings, such as 'arabic-hands-by-leaf / 100'")
    given = parser.parse_args()
    if given.folder is not None:
        known = trainings(given.folder)
        unknown = set(given.only) - known.keys()
        if unknown:
            parser.error(f"nothing is called {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
        for figure in measure(given.folder, given.only):
            print(figure.row(), flush=True)
    print(tables(_done(RESULTS)))


if __name__ == "__main__":
    main()
