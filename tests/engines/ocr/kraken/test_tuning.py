"""Training of a recogniser: it learns, its alphabet grows, bad lines are named, and it goes on where it was stopped."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines import get
from engines.base import OcrEngine, Report, Trainable
from engines.errors import Cancelled, InvalidOptions, InvalidWeights, TrainingFailed
from engines.learning import Dataset, Example
from engines.types import Line, whole_line
from tests import fonts
from tests.recognisers import write_recogniser
from tests.shortage import shortage

pytestmark = [pytest.mark.kraken, pytest.mark.slow]
WORDS = ("בית", "דלת", "שלום", "ספר", "מים", "עיר", "גשר", "נהר")


class Heard(Report):
    """Remembers what was said; cancels after some epochs."""

    def __init__(self, cancel_after: int = 999) -> None:
        self.said: list[str] = []
        self.epochs: list[dict[str, float]] = []
        self.cancel_after = cancel_after

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Remember, or cancel."""
        assert 0 <= progress <= 1
        self.said.append(message)
        if "epoch" in metrics:
            self.epochs.append(metrics)
            if metrics["epoch"] >= self.cancel_after:
                raise Cancelled("enough")


def lines(count: int = 24, more: tuple[str, ...] = (), held_out: int = 4) -> Dataset:
    from PIL import Image, ImageDraw, ImageFont

    rng = random.Random(3)
    font = ImageFont.truetype(str(fonts.hebrew()), 36, layout_engine=ImageFont.Layout.RAQM)
    images, examples = {}, []
    texts = [" ".join(rng.choice(WORDS) for _ in range(3)) for _ in range(count)] + list(more)
    for number, text in enumerate(texts):
        image = Image.new("RGB", (330, 60), "white")
        ImageDraw.Draw(image).text((320, 6), text, "black", font=font, anchor="ra", direction="rtl")
        images[str(number)] = np.asarray(image)
        line = whole_line(330, 60)
        examples.append(Example(str(number), f"line {number}", str(number), Line(line.baseline, line.polygon, text)))
    return Dataset("ocr", {"train": examples[held_out:], "held_out": examples[:held_out], "test": ()}, images.__getitem__)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_recogniser(tmp_path_factory.mktemp("weights") / "tiny.safetensors")


def engine(path: Path | None) -> OcrEngine:
    made = get("ocr", "kraken")(path)
    assert isinstance(made, OcrEngine)
    assert isinstance(made, Trainable)
    return made


QUICK = {"minutes": 5, "epochs": 3, "batch": 1500}


def test_it_learns_and_what_it_writes_reads(weights: Path, tmp_path: Path) -> None:
    data, heard = lines(30, held_out=10), Heard()
    learnt = engine(weights).train(data, {**QUICK, "epochs": 80, "rate": 0.005, "patience": 80, "variation": 0}, heard, tmp_path)  # pyright: ignore
    errors = [figures["error"] for figures in heard.epochs]
    assert min(errors) < 0.7 * errors[0]
    assert learnt.description["script"] == "Hebrew"
    assert learnt.description["options"] == {"direction": "rtl"}
    outcomes = list(engine(tmp_path / learnt.weights).examine(data, data.examples["held_out"]))
    wrong = sum(outcome.counts["strict"][0] for outcome in outcomes) / sum(outcome.counts["strict"][1] for outcome in outcomes)
    assert wrong < min(errors) + 0.1  # the standard error of ten lines
    assert wrong < errors[0]
    assert not (tmp_path / "checkpoint.pt").exists()
    calibration = learnt.description["calibration"]
    assert isinstance(calibration, dict)
    assert learnt.description["temperature"] == calibration["temperature"]
    assert calibration["n"] == pytest.approx(sum(len(outcome.prediction) for outcome in outcomes), rel=0.3)
    assert 0 < calibration["wrong"] < calibration["n"]
    json.dumps(learnt.description)


def test_new_characters_are_added_and_named_and_nothing_known_is_forgotten_by_it(weights: Path, tmp_path: Path) -> None:
    from engines.ocr.kraken.growing import start
    from engines.ocr.kraken.weights import recogniser, recogniser_of

    data = lines(more=("مكتبة ₪",))
    heard = Heard()
    learnt = engine(weights).train(data, {**QUICK, "epochs": 1}, heard, tmp_path)  # pyright: ignore
    assert set("مكتبة₪") <= set(str(learnt.description["alphabet"]))
    assert any("new in the alphabet" in said and "₪" in said for said in heard.said)
    options = get("ocr", "kraken").training_options({})  # pyright: ignore
    network, added = start(data, options, weights)  # pyright: ignore
    assert "₪" in added
    import torch

    picture = torch.rand(1, 1, 32, 200)
    grown, old = recogniser_of(network, "cpu"), recogniser(weights)
    with torch.inference_mode():
        new, _ = grown.network(picture, torch.tensor([200]))
        before, _ = old.network(picture, torch.tensor([200]))
    assert torch.allclose(new[:, : before.shape[1]], before, atol=1e-4)
    assert new[:, before.shape[1] :].max() < before.max()


