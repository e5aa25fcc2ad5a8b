"""Learning from scratch beside `ketos train`: the same lines, one thread each, by CPU time: `python -m bench.ketos FOLDER`.

FOLDER holds lines of print, one folder a book, as images with `.gt.txt`; of every ten lines of a book one chooses the best
epoch and one is only tested on. Then each book is left out in its turn: nothing of it is learnt, and all of it tested on.
What is done is kept in `bench/ketos.json` and not done again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from bench.beside import KETOS, OURS, OWN, figures, table, without
from bench.curves import Lines, measured
from bench.real import examples, load
from engines.learning import Dataset, Example

RESULTS = Path(__file__).parent / "ketos.json"
SEED = 7
_KETOS = "from engines import runtime; runtime.prepare(); from kraken.ketos import cli; cli()"
_OURS = "import sys; from bench.ketos import _learn; _learn(sys.argv[1:])"
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def divided(folder: Path, left_out: str = "") -> dict[str, list[Example]]:
    """Return the lines of all books to learn from, to hold out and to test on.

    Args:
        folder: Of the books.
        left_out: A book that is only tested on; then nothing else is.
    """
    found: dict[str, list[Example]] = {"train": [], "held_out": [], "test": []}
    for book in _books(folder):
        for place, example in enumerate(examples(book, lambda image: image.parent.name)):
            if left_out:
                split = "test" if book.name == left_out else {0: "held_out"}.get(place % 10, "train")
            else:
                split = {0: "held_out", 5: "test"}.get(place % 10, "train")
            found[split].append(example)
    return found


def _books(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if any(path.glob("*.gt.txt")))


def ketos(lines: Mapping[str, Sequence[Example]], cpu_seconds: float, out: Path, spec: str = "") -> dict[str, Any]:
    """Train with `ketos train` by its defaults until its CPU time is spent, and measure its best epoch.

    The lines are compiled before the clock starts, as strips that need no second straightening.

    Args:
        lines: By split.
        cpu_seconds: Of the process and its children.
        out: Folder for checkpoints.
        spec: Of the network; nothing = its own.
    """
    for split in ("train", "held_out"):
        listed = out / f"{split}.txt"
        listed.write_text("\n".join(example.document for example in lines[split]), "utf-8")
        _run_ketos("compile", "-f", "path", "--force-type", "baseline", "-F", str(listed), "-o", str(out / f"{split}.arrow"))
        (out / f"{split}_list.txt").write_text(str(out / f"{split}.arrow"), "utf-8")
    command = ["-d", "cpu", "--workers", "0", "--threads", "1", "-s", str(SEED), "train", "-f", "binary", "-B", "1"]
    command += ["-t", str(out / "train_list.txt"), "-e", str(out / "held_out_list.txt"), "-o", str(out / "model")]
    command += ["-s", spec] if spec else []
    with (out / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _KETOS, *command], stdout=log, stderr=log, env={**os.environ, **_ONE_THREAD}
        )
    spent, seen = 0.0, {}
    while process.poll() is None and spent < cpu_seconds:
        time.sleep(0.5)
        spent = _cpu(process.pid, spent)
        for path in (out / "model").glob("*.ckpt"):
            seen.setdefault(path.name, spent)
    process.kill()
    process.wait()
    curve = []
    for name, when in sorted(seen.items(), key=lambda pair: pair[1]):
        epoch, _, accuracy = name.removesuffix(".ckpt").rpartition("_")[2].partition("-")
        curve.append({"epoch": int(epoch) + 1, "error": 1 - float(accuracy), "cpu": when})
    if not curve:
        raise RuntimeError(f"ketos wrote nothing in {spent:.0f} s:\n{(out / 'log').read_text()[-3000:]}")
    best = min((out / "model").glob("*.ckpt"), key=lambda path: -float(path.stem.rpartition("-")[2]))
    weights = out / "best.safetensors"
    _run_ketos("convert", "-o", str(weights), str(best))
    return {"curve": curve, "cpu": spent, **_tested(weights, lines)}


def _run_ketos(*command: str) -> None:
    done = subprocess.run([sys.executable, "-c", _KETOS, *command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"ketos {command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _cpu(pid: int, before: float) -> float:
    """Return the CPU seconds of a process and its children; what they had before once it is gone."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return before
    return times.user + times.system + times.children_user + times.children_system


