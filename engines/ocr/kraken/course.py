"""How far a training is: what each epoch brought, the best one, what TensorBoard reads, and the checkpoint it goes on from."""

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
from engines.ocr.kraken.options import KrakenTraining
from engines.ocr.kraken.records import Records
from engines.ocr.metrics import Sample as Reading
from engines.ocr.metrics import Score, score

if TYPE_CHECKING:
    from engines.ocr.kraken.batches import Sample
    from engines.ocr.kraken.network import BaseDirection
    from engines.ocr.kraken.replay import Replay
    from engines.ocr.kraken.training import Trainer

SHARE_OF_CUTTING = 0.05


@dataclass
class Best:
    """The best epoch so far; `error` is what decides between epochs, NaN when nothing is held out.

    `mean` are the mean weights of this epoch and of the `after` ones that followed it.
    """

    epoch: int = 0
    error: float = math.inf
    loss: float = math.inf
    weights: Mapping[str, Any] | None = None
    mean: Mapping[str, Any] | None = None
    after: int = 0

    def followed(self, weights: Mapping[str, Any]) -> None:
        """Take the weights of an epoch that was no better into the mean."""
        self.after += 1
        mean = self.mean or {name: value.clone() for name, value in (self.weights or {}).items()}
        self.mean = {
            name: value.lerp(weights[name], 1 / (self.after + 1)) if value.is_floating_point() else weights[name]
            for name, value in mean.items()
        }

    def beaten_by(self, error: float, loss: float, gain: float = 0.0) -> bool:
        """Say whether an epoch is better: by its error, then by its loss; without held-out lines the last one is.

        Args:
            error: Of the epoch.
            loss: Of the epoch, on the held-out lines.
            gain: Part of the error that it must have lost at least.
        """
        return math.isnan(error) or (error, loss) < ((1 - gain) * self.error, self.loss)


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
        replay: Lines of the base.
        records: What TensorBoard reads.
        knows_nothing: It starts from no model.
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
    replay: Replay
    records: Records
    knows_nothing: bool = False
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
        self.report(self.share, f"Epoch {self.epoch + 1}, learning")

    def note(self, progress: float, words: str) -> None:
        """Say something that stays in the log, beside what it says about each epoch."""
        self.log.append(words)
        self.report(progress, words, note=1.0)  # a figure makes it stay

    @property
    def share(self) -> float:
        """Return the progress of the job, 0..1."""
        return SHARE_OF_CUTTING + (1 - SHARE_OF_CUTTING) * self.done


def judge(course: Course, loss: float | None, seconds: float) -> None:
    """Measure an epoch on the held-out lines, report it, and remember it when it is the best."""
    trainer = course.trainer
    began = time.monotonic()
    error = held_out_loss = math.nan
    figures: dict[str, float] = {"rate": trainer.rate, "memory": runtime.memory_mb()}
    if course.held_out:
        judged, found = _held_out(course)
        error, held_out_loss = found.cer, float(np.mean([loss for _, loss in judged]))
        low, high = found.cer_interval
        figures |= {"error": error, "error_low": low, "error_high": high, "error_n": found.chars}
        figures |= {"held_out_loss": held_out_loss, "word_error": found.wer}
        course.records.readings(
            course.epoch, [(line.image, line.text, read) for (line, _), (read, _) in zip(course.held_out, judged, strict=True)]
        )
    deciding = _deciding(course, error)
    is_best = course.epoch > 0 and course.best.beaten_by(deciding, held_out_loss, course.options.least_gain)
    if course.epoch == 0 and course.knows_nothing:  # any epoch is better than letters by chance
        course.best = Best(weights=trainer.keep())
    elif course.epoch == 0 or is_best:
        course.best = Best(course.epoch, deciding, held_out_loss, trainer.keep())
    elif course.options.mean_of_epochs:
        course.best.followed(trainer.keep())
    if loss is not None:
        figures |= {"loss": loss, "gradient": trainer.norm, "epoch_seconds": seconds}
        lines = len(course.learning) + course.replay.count(course.options.replay, len(course.learning))
        figures["lines_per_second"] = lines / max(seconds, 1e-3)
    trainer.spend(time.monotonic() - began)
    figures |= {"epoch": course.epoch, "best_epoch": course.best.epoch, "seconds": trainer.seconds}
    figures = {name: value for name, value in figures.items() if math.isfinite(value)}
    course.records.epoch(course.epoch, figures)
    line = _line(course.epoch, figures, seconds, is_best)
    course.log.append(line)
    course.report(min(0.99, course.share), line, **figures)