def test_a_language_model_of_the_lines_that_were_learnt_lies_beside_the_weights(weights: Path, tmp_path: Path) -> None:
    from engines.ocr.kraken.language import NAME, Language

    data = lines()
    learnt = engine(weights).train(data, {**QUICK, "epochs": 1, "language_model": True}, Heard(), tmp_path)  # pyright: ignore
    language = Language.load(tmp_path / NAME)
    assert language.chance("םול", "ש") > -1  # from left to right, as the words stand on the page
    assert language.chance("שלו", "ם") < -1
    assert 0 < language.surprise < 3
    image, example = data.load("0"), data.examples["held_out"][0]
    line = Line(example.target.baseline, example.target.polygon)
    assert engine(tmp_path / learnt.weights).read(image, [line], {"beam": 4}).lines[0].text


def test_what_cannot_be_written_may_be_left_out(weights: Path, tmp_path: Path) -> None:
    learnt = engine(weights).train(  # pyright: ignore
        lines(more=("שלום ₪",)), {**QUICK, "epochs": 1, "new_characters": "leave out"}, Heard(), tmp_path
    )
    assert "₪" not in str(learnt.description["alphabet"])
    only = lines(0, tuple(["ﷲﷺ"] * 8))
    with pytest.raises(TrainingFailed, match="No line can be learnt"):
        engine(weights).train(only, {**QUICK, "new_characters": "leave out"}, Heard(), tmp_path / "b")  # pyright: ignore


def test_lines_that_are_all_the_same_are_learnt(weights: Path, tmp_path: Path) -> None:
    data = lines()
    first = data.examples["train"][0]
    same = [replace(first, key=f"same {number}") for number in range(8)]
    learnt = engine(
        weights
    ).train(  # pyright: ignore
        replace(data, examples={"train": same, "held_out": same[:2], "test": ()}),
        {**QUICK, "epochs": 4, "rate": 0.01},
        Heard(),
        tmp_path,
    )
    assert learnt.metrics["lines"] == 8
    assert (tmp_path / learnt.weights).is_file()


def test_cancelled_it_goes_on_after_the_last_whole_epoch(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        engine(weights).train(lines(), {**QUICK, "epochs": 4}, Heard(cancel_after=3), tmp_path)  # pyright: ignore
    heard = Heard()
    learnt = engine(weights).train(lines(), {**QUICK, "epochs": 4}, heard, tmp_path)  # pyright: ignore
    assert [figures["epoch"] for figures in heard.epochs] == [2, 3, 4]
    assert learnt.metrics["epochs"] == 4


def test_when_memory_runs_out_batches_become_smaller(weights: Path, tmp_path: Path) -> None:
    heard = Heard()
    with shortage(32 * 1000, channels=1) as state:
        learnt = engine(weights).train(lines(), {**QUICK, "batch": 3000}, heard, tmp_path)  # pyright: ignore
    assert 0 < state.times <= 2
    assert learnt.metrics["epochs"] == 3


def test_from_nothing_and_within_its_time(tmp_path: Path) -> None:
    learnt = engine(None).train(lines(), {"minutes": 0.05, "batch": 1500}, Heard(), tmp_path)  # pyright: ignore
    assert learnt.metrics["seconds"] < 30
    assert (tmp_path / learnt.weights).is_file()


def test_options_and_weights_are_checked(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidOptions, match="minutes"):
        engine(weights).train(lines(), {"minutes": -1}, Heard(), tmp_path)  # pyright: ignore
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"nonsense")
    with pytest.raises(InvalidWeights):
        engine(bad).train(lines(), QUICK, Heard(), tmp_path)  # pyright: ignore


def test_the_alphabet_is_known_without_loading(weights: Path) -> None:
    from engines.ocr.kraken.weights import BASE_WEIGHTS, alphabet

    assert "א" in (alphabet(weights) or "")
    assert "א" in (alphabet(BASE_WEIGHTS) or "")
    found = get("ocr", "kraken").check(lines(more=("₪",)), get("ocr", "kraken").training_options({}), weights)  # pyright: ignore
    assert next(finding for finding in found if finding.kind == "characters").characters == ("₪",)


