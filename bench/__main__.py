"""Run the benchmarks: `python -m bench [--only PREFIX]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from functools import partial
from pathlib import Path

from bench import corrections, learning, reading, serving, tesseract, training
from bench.figures import Figure, calibration

GROUPS = {"read": reading.measure, "serve": serving.measure, "train": training.measure, "learn": learning.measure}
REAL = {"tesseract": tesseract.measure, "corrections": corrections.measure}
RESULTS = Path(__file__).parent / "results.json"


def main() -> int:
    """Measure every group whose name starts with the prefix; the exit code tells whether all bars were kept."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--only", default="", metavar="PREFIX", help=f"one of: {', '.join((*GROUPS, *REAL))}")
    parser.add_argument("--real", type=Path, metavar="FOLDER", help="folder of real data sets: measure on these alone")
    given = parser.parse_args()
    groups = GROUPS if given.real is None else {name: partial(measure, given.real) for name, measure in REAL.items()}
    chosen = [measure for name, measure in groups.items() if name.startswith(given.only)]
    if not chosen:
        parser.error(f"nothing is called '{given.only}'; there are: {', '.join(groups)}")
    figures: list[Figure] = [calibration(), Figure("machine.load", os.getloadavg()[0], "processes")]
    for figure in figures:
        print(figure.row(), flush=True)
    for measure in chosen:
        for figure in measure():
            figures.append(figure)
            print(figure.row(), flush=True)
    RESULTS.write_text(
        json.dumps(
            {
                "time": time.strftime("%Y-%m-%d %H:%M:%S"),
                "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
                "figures": [{"name": f.name, "value": f.value, "unit": f.unit, "bar": f.bar, "kept": f.kept} for f in figures],
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    return 0 if all(figure.kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
