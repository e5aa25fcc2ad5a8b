"""Trains a recogniser on corrected lines: from a model, whose alphabet grows where it must, or from nothing."""

from __future__ import annotations

import logging
import math
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

import numpy as np

from engines import runtime
from engines.base import Report
from engines.errors import TrainingFailed
from engines.learning import Dataset, Learnt, Split, Suspect
from engines.ocr.kraken.growing import start
from engines.ocr.kraken.options import KrakenTraining
from engines.ocr.text import main_direction, main_script, strict

if TYPE_CHECKING:
    from engines.ocr.kraken.network import BaseDirection
    from engines.ocr.kraken.strips import Strip
    from engines.ocr.kraken.training import Sample, Trainer
    from engines.ocr.kraken.weights import Recogniser

_log = logging.getLogger(__name__)

CHECKPOINT, WEIGHTS, LOG = "checkpoint.pt", "model.safetensors", "training_log.txt"
SHARE_OF_CUTTING = 0.05
MOST_HELD_OUT = 400
"""Held-out lines that are read after every epoch; more would cost more time than learning."""


@dataclass
class Best:
    """The best epoch so far; `error` is that of the headline measure, NaN when nothing is held out."""

    epoch: int = 0
    error: float = math.inf
    loss: float = math.inf
    weights: Mapping[str, Any] | None = None

    def beaten_by(self, error: float, loss: float) -> bool:
        """Say whether an epoch is better: by its error, then by its loss; without held-out lines the last one is."""
        return math.isnan(error) or (error, loss) < (self.error, self.loss)


@dataclass
class Course:
    """A training on its way.

    Attributes:
        trainer: The network, its optimiser, its average and the time it has used.
        learning: Lines to learn from.
        held_out: Lines that measure every epoch, with their documents.
        base: Direction of the lines.
        options: As checked.
        report: Told the progress.
        best: The best epoch.
        epoch: Of the last finished epoch.
        log: What was said about each epoch.
    """

    trainer: Trainer
    learning: Sequence[Sample]
    held_out: Sequence[tuple[Sample, str]]
    base: BaseDirection
    options: KrakenTraining
    report: Report
    best: Best = field(default_factory=Best)
    epoch: int = 0
    log: list[str] = field(default_factory=list)

    @property
    def done(self) -> float:
        """Return how much of the training is over, 0..1: of its time or of its epochs, whichever ends first."""
        of_time = self.trainer.seconds / self.trainer.budget_s
        return min(1.0, max(of_time, self.epoch / self.options.epochs))

    def told(self) -> None:
        """Report where the training stands; the place at which it can be cancelled."""
        self.report(self._share, f"Epoch {self.epoch + 1}, learning")

    @property
    def _share(self) -> float:
        return SHARE_OF_CUTTING + (1 - SHARE_OF_CUTTING) * self.done


