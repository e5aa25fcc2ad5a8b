"""Trains a recogniser on corrected lines: from a model, whose alphabet grows where it must, or from nothing."""

from __future__ import annotations

import logging
import random
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines import runtime
from engines.base import Report
from engines.checkpoints import CHECKPOINT, resumed
from engines.errors import TrainingFailed
from engines.learning import Dataset, Learnt, Split, Suspect
from engines.ocr.kraken.course import SHARE_OF_CUTTING, Best, Course, base_error, forgotten, judge, save
from engines.ocr.kraken.growing import start
from engines.ocr.kraken.options import KrakenTraining
from engines.ocr.kraken.recipe import described, filled, recipe
from engines.ocr.kraken.records import Records
from engines.ocr.text import main_direction, main_script, strict

if TYPE_CHECKING:
    from engines.ocr.kraken.batches import Sample
    from engines.ocr.kraken.network import BaseDirection
    from engines.ocr.kraken.strips import Strip
    from engines.ocr.kraken.weights import Recogniser
    from engines.ocr.metrics import Score

_log = logging.getLogger(__name__)

WEIGHTS, LOG = "model.safetensors", "training_log.txt"
_EASINGS = 5  # how often a plateau halves the learning rate before patience ends
MOST_HELD_OUT = 400
"""Held-out lines that are read after every epoch; more would cost more time than learning."""
MOST_NAMED = 50
"""Lines that are named in the log and with the version when they cannot be learnt; more are only counted."""


def train(dataset: Dataset, options: KrakenTraining, weights: Path | None, report: Report, out: Path) -> Learnt:
    """Train; see `engines.base.Trainable.train`."""
    report(0.0, "Loading the model")
    runtime.prepare()
    import torch

    from engines.ocr.kraken import replay
    from engines.ocr.kraken.finishing import completed, take
    from engines.ocr.kraken.network import write
    from engines.ocr.kraken.training import Trainer
    from engines.ocr.kraken.weights import recogniser_of

    torch.manual_seed(options.seed)
    options, chosen = filled(options, knows=weights is not None)
    base: BaseDirection = "R" if main_direction(example.target.text for example in dataset.examples["train"]) == "rtl" else "L"
    network, added = start(dataset, options, weights)
    recogniser = recogniser_of(network, "cpu")
    lines = sum(len(dataset.examples[split]) for split in ("train", "held_out"))
    learning, suspects = _samples(dataset, "train", recogniser, (options, base, report), (0, lines))
    held_out, more = _samples(dataset, "held_out", recogniser, (options, base, report), (len(dataset.examples["train"]), lines))
    left_out = _named(dataset, [*suspects, *more])
    if not learning:
        raise TrainingFailed(
            f"No line can be learnt. {left_out[0]['name']}: {left_out[0]['why']}",
            "Look at the data check, and correct what it shows.",
        )
    held = _some(held_out, options.seed)
    way = recipe(options, sum(line.image.shape[1] for line, _ in learning), knows=weights is not None)
    kept = replay.load(weights, network.codec, recogniser.height, stride=_stride(recogniser), base=base)
    an_epoch = len(learning) + kept.count(options.replay, len(learning))
    trainer = Trainer(network, way, options.minutes * 60, options.epochs * an_epoch)  # from here on the network may lie on a GPU
    untrained = trainer.keep()
    with Records(out) as records:
        course = Course(
            trainer, [line for line, _ in learning], held, base, options, report, kept, records, knows_nothing=weights is None
        )
        before = _begin(course, out / CHECKPOINT, _notes(chosen, added, left_out))
        _run(course, out / CHECKPOINT)
    if course.epoch == 0:
        raise TrainingFailed("It ended before the first epoch was over.", "Give it more minutes, or fewer lines.")
    if course.best.epoch == 0:
        hint = "Hold out a page of the kind that it should learn, correct more lines, or give it more minutes."
        raise TrainingFailed(f"No epoch was better than the start, {100 * course.best.error:.1f} % on the held-out lines.", hint)
    report(0.99, "Writing the model")
    taken = take(course, untrained)
    best = trainer.averaged()
    write(best, out / WEIGHTS)
    (out / LOG).write_text("\n".join(course.log) + "\n", encoding="utf-8")
    if kept.learning and weights is not None:
        shutil.copyfile(weights.with_name(replay.FILE), out / replay.FILE)
    told = {"added": added, "recipe": described(options, trainer.recipe, chosen), "left_out": left_out[:MOST_NAMED]}
    learnt = completed(_learnt(course, network, told), best, course, out)
    figures = {"taken": taken, "left_out": len(left_out), **forgotten(before, base_error(course))}
    return replace(learnt, metrics={**learnt.metrics, **figures})


