"""What a recipe should be for few lines and for many: options against numbers of lines: `python -m bench.sizes FOLDER`.

FOLDER holds lines of print, one folder a book. The lines are taken from all books in turn; of every ten one is only tested on.
What is done is kept in `bench/sizes.json` and not done again.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path

from bench.curves import Lines, measured, train
from bench.ketos import divided
from bench.real import ARABIC, load
from engines.learning import Example

RESULTS = Path(__file__).parent / "sizes.json"
MINUTES: Mapping[int, float] = {25: 0.7, 100: 1.5, 400: 3.0, 1440: 5.0}
"""Budget of a training by the number of corrected lines, those held out included."""

CHANGES: Mapping[str, Mapping[str, object]] = {
    "as it is": {},
    "rate halved": {"rate": 5e-4},
    "rate doubled": {"rate": 2e-3},
    "no variation": {"variation": 0},
    "stronger variation": {"strength": 1.5},
}
"""Options that differ from the usual ones, by what the table calls them."""


def gathered(folder: Path) -> Lines:
    """Return the lines to learn from, of all books in turn, and those to test on."""
    split = divided(folder)
    books: dict[Path, list[Example]] = {}
    for example in (*split["train"], *split["held_out"]):
        books.setdefault(Path(example.document).parent, []).append(example)
    for number, examples in enumerate(books.values()):
        random.Random(number).shuffle(examples)
    pool = [example for row in zip_longest(*books.values()) for example in row if example is not None]
    return Lines(load, pool, split["test"])


def table(done: Mapping[str, Mapping[str, float]]) -> str:
    """Return the cells as a table: the CER on the test lines, of each change by number of lines."""
    rows = ["| training | " + " | ".join(f"{size} lines" for size in MINUTES) + " |", "| --- " * (len(MINUTES) + 1) + "|"]
    for name in CHANGES:
        cells = [[cell for key, cell in done.items() if key.startswith(f"{name} / {size} /")] for size in MINUTES]
        means = [
            f"{100 * sum(cell['cer'] for cell in found) / len(found):.2f} (n {len(found)})" if found else "—" for found in cells
        ]
        rows.append(f"| {name} | " + " | ".join(means) + " |")
    return "\n".join(rows)


def main() -> None:
    """Fill in the cells that are missing, then print the table."""
    parser = argparse.ArgumentParser(prog="bench.sizes")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1])
    parser.add_argument("--sizes", type=int, nargs="*", default=list(MINUTES))
    given = parser.parse_args()
    lines = gathered(given.folder)
    done: dict[str, dict[str, float]] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    for seed in given.seeds:
        for size in given.sizes:
            for name, change in CHANGES.items():
                key = f"{name} / {size} / {seed}"
                if key in done:
                    continue
                options = {"minutes": MINUTES[size], "seed": seed, **change}
                with tempfile.TemporaryDirectory() as folder:
                    weights, seconds, metrics = train(lines, lines.pool[:size], options, ARABIC, Path(folder))
                    done[key] = {**asdict(measured(size, weights, lines, ("strict", seconds))), "epochs": metrics["epochs"]}
                RESULTS.write_text(json.dumps(done, indent=1) + "\n", "utf-8")
                print(f"{key}: {100 * done[key]['cer']:.2f} %, {metrics['epochs']:.0f} epochs", file=sys.stderr, flush=True)
    print(table(done))


if __name__ == "__main__":
    main()