def test_a_damaged_checkpoint_begins_anew(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        engine(weights).train(lines(), {**QUICK, "epochs": 4}, Heard(cancel_after=2), tmp_path)  # pyright: ignore
    checkpoint = tmp_path / "checkpoint.pt"
    checkpoint.write_bytes(checkpoint.read_bytes()[:500])
    heard = Heard()
    engine(weights).train(lines(), {**QUICK, "epochs": 2}, heard, tmp_path)  # pyright: ignore
    assert [figures["epoch"] for figures in heard.epochs] == [0, 1, 2]


def test_a_new_alphabet_holds_only_what_the_lines_say_and_keeps_what_is_known_of_it(weights: Path, tmp_path: Path) -> None:
    from engines.ocr.kraken.growing import characters, start
    from engines.ocr.kraken.weights import recogniser, recogniser_of

    data = lines(more=("שלום ₪",))
    options = get("ocr", "kraken").training_options({"new_characters": "only these"})  # pyright: ignore
    network, added = start(data, options, weights)  # pyright: ignore
    assert added == "₪"
    texts = [example.target.text for split in ("train", "held_out") for example in data.examples[split]]  # pyright: ignore
    assert set("".join(network.codec.c2l)) == characters(texts)
    import torch

    picture = torch.rand(1, 1, 32, 200)
    old, new = recogniser(weights), recogniser_of(network, "cpu")
    with torch.inference_mode():
        before, _ = old.network(picture, torch.tensor([200]))
        after, _ = new.network(picture, torch.tensor([200]))
    for char in "של ":
        label = new.codec.c2l[char][0]
        assert torch.allclose(after[:, label], before[:, old.codec.c2l[char][0]], atol=1e-4)


def with_lines(weights: Path, folder: Path) -> Path:
    """Return a copy of weights with three lines to replay beside it, one to choose by, and two that tell what is forgotten."""
    from engines.ocr.kraken import replay
    from engines.ocr.kraken.batches import sample
    from engines.ocr.kraken.weights import recogniser

    folder.mkdir()
    base = folder / "model.safetensors"
    base.write_bytes(weights.read_bytes())
    codec = recogniser(base).codec
    kept = [line for n in range(6) if (line := sample(np.full((32, 240), 200 + n, np.uint8), "שלום", codec))]
    replay.write(folder, replay.Replay(kept[:3], kept[3:4], kept[4:]))
    return base


def test_with_every_choice_it_still_learns_and_says_what_it_forgot(weights: Path, tmp_path: Path) -> None:
    from engines.ocr.kraken import replay

    base = with_lines(weights, tmp_path / "base")
    chosen = {
        **{"schedule": "plateau", "find_rate": True, "gather": 2, "clip": 0.5, "precision": "fp32", "average": 0.0},
        **{"frozen": 2, "layer_decay": 0.8, "replay": 0.3, "strength": 0.5, "least_gain": 0.01, "patience": 4},
    }
    heard = Heard()
    learnt = engine(base).train(lines(), {**QUICK, "epochs": 12, **chosen}, heard, tmp_path / "out")  # pyright: ignore
    assert learnt.metrics["base_lines"] == 2
    assert learnt.metrics["base_before"] >= 0
    assert any("range test" in said for said in heard.said)
    assert {"rate", "memory", "word_error", "gradient", "lines_per_second"} <= set(heard.epochs[-1])
    assert (tmp_path / "out" / replay.FILE).is_file()  # whoever trains from this one can replay too
    assert list((tmp_path / "out" / "tensorboard").iterdir())


def test_reading_the_lines_of_the_base_is_a_part_of_the_time(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from engines.ocr.kraken import tuning

    read, clock, ahead = tuning.base_error, time.monotonic, [0.0]

    def slow(course: tuning.Course) -> object:
        ahead[0] += 40.0
        return read(course)

    monkeypatch.setattr(time, "monotonic", lambda: clock() + ahead[0])
    monkeypatch.setattr(tuning, "base_error", slow)
    heard, hasty = Heard(), Heard()
    base = with_lines(weights, tmp_path / "base")
    engine(base).train(lines(), {**QUICK, "epochs": 1}, heard, tmp_path / "out")  # pyright: ignore
    assert heard.epochs[0]["seconds"] >= 80  # before and after
    engine(base).train(lines(), {**QUICK, "epochs": 1, "minutes": 1}, hasty, tmp_path / "hasty")  # pyright: ignore
    assert 30 <= hasty.epochs[0]["seconds"] < 60  # half of the time at least is for learning
