"""What the options of a training of the layout do, each alone, on a network that learns in a moment."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engines import get
from engines.base import Report, silent
from engines.errors import TrainingFailed
from engines.layout import variation
from engines.layout.kraken.course import TAGS, Best, Course, judge
from engines.layout.kraken.options import LayoutTraining
from engines.layout.kraken.tuning import train
from engines.rates import SCHEDULES, features, level
from engines.records import FOLDER, Records
from tests import fonts
from tests.layouts import page_of_blocks, pages_of_blocks, write_layout
from tests.shortage import shortage

if TYPE_CHECKING:
    import torch

    from engines.layout.kraken.training import Trainer

pytestmark = [pytest.mark.kraken]
PEAK = 0.02
PLAIN = {"rate": PEAK, "variation": 0, "average": 0, "precision": "fp32", "minutes": 5}


class Heard(Report):
    """Remembers the figures of the epochs."""

    def __init__(self) -> None:
        self.epochs: list[dict[str, float]] = []

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Remember them."""
        if "epoch" in metrics:
            self.epochs.append(metrics)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_layout(tmp_path_factory.mktemp("layout") / "tiny.safetensors")


@pytest.fixture
def make(weights: Path) -> Callable[..., Trainer]:
    from engines.layout.kraken.training import Trainer
    from engines.layout.kraken.weights import fresh

    return lambda **options: Trainer(fresh(weights), LayoutTraining(**{**PLAIN, **options}))


@pytest.fixture(scope="module")
def piece() -> tuple[torch.Tensor, np.ndarray]:
    import torch

    from engines.layout.kraken.targets import drawn

    image, page = page_of_blocks(1)
    pixels = torch.from_numpy(1 - image.transpose(2, 0, 1).astype(np.float32) / 255)[:, :96]
    return pixels, drawn([np.asarray(line.baseline, float) for line in page.lines], image.shape[:2])[:, :96]


def copies(trainer: Trainer) -> list[torch.Tensor]:
    return [weights.detach().clone() for weights in trainer.network.nn.parameters()]


def moved(before: list[torch.Tensor], trainer: Trainer) -> float:
    return max(float((old - new).abs().max()) for old, new in zip(before, copies(trainer), strict=True))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_rate_goes_as_the_schedule_says_over_the_time_or_the_epochs(schedule: str, make: Callable[..., Trainer]) -> None:
    trainer = make(schedule=schedule)
    assert trainer.rate == pytest.approx(PEAK / 20 * level(schedule, 0)), "it warms up"  # pyright: ignore
    trainer.steps = 1000
    for part in (0, 0.3, 0.6, 1):
        wanted = pytest.approx(PEAK * level(schedule, part, 0.02))  # pyright: ignore
        trainer.seconds, trainer.passed = part * 300, part / 2
        assert trainer.rate == wanted
        trainer.seconds, trainer.passed = part * 150, part
        assert trainer.rate == wanted


def test_a_step_is_taken_at_the_rate_of_the_schedule(make: Callable[..., Trainer], piece: tuple) -> None:
    small, large = make(schedule="cosine"), make(schedule="constant")
    for trainer in (small, large):
        trainer.steps, trainer.passed, before = 1000, 1.0, copies(trainer)
        trainer.learn(*piece)
        assert moved(before, trainer) == pytest.approx(trainer.rate, rel=0.05), "the first step of Adam is as long as its rate"
    assert (small.rate, large.rate) == (pytest.approx(0.02 * PEAK), PEAK)


def test_an_eased_rate_stays_so_after_a_kill(make: Callable[..., Trainer], tmp_path: Path) -> None:
    trainer, again = make(), make()
    trainer.ease()
    trainer.save(tmp_path / "checkpoint.pt")
    again.resume(tmp_path / "checkpoint.pt")
    assert again.rate == trainer.rate == pytest.approx(PEAK / 40)
    for _ in range(20):
        trainer.ease()
    assert trainer.eased == 0.01


@pytest.mark.parametrize(("schedule", "eased"), [("constant", (1, 1, 1, 1)), ("plateau", (1, 1, 0.5, 0.25))])
def test_it_ends_when_patience_does_and_eases_on_a_plateau(
    schedule: str, eased: tuple[float, ...], weights: Path, tmp_path: Path
) -> None:
    heard, options = Heard(), LayoutTraining(**{**PLAIN, "rate": 1e-6, "patience": 3, "schedule": schedule})  # pyright: ignore
    with pytest.raises(TrainingFailed, match="No epoch was better"):
        train(pages_of_blocks(3), options, weights, heard, tmp_path)
    assert [epoch["epoch"] for epoch in heard.epochs] == [0, 1, 2, 3]
    warm = [(2 * epoch + 1) / 20 for epoch in range(4)]  # two pages an epoch, each one piece
    assert [epoch["rate"] for epoch in heard.epochs] == pytest.approx([1e-6 * a * b for a, b in zip(eased, warm, strict=True)])


