"""Learning curves: the error on unseen lines after training on more and more corrected ones."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engines.base import OcrEngine, Trainable, silent
from engines.errors import TrainingFailed
from engines.learning import Dataset, Example, Split
from workbench.services.datasets.splitting import one_in

BASE = Path(__file__).resolve().parent.parent / "models/base/ocr/hebrew/v1/model.safetensors"


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a curve; errors are character error rates in a normal form, with their 95 % interval.

    Attributes:
        lines: Corrected lines, those held out to choose the best epoch included.
        tested: Lines of the test, from which nothing was learnt and by which nothing was chosen.
        seconds: From the call of the training to its end.
    """

    lines: int
    cer: float
    low: float
    high: float
    tested: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Lines:
    """Images of lines by document, to learn from and to test on."""

    load: Callable[[str], np.ndarray]
    pool: Sequence[Example]
    test: Sequence[Example]


def curve(lines: Lines, sizes: Sequence[int], minutes: float, *, start: Path = BASE, form: str = "strict") -> list[Point]:
    """Train on the first lines of a pool, each time from the same start, and measure on the test lines.

    As for a person, a fifth of few lines is held out to choose the best epoch, a tenth of many.

    Args:
        lines: To learn from and to test on.
        sizes: How many corrected lines, for each point.
        minutes: Budget of each training.
        start: Weights to start from.
        form: Normal form of the error.
    """
    points = [measured(0, start, lines, (form, 0.0))]
    print(points[-1], file=sys.stderr, flush=True)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            try:
                weights, seconds, _ = train(lines, lines.pool[:size], {"minutes": minutes}, start, Path(folder))
            except TrainingFailed:  # nothing better was found: the start stays
                weights, seconds = start, 60 * minutes
            points.append(measured(size, weights, lines, (form, seconds)))
        print(points[-1], file=sys.stderr, flush=True)
    return points


def train(
    lines: Lines, chosen: Sequence[Example], options: Mapping[str, object], start: Path, out: Path
) -> tuple[Path, float, Mapping[str, float]]:
    """Train on some lines; return the weights, the seconds, and the last figures of the training."""
    held_out = chosen[:: one_in(len(chosen))]
    kept = {example.key for example in held_out}
    split: dict[Split, Sequence[Example]] = {
        "train": [example for example in chosen if example.key not in kept],
        "held_out": held_out,
        "test": (),
    }
    engine = _engine(start)
    assert isinstance(engine, Trainable)
    began = time.perf_counter()
    learnt = engine.train(Dataset("ocr", split, lines.load), options, silent, out)
    return out / learnt.weights, time.perf_counter() - began, learnt.metrics


def measured(size: int, weights: Path, lines: Lines, manner: tuple[str, float]) -> Point:
    """Return the point of some weights on the test lines, in a normal form, with the seconds that they took."""
    from engines.ocr.metrics import Sample, score

    form, seconds = manner
    everything = Dataset("ocr", {"train": (), "held_out": (), "test": lines.test}, lines.load)
    outcomes = list(_engine(weights).examine(everything, lines.test))
    groups = {example.key: example.name for example in lines.test}
    found = score([Sample(outcome.truth, outcome.prediction, groups[outcome.key]) for outcome in outcomes], form)
    return Point(size, found.cer, *found.cer_interval, found.lines, seconds)


def _engine(weights: Path) -> OcrEngine:
    from engines import get, runtime

    runtime.prepare()
    engine = get("ocr", "kraken")(weights)
    assert isinstance(engine, OcrEngine)
    return engine
