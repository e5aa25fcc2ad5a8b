"""How far a training of a layout network is: what each epoch brought, the best one, and what TensorBoard reads."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engines import runtime
from engines.base import Report
from engines.comparison import rates
from engines.layout.kraken.options import LayoutTraining
from engines.layout.metrics import outcome
from engines.learning import Dataset, Outcome
from engines.records import Records
from engines.types import Line

if TYPE_CHECKING:
    from PIL import Image

    from engines.layout.kraken.training import Trainer
    from engines.ocr.synthesis.fonts import Font

MOST_HELD_OUT = 12
"""Held-out pages that are looked at after every epoch; more would cost more time than learning."""

TAGS = {
    "error": "error/baselines",
    "missed": "error/missed_lines",
    "invented": "error/invented_lines",
    "area": "error/text_area",
    "pages_per_second": "cost/pages_per_second",
}
"""Where the figures of an epoch that only layouts have stand in the records."""

_MEASURES = ("baselines", "missed", "invented", "area")
_SHOWN = 3  # held-out pages that the records show
_HEIGHT = 480  # pixels of such a page
_TRUE, _FOUND = (40, 120, 220), (220, 60, 40)  # colours of baselines


@dataclass
class Best:
    """The best epoch so far, with its averaged weights; `error` is NaN when nothing is held out."""

    epoch: int = 0
    error: float = math.inf
    weights: dict[str, Any] = field(default_factory=dict)

    def beaten_by(self, error: float, gain: float = 0.0) -> bool:
        """Say whether an epoch is better; without held-out pages the last one is.

        Args:
            error: Of the epoch.
            gain: Part of the error that it must have lost at least.
        """
        return math.isnan(error) or error < (1 - gain) * self.error


@dataclass
class Course:
    """A training on its way: what it learns from and with, and what the epochs brought."""

    trainer: Trainer
    dataset: Dataset
    options: LayoutTraining
    report: Report
    fonts: Sequence[Font]
    records: Records
    best: Best = field(default_factory=Best)
    epoch: int = 0
    log: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Return the progress of the job, 0..1."""
        return 0.98 * max(self.trainer.done, min(1.0, self.epoch / self.options.epochs))


def judge(course: Course, seconds: float, pages: int) -> None:
    """Find the lines of held-out pages, report how well, and remember the epoch when it is the best.

    Args:
        course: The training.
        seconds: That the epoch took.
        pages: That it learnt from.
    """
    trainer, began = course.trainer, time.monotonic()
    figures: dict[str, float] = {"rate": trainer.rate, "memory": runtime.memory_mb()}
    error = math.nan
    if outcomes := _held_out(course):
        found = rates(outcomes, _MEASURES)
        rate = found["baselines"]
        error = rate.value
        figures |= {"error": error, "error_low": rate.low, "error_high": rate.high, "error_n": rate.n}
        figures |= {name: found[name].value for name in _MEASURES[1:]}
    is_best = course.epoch > 0 and course.best.beaten_by(error, course.options.least_gain)
    if course.epoch == 0 or is_best:
        course.best = Best(course.epoch, error, trainer.keep())
    if course.epoch:
        figures |= {"loss": trainer.loss, "gradient": trainer.norm, "epoch_seconds": seconds}
        figures["pages_per_second"] = pages / max(seconds, 1e-3)
    trainer.seconds += time.monotonic() - began if course.epoch else 0.0
    figures |= {"epoch": course.epoch, "best_epoch": course.best.epoch, "seconds": trainer.seconds}
    figures = {name: value for name, value in figures.items() if math.isfinite(value)}
    course.records.epoch(course.epoch, figures)
    line = _line(course.epoch, figures, is_best)
    course.log.append(line)
    course.report(course.share, line, **figures)


def _held_out(course: Course) -> list[Outcome]:
    """Return how well the lines of the held-out pages are found now, and record some of them as pictures."""
    from PIL import Image

    from engines.layout.kraken.finding import find

    pages = course.dataset.examples["held_out"][:MOST_HELD_OUT]
    if not pages:
        return []
    network, outcomes = course.trainer.finder(), []
    shown = _SHOWN if course.epoch & (course.epoch - 1) == 0 else 0  # at 0, 1, 2, 4, 8 …: the records stay small
    for number, page in enumerate(pages, 1):
        course.report(course.share, "Finding the lines of the held-out pages")
        picture = Image.fromarray(course.dataset.load(page.document))
        lines = [line for part in find(picture, network, lambda _: None) for line in part.lines]
        outcomes.append(outcome(page.key, page.document, page.target.lines, lines))
        if number <= shown:
            course.records.picture(f"pages/{number}", _drawn(picture, page.target.lines, lines), course.epoch)
    return outcomes


def _drawn(picture: Image.Image, truth: Sequence[Line], found: Sequence[Line]) -> np.ndarray:
    """Return a page, (height, width, 3) uint8, made small, with the true baselines in blue and those that were found in red."""
    from PIL import ImageDraw

    scale = _HEIGHT / picture.height
    small = picture.resize((max(1, round(picture.width * scale)), _HEIGHT)).convert("RGB")
    pen = ImageDraw.Draw(small)
    for lines, colour in ((truth, _TRUE), (found, _FOUND)):
        for line in lines:
            pen.line([(x * scale, y * scale) for x, y in line.baseline], colour, 2)
    return np.asarray(small)


def save(course: Course, checkpoint: Path) -> None:
    """Write from where a killed training goes on; it loses less than one epoch."""
    best = course.best
    kept = {"epoch": best.epoch, "error": best.error, "weights": best.weights}
    course.trainer.save(checkpoint, best=kept, epoch=course.epoch, log=list(course.log))


def _line(epoch: int, figures: Mapping[str, float], is_best: bool) -> str:
    """Return what the log says about an epoch."""
    words = [f"epoch {epoch}"]
    if "loss" in figures:
        words.append(f"loss {figures['loss']:.3f}")
    if "error" in figures:
        words.append(f"baselines wrong {100 * figures['error']:.1f} %")
    return "  ".join([*words, f"{figures['seconds']:.0f} s", *(["best, kept"] if is_best else [])])