def test_an_epoch_is_better_when_it_gains_enough() -> None:
    best = Best(3, 0.2)
    assert best.beaten_by(0.199)
    assert not best.beaten_by(0.2)
    assert not best.beaten_by(0.199, gain=0.1)
    assert best.beaten_by(0.179, gain=0.1)
    assert best.beaten_by(math.nan, gain=0.1), "without held-out pages the last one is"


@pytest.mark.parametrize(("gain", "best"), [(0.0, 2), (0.2, 1)])
def test_the_least_gain_decides_which_epoch_is_kept(gain: float, best: int, make: Callable[..., Trainer], tmp_path: Path) -> None:
    trainer = make(least_gain=gain)
    with Records(tmp_path, TAGS) as records:
        course = Course(trainer, pages_of_blocks(2), trainer.options, silent, (), records, Best(1, 1.1), epoch=2)
        judge(course, 1.0, 1)  # the network finds nothing: its error is 1
    assert course.best.epoch == best


def test_a_gradient_is_cut_at_its_largest_norm(make: Callable[..., Trainer], piece: tuple) -> None:
    cut, whole = make(clip=1e-12), make(clip=1000)
    for trainer in (cut, whole):
        trainer.steps, before = 1000, copies(trainer)
        trainer.learn(*piece)
        trainer.loss = moved(before, trainer)
    assert cut.norm == pytest.approx(whole.norm), "what is told is the norm before it was cut"
    assert cut.norm > 1e-3
    assert cut.loss < 0.01 * whole.loss  # so small a gradient is lost beside Adam's epsilon


def test_gradients_of_several_pieces_make_one_step(make: Callable[..., Trainer], piece: tuple) -> None:
    gathered, alone = make(gather=2), make()
    before = copies(gathered)
    gathered.learn(*piece)
    assert (gathered.steps, moved(before, gathered)) == (0, 0)
    gathered.learn(*piece)
    alone.learn(*piece)
    assert (gathered.steps, alone.steps) == (1, 1)
    assert gathered.norm == pytest.approx(alone.norm, rel=1e-3), "their mean, not their sum"
    assert moved(copies(alone), gathered) < 0.01 * gathered.rate
    gathered.step()
    assert gathered.steps == 1, "nothing waits"


def test_what_waits_when_memory_runs_out_is_not_counted(make: Callable[..., Trainer], piece: tuple) -> None:
    trainer = make(gather=2)
    trainer.learn(*piece)
    with shortage(piece[0].numel() / 2, channels=3):
        trainer.learn(*piece)
        assert (trainer.parts, trainer.steps) == (2, 0)
        trainer.learn(*piece)
    assert trainer.steps == 1


def test_the_last_pieces_of_an_epoch_make_a_step_too(weights: Path, tmp_path: Path) -> None:
    heard, options = Heard(), LayoutTraining(**{**PLAIN, "epochs": 1, "gather": 2, "schedule": "constant"})  # pyright: ignore
    train(pages_of_blocks(3, held_out=0), options, weights, heard, tmp_path)
    assert heard.epochs[-1]["rate"] == pytest.approx(PEAK * 3 / 20), "three pages were two steps"


def test_feature_layers_stay_as_they_are_at_first(make: Callable[..., Trainer], piece: tuple) -> None:
    trainer = make(frozen=1)
    module, before = trainer.network.nn, copies(trainer)
    kept = len(list(features(module)))
    trainer.learn(*piece)
    now = copies(trainer)
    assert 0 < kept < len(now)
    assert all((old == new).all() for old, new in zip(before[:kept], now[:kept], strict=True))
    assert all((old != new).any() for old, new in zip(before[kept:], now[kept:], strict=True))
    trainer.learn(*piece)
    assert any((old != new).any() for old, new in zip(before[:kept], copies(trainer)[:kept], strict=True))


