"""What a training tells beside its figures: the lines that it left out, by name, and what was chosen for it and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines import get
from engines.errors import InvalidImage, TrainingFailed
from engines.types import Line
from tests.engines.ocr.kraken.test_tuning import QUICK, Heard, engine, lines, with_lines

pytestmark = pytest.mark.kraken


def test_lines_that_cannot_be_learnt_are_named(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engines.ocr.kraken import tuning

    data = lines(more=("ארוך מאוד " * 30,))
    outside = Line(((400, 40), (420, 40)), ((400, 10), (420, 10), (420, 50), (400, 50)), "מים")
    cut, gone, empty, crowded = (replace(data.examples["train"][at], name=f"Folio 4 recto, line {at}") for at in (0, 1, 2, -1))
    cut, empty = replace(cut, target=outside), replace(empty, target=replace(empty.target, text=""))
    train = [cut, gone, empty, *data.examples["train"][3:-1], crowded]

    def load(document: str) -> np.ndarray:
        if document == gone.document:
            raise InvalidImage("The scan of 'Folio 4 recto' is gone.", "Upload it again.")
        return data.load(document)

    monkeypatch.setattr(tuning, "MOST_NAMED", 3)
    heard, broken = Heard(), replace(data, examples={**data.examples, "train": train}, load=load)
    learnt = engine(tiny).train(broken, {**QUICK, "epochs": 1}, heard, tmp_path)  # pyright: ignore
    named = [
        {"name": "Folio 4 recto, line 0", "why": "It cannot be cut out of its page."},
        {"name": "Folio 4 recto, line 1", "why": "The scan of 'Folio 4 recto' is gone."},
        {"name": "Folio 4 recto, line 2", "why": "It has no text."},
    ]
    assert learnt.description["left_out"] == named
    assert (learnt.metrics["lines"], learnt.metrics["left_out"]) == (17, 4)
    told = [f"left out: {line['name']}: {line['why']}" for line in named]
    assert [said for said in heard.said if said.startswith("left out")] == [*told, "left out: 1 more"]
    assert all(line in (tmp_path / "training_log.txt").read_text("utf-8") for line in told)
    alone = replace(data, examples={**data.examples, "train": [crowded]})
    with pytest.raises(TrainingFailed, match=r"line -1: Its 299 characters do not fit into an image of \d+ × 32 pixels"):
        engine(tiny).train(alone, QUICK, Heard(), tmp_path / "b")  # pyright: ignore


def test_a_version_says_what_was_chosen_for_its_training_and_why(tiny: Path, tmp_path: Path) -> None:
    learnt = engine(tiny).train(lines(), {"epochs": 1, "batch": 1500}, Heard(), tmp_path)  # pyright: ignore
    recipe = learnt.description["recipe"]
    assert isinstance(recipe, dict)
    assert {"rate": 0.001, "batch": 1500, "average": 0, "variation": 0.6, "epochs": 1}.items() <= recipe["options"].items()
    assert recipe["options"].keys() == get("ocr", "kraken").TrainingOptions.model_fields.keys()  # pyright: ignore
    assert "rate 0.001, average 0, variation 0.6, decay 0.0001; variation helps" in recipe["why"]
    assert recipe["why"] in (tmp_path / "training_log.txt").read_text("utf-8")


def test_what_a_version_says_of_its_recipe_is_what_the_training_ended_with() -> None:
    from engines.ocr.kraken.options import KrakenTraining
    from engines.ocr.kraken.recipe import described, filled, recipe

    options, why = filled(KrakenTraining(find_rate=True), knows=True)
    assert "rate" not in why
    used = replace(recipe(options, 9000, knows=True), rate=0.0042, columns=1500, gather=2)  # what was found; memory ran out
    said = described(options, used, why)
    assert isinstance(said["options"], dict)
    assert said["options"].keys() == KrakenTraining.model_fields.keys()
    assert {"rate": 0.0042, "batch": 1500, "gather": 2, "variation": 0.6}.items() <= said["options"].items()
    assert said["why"] == f"{why}; rate 0.0042 by a range test"


def test_lines_of_the_base_are_a_part_of_each_epoch(tiny: Path, tmp_path: Path) -> None:
    from engines.rates import level

    heard, base = Heard(), with_lines(tiny, tmp_path / "base")
    options = {**QUICK, "epochs": 4, "schedule": "one cycle", "replay": 0.5, "rate": 1e-3}
    engine(base).train(lines(), options, heard, tmp_path / "out")  # pyright: ignore
    assert heard.epochs[2]["rate"] == pytest.approx(1e-3 * level("one cycle", 0.5))  # half of the epochs: half of the way


def test_only_these_characters_are_learnt_and_none_is_left_out(tiny: Path) -> None:
    kraken, data = get("ocr", "kraken"), lines(more=("مقدمة",))
    found = {}
    for way in ("only these", "leave out"):
        findings = kraken.check(data, kraken.training_options({"new_characters": way}), tiny)  # pyright: ignore
        found[way] = next(one.text for one in findings if one.kind == "characters")
    assert found["only these"].endswith("it learns them.")
    assert found["leave out"].endswith("they are left out.")


def test_on_a_gpu_nothing_but_the_network_lies_there(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The device `meta` computes nothing, but refuses what lies elsewhere, as a GPU does."""
    from engines.ocr.kraken import training

    monkeypatch.setattr(training.runtime, "device", lambda: "meta")
    heard = Heard()
    with pytest.raises((RuntimeError, NotImplementedError), match="meta"):
        engine(tiny).train(lines(), QUICK, heard, tmp_path)  # pyright: ignore
    assert heard.said[-1] == "Reading the held-out lines"