def ours(folder: Path, cpu_seconds: float, out: Path, left_out: str = "") -> dict[str, Any]:
    """Train from nothing in a process of its own until its CPU time is spent, and measure its best epoch."""
    given = json.dumps({"folder": str(folder), "minutes": cpu_seconds / 60, "out": str(out), "left_out": left_out})
    began = os.times()
    done = subprocess.run(
        [sys.executable, "-c", _OURS, given], capture_output=True, text=True, check=False, env={**os.environ, **_ONE_THREAD}
    )
    if done.returncode != 0:
        raise RuntimeError(f"The training failed:\n{done.stderr[-3000:]}")
    ended = os.times()
    spent = ended.children_user + ended.children_system - began.children_user - began.children_system
    curve = json.loads(done.stdout.splitlines()[-1])
    return {"curve": curve, "cpu": spent, **_tested(out / "model.safetensors", divided(folder, left_out))}


def _learn(argv: Sequence[str]) -> None:
    """Train as a process of its own; the last line of what it prints is the curve."""
    from engines import get
    from engines.base import Report, Trainable

    given = json.loads(argv[0])
    lines = divided(Path(given["folder"]), given["left_out"])
    curve: list[dict[str, float]] = []

    class Curve(Report):
        """Keeps the epochs."""

        def __call__(self, progress: float, message: str, **metrics: float) -> None:
            if "error" in metrics:
                print(f"{progress:.2f} {time.process_time():.0f} s  {message}", file=sys.stderr, flush=True)
                curve.append({"epoch": metrics["epoch"], "error": metrics["error"], "cpu": time.process_time()})

    engine = get("ocr", "kraken")(None)
    assert isinstance(engine, Trainable)
    # what is spent before the first step and after the last one belongs to the same CPU time
    options = {"minutes": given["minutes"] - 0.4, "seed": SEED, "patience": 10_000}
    dataset = Dataset("ocr", {"train": lines["train"], "held_out": lines["held_out"], "test": ()}, load)
    engine.train(dataset, options, Curve(), Path(given["out"]))
    print(json.dumps(curve))


def _tested(weights: Path, lines: Mapping[str, Sequence[Example]]) -> dict[str, Any]:
    """Return the errors on the test lines, and on as many of those that were learnt."""
    on_test = measured(0, weights, Lines(load, (), lines["test"]), ("strict", 0))
    some = lines["train"][:: max(1, len(lines["train"]) // 180)]
    on_learnt = measured(0, weights, Lines(load, (), some), ("strict", 0))
    return {"test": asdict(on_test), "learnt": asdict(on_learnt)}


def cells(folder: Path) -> dict[str, Callable[[Path], dict[str, Any]]]:
    """Return the trainings by name: on lines of all books, then without each book; each is given a folder to write to."""
    from engines.ocr.kraken.network import HEIGHT, SPEC

    small = SPEC.format(height=HEIGHT, labels=0).rpartition(" ")[0] + "]"
    found: dict[str, Callable[[Path], dict[str, Any]]] = {
        KETOS: lambda out: ketos(divided(folder), 600, out, small),
        OURS: lambda out: ours(folder, 600, out),
        OWN: lambda out: ketos(divided(folder), 1800, out),
    }
    for book in (book.name for book in _books(folder)):
        found[without(KETOS, book)] = lambda out, book=book: ketos(divided(folder, book), 600, out, small)
        found[without(OURS, book)] = lambda out, book=book: ours(folder, 600, out, book)
    return found


def main() -> None:
    """Fill in the cells that are missing, one at a time, then print the table and the figures."""
    parser = argparse.ArgumentParser(prog="bench.ketos")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="names of trainings, as the table has them; none: only print")
    given = parser.parse_args()
    found = cells(given.folder)
    unknown = set(given.only or ()) - found.keys()
    if unknown:
        parser.error(f"nothing is called {', '.join(sorted(unknown))}; there are: {'; '.join(found)}")
    done: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    for name in found if given.only is None else given.only:
        if name in done:
            continue
        print(f"{name} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as out:
            done[name] = found[name](Path(out))
        RESULTS.write_text(json.dumps(done, indent=1) + "\n", "utf-8")
    print(table(done))
    for figure in figures(done):
        print(figure.row())


if __name__ == "__main__":
    main()
