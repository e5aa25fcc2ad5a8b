"""What a hundred corrected lines of a real book or hand teach, and what of the base is forgotten: `make bench REAL=FOLDER`.

What is done is kept in `bench/real.json` and not done again; `python -m bench.corrections` prints the tables of what is there.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from bench.curves import Point, curve, measured, train
from bench.figures import Figure
from bench.real import HUNDRED, Set, sets
from engines.errors import TrainingFailed

RESULTS = Path(__file__).parent / "real.json"
MINUTES, SECONDS = 2.2, 180.0
"""Budget of a training, and the bar of its whole call."""
REPLAY, FORGOTTEN = 0.5, 1.1
"""Share of replayed lines, and the bar: how many times the errors of before may be made on lines of the base afterwards."""


def measure(folder: Path, results: Path = RESULTS) -> Iterator[Figure]:
    """Measure every set that lies in a folder."""
    for name, one in sets(folder).items():
        points = kept(results, f"{name} / curve", partial(_curve, one))
        yield from _taught(name, [Point(**point) for point in points], one.left)
        if HUNDRED in one.sizes:
            yield from _forgotten(name, kept(results, f"{name} / replay", partial(_replay, one)))


def kept(results: Path, key: str, make: Callable[[], Any]) -> Any:
    """Return a cell of a file of results, which is made and written at once when it is missing."""
    done = _done(results)
    if key not in done:
        done[key] = make()
        results.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")
    return done[key]


def _done(results: Path) -> dict[str, Any]:
    return json.loads(results.read_text("utf-8")) if results.exists() else {}


def _curve(one: Set) -> list[dict[str, float]]:
    return [asdict(point) for point in curve(one.lines(), one.sizes, MINUTES, start=one.start)]


def _replay(one: Set) -> dict[str, float]:
    """Train with replay and measure what became of the lines of the base, and of the set."""
    lines, options = one.lines(), {"minutes": MINUTES, "replay": REPLAY}
    with tempfile.TemporaryDirectory() as out:
        try:
            weights, seconds, told = train(lines, lines.pool[:HUNDRED], options, one.start, Path(out))
        except TrainingFailed:  # nothing better was found: the start stays, and nothing is forgotten
            weights, seconds, told = one.start, 60 * MINUTES, {"taken": 0.0}
        point = measured(HUNDRED, weights, lines, ("strict", seconds))
    return asdict(point) | {name: value for name, value in told.items() if name == "taken" or name.startswith("base_")}


def _taught(name: str, points: list[Point], bar: float | None) -> Iterator[Figure]:
    for point in points:
        interval = f"[{100 * point.low:.1f}, {100 * point.high:.1f}], {point.tested} lines"
        yield Figure(f"real.{name}.{point.lines}.cer", 100 * point.cer, f"% {interval}")
        if point.lines:
            at = bar if point.lines == HUNDRED else None
            yield Figure(f"real.{name}.{point.lines}.left", point.cer / points[0].cer, "of the errors at the start", at)
            yield Figure(f"real.{name}.{point.lines}.seconds", point.seconds, "s", SECONDS if at else None)


def _forgotten(name: str, cell: Mapping[str, float]) -> Iterator[Figure]:
    yield Figure(f"real.{name}.replay.cer", 100 * cell["cer"], f"% [{100 * cell['low']:.1f}, {100 * cell['high']:.1f}]")
    yield Figure(f"real.{name}.replay.taken", cell["taken"], "of the best epoch")
    if "base_after" in cell:
        yield Figure(f"real.{name}.replay.base", cell["base_after"] / cell["base_before"], f"times {_base(cell)}", FORGOTTEN)


def _base(cell: Mapping[str, float]) -> str:
    before, after, low, high = (100 * cell[f"base_{which}"] for which in ("before", "after", "after_low", "after_high"))
    return f"{before:.2f} %: {after:.2f} % ({low:.1f}–{high:.1f}; n {cell['base_lines']:.0f})"


def tables(done: Mapping[str, Any]) -> str:
    """Return all sets as two tables: what their last training taught, and what is forgotten of the base with replay."""
    taught = ["| set | CER before, % | after | left | seconds |", "| --- " * 5 + "|"]
    replayed = ["| set | CER before, % | with replay | without | taken | the base, against before |", "| --- " * 6 + "|"]
    for name in (key.removesuffix(" / curve") for key in done if key.endswith(" / curve")):
        start, after = done[f"{name} / curve"][0], done[f"{name} / curve"][-1]
        before, left = f"{100 * start['cer']:.1f}", f"{after['cer'] / start['cer']:.2f}"
        taught.append(f"| {name}, {after['lines']} lines | {before} | {_interval(after)} | {left} | {after['seconds']:.0f} |")
        cell = done.get(f"{name} / replay")
        if cell is not None:
            base = f"{cell['base_after'] / cell['base_before']:.2f} times {_base(cell)}" if "base_after" in cell else "as it was"
            without = f"{100 * after['cer']:.1f}"
            replayed.append(f"| {name} | {before} | {_interval(cell)} | {without} | {cell['taken']:.1f} | {base} |")
    return "\n".join([*taught, "", *replayed])


def _interval(cell: Mapping[str, float]) -> str:
    return f"{100 * cell['cer']:.1f} ({100 * cell['low']:.1f}–{100 * cell['high']:.1f}; n {cell['tested']:.0f})"


if __name__ == "__main__":
    print(tables(_done(RESULTS)))