def train(dataset: Dataset, options: KrakenTraining, weights: Path | None, report: Report, out: Path) -> Learnt:
    """Train; see `engines.base.Trainable.train`."""
    report(0.0, "Loading the model")
    runtime.prepare()
    import torch

    from engines.ocr.kraken.finishing import completed
    from engines.ocr.kraken.network import write
    from engines.ocr.kraken.training import Recipe, Trainer
    from engines.ocr.kraken.weights import recogniser_of

    torch.manual_seed(options.seed)
    base: BaseDirection = "R" if main_direction(example.target.text for example in dataset.examples["train"]) == "rtl" else "L"
    network, added = start(dataset, options, weights)
    recogniser = recogniser_of(network, "cpu")
    lines = sum(len(dataset.examples[split]) for split in ("train", "held_out"))
    learning, suspects = _samples(dataset, "train", recogniser, (options, base, report), (0, lines))
    held_out, more = _samples(dataset, "held_out", recogniser, (options, base, report), (len(dataset.examples["train"]), lines))
    if not learning:
        raise TrainingFailed(
            "No line can be learnt: " + (suspects[0].why if suspects else "none has a text."),
            "Look at the data check, and correct what it shows.",
        )
    held = _some(held_out, options.seed)
    steps = max(1, sum(sample.image.shape[1] for sample, _ in learning) // options.batch)
    recipe = Recipe(rate=options.rate, warmup=min(100, 3 * steps), columns=options.batch, average=0.99)
    trainer = Trainer(network, recipe, options.minutes * 60)
    course = Course(trainer, [sample for sample, _ in learning], held, base, options, report)
    _tell_suspects(course, [*suspects, *more], added)
    if not _resumed(course, out / CHECKPOINT):
        report(SHARE_OF_CUTTING, "Reading the held-out lines")
        _judge(course, None, 0.0)
    _run(course, out / CHECKPOINT)
    if course.epoch == 0:
        raise TrainingFailed("It ended before the first epoch was over.", "Give it more minutes, or fewer lines.")
    if course.best.epoch == 0:
        hint = "Hold out a page of the kind that it should learn, correct more lines, or give it more minutes."
        raise TrainingFailed(f"No epoch was better than the start, {100 * course.best.error:.1f} % on the held-out lines.", hint)
    report(0.99, "Writing the model")
    best = trainer.averaged(course.best.weights)
    write(best, out / WEIGHTS)
    (out / LOG).write_text("\n".join(course.log) + "\n", encoding="utf-8")
    (out / CHECKPOINT).unlink(missing_ok=True)
    return completed(_learnt(course, network, added), best, course, out)


def _samples(
    dataset: Dataset,
    split: Split,
    recogniser: Recogniser,
    manner: tuple[KrakenTraining, BaseDirection, Report],
    place: tuple[int, int],
) -> tuple[list[tuple[Sample, str]], list[Suspect]]:
    """Return the lines of a split as the network takes them, with their documents, and those that it cannot learn."""
    from engines.ocr.kraken.strips import cut
    from engines.ocr.kraken.training import sample

    options, base, report = manner
    known = set("".join(recogniser.codec.c2l))
    examples = [example for example in dataset.examples[split] if strict(example.target.text)]
    before, total = place
    strips, suspects = cut(
        dataset,
        examples,
        recogniser,
        lambda done: report(SHARE_OF_CUTTING * (before + done) / total, f"{before + done} of {total} lines cut"),
    )
    stride = _stride(recogniser)
    found: list[tuple[Sample, str]] = []
    for strip in strips:
        text = strict(strip.example.target.text)
        if options.new_characters == "leave out":
            text = strict("".join(char for char in text if char in known))
        line = sample(strip.image, text, recogniser.codec, stride=stride, base=base)
        if line is None:
            suspects.append(Suspect(strip.example.key, _unfit(strip, text)))
        else:
            found.append((line, strip.example.document))
    return found, suspects


def _unfit(strip: Strip, text: str) -> str:
    if not text:
        return "None of its characters is in the alphabet of the model."
    return f"Its {len(text)} characters do not fit into an image of {strip.image.shape[1]} × {strip.image.shape[0]} pixels."


def _stride(recogniser: Recogniser) -> float:
    """Return how many columns of its input make a frame of a network."""
    import torch

    columns = 480
    with torch.inference_mode():
        _, frames = recogniser.network(torch.zeros(1, 1, recogniser.height, columns), torch.tensor([columns]))
    return columns / int(frames[0])


def _some(lines: Sequence[tuple[Sample, str]], seed: int) -> list[tuple[Sample, str]]:
    """Return the lines that measure every epoch."""
    return list(lines) if len(lines) <= MOST_HELD_OUT else random.Random(seed).sample(list(lines), MOST_HELD_OUT)


def _tell_suspects(course: Course, suspects: Sequence[Suspect], added: str) -> None:
    """Say what is left out and what is new, in the log."""
    if added:
        course.log.append(f"new in the alphabet: {' '.join(added)}")
    for why, count in Counter(suspect.why for suspect in suspects).items():
        course.log.append(f"left out: {count} × {why}")
    for line in course.log:
        course.report(SHARE_OF_CUTTING, line, note=1.0)  # a figure makes it stay in the log


def _run(course: Course, checkpoint: Path) -> None:
    """Learn epoch by epoch until the time is over, nothing gets better, or somebody wants the best as it is."""
    from engines.ocr.kraken.strips import varied

    vary = varied(course.options.variation)
    while not course.trainer.done and course.epoch < course.options.epochs and not course.report.enough:
        if course.epoch - course.best.epoch >= course.options.patience:
            break
        began, before = time.monotonic(), course.trainer.seconds
        course.trainer.learn(course.learning, random.Random(f"{course.options.seed} {course.epoch}"), vary, course.told)
        course.epoch += 1
        course.trainer.spend(time.monotonic() - began - (course.trainer.seconds - before))
        _judge(course, course.trainer.loss, time.monotonic() - began)
        _save(course, checkpoint)


def _judge(course: Course, loss: float | None, seconds: float) -> None:
    """Measure an epoch on the held-out lines, report it, and remember it when it is the best."""
    from engines.ocr.metrics import Sample as Reading
    from engines.ocr.metrics import score

    began = time.monotonic()
    error = held_out_loss = math.nan
    figures: dict[str, float] = {}
    if course.held_out:
        judged = [course.trainer.judge(line, course.base) for line, _ in course.held_out]
        readings = [
            Reading(line.text, read, document) for (line, document), (read, _) in zip(course.held_out, judged, strict=True)
        ]
        found = score(readings, "strict")
        error, held_out_loss = found.cer, float(np.mean([loss for _, loss in judged]))
        low, high = found.cer_interval
        figures |= {"error": error, "error_low": low, "error_high": high, "error_n": found.chars}
        figures |= {"held_out_loss": held_out_loss}
    is_best = course.epoch > 0 and course.best.beaten_by(error, held_out_loss)
    if course.epoch == 0 or is_best:
        course.best = Best(course.epoch, error, held_out_loss, course.trainer.keep())
    if loss is not None:
        figures["loss"] = loss
    course.trainer.spend(time.monotonic() - began)
    figures |= {"epoch": course.epoch, "best_epoch": course.best.epoch, "seconds": course.trainer.seconds}
    line = _line(course.epoch, figures, seconds, is_best)
    course.log.append(line)
    course.report(min(0.99, course._share), line, **figures)


def _line(epoch: int, figures: Mapping[str, float], seconds: float, is_best: bool) -> str:
    """Return what the log says about an epoch."""
    words = [f"epoch {epoch}"]
    if "loss" in figures:
        words.append(f"loss {figures['loss']:.3f}")
    if "error" in figures:
        words += [f"held out {figures['held_out_loss']:.3f}", f"CER {100 * figures['error']:.1f} %"]
    words.append(f"{seconds:.1f} s")
    return "  ".join([*words, *(["best, kept"] if is_best else [])])


def _save(course: Course, checkpoint: Path) -> None:
    """Write from where a killed training goes on; it loses less than one epoch."""
    best = course.best
    kept = {"epoch": best.epoch, "error": best.error, "loss": best.loss, "weights": dict(best.weights or {})}
    course.trainer.save(checkpoint, best=kept, epoch=course.epoch, log=list(course.log))


def _resumed(course: Course, checkpoint: Path) -> bool:
    """Go on where an earlier attempt stopped; False when there is nothing to go on from, or it is damaged."""
    if not checkpoint.exists():
        return False
    try:
        state = course.trainer.resume(checkpoint)
        best = Best(**state["best"])
    except (RuntimeError, KeyError, TypeError, ValueError, EOFError, OSError, UnpicklingError):
        _log.warning("The checkpoint %s is damaged: the training begins anew.", checkpoint, exc_info=True)
        return False
    course.epoch, course.log, course.best = int(state["epoch"]), [str(line) for line in state["log"]], best
    course.report(course._share, f"Going on after epoch {course.epoch}", epoch=course.epoch)
    return True


def _learnt(course: Course, network: Any, added: str) -> Learnt:
    texts = [line.text for line in course.learning]
    description: dict[str, object] = {
        "alphabet": "".join(sorted(set("".join(network.codec.c2l)))),
        "added": added,
        "script": main_script(texts),
        "options": {"direction": "rtl" if course.base == "R" else "ltr"},
    }
    metrics: dict[str, float] = {
        "epochs": course.epoch,
        "best_epoch": course.best.epoch,
        "seconds": round(course.trainer.seconds, 1),
        "lines": len(course.learning),
    }
    return Learnt(WEIGHTS, description, metrics, (LOG,))
