"""How a training goes: its learning rate, its memory, what stays frozen, what is replayed, what TensorBoard reads of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engines import runtime
from engines.errors import TrainingFailed
from engines.rates import SCHEDULES, level

if TYPE_CHECKING:
    from engines.ocr.kraken.batches import Sample
    from engines.ocr.kraken.training import Trainer

pytestmark = pytest.mark.kraken


@pytest.fixture(scope="module", autouse=True)
def prepared() -> None:
    """Make the process ready for torch before a test imports anything built on it."""
    runtime.prepare()


def test_schedules_rise_and_fall_as_they_say() -> None:
    parts = [number / 100 for number in range(101)]
    for schedule in SCHEDULES:
        assert all(0 < level(schedule, part) <= 1 for part in parts)
    assert level("cosine", 0) == 1
    assert level("cosine", 1) == pytest.approx(0.01)
    cycle = [level("one cycle", part) for part in parts]
    top = cycle.index(max(cycle))
    assert top == 30
    assert cycle[:31] == sorted(cycle[:31])
    assert cycle[30:] == sorted(cycle[30:], reverse=True)
    assert cycle[0] == pytest.approx(1 / 25)
    assert cycle[100] == pytest.approx(1e-4)
    assert len({round(level("step", part), 6) for part in parts}) == 4
    assert level("constant", 0.99) == level("plateau", 0.99) == 1


def test_one_cycle_is_walked_once_over_the_planned_lines(make: Callable[..., tuple[Trainer, list[Sample]]]) -> None:
    trainer, lines = make(schedule="one cycle")
    trainer.budget_lines = 4 * len(lines)
    rates = []
    for _ in range(4):
        trainer.learn(lines, random.Random(0), told=lambda: rates.append(trainer.rate))
    assert rates.index(max(rates)) / len(rates) == pytest.approx(0.3, abs=0.1)
    assert rates[-1] < 0.1 * max(rates)
    trainer.ease()
    assert trainer.eased == 0.5


def test_gathered_gradients_are_those_of_the_whole_batch(make: Callable[..., tuple[Trainer, list[Sample]]]) -> None:
    whole, lines = make(precision="fp32")
    parts, _ = make(precision="fp32", gather=2)
    same = [line for line in lines if line.image.shape[1] == lines[0].image.shape[1]][:4]
    for trainer in (whole, parts):
        trainer.network.nn.eval()  # no dropout: what is compared must not depend on chance
    whole._gather([*same, *same])
    parts._gather(same)
    assert parts.steps == 0
    parts._gather(same)
    assert parts.steps == whole.steps == 1
    assert parts.norm == pytest.approx(whole.norm, rel=0.01)
    parts.learn(same, random.Random(0))
    assert parts.steps > 1  # what waits at the end of an epoch still makes a step


@pytest.mark.parametrize("error", ["cuda", "cpu", "python"])
def test_when_memory_runs_out_batches_get_smaller_and_nothing_is_lost(
    error: str, make: Callable[..., tuple[Trainer, list[Sample]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from engines.ocr.kraken.training import Trainer

    trainer, lines = make(columns=1600)
    learn = Trainer._backward

    def short(self: Trainer, group: list[Sample]) -> float:
        if sum(line.image.shape[1] for line in group) > 500:
            raise {
                "cuda": torch.OutOfMemoryError("CUDA out of memory"),
                "cpu": RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes"),
                "python": MemoryError(),
            }[error]
        return learn(self, group)

    monkeypatch.setattr(Trainer, "_backward", short)
    trainer.learn(lines, random.Random(0))
    assert trainer.lines == len(lines)
    assert trainer.recipe.columns < 1600
    assert trainer.recipe.gather == 1600 // trainer.recipe.columns
    monkeypatch.setattr(Trainer, "_backward", lambda *_: (_ for _ in ()).throw(MemoryError()))
    with pytest.raises(TrainingFailed, match="not enough memory"):
        trainer.learn(lines, random.Random(0))


def test_when_memory_runs_out_in_a_range_test_batches_get_smaller_too(
    make: Callable[..., tuple[Trainer, list[Sample]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from engines.ocr.kraken.rates import found_rate
    from engines.ocr.kraken.training import Trainer

    trainer, lines = make(columns=1600)
    backward, refused = Trainer._backward, []

    def short(self: Trainer, group: list[Sample]) -> float:
        if sum(line.image.shape[1] for line in group) > 900:
            refused.append(len(group))
            raise MemoryError
        return backward(self, group)

    monkeypatch.setattr(Trainer, "_backward", short)
    rate, curve = found_rate(trainer, lines, random.Random(0))
    assert 1e-5 <= rate <= 0.01
    assert curve[0][0] == pytest.approx(1e-5)  # the step that found no memory was taken again
    assert len(refused) == 1
    assert (trainer.recipe.columns, trainer.recipe.gather) == (800, 2)
    trainer.learn(lines, random.Random(0))
    assert len(refused) == 1
    for error, told in ((MemoryError(), TrainingFailed), (RuntimeError("sizes do not match"), RuntimeError)):
        monkeypatch.setattr(Trainer, "_backward", lambda *_, error=error: (_ for _ in ()).throw(error))
        with pytest.raises(told):
            found_rate(trainer, lines, random.Random(0))


def test_another_error_of_the_network_is_no_lack_of_memory(
    make: Callable[..., tuple[Trainer, list[Sample]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from engines.ocr.kraken.training import Trainer

    trainer, lines = make()
    monkeypatch.setattr(Trainer, "_backward", lambda *_: (_ for _ in ()).throw(RuntimeError("sizes do not match")))
    with pytest.raises(RuntimeError, match="sizes"):
        trainer.learn(lines, random.Random(0))


def test_feature_layers_stay_as_they_are_at_first_and_layers_learn_at_their_own_rate(
    make: Callable[..., tuple[Trainer, list[Sample]]],
) -> None:
    from engines.ocr.kraken.rates import groups
    from engines.rates import features

    trainer, lines = make(frozen=10_000, layer_decay=0.5)
    module = trainer.network.nn
    before = [weights.detach().clone() for weights in features(module)]
    others = [weights.detach().clone() for weights in module.parameters()][len(before) :]
    trainer.learn(lines, random.Random(0))
    assert before
    assert all((old == new).all() for old, new in zip(before, features(module), strict=True))
    assert any((old != new).any() for old, new in zip(others, list(module.parameters())[len(before) :], strict=True))
    shares = [group["share"] for group in groups(module, 0.5)]
    assert shares[-1] == 1
    assert shares[-2] == 0.5
    assert shares == sorted(shares)  # pyright: ignore


def test_a_range_test_finds_a_rate_and_leaves_no_trace(make: Callable[..., tuple[Trainer, list[Sample]]], tmp_path: Path) -> None:
    from engines.ocr.kraken.rates import found_rate

    trainer, lines = make()
    before = {name: weights.clone() for name, weights in trainer.network.nn.state_dict().items()}
    rate, curve = found_rate(trainer, lines, random.Random(0))
    assert 1e-5 <= rate <= 0.01
    assert [step for step, _ in curve] == sorted(step for step, _ in curve)
    assert all((before[name] == weights).all() for name, weights in trainer.network.nn.state_dict().items())
    assert (trainer.steps, trainer.lines) == (0, 0)
    trainer.recipe = replace(trainer.recipe, rate=rate)
    trainer.save(tmp_path / "checkpoint.pt")
    again, _ = make()
    again.resume(tmp_path / "checkpoint.pt")
    assert again.recipe.rate == rate  # a training that was killed goes on with what was found


def test_a_recipe_fills_what_is_left_open_and_nothing_else() -> None:
    from engines.ocr.kraken.options import KrakenTraining
    from engines.ocr.kraken.recipe import filled, recipe

    nothing, told = filled(KrakenTraining(), knows=False)
    assert "rate 0.002" in told
    assert "decay 0.1" in told
    assert "short lines" in told
    gentle, _ = filled(KrakenTraining(replay=0.5), knows=True)
    assert (nothing.rate, gentle.rate, gentle.decay) == (2e-3, 3e-4, 1e-4)
    given = KrakenTraining(rate=0.02, batch=900, average=0, variation=0, decay=0.3)
    assert filled(given, knows=True) == (given, "")
    assert recipe(given, 9000, knows=True).warmup == 30
    assert recipe(given, 9000, knows=False).warmup == 1
    wanted = {"schedule": "step", "clip": 0.5, "gather": 3, "precision": "bf16", "layer_decay": 0.7, "frozen": 9, "decay": 0.2}
    made = recipe(given.model_copy(update=wanted), 9000, knows=True)
    assert {name: getattr(made, name) for name in wanted} == wanted
    assert (made.rate, made.columns, made.average) == (0.02, 900, 0)


def test_decay_makes_the_weights_smaller(make: Callable[..., tuple[Trainer, list[Sample]]]) -> None:
    sizes = []
    for decay in (0.0, 10.0):
        trainer, lines = make(decay=decay)
        trainer.learn(lines, random.Random(0))
        sizes.append(sum(float(weights.detach().norm()) for weights in trainer.network.nn.parameters()))
    assert sizes[1] < 0.98 * sizes[0]


def test_lines_of_a_batch_are_equally_wide_and_short_ones_can_come_first(
    make: Callable[..., tuple[Trainer, list[Sample]]],
) -> None:
    from engines.ocr.kraken.batches import batches, stacked

    _, lines = make()
    groups = list(batches(lines, 700, random.Random(3), shortest_first=True))
    longest = [max(len(line.labels) for line in group) for group in groups]
    assert longest == sorted(longest)
    assert sorted(line.text for group in groups for line in group) == sorted(line.text for line in lines)
    images, widths = stacked([lines[0], replace(lines[1], image=lines[1].image[:, :30])])
    assert widths.tolist() == [images.shape[3]] * 2
    assert float(images[1, 0, :, 16 + 30 :].abs().max()) == 0  # paper


def test_tensorboard_opens_what_is_recorded(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    from engines.ocr.kraken.records import Records
    from engines.records import FOLDER

    with Records(tmp_path) as records:
        for epoch in range(3):
            records.epoch(epoch, {"error": 0.5 - 0.1 * epoch, "rate": 1e-3, "unknown": 1.0})
            records.readings(epoch, [(np.full((48, 100), 255, np.uint8), "א|ב", "אב")])
        records.search([(1e-5, 3.0), (1e-4, 2.0)])
    with Records(tmp_path) as records:  # it was killed and goes on, in the same second
        records.epoch(3, {"error": 0.2})
    read = EventAccumulator(str(tmp_path / FOLDER))
    read.Reload()
    assert [round(event.value, 3) for event in read.Scalars("error/CER")] == [0.5, 0.4, 0.3, 0.2]
    assert {"learning/rate", "learning/range_test"} <= set(read.Tags()["scalars"])
    assert not any("unknown" in tag for tag in read.Tags()["scalars"])
    assert read.Tags()["images"] == ["lines/1"]
    assert b"\xd7\x90" in read.Tensors("readings/text_summary")[0].tensor_proto.string_val[0]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_an_error_and_no_endless_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tensorboardX import record_writer

    from engines.ocr.kraken.records import Records

    def recorded() -> None:
        with Records(tmp_path) as records:
            records.epoch(0, {"error": 0.5})

    with Path("/dev/full").open("wb", buffering=0) as full:
        monkeypatch.setattr(record_writer, "open_file", lambda _: full)
        with pytest.raises(OSError, match="No space left"):
            recorded()
