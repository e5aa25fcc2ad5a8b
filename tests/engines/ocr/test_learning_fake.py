"""The fake learns: what it was shown it knows again, it goes on where it stopped, and it ends when it is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines import get
from engines.base import Report, silent
from engines.errors import Cancelled, InvalidOptions, InvalidWeights, TrainingFailed
from engines.learning import Dataset, Example
from engines.types import Line, whole_line

TEXTS = ("אחת", "שתיים", "שלוש", "ארבע", "חמש", "שש")


class Heard(Report):
    """Remembers what was said; says that it is enough after some epochs, or cancels."""

    def __init__(self, enough_after: int = 99, cancel_after: int = 99) -> None:
        self.figures: list[dict[str, float]] = []
        self.enough_after = enough_after
        self.cancel_after = cancel_after

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Remember, or cancel."""
        if metrics:
            self.figures.append(metrics)
        if len(self.figures) > self.cancel_after:
            raise Cancelled("enough of it")

    @property
    def enough(self) -> bool:
        """Tell whether it is enough."""
        return len(self.figures) > self.enough_after


def dataset(train: int = 6) -> Dataset:
    images, examples = {}, []
    for number, text in enumerate(TEXTS):
        image = np.full((40, 300, 3), 255, np.uint8)
        image[10:30, 20 + 40 * number : 60 + 40 * number] = 0
        images[text] = image
        line = whole_line(300, 40)
        examples.append(Example(str(number), text, text, Line(line.baseline, line.polygon, text)))
    return Dataset("ocr", {"train": examples[:train], "held_out": examples[:3], "test": ()}, images.__getitem__)


def test_it_knows_again_what_it_was_shown(tmp_path: Path) -> None:
    heard = Heard()
    engine = get("ocr", "fixed")
    learnt = engine().train(dataset(), {"epochs": 3}, heard, tmp_path)  # pyright: ignore
    assert [figures["epoch"] for figures in heard.figures] == [0, 1, 2, 3]
    assert heard.figures[0]["error"] > 0.5
    assert heard.figures[-1]["error"] == 0.0
    outcomes = list(engine(tmp_path / learnt.weights).examine(dataset(), dataset().examples["train"]))  # pyright: ignore
    assert [outcome.prediction for outcome in outcomes] == list(TEXTS)
    assert all(outcome.counts["strict"][0] == 0 for outcome in outcomes)
    assert learnt.description["script"] == "Hebrew"


def test_it_goes_on_where_it_was_cancelled(tmp_path: Path) -> None:
    engine = get("ocr", "fixed")
    with pytest.raises(Cancelled):
        engine().train(dataset(), {"epochs": 5}, Heard(cancel_after=3), tmp_path)  # pyright: ignore
    heard = Heard()
    engine().train(dataset(), {"epochs": 5}, heard, tmp_path)  # pyright: ignore
    assert [figures["epoch"] for figures in heard.figures] == [3, 4, 5]


def test_it_keeps_what_it_has_when_it_is_enough(tmp_path: Path) -> None:
    heard = Heard(enough_after=2)
    learnt = get("ocr", "fixed")().train(dataset(), {"epochs": 6}, heard, tmp_path)  # pyright: ignore
    assert learnt.metrics["epochs"] == 2
    assert (tmp_path / learnt.weights).is_file()


def test_nothing_to_learn_from_is_told(tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed, match="nothing to learn"):
        get("ocr", "fixed")().train(dataset(0), {}, silent, tmp_path)  # pyright: ignore
    with pytest.raises(InvalidOptions, match="epochs"):
        get("ocr", "fixed")().train(dataset(), {"epochs": 0}, silent, tmp_path)  # pyright: ignore


def test_foreign_weights_are_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"\x10\0\0\0\0\0\0\0 no tensors here")
    image = np.full((40, 300, 3), 255, np.uint8)
    with pytest.raises(InvalidWeights, match="damaged"):
        get("ocr", "fixed")(bad).read(image, [whole_line(300, 40)])  # pyright: ignore
