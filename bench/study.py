"""Ablations: what each option of a training is worth alone, on an unseen hand, in cells that can be repeated: `make study`.

Every cell trains a fixed number of epochs, so that a busy machine changes no result; what is done is kept in
`bench/study.json` and not done again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from itertools import product
from pathlib import Path

import numpy as np

from bench.curves import BASE, Lines, measured, train

RESULTS = Path(__file__).parent / "study.json"
LINES, EPOCHS, TESTED = 50, 20, 100
SEEDS = (0, 1, 2)

CHANGES: Mapping[str, Mapping[str, object]] = {
    "as it is": {},
    "no variation": {"variation": 0},
    "weaker variation": {"strength": 0.5},
    "stronger variation": {"strength": 1.6},
    "an average": {"average": 0.99},
    "best epoch alone": {"mean_of_epochs": False},
    "rate doubled": {"rate": 2e-3},
    "constant rate": {"schedule": "constant"},
    "one cycle": {"schedule": "one cycle"},
    "steps": {"schedule": "step"},
    "plateau": {"schedule": "plateau"},
    "range test": {"find_rate": True},
    "two batches a step": {"gather": 2},
    "no clipping": {"clip": 1000},
    "weight decay": {"decay": 0.1},
    "frozen 50 steps": {"frozen": 50},
    "slower lower layers": {"layer_decay": 0.8},
    "a third replayed": {"replay": 0.33},
    "bf16": {"precision": "bf16"},
}
"""Options that differ from the usual ones, by what the table calls them."""


def cell(lines: Lines, change: Mapping[str, object], seed: int, start: Path = BASE) -> dict[str, float]:
    """Train with some options changed and return the errors on the test lines, and what became of the base's."""
    options = {"epochs": EPOCHS, "patience": EPOCHS, "minutes": 600, "seed": seed, **change}
    with tempfile.TemporaryDirectory() as folder:
        weights, seconds, metrics = train(lines, lines.pool[:LINES], options, start, Path(folder))
        point = measured(LINES, weights, lines, ("strict", seconds))
    return {**asdict(point), **{name: value for name, value in metrics.items() if name.startswith("base_")}}


def table(done: Mapping[str, Mapping[str, float]]) -> str:
    """Return the cells as a table: mean CER over the seeds, the seeds' range, and the difference from the usual options."""
    rows = ["| option | CER, % | seeds | against as it is, points | base, before → after, % |", "| --- | --- | --- | --- | --- |"]
    usual = by_seed(done, "as it is")
    for name in CHANGES:
        cells = by_seed(done, name)
        if not cells:
            continue
        errors = [100 * value["cer"] for value in cells.values()]
        gaps = [100 * (cells[seed]["cer"] - usual[seed]["cer"]) for seed in cells if seed in usual]
        gap = f"{np.mean(gaps):+.2f} ({min(gaps):+.2f} to {max(gaps):+.2f})" if gaps and name != "as it is" else "—"
        based = [value for value in cells.values() if "base_after" in value]
        base = (
            " → ".join(f"{100 * np.mean([v[key] for v in based]):.1f}" for key in ("base_before", "base_after")) if based else "—"
        )
        rows.append(
            f"| {name} | {np.mean(errors):.2f} | {min(errors):.2f}–{max(errors):.2f} (n {len(errors)}) | {gap} | {base} |"
        )
    return "\n".join(rows)


def by_seed(done: Mapping[str, Mapping[str, float]], name: str) -> dict[str, Mapping[str, float]]:
    """Return the cells of a change by seed."""
    return {key.rpartition(" / ")[2]: value for key, value in done.items() if key.rpartition(" / ")[0] == name}


def filled(
    results: Path, names: Iterable[str], seeds: Iterable[int], measure: Callable[[str, int], dict[str, float]]
) -> dict[str, dict[str, float]]:
    """Return the cells of a file by change and seed, after those that were missing are measured; each is kept at once."""
    done: dict[str, dict[str, float]] = json.loads(results.read_text("utf-8")) if results.exists() else {}
    for seed, name in product(seeds, names):
        key = f"{name} / {seed}"
        if key in done:
            continue
        done[key] = measure(name, seed)
        results.write_text(json.dumps(done, indent=1) + "\n", "utf-8")
        print(f"{key}: {done[key]}", file=sys.stderr, flush=True)
    return done


def main() -> None:
    """Fill in the cells that are missing, then print the table."""
    from bench.learning import rendered

    parser = argparse.ArgumentParser(prog="bench.study")
    parser.add_argument("--only", nargs="*", help="names of changes; all without it")
    parser.add_argument("--seeds", type=int, nargs="*", default=list(SEEDS))
    parser.add_argument("--start", type=Path, default=BASE, help="weights to start from")
    given = parser.parse_args()
    lines = rendered()
    lines = Lines(lines.load, lines.pool, lines.test[:TESTED])
    done = filled(RESULTS, given.only or CHANGES, given.seeds, lambda name, seed: cell(lines, CHANGES[name], seed, given.start))
    print(f"{LINES} lines, {EPOCHS} epochs, {TESTED} test lines of another text; load {os.getloadavg()[0]:.1f}")
    print(table(done))


if __name__ == "__main__":
    main()
