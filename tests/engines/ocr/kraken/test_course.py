"""The course of a training: when an epoch is better, when it ends, how its rate is eased, what it ends with, what it records."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engines.base import Report

if TYPE_CHECKING:
    from engines.ocr.kraken.batches import Sample
    from engines.ocr.kraken.course import Course
    from engines.ocr.kraken.training import Trainer

    Make = Callable[..., tuple[Trainer, list[Sample]]]

pytestmark = pytest.mark.kraken


class Told(Report):
    """Remembers the figures of each epoch, and does something after one of them."""

    def __init__(self) -> None:
        self.epochs: list[dict[str, float]] = []
        self.after: dict[int, Callable[[], None]] = {}

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Remember."""
        if "epoch" in metrics:
            self.epochs.append(metrics)
            self.after.get(int(metrics["epoch"]), lambda: None)()


@contextmanager
def begun(make: Make, folder: Path, recipe: dict[str, Any], **options: Any) -> Iterator[tuple[Course, Told]]:
    """Give a training of four lines, which measure it too, after it was measured for the first time."""
    from engines.ocr.kraken.course import Course, judge
    from engines.ocr.kraken.options import KrakenTraining
    from engines.ocr.kraken.records import Records
    from engines.ocr.kraken.replay import Replay

    trainer, lines = make(average=0.0, **recipe)
    chosen = KrakenTraining(**{"epochs": 6, "variation": 0.0, **options})
    told, few = Told(), lines[:4]
    with Records(folder) as records:
        course = Course(trainer, few, [(line, line.text) for line in few], "R", chosen, told, Replay(), records)
        judge(course, None, 0.0)
        yield course, told


def run(course: Course, folder: Path) -> None:
    from engines.ocr.kraken.tuning import _run

    _run(course, folder / "checkpoint.pt")


def test_an_epoch_is_better_by_its_errors_then_by_its_loss_and_by_as_much_as_is_wished() -> None:
    from engines.ocr.kraken.course import Best

    best = Best(3, error=0.20, loss=1.0)
    assert best.beaten_by(0.19, 2.0)
    assert best.beaten_by(0.20, 0.9)
    assert not best.beaten_by(0.20, 1.0)
    assert not best.beaten_by(0.21, 0.1)
    assert not best.beaten_by(0.185, 0.1, gain=0.1), "it lost 7.5 % of its errors, and 10 % are the least"
    assert best.beaten_by(0.175, 2.0, gain=0.1)
    assert best.beaten_by(math.nan, math.nan), "without held-out lines the last one is the best"


def test_it_stops_when_so_many_epochs_were_no_better(make: Make, tmp_path: Path) -> None:
    with begun(make, tmp_path, {}, patience=2, least_gain=0.5) as (course, told):
        run(course, tmp_path)
    assert [figures["epoch"] for figures in told.epochs] == [0, 1, 2]
    assert course.best.epoch == 0


def test_without_a_least_gain_each_small_step_counts_as_better(make: Make, tmp_path: Path) -> None:
    with begun(make, tmp_path, {}, patience=2, epochs=4) as (course, told):
        run(course, tmp_path)
    assert course.epoch == 4
    assert course.best.epoch >= 2
    assert told.epochs[-1]["held_out_loss"] < told.epochs[0]["held_out_loss"]


@pytest.mark.parametrize(("schedule", "rates"), [("plateau", [1.0, 1.0, 0.5, 0.25, 0.125]), ("constant", [1.0] * 5)])
def test_a_plateau_halves_the_rate_while_nothing_gets_better(
    make: Make, tmp_path: Path, schedule: str, rates: list[float]
) -> None:
    with begun(make, tmp_path, {"schedule": schedule, "rate": 1e-3}, patience=4, least_gain=0.5, schedule=schedule) as (
        course,
        told,
    ):
        run(course, tmp_path)
    assert [figures["rate"] for figures in told.epochs] == pytest.approx([1e-3 * rate for rate in rates])


def test_it_ends_when_its_minutes_are_over_even_within_an_epoch(make: Make, tmp_path: Path) -> None:
    with begun(make, tmp_path, {"columns": 300}) as (course, told):
        trainer = course.trainer
        told.after[2] = lambda: trainer.spend(trainer.budget_s)
        run(course, tmp_path)
        assert course.epoch == 2
        assert course.done == 1
        trainer.seconds, trainer.lines, steps = 0.0, 0, []
        trainer.learn(course.learning, random.Random(0), told=lambda: (steps.append(1), trainer.spend(trainer.budget_s)))  # pyright: ignore
    assert len(steps) == 1
    assert trainer.lines < len(course.learning)


