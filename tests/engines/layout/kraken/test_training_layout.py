"""Training of a layout network: it learns, bad weights are refused, and it goes on where it was stopped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines import get
from engines.base import Report
from engines.errors import Cancelled, InvalidOptions, InvalidWeights, TrainingFailed
from engines.finding import LayoutEngine
from engines.learning import Dataset
from tests.layouts import CLASSES, page_of_blocks, pages_of_blocks, write_layout
from tests.recognisers import write_recogniser
from tests.shortage import shortage

pytestmark = [pytest.mark.kraken, pytest.mark.slow]
FAST = {"epochs": 3, "rate": 0.02, "variation": 0, "average": 0.5, "precision": "fp32", "minutes": 5}


class Heard(Report):
    """Remembers what was said; cancels at an epoch."""

    def __init__(self, cancel_at: int = 999) -> None:
        self.epochs: list[dict[str, float]] = []
        self.progress: list[float] = []
        self.notes: list[str] = []
        self.cancel_at = cancel_at

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Remember, or cancel."""
        assert 0 <= progress <= 1
        self.progress.append(progress)
        self.notes += [message] if "note" in metrics else []
        if "epoch_seconds" in metrics or metrics.get("epoch") == 0:
            self.epochs.append(metrics)
        if metrics.get("epoch", 0) >= self.cancel_at:
            raise Cancelled("enough")


def engine(weights: Path | None) -> LayoutEngine:
    made = get("layout", "kraken")(weights)
    assert isinstance(made, LayoutEngine)
    return made


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_layout(tmp_path_factory.mktemp("layout") / "tiny.safetensors")


@pytest.fixture(scope="module")
def learnt(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Heard]:
    out, heard = tmp_path_factory.mktemp("out"), Heard()
    made = engine(weights).train(pages_of_blocks(21), FAST, heard, out)  # pyright: ignore
    assert made.metrics["epochs"] == 3
    assert made.metrics["lines"] == sum(len(page.target.lines) for page in pages_of_blocks(21).examples["train"])
    return out / made.weights, heard


def test_it_finds_lines_after_training_that_it_did_not_find_before(learnt: tuple[Path, Heard], weights: Path) -> None:
    path, heard = learnt
    assert heard.epochs[0]["epoch"] == 0
    best = min(epoch["error"] for epoch in heard.epochs)
    assert heard.epochs[0]["error"] > 0.8
    assert best < 0.5
    dataset = pages_of_blocks()
    outcome = next(engine(path).examine(dataset, dataset.examples["held_out"]))
    wrong, size = outcome.counts["baselines"]
    assert wrong / size == pytest.approx(best, abs=0.05)
    assert heard.progress == sorted(heard.progress)
    assert not (path.parent / "checkpoint.pt").exists()


def test_what_was_learnt_is_a_layout_model_of_kraken(learnt: tuple[Path, Heard]) -> None:
    assert get("layout", "kraken").describe(learnt[0]) == {"height": 288, "baselines": ["default"], "regions": ["text"]}


def test_a_killed_training_goes_on_where_it_stopped(learnt: tuple[Path, Heard], tmp_path: Path) -> None:
    whole, _ = learnt
    nothing_held_out = pages_of_blocks(3, held_out=0)
    with pytest.raises(Cancelled):
        engine(whole).train(nothing_held_out, FAST, Heard(cancel_at=2), tmp_path)  # pyright: ignore
    assert (tmp_path / "checkpoint.pt").exists()
    again = Heard()
    made = engine(whole).train(nothing_held_out, FAST, again, tmp_path)  # pyright: ignore
    assert made.metrics["epochs"] == 3
    assert made.metrics["best_epoch"] == 3, "where nothing is held out the last epoch is kept"
    assert [epoch["epoch"] for epoch in again.epochs] == [2, 3], "the first epoch was not learnt again"


PIECE = 3 * 288 * 134
"""Numbers of a page of blocks as it is seen, which is one piece."""