@pytest.mark.parametrize("is_default", [True, False])
def test_an_epoch_in_16_bits_which_is_the_default_leaves_a_sound_network(is_default: bool, weights: Path, tmp_path: Path) -> None:
    import torch

    reckoned: set[torch.dtype] = set()

    def look(_module: torch.nn.Module, _inputs: object, output: object) -> None:
        if isinstance(output, torch.Tensor) and output.requires_grad:
            reckoned.add(output.dtype)

    precision = LayoutTraining().precision if is_default else "fp32"
    options = LayoutTraining(**{**PLAIN, "epochs": 1, "precision": precision})  # pyright: ignore
    hook, heard = torch.nn.modules.module.register_module_forward_hook(look), Heard()
    try:
        made = train(pages_of_blocks(4, held_out=0), options, weights, heard, tmp_path)
    finally:
        hook.remove()
    assert (torch.bfloat16 in reckoned) == is_default
    assert 0 < heard.epochs[-1]["loss"] < 5
    assert heard.epochs[-1]["gradient"] > 0
    assert get("layout", "kraken").describe(tmp_path / made.weights)["height"] == 288, "what was written can be loaded"


@pytest.mark.slow
def test_rendered_pages_are_learnt_too(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTS", str(fonts.folder()))
    heard, dataset, loaded = Heard(), pages_of_blocks(1, held_out=0), list[str]()
    options = LayoutTraining(**{**PLAIN, "epochs": 1, "synthetic": 0.5, "schedule": "constant"})  # pyright: ignore
    noted = replace(dataset, load=lambda key: loaded.append(key) or dataset.load(key))
    train(noted, options, weights, heard, tmp_path)
    last = heard.epochs[-1]
    assert loaded == ["0"]
    assert last["pages_per_second"] * last["epoch_seconds"] == pytest.approx(2)
    assert last["rate"] == pytest.approx(PEAK * 3 / 20), "it is a step of its own"
    assert math.isfinite(last["loss"])


def test_tensorboard_opens_what_a_training_records(tmp_path: Path) -> None:
    from PIL import Image
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    seeing = write_layout(tmp_path / "seeing.safetensors", contrast=6)
    options = LayoutTraining(**{**PLAIN, "rate": 1e-6, "epochs": 3})  # pyright: ignore
    with pytest.raises(TrainingFailed, match="No epoch was better"):
        train(pages_of_blocks(2), options, seeing, silent, tmp_path)
    read = EventAccumulator(str(tmp_path / FOLDER), size_guidance={"images": 0})
    read.Reload()
    measured = {"error/baselines", "error/missed_lines", "error/invented_lines", "error/text_area", "learning/rate"}
    learnt = {"loss/learning", "learning/gradient_norm", "cost/pages_per_second", "cost/seconds"}
    assert set(read.Tags()["scalars"]) == measured | learnt | {"cost/memory_MB"}
    assert all([event.step for event in read.Scalars(tag)] == [0, 1, 2, 3] for tag in measured)
    assert all([event.step for event in read.Scalars(tag)] == [1, 2, 3] for tag in learnt)
    assert read.Tags()["images"] == ["pages/1"]
    shown = read.Images("pages/1")
    assert [event.step for event in shown] == [0, 1, 2], "then at 4, 8, 16: the records stay small"
    page = np.asarray(Image.open(io.BytesIO(shown[0].encoded_image_string)), int)
    assert page.shape == (480, 373, 3)
    for colour in ((40, 120, 220), (220, 60, 40)):
        assert (page == colour).all(axis=2).sum() > 50, "true baselines and found ones"


def test_the_preview_varies_a_page_at_the_size_that_is_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variation, "LOOKS", ("blur",))
    monkeypatch.setattr(variation, "MOST", 1)
    monkeypatch.setattr(variation, "SPREADS", dict.fromkeys(variation.SPREADS, 0.0))
    page = np.kron(np.indices((70, 30)).sum(axis=0) % 2, np.full((10, 10), 200)).astype(np.uint8)[..., None].repeat(3, axis=2)

    def lost(shown: np.ndarray) -> int:
        """How much the hardest edge has lost."""
        return 200 - int(np.abs(np.diff(shown.astype(int), axis=1)).max())

    seed, options = 5, LayoutTraining(strength=2)  # pyright: ignore
    shown = get("layout", "kraken").preview(page, options, seed)  # pyright: ignore
    assert shown.shape == page.shape
    at_this_size = variation.varied(page, [], options.strength, random.Random(seed))[0]
    assert 0 < lost(shown) < 0.6 * lost(at_this_size)
