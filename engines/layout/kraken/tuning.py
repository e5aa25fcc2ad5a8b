"""Trains a layout network on pages whose lines are known: from a model, or from the network that kraken ships."""

from __future__ import annotations

import logging
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engines import runtime
from engines.base import Report
from engines.checkpoints import CHECKPOINT, resumed
from engines.comparison import rates
from engines.errors import TrainingFailed
from engines.layout.kraken.options import LayoutTraining
from engines.layout.metrics import outcome
from engines.learning import Dataset, Example, Learnt

if TYPE_CHECKING:
    import torch
    from PIL import Image

    from engines.layout.kraken.training import Trainer
    from engines.ocr.synthesis.fonts import Font

_log = logging.getLogger(__name__)

WEIGHTS, LOG = "model.safetensors", "training_log.txt"
MOST_PAGES = 20
"""Pages of an epoch, so that what is lost by a kill stays small; of more, each epoch takes others."""

MOST_HELD_OUT = 12
"""Held-out pages that are looked at after every epoch; more would cost more time than learning."""


@dataclass
class Best:
    """The best epoch so far, with its averaged weights; `error` is NaN when nothing is held out."""

    epoch: int = 0
    error: float = math.inf
    weights: dict[str, Any] = field(default_factory=dict)


@dataclass
class Course:
    """A training on its way: what it learns from and with, and what the epochs brought."""

    trainer: Trainer
    dataset: Dataset
    options: LayoutTraining
    report: Report
    fonts: Sequence[Font]
    best: Best = field(default_factory=Best)
    epoch: int = 0
    log: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Return the progress of the job, 0..1."""
        return 0.98 * max(self.trainer.done, min(1.0, self.epoch / self.options.epochs))


def train(dataset: Dataset, options: LayoutTraining, weights: Path | None, report: Report, out: Path) -> Learnt:
    """Train; see `engines.base.Trainable.train`."""
    report(0.0, "Loading the model")
    runtime.prepare()
    import torch
    from kraken.models.writers import write_safetensors

    from engines.layout.kraken.training import Trainer
    from engines.layout.kraken.weights import fresh
    from engines.layout.synthesis import installed

    if not any(page.target.lines for page in dataset.examples["train"]):
        raise TrainingFailed("No page can be learnt: none has a line.", "Look at the data check, and add lines to the pages.")
    torch.manual_seed(options.seed)
    course = Course(Trainer(fresh(weights), options), dataset, options, report, installed() if options.synthetic else ())
    if not resumed(course, out / CHECKPOINT, Best):
        _judge(course, 0.0)
    _run(course, out / CHECKPOINT)
    if course.epoch == 0:
        raise TrainingFailed("It ended before the first epoch was over.", "Give it more minutes.")
    if course.best.epoch == 0:
        hint = "Hold out a page of the kind that it should learn, correct more pages, or give it more minutes."
        raise TrainingFailed(f"No epoch was better than the start, {100 * course.best.error:.1f} % on the held-out pages.", hint)
    report(0.99, "Writing the model")
    course.trainer.use(course.best.weights)
    network = course.trainer.averaged()
    (out / WEIGHTS).unlink(missing_ok=True)
    write_safetensors([network], out / WEIGHTS)
    (out / LOG).write_text("\n".join(course.log) + "\n", encoding="utf-8")
    lines = sum(len(page.target.lines) for page in dataset.examples["train"])
    figures = {"epochs": course.epoch, "best_epoch": course.best.epoch, "lines": lines}
    return Learnt(WEIGHTS, {"height": network.input[2]}, {**figures, "seconds": round(course.trainer.seconds, 1)}, (LOG,))


def _run(course: Course, checkpoint: Path) -> None:
    """Learn epoch by epoch until the time is over, nothing gets better, or somebody wants the best as it is."""
    options, trainer = course.options, course.trainer
    while trainer.done < 1 and course.epoch < options.epochs and not course.report.enough:
        if course.epoch - course.best.epoch >= options.patience:
            break
        began = time.monotonic()
        _learn(course, random.Random(f"{options.seed} {course.epoch}"))
        course.epoch += 1
        _judge(course, time.monotonic() - began)
        best = course.best
        kept = {"epoch": best.epoch, "error": best.error, "weights": best.weights}
        trainer.save(checkpoint, best=kept, epoch=course.epoch, log=list(course.log))


def _learn(course: Course, rng: random.Random) -> None:
    """Go over the pages once, or over fewer when the time ends before."""
    pages = [page for page in course.dataset.examples["train"] if page.target.lines]
    pages = rng.sample(pages, min(len(pages), MOST_PAGES))
    made = round(len(pages) * course.options.synthetic / (1 - course.options.synthetic))
    order: list[Example | None] = [*pages, *[None] * made]
    rng.shuffle(order)
    for page in order:
        for pixels, truth in _pieces(course, page, rng):
            course.report(course.share, f"Epoch {course.epoch + 1}, learning")
            if course.trainer.done >= 1:
                return
            before = course.trainer.parts
            course.trainer.learn(pixels, truth)
            if course.trainer.parts > before:
                course.log.append(f"Out of memory: each piece is learnt in {course.trainer.parts} parts")
                course.report(course.share, course.log[-1], note=1.0)  # a figure makes it stay in the log


def _pieces(course: Course, page: Example | None, rng: random.Random) -> Iterator[tuple[torch.Tensor, np.ndarray]]:
    """Yield the pieces of a page as the network learns them, in any order, with what is drawn on them; None = a rendered page."""
    from PIL import Image

    from engines.layout.kraken.heat import seen
    from engines.layout.kraken.targets import drawn
    from engines.layout.kraken.training import even
    from engines.layout.synthesis import rendered
    from engines.layout.variation import varied

    began, options = time.monotonic(), course.options
    if page is None:
        made = rendered(course.fonts, rng)
        image, lines = made.image, made.page.lines
    else:
        image, lines = course.dataset.load(page.document), page.target.lines
    scaled, scale = _scaled(Image.fromarray(image), course.trainer.network.input[2])
    ways = [np.asarray(line.baseline, float) * scale for line in lines]
    if rng.random() < options.variation:
        scaled, ways = varied(scaled, ways, options.strength, rng)
    pixels, _ = seen(Image.fromarray(scaled), tuple(course.trainer.network.input))
    truth = drawn(ways, scaled.shape[:2])
    rows, columns = (even(length, math.ceil(length / options.piece)) for length in truth.shape[1:])
    windows = list(product(rows, columns))
    course.trainer.seconds += time.monotonic() - began
    for y, x in rng.sample(windows, len(windows)):
        yield pixels[:, y, x], truth[:, y, x]


def _scaled(picture: Image.Image, height: int) -> tuple[np.ndarray, float]:
    """Return a page as high as the network sees it, laid on paper as it is when lines are found, and how much it was enlarged."""
    from PIL import Image as Pillow

    from engines.layout.kraken.canvas import page_like

    page = page_like(picture)
    scale = height / page.height
    return np.asarray(page.resize((max(1, round(page.width * scale)), height), Pillow.Resampling.LANCZOS)), scale


def _judge(course: Course, seconds: float) -> None:
    """Find the lines of held-out pages, report how well, and remember the epoch when it is the best."""
    from PIL import Image

    from engines.layout.kraken.finding import find

    trainer, began = course.trainer, time.monotonic()
    figures: dict[str, float] = {"rate": trainer.rate, "memory": runtime.memory_mb()}
    pages = course.dataset.examples["held_out"][:MOST_HELD_OUT]
    error = math.nan
    if pages:
        network, outcomes = trainer.finder(), []
        for page in pages:
            course.report(course.share, "Finding the lines of the held-out pages")
            found = find(Image.fromarray(course.dataset.load(page.document)), network, lambda _: None)
            lines = [line for part in found for line in part.lines]
            outcomes.append(outcome(page.key, page.document, page.target.lines, lines))
        rate = rates(outcomes, ["baselines"])["baselines"]
        error = rate.value
        figures |= {"error": error, "error_low": rate.low, "error_high": rate.high, "error_n": rate.n}
    is_best = course.epoch > 0 and (math.isnan(error) or error < course.best.error)
    if course.epoch == 0 or is_best:
        course.best = Best(course.epoch, error, trainer.keep())
    if course.epoch:
        figures |= {"loss": trainer.loss, "epoch_seconds": seconds}
    trainer.seconds += time.monotonic() - began if course.epoch else 0.0
    figures |= {"epoch": course.epoch, "best_epoch": course.best.epoch, "seconds": trainer.seconds}
    line = _line(course.epoch, figures, is_best)
    course.log.append(line)
    course.report(course.share, line, **{name: value for name, value in figures.items() if math.isfinite(value)})


def _line(epoch: int, figures: dict[str, float], is_best: bool) -> str:
    """Return what the log says about an epoch."""
    words = [f"epoch {epoch}"]
    if "loss" in figures:
        words.append(f"loss {figures['loss']:.3f}")
    if "error" in figures:
        words.append(f"baselines wrong {100 * figures['error']:.1f} %")
    return "  ".join([*words, f"{figures['seconds']:.0f} s", *(["best, kept"] if is_best else [])])