def test_when_memory_runs_out_it_learns_in_smaller_parts(weights: Path, tmp_path: Path) -> None:
    heard, dataset = Heard(), pages_of_blocks(21)
    with shortage(PIECE / 3, channels=3) as state:
        made = engine(weights).train(dataset, FAST, heard, tmp_path)  # pyright: ignore
    assert state.times == 2, "it remembers how small the parts must be"
    assert heard.notes == ["Out of memory: each piece is learnt in 4 parts"]
    assert f"{heard.notes[0]}\n" in (tmp_path / "training_log.txt").read_text("utf-8")
    assert [epoch["epoch"] for epoch in heard.epochs] == [0, 1, 2, 3]
    assert heard.progress == sorted(heard.progress)
    assert min(epoch["error"] for epoch in heard.epochs) < 0.5
    assert made.metrics["epochs"] == 3


def test_a_killed_training_goes_on_with_the_parts_that_fit(weights: Path, tmp_path: Path) -> None:
    dataset = pages_of_blocks(3, held_out=0)
    with shortage(PIECE / 2, channels=3) as state:
        with pytest.raises(Cancelled):
            engine(weights).train(dataset, FAST, Heard(cancel_at=2), tmp_path)  # pyright: ignore
        again = Heard()
        engine(weights).train(dataset, FAST, again, tmp_path)  # pyright: ignore
    assert (state.times, again.notes) == (1, [])
    assert [epoch["epoch"] for epoch in again.epochs] == [2, 3]


def test_too_little_memory_for_the_smallest_part_is_told_and_what_was_learnt_stays(weights: Path, tmp_path: Path) -> None:
    class Starving(Heard):
        """Lets memory run out after the first epoch."""

        def __call__(self, progress: float, message: str, **metrics: float) -> None:
            super().__call__(progress, message, **metrics)
            if metrics.get("epoch") == 1:
                state.most = 100

    dataset = pages_of_blocks(3, held_out=0)
    with shortage(PIECE, channels=3) as state:
        with pytest.raises(TrainingFailed, match="not enough memory to learn even 67 × 72 pixels") as error:
            engine(weights).train(dataset, FAST, Starving(), tmp_path)  # pyright: ignore
        assert error.value.hint
        state.most, again = PIECE, Heard()
        engine(weights).train(dataset, FAST, again, tmp_path)  # pyright: ignore
    assert [epoch["epoch"] for epoch in again.epochs] == [2, 3]


def test_other_errors_of_torch_end_a_training(weights: Path) -> None:
    import torch

    from engines.layout.kraken.options import LayoutTraining
    from engines.layout.kraken.training import Trainer
    from engines.layout.kraken.weights import fresh

    trainer = Trainer(fresh(weights), LayoutTraining(**FAST))  # pyright: ignore
    with pytest.raises(RuntimeError, match="channels"):
        trainer.learn(torch.rand(1, 288, 224), np.zeros((3, 288, 224), np.uint8))
    assert trainer.parts == 1


def test_parts_of_a_piece_cover_it_once() -> None:
    from engines.layout.kraken.training import _parts

    for size, count in (((288, 224), 4), ((701, 130), 8), ((70, 60), 16), ((128, 128), 64)):
        seen = np.zeros(size, int)
        for rows, columns in _parts(size, count):
            seen[rows, columns] += 1
        assert (seen == 1).all()


def test_a_damaged_checkpoint_begins_anew(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"nothing")
    heard = Heard()
    engine(weights).train(pages_of_blocks(3, held_out=0), {**FAST, "epochs": 1}, heard, tmp_path)  # pyright: ignore
    assert [epoch["epoch"] for epoch in heard.epochs] == [0, 1]


def test_a_training_that_brings_nothing_says_so(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed, match="No epoch was better"):
        engine(weights).train(pages_of_blocks(3), {**FAST, "epochs": 1, "rate": 1e-6}, Heard(), tmp_path)  # pyright: ignore