@pytest.mark.parametrize("mean", [False, True])
def test_it_ends_with_its_best_epoch_and_not_with_its_last(make: Make, tmp_path: Path, mean: bool) -> None:
    import torch

    from engines.ocr.kraken.course import judge
    from engines.ocr.kraken.finishing import take

    with begun(make, tmp_path, {}, mean_of_epochs=mean) as (course, _):
        trainer = course.trainer
        start = trainer.keep()
        better = {name: weights + 0.05 * torch.randn_like(weights) for name, weights in start.items()}
        worse = {name: weights + torch.randn_like(weights) for name, weights in start.items()}
        trainer.use(better)
        course.held_out = [(replace(line, text=trainer.read([line])[0]), line.text) for line in course.learning]
        for course.epoch, weights in enumerate((better, worse, worse), 1):
            trainer.use(weights)
            judge(course, 1.0, 0.1)
        assert course.best.epoch == 1
        assert (course.best.mean is not None) == mean
        take(course, start)
    assert all(torch.equal(weights, better[name]) for name, weights in trainer.keep().items())
    written = trainer.averaged().nn.state_dict()
    assert all(torch.equal(weights, better[name]) for name, weights in written.items())


def test_a_gradient_is_cut_to_the_length_that_is_wished(make: Make) -> None:
    import torch

    for clip in (0.01, 1000.0):
        trainer, lines = make(clip=clip)
        used: list[float] = []
        trainer._optimizer.register_step_pre_hook(
            lambda *_, module=trainer._module, used=used: used.append(
                float(
                    torch.nn.utils.get_total_norm([weights.grad for weights in module.parameters() if weights.grad is not None])
                )
            )
        )
        trainer.learn(lines[:4], random.Random(0))
        assert used
        assert trainer.norm > 0.01
        assert used[-1] == pytest.approx(min(clip, trainer.norm), rel=0.01)


@pytest.mark.parametrize("precision", ["bf16", "fp32"])
def test_a_step_in_half_as_many_bits_learns_and_keeps_whole_weights(make: Make, precision: str) -> None:
    import torch

    trainer, lines = make(precision=precision)
    seen: list[torch.dtype] = []
    trainer._module.register_forward_hook(lambda _module, _given, found: seen.append(found[0].dtype))
    before = [weights.detach().clone() for weights in trainer._module.parameters()]
    trainer.learn(lines[:4], random.Random(0))
    assert set(seen) == {torch.bfloat16 if precision == "bf16" else torch.float32}
    assert math.isfinite(trainer.loss)
    assert math.isfinite(trainer.norm)
    after = list(trainer._module.parameters())
    assert all(weights.dtype == torch.float32 and bool(weights.isfinite().all()) for weights in after)
    assert any(not torch.equal(old, new) for old, new in zip(before, after, strict=True))


def test_tensorboard_shows_all_that_tells_how_a_training_goes(make: Make, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    from engines.records import FOLDER

    with begun(make, tmp_path, {}, epochs=2) as (course, told):
        run(course, tmp_path)
    read = EventAccumulator(str(tmp_path / FOLDER))
    read.Reload()
    measured, learnt = [0, 1, 2], [1, 2]
    assert {tag: [event.step for event in read.Scalars(tag)] for tag in read.Tags()["scalars"]} == {
        "loss/learning": learnt,
        "loss/held_out": measured,
        "error/CER": measured,
        "error/WER": measured,
        "learning/rate": measured,
        "learning/gradient_norm": learnt,
        "cost/lines_per_second": learnt,
        "cost/seconds": learnt,
        "cost/memory_MB": measured,
    }
    assert [event.value for event in read.Scalars("error/CER")] == pytest.approx([figures["error"] for figures in told.epochs])
    assert all(event.value > 0 for tag in ("loss/learning", "cost/memory_MB", "cost/seconds") for event in read.Scalars(tag))
    assert sorted(read.Tags()["images"]) == [f"lines/{number}" for number in range(1, 5)]
    shown = read.Images("lines/1")[0]
    assert (shown.height, shown.width) == course.learning[0].image.shape
    readings = read.Tensors("readings/text_summary")
    assert [event.step for event in readings] == measured
    assert course.learning[0].text in readings[-1].tensor_proto.string_val[0].decode()