def _begin(course: Course, checkpoint: Path, notes: Sequence[str]) -> Score | None:
    """Say what there is to say and measure what it starts from, or go on where an earlier attempt stopped.

    Returns:
        The errors on the base's own lines.
    """
    began = time.monotonic()
    before = base_error(course)
    if not resumed(course, checkpoint, Best):
        spent = 2 * (time.monotonic() - began)  # they are read again at the end
        course.trainer.spend(min(spent, course.trainer.budget_s / 2))
        for words in notes:
            course.note(SHARE_OF_CUTTING, words)
        course.report(SHARE_OF_CUTTING, "Reading the held-out lines")
        judge(course, None, 0.0)
        if course.options.find_rate:
            _find_rate(course)
    return before


def _find_rate(course: Course) -> None:
    """Look for the learning rate by a range test, and learn with what it finds."""
    from engines.ocr.kraken.rates import found_rate

    began = time.monotonic()
    rate, curve = found_rate(course.trainer, course.learning, random.Random(course.options.seed))
    course.trainer.recipe = replace(course.trainer.recipe, rate=rate)
    course.trainer.spend(time.monotonic() - began)
    course.records.search(curve)
    course.note(SHARE_OF_CUTTING, f"learning rate by a range test of {len(curve)} steps: {rate:.2g}")


def _samples(
    dataset: Dataset,
    split: Split,
    recogniser: Recogniser,
    manner: tuple[KrakenTraining, BaseDirection, Report],
    place: tuple[int, int],
) -> tuple[list[tuple[Sample, str]], list[Suspect]]:
    """Return the lines of a split as the network takes them, with their documents, and those that it cannot learn."""
    from engines.ocr.kraken.batches import sample
    from engines.ocr.kraken.strips import cut

    options, base, report = manner
    known = set("".join(recogniser.codec.c2l))
    examples = dataset.examples[split]
    before, total = place
    strips, suspects = cut(
        dataset,
        [example for example in examples if strict(example.target.text)],
        recogniser,
        lambda done: report(SHARE_OF_CUTTING * (before + done) / total, f"{before + done} of {total} lines cut"),
    )
    suspects += [Suspect(example.key, "It has no text.") for example in examples if not strict(example.target.text)]
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


def _named(dataset: Dataset, suspects: Sequence[Suspect]) -> list[dict[str, str]]:
    """Return what a person calls the lines that cannot be learnt, each with why."""
    names = {example.key: example.name for examples in dataset.examples.values() for example in examples}
    return [{"name": names[suspect.key], "why": suspect.why} for suspect in suspects]


def _notes(chosen: str, added: str, left_out: Sequence[Mapping[str, str]]) -> list[str]:
    """Return what the log says at first: what the recipe chose, what is new, and which lines are left out."""
    notes = [chosen] if chosen else []
    if added:
        notes.append(f"new in the alphabet: {' '.join(added)}")
    notes += [f"left out: {line['name']}: {line['why']}" for line in left_out[:MOST_NAMED]]
    if len(left_out) > MOST_NAMED:
        notes.append(f"left out: {len(left_out) - MOST_NAMED} more")
    return notes


def _run(course: Course, checkpoint: Path) -> None:
    """Learn epoch by epoch until the time is over, nothing gets better, or somebody wants the best as it is."""
    from engines.ocr.kraken.strips import varied

    options, trainer = course.options, course.trainer
    while not trainer.done and course.epoch < options.epochs and not course.report.enough:
        waited = course.epoch - course.best.epoch
        if waited >= options.patience:
            break
        if options.schedule == "plateau" and waited and waited % max(1, options.patience // _EASINGS) == 0:
            trainer.ease()
        seed = f"{options.seed} {course.epoch}"
        rng = random.Random(seed)
        mixed = [*course.learning, *course.replay.some(options.replay, len(course.learning), rng)]
        began, before = time.monotonic(), trainer.seconds
        vary = varied(options.variation or 0, options.strength, seed)
        trainer.learn(mixed, rng, vary, course.told, shortest_first=course.epoch == 0 and course.knows_nothing)
        course.epoch += 1
        trainer.spend(time.monotonic() - began - (trainer.seconds - before))
        judge(course, trainer.loss, time.monotonic() - began)
        save(course, checkpoint)


def _learnt(course: Course, network: Any, told: Mapping[str, object]) -> Learnt:
    texts = [line.text for line in course.learning]
    description: dict[str, object] = {
        "alphabet": "".join(sorted(set("".join(network.codec.c2l)))),
        "script": main_script(texts),
        "options": {"direction": "rtl" if course.base == "R" else "ltr"},
        **told,
    }
    metrics: dict[str, float] = {
        "epochs": course.epoch,
        "best_epoch": course.best.epoch,
        "seconds": round(course.trainer.seconds, 1),
        "lines": len(course.learning),
    }
    return Learnt(WEIGHTS, description, metrics, (LOG,))