def _held_out(course: Course) -> tuple[list[tuple[str, float]], Score]:
    """Return what is read on the held-out lines now, each with its loss, and how well."""
    judged = [course.trainer.judge(line, course.base) for line, _ in course.held_out]
    lines = zip(course.held_out, judged, strict=True)
    return judged, score([Reading(line.text, read, document) for (line, document), (read, _) in lines], "strict")


def settled(course: Course) -> Mapping[str, Any]:
    """Return the weights that a training ends with: the mean of the best epoch and of those after it, if it is as good.

    The best of many epochs on a few held-out lines is best by chance, too; a mean reads other lines better (a model soup,
    Wortsman et al. 2022, arXiv:2203.05482). It is as good when it errs no more than the best and one standard error.
    """
    best = course.best
    assert best.weights is not None
    if best.mean is None:
        return best.weights
    course.trainer.use(best.mean)
    found = _held_out(course)[1]
    low, high = found.cer_interval
    if _deciding(course, found.cer) > best.error + (high - low) / (2 * 1.96):
        return best.weights
    course.note(0.99, f"the mean of epochs {best.epoch} to {best.epoch + best.after} is taken")
    return best.mean


def _deciding(course: Course, error: float) -> float:
    """Return the error by which epochs are compared: with lines of the base among the learnt ones, theirs counts as much."""
    lines, part = course.replay.choosing[::5], course.options.replay  # some of them: it is done after every epoch
    if not lines or part == 0:
        return error
    return (1 - part) * error + part * base_score(course, lines).cer


def _line(epoch: int, figures: Mapping[str, float], seconds: float, is_best: bool) -> str:
    """Return what the log says about an epoch."""
    words = [f"epoch {epoch}"]
    if "loss" in figures:
        words.append(f"loss {figures['loss']:.3f}")
    if "error" in figures:
        words += [f"held out {figures['held_out_loss']:.3f}", f"CER {100 * figures['error']:.1f} %"]
    words.append(f"{seconds:.1f} s")
    return "  ".join([*words, *(["best, kept"] if is_best else [])])


def save(course: Course, checkpoint: Path) -> None:
    """Write from where a killed training goes on; it loses less than one epoch."""
    best = course.best
    kept = {"epoch": best.epoch, "error": best.error, "loss": best.loss, "weights": dict(best.weights or {})}
    kept |= {"mean": best.mean, "after": best.after}
    course.trainer.save(checkpoint, best=kept, epoch=course.epoch, log=list(course.log))


def base_score(course: Course, lines: Sequence[Sample]) -> Score:
    """Return how well the averaged network reads lines of the base, each a document of its own."""
    return score(
        [Reading(line.text, course.trainer.judge(line, course.base)[0], str(at)) for at, line in enumerate(lines)], "strict"
    )


def base_error(course: Course) -> Score | None:
    """Return how well the averaged network reads the base's test lines; None where there are none."""
    return base_score(course, course.replay.testing) if course.replay.testing else None


def forgotten(before: Score | None, after: Score | None) -> dict[str, float]:
    """Return what a version says about the base's test lines, before and after."""
    if before is None or after is None:
        return {}
    return {
        "base_before": before.cer,
        "base_after": after.cer,
        "base_after_low": after.cer_interval[0],
        "base_after_high": after.cer_interval[1],
        "base_lines": after.lines,
    }