def test_classes_that_nobody_draws_say_what_they_said(weights: Path) -> None:
    """Of two trainings on the same pages, the one whose loss knows what regions were keeps them."""
    import torch

    from engines.layout.kraken.options import LayoutTraining
    from engines.layout.kraken.targets import drawn
    from engines.layout.kraken.training import Trainer
    from engines.layout.kraken.weights import fresh

    image, page = page_of_blocks(1)
    pixels = torch.from_numpy(1 - image.transpose(2, 0, 1).astype(np.float32) / 255)
    truth = drawn([np.asarray(line.baseline, float) for line in page.lines], (288, 224))
    trainer = Trainer(fresh(weights), LayoutTraining(**{**FAST, "average": 0}))  # pyright: ignore
    before = trainer._before(pixels[None])[0].sigmoid()
    for _ in range(25):
        trainer.learn(pixels, truth)
    after = trainer._module.eval()(pixels[None])[0].sigmoid()
    moved = (after - before).abs().mean(dim=(0, 2, 3))
    assert moved[3] < 0.25 * moved[2]


def test_the_map_is_drawn_as_kraken_draws_it() -> None:
    from kraken.lib.dataset import BaselineSet
    from PIL import Image
    from torchvision.transforms import v2

    from engines.layout.kraken.targets import drawn

    ways = [[(20, 40), (90, 46), (180, 40)], [(30, 80), (34, 80)], [(20, 150), (190, 130)]]
    theirs = BaselineSet(CLASSES, line_width=8, im_transforms=v2.PILToTensor())
    target = {"baselines": {2: ways}, "regions": {}}
    _, truth, _ = theirs.transform(Image.new("RGB", (200, 180)), target)
    mine = drawn([np.asarray(way, float) for way in ways], (180, 200))
    assert (mine != truth[:3].numpy()).mean() < 0.001
    turned = drawn([np.asarray(way[::-1], float) for way in ways], (180, 200))
    assert (turned != mine).mean() < 0.001, "a baseline that runs to the left is the same line"


def test_bad_weights_are_told(tmp_path: Path) -> None:
    image, _ = page_of_blocks(1)
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"x" * 400)
    pickled = tmp_path / "model.ckpt"
    pickled.write_bytes(b"x")
    odd = write_layout(tmp_path / "odd.safetensors", classes={"aux": {}, "baselines": {"default": 9}, "regions": {}})
    reader = write_recogniser(tmp_path / "reader.safetensors")
    for path, words in (
        (damaged, "damaged"), (pickled, "refused"), (odd, "where lines begin"), (reader, "not for segmentation"),
        (tmp_path / "gone.safetensors", "no weights"),
    ):  # fmt: skip
        with pytest.raises(InvalidWeights, match=words) as error:
            engine(path).find(image)
        assert error.value.hint
        with pytest.raises(InvalidWeights, match=words):
            get("layout", "kraken").describe(path)


def test_pages_without_lines_and_options_out_of_bounds_are_refused(weights: Path, tmp_path: Path) -> None:
    dataset = pages_of_blocks()
    bare = Dataset("layout", {**dataset.examples, "train": []}, dataset.load)
    with pytest.raises(TrainingFailed, match="nothing to learn"):
        engine(weights).train(bare, FAST, Heard(), tmp_path)  # pyright: ignore
    with pytest.raises(InvalidOptions):
        engine(weights).train(dataset, {**FAST, "piece": 3}, Heard(), tmp_path)  # pyright: ignore


def test_rendered_pages_are_mixed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    from engines.layout.synthesis import installed, rendered
    from tests import fonts

    monkeypatch.setenv("FONTS", str(fonts.folder()))
    made = rendered(installed(), random.Random(4))
    height, width = made.image.shape[:2]
    assert len(made.page.lines) > 3
    for line in made.page.lines:
        assert all(0 <= x < width and 0 <= y < height for x, y in line.baseline)
        x0, y0, x1, y1 = line.box
        assert made.image[y0:y1, x0:x1].min() < 120, "something is written there"
