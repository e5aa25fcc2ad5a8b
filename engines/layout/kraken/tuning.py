"""Trains a layout network on pages whose lines are known: from a model, or from the network that kraken ships."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engines import runtime
from engines.base import Report
from engines.checkpoints import CHECKPOINT, resumed
from engines.errors import TrainingFailed
from engines.layout.kraken.course import TAGS, Best, Course, judge, save
from engines.layout.kraken.options import LayoutTraining
from engines.learning import Dataset, Example, Learnt
from engines.records import Records

if TYPE_CHECKING:
    import torch

_EASINGS = 5  # how often a plateau halves the learning rate before patience ends
WEIGHTS, LOG = "model.safetensors", "training_log.txt"
MOST_PAGES = 20
"""Pages of an epoch, so that what is lost by a kill stays small; of more, each epoch takes others."""


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
    fonts = installed() if options.synthetic else ()
    with Records(out, TAGS) as records:
        course = Course(Trainer(fresh(weights), options), dataset, options, report, fonts, records)
        if not resumed(course, out / CHECKPOINT, Best):
            judge(course, 0.0, 0)
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
        waited = course.epoch - course.best.epoch
        if waited >= options.patience:
            break
        if options.schedule == "plateau" and waited and waited % max(1, options.patience // _EASINGS) == 0:
            trainer.ease()
        began = time.monotonic()
        pages = _learn(course, random.Random(f"{options.seed} {course.epoch}"))
        trainer.step()
        course.epoch += 1
        judge(course, time.monotonic() - began, pages)
        save(course, checkpoint)


def _learn(course: Course, rng: random.Random) -> int:
    """Go over the pages once, or over fewer when the time ends before; return over how many."""
    pages = [page for page in course.dataset.examples["train"] if page.target.lines]
    pages = rng.sample(pages, min(len(pages), MOST_PAGES))
    made = round(len(pages) * course.options.synthetic / (1 - course.options.synthetic))
    order: list[Example | None] = [*pages, *[None] * made]
    rng.shuffle(order)
    for done, page in enumerate(order):
        course.trainer.passed = (course.epoch + done / len(order)) / course.options.epochs
        for pixels, truth in _pieces(course, page, rng):
            course.report(course.share, f"Epoch {course.epoch + 1}, learning")
            if course.trainer.done >= 1:
                return done
            before = course.trainer.parts
            course.trainer.learn(pixels, truth)
            if course.trainer.parts > before:
                course.log.append(f"Out of memory: each piece is learnt in {course.trainer.parts} parts")
                course.report(course.share, course.log[-1], note=1.0)  # a figure makes it stay in the log
    return len(order)


def _pieces(course: Course, page: Example | None, rng: random.Random) -> Iterator[tuple[torch.Tensor, np.ndarray]]:
    """Yield the pieces of a page as the network learns them, in any order, with what is drawn on them; None = a rendered page."""
    from PIL import Image

    from engines.layout.kraken.canvas import scaled
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
    shown, scale = scaled(Image.fromarray(image), course.trainer.network.input[2])
    ways = [np.asarray(line.baseline, float) * scale for line in lines]
    if rng.random() < options.variation:
        shown, ways = varied(shown, ways, options.strength, rng)
    pixels, _ = seen(Image.fromarray(shown), tuple(course.trainer.network.input))
    truth = drawn(ways, shown.shape[:2])
    rows, columns = (even(length, math.ceil(length / options.piece)) for length in truth.shape[1:])
    windows = list(product(rows, columns))
    course.trainer.seconds += time.monotonic() - began
    for y, x in rng.sample(windows, len(windows)):
        yield pixels[:, y, x], truth[:, y, x]
