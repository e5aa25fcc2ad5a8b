"""The language model: its chances are chances, it comes back from its file, and it changes what a beam reads."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import engines
from engines.base import OcrEngine
from engines.errors import InvalidWeights
from engines.ocr.kraken.language import NAME, Language
from engines.types import Line, whole_line
from tests.recognisers import write_recogniser

TEXTS = ["the cat sat on the mat", "the hat is on the cat", "a mat is a mat"]
LETTERS = sorted(set("".join(TEXTS)))


@pytest.mark.parametrize("before", ["", "the ", "on th", "zzz", "a", "the cat sat on the m"])
@pytest.mark.parametrize("order", [1, 2, 5])
def test_chances_sum_to_one(before: str, order: int) -> None:
    language = Language.of(TEXTS, order=order)
    unknown = math.exp(language.chance(before, "?"))
    assert sum(math.exp(language.chance(before, char)) for char in LETTERS) + unknown == pytest.approx(1.0)
    assert unknown > 0


def test_two_characters_by_hand() -> None:
    # "ab" twice and "ac" once; the discount is n1 / (n1 + 2 n2) of the counts 3 ("\na"), 2 ("ab"), 1 ("ac"): 1 / 3
    language = Language.of(["ab", "ab", "ac"], order=2)
    # shorter: a, b, c follow one kind each; discount 0.95 (three of them occur once), one quarter is for each of 3 + unknown
    shorter = (1 - 0.95) / 3 + 0.95 * 3 / 3 * 0.25
    assert math.exp(language.chance("a", "b")) == pytest.approx((2 - 1 / 3) / 3 + 1 / 3 * 2 / 3 * shorter)
    assert math.exp(language.chance("a", "a")) == pytest.approx(1 / 3 * 2 / 3 * shorter)


def test_what_it_knows_surprises_it_less() -> None:
    language = Language.of(TEXTS, unseen=["the mat is on the hat"])
    assert 0 < language.surprise < math.log(len(LETTERS))
    assert language.chance("on th", "e") > language.chance("on th", "m")
    assert Language.of(TEXTS, unseen=["ehtamstanoi"]).surprise > language.surprise
    assert Language.of([]).surprise == 0


def test_it_comes_back_from_its_file(tmp_path: Path) -> None:
    language = Language.of(["שלום עולם", "שלום לך"])
    language.save(tmp_path / NAME)
    again = Language.load(tmp_path / NAME)
    assert (again.grams, again.order) == (language.grams, 5)
    assert again.surprise == pytest.approx(language.surprise, abs=1e-4)
    assert again.chance("שלו", "ם") == language.chance("שלו", "ם")


@pytest.mark.parametrize(
    "told",
    [
        "nonsense",
        "[]",
        '{"order": 5}',
        '{"order": 2, "surprise": 1, "grams": {"abc": 1}}',
        '{"order": 2, "surprise": 1, "grams": {"ab": -1}}',
        '{"order": 0, "surprise": 1, "grams": {}}',
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, told: str) -> None:
    (tmp_path / NAME).write_text(told)
    with pytest.raises(InvalidWeights, match="damaged") as error:
        Language.load(tmp_path / NAME)
    assert "language_model 0" in error.value.hint


def read(weights: Path, **options: object) -> Line:
    picture = Image.new("RGB", (400, 50), "white")
    ImageDraw.Draw(picture).text((10, 5), "lines (of ink)", font=ImageFont.load_default(34), fill="black")
    engine = engines.get("ocr", "kraken")(weights)
    assert isinstance(engine, OcrEngine)
    return engine.read(np.asarray(picture), [whole_line(400, 50)], options).lines[0]


@pytest.mark.kraken
def test_only_a_beam_asks_it_and_only_where_there_is_one(tmp_path: Path) -> None:
    weights = write_recogniser(tmp_path / "model.safetensors")
    plain, wide = read(weights), read(weights, beam=8)
    assert read(weights, beam=8, language_model=2) == wide  # there is none
    doubtful = next(other.text for char in wide.chars for other in char.alternatives if other.text.isalpha())
    Language.of([doubtful * 60] * 20).save(tmp_path / NAME)  # it knows one letter alone
    assert read(weights) == plain
    assert read(weights, beam=8, language_model=0) == wide
    asked = read(weights, beam=8, language_model=2)
    assert asked.text != wide.text
    for line in (wide, asked):
        assert line.text == "".join(char.text for char in line.chars)
    (tmp_path / NAME).write_text(json.dumps({"order": 5}))
    with pytest.raises(InvalidWeights):
        read(weights, beam=8)
