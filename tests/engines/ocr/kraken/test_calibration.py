"""Confidences that can be believed: the temperature is found, does what it should, and leaves the text alone."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import engines
from engines.base import OcrEngine
from engines.ocr.kraken.calibration import Judged, bars, calibrate, error
from engines.types import Page, whole_line
from tests.recognisers import write_recogniser


def characters(overconfident: float, count: int = 3000, frames: int = 2, labels: int = 12) -> Judged:
    """Return characters whose logits are those of their true chances, times a factor."""
    rng = np.random.default_rng(4)
    true = rng.normal(0, 1.6, (count, labels))
    chances = np.exp(true) / np.exp(true).sum(axis=1, keepdims=True)
    read = true.argmax(axis=1)
    right = rng.random(count) < chances[np.arange(count), read]
    logits = np.repeat(true * overconfident, frames, axis=0)
    logits[1::frames] *= 0.5  # the other frame of a character is less sure
    halves = np.arange(count) % 2 == 0
    return Judged(logits, np.repeat(read, frames), np.arange(0, count * frames, frames), right, halves)


@pytest.mark.parametrize("factor", [0.6, 1.0, 3.0])
def test_the_temperature_undoes_overconfidence(factor: float) -> None:
    judged = characters(factor)
    found = calibrate(judged)
    assert found is not None
    assert found.temperature == pytest.approx(factor, rel=0.1)
    assert (found.n, found.wrong) == (3000, int((~judged.right).sum()))
    assert found.after < 0.03
    if factor == 3.0:
        assert found.after < 0.1 * found.before


def test_too_few_errors_tell_nothing() -> None:
    judged = characters(1.0)
    assert calibrate(Judged(judged.logits, judged.labels, judged.starts, np.ones(3000, bool), judged.halves)) is None


def test_one_document_is_enough() -> None:
    judged = characters(3.0)
    found = calibrate(Judged(judged.logits, judged.labels, judged.starts, judged.right, np.zeros(3000, bool)))
    assert found is not None
    assert found.temperature == pytest.approx(3.0, rel=0.1)


def test_error_by_hand() -> None:
    sure, right = np.array([0.99, 0.97, 0.5, 0.5]), np.array([True, False, True, True])
    assert bars(sure, right) == [(0.5, 1.0, 2), (pytest.approx(0.98), 0.5, 2)]
    assert error(sure, right) == pytest.approx((2 * 0.5 + 2 * 0.48) / 4)


@pytest.mark.kraken
def test_characters_are_right_where_they_stand_opposite_their_own() -> None:
    from engines.ocr.kraken.calibration import _runs

    read = np.full((8, 5), -9.0)  # frames, labels: reads 1 1 _ 2 _ 3 4 _
    for frame, label in enumerate((1, 1, 0, 2, 0, 3, 4, 0)):
        read[frame, label] = 9.0
    found = _runs(read, np.array([1, 2, 4]))
    assert [(label, frames, right) for _, label, frames, right in found] == [
        (1, 2, True),
        (2, 1, True),
        (3, 1, False),
        (4, 1, True),
    ]
    assert np.array_equal(found[0][0], read[:2])


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    picture = Image.new("RGB", (400, 50), "white")
    ImageDraw.Draw(picture).text((10, 5), "lines (of ink)", font=ImageFont.load_default(34), fill="black")
    return np.asarray(picture)


def read(weights: Path, image: np.ndarray) -> Page:
    engine = engines.get("ocr", "kraken")(weights)
    assert isinstance(engine, OcrEngine)
    return engine.read(image, [whole_line(400, 50)])


@pytest.mark.kraken
def test_the_temperature_of_a_version_changes_confidences_and_never_the_text(image: np.ndarray, tmp_path: Path) -> None:
    pages = []
    weights = write_recogniser(tmp_path / "model.safetensors")
    for told in (None, 1.0, 1.7, 4.0, "hot", 1e9):
        folder = tmp_path / f"v{told}"
        folder.mkdir()
        shutil.copy(weights, folder / weights.name)
        if told is not None:
            (folder / "model.json").write_text(json.dumps({"engine": "kraken", "temperature": told}))
        pages.append(read(folder / weights.name, image))
    plain, one, warm, hot, text, far = pages
    assert plain == one == text == far
    assert len({page.lines[0].text for page in pages}) == 1
    assert len(plain.lines[0].text) > 3
    for cold, warmer in pairwise((plain, warm, hot)):
        changes = [a.confidence - b.confidence for a, b in zip(cold.lines[0].chars, warmer.lines[0].chars, strict=True)]
        assert min(changes) >= 0
        assert max(changes) > 0.01


@pytest.mark.kraken
def test_an_ensemble_has_the_temperatures_of_its_members(image: np.ndarray, tmp_path: Path) -> None:
    from engines.learning import Combining

    kind = engines.get("ocr", "ensemble")
    assert issubclass(kind, Combining)
    weights = write_recogniser(tmp_path / "model.safetensors")
    (tmp_path / "model.json").write_text(json.dumps({"engine": "kraken", "temperature": 2.5}))
    (tmp_path / "all").mkdir()
    made = kind.combine([weights, weights], tmp_path / "all")
    engine = kind(tmp_path / "all" / made.weights)
    assert isinstance(engine, OcrEngine)
    together, alone = (page.lines[0] for page in (engine.read(image, [whole_line(400, 50)]), read(weights, image)))
    assert together.text == alone.text
    assert [char.confidence for char in together.chars] == pytest.approx([char.confidence for char in alone.chars], abs=2e-4)
