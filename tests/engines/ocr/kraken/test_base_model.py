"""The first model is made from texts and fonts alone, and what is made can be loaded, resumed and read about."""

from __future__ import annotations

import hashlib
import json
import random
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines import runtime
from engines.errors import InvalidOptions
from engines.ocr.synthesis.lines import SYNTHESIS
from engines.ocr.synthesis.scripts import SCRIPTS, Script
from tests.fonts import folder

pytestmark = pytest.mark.kraken

SHIPPED = Path(__file__).parents[4] / "models" / "base" / "ocr" / "hebrew" / "v1"


@pytest.fixture(scope="module", autouse=True)
def prepared() -> None:
    """Make the process ready for torch before a test imports anything built on it."""
    runtime.prepare()


def _strip(text: str, seed: int) -> np.ndarray:
    """Return a line image in which every character is a bar pattern of its own: something small to learn."""
    noise = np.random.default_rng(seed)
    image = np.full((48, 20 * len(text) + 16), 230.0) + noise.normal(0, 4, (48, 20 * len(text) + 16))
    for index, char in enumerate(text):
        left = 8 + 20 * (len(text) - 1 - index)  # from right to left
        for bit in range(5):
            if (ord(char) >> bit) & 1:
                image[6 + bit * 8 : 12 + bit * 8, left : left + 14] = 20
    return np.clip(image, 0, 255).astype(np.uint8)


def test_display_order_is_undone_for_hebrew_with_latin_numbers_and_brackets() -> None:
    from engines.ocr.kraken.network import display_order, logical_order, reversible

    text = "שָׁלוֹם (Leipzig) 12, סוף"
    assert display_order("אב (ג)") == "(ג) בא"
    assert logical_order(display_order(text)) == text
    assert reversible(text)


def test_batches_hold_every_line_once_and_stay_within_their_columns() -> None:
    from engines.ocr.kraken.batches import Sample, batches, padded

    rng = random.Random(0)
    lines = [Sample(np.zeros((48, rng.randrange(20, 900)), np.uint8), np.array([1]), str(number)) for number in range(200)]
    groups = list(batches(lines, 4000, rng))
    assert sorted(line.text for group in groups for line in group) == sorted(line.text for line in lines)
    for group in groups:
        widest = max(line.image.shape[1] for line in group)
        assert len(group) == 1 or len(group) * widest <= 4000 + padded(widest)
        assert padded(widest) >= widest + 32


def test_a_line_with_more_characters_than_frames_is_left_out() -> None:
    from kraken.lib.codec import PytorchCodec

    from engines.ocr.kraken.batches import sample

    codec = PytorchCodec(sorted("אב"))
    assert sample(np.zeros((48, 200), np.uint8), "אב", codec) is not None
    assert sample(np.zeros((48, 20), np.uint8), "אאאאאאאאאאאא", codec) is None


@pytest.mark.slow
def test_it_learns_stops_resumes_and_is_written_for_kraken(tmp_path: Path) -> None:
    from kraken.models import load_models

    from engines.ocr.kraken.batches import sample
    from engines.ocr.kraken.network import build, write
    from engines.ocr.kraken.training import Recipe, Trainer

    network = build("אבגד")
    rng = random.Random(0)
    texts = ["".join(rng.choices("אבגד", k=4)) for _ in range(24)]
    lines = [line for number, text in enumerate(texts) if (line := sample(_strip(text, number), text, network.codec))]
    trainer = Trainer(network, Recipe(rate=3e-3, warmup=5, columns=1400, average=0.9), budget_s=1e6)
    first = None
    for _ in range(6):
        trainer.learn(lines, rng)
        first = first or trainer.loss
    assert first is not None
    assert trainer.loss < first
    trainer.save(tmp_path / "checkpoint.pt")
    again = Trainer(build("אבגד"), trainer.recipe, budget_s=1e6)
    again.resume(tmp_path / "checkpoint.pt")
    assert again.steps == trainer.steps
    assert again.read(lines[:4]) == trainer.read(lines[:4])
    write(trainer.averaged(), tmp_path / "model.safetensors")
    loaded = load_models(tmp_path / "model.safetensors", tasks=["recognition"])[0]
    assert loaded.input == (1, 1, 48, 0)
    assert loaded.seg_type == "baselines"
    assert not loaded.use_legacy_polygons
    assert list(tmp_path.glob(".*")) == []


def test_a_spent_budget_trains_no_more() -> None:
    from engines.ocr.kraken.batches import sample
    from engines.ocr.kraken.network import build
    from engines.ocr.kraken.training import Recipe, Trainer

    network = build("אב")
    line = sample(_strip("אב", 0), "אב", network.codec)
    assert line is not None
    trainer = Trainer(network, Recipe(), budget_s=10)
    trainer.spend(10)
    trainer.learn([line], random.Random(0))
    assert trainer.done
    assert trainer.steps == 0


@pytest.mark.slow
def test_the_command_makes_a_described_model_of_each_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engines.ocr.kraken import base_model, base_pages

    texts = {"hebrew": "זה משפט מספר {} בספר אשר על השולחן", "arabic": "هذا سطر رقم {} في الكتاب"}
    for name, sentence in texts.items():
        (tmp_path / f"text_{name}").mkdir()
        sentences = [sentence.format(number) for number in range(300)]
        (tmp_path / f"text_{name}" / "a.txt").write_text("\n".join(sentences), "utf-8")
    for name, value in {
        "ROUND": 6,
        "FRESH": 6,
        "STOCK": 12,
        "CHECKED": 1,
        "TESTED": 1,
        "REPLAYED": {"learning": 3, "choosing": 1, "testing": 2},
    }.items():
        monkeypatch.setattr(base_model, name, value)
    monkeypatch.setattr(base_pages, "page_scores", lambda *_: {})
    out, fonts = tmp_path / "out", [str(folder()), str(folder("arabic"))]
    given = ["--text", str(tmp_path), "--fonts", *fonts, "--out", str(out), "--minutes", "0.001"]
    monkeypatch.setattr(sys, "argv", ["base_model", *given])
    base_model.main()
    for name in texts:
        version = out / name / "v1"
        said = json.loads((version / "model.json").read_text("utf-8"))
        assert said["sha256"] == hashlib.sha256((version / "model.safetensors").read_bytes()).hexdigest()
        assert (said["name"], said["version"]) == (name, 1)
        digest = hashlib.sha256((tmp_path / f"text_{name}" / "a.txt").read_bytes()).hexdigest()
        assert said["data"]["texts"] == [{"file": "a.txt", "sha256": digest}]
        assert str(tmp_path) not in (version / "model.json").read_text("utf-8")
        assert "| CER |" in (version / "card.md").read_text("utf-8")
        assert base_model.version_folder(out / name, resumed=True) == version
        assert base_model.version_folder(out / name, resumed=False) == out / name / "v2"
    assert [path.name for path in tmp_path.glob(".*")] == []  # checkpoints are gone


def test_a_card_names_every_text_by_its_hash_and_where_known_by_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engines.ocr.kraken import base_card
    from engines.ocr.kraken.network import build, write
    from engines.ocr.kraken.training import Recipe, Trainer

    files = [tmp_path / "known.txt", tmp_path / "yiddish.txt"]  # a file that only bears a known name is not the known one
    for path in files:
        path.write_text(f"שורה של {path.stem}", "utf-8")
    known, unknown = (hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    monkeypatch.setattr(base_card, "SOURCES", {**base_card.SOURCES, known: ("https://example.org/texts", "0a1b", "CC0")})
    trainer = Trainer(build("אב"), Recipe(), budget_s=1)
    (tmp_path / "v1").mkdir()
    write(trainer.averaged(), tmp_path / "v1" / "model.safetensors")
    base_card.describe(trainer, base_card.Making(files, [], [], 0), {}, tmp_path / "v1")
    card = (tmp_path / "v1" / "card.md").read_text("utf-8")
    assert f"- known.txt: https://example.org/texts at `0a1b` (CC0); SHA-256 `{known}`\n" in card
    assert f"- yiddish.txt: unknown source; SHA-256 `{unknown}`\n" in card
    assert f"version {SYNTHESIS} of the synthesis" in card
    said = json.loads((tmp_path / "v1" / "model.json").read_text("utf-8"))
    assert said["recipe"]["synthesis"] == SYNTHESIS
    assert [(entry["file"], entry.get("commit")) for entry in said["data"]["texts"]] == [
        ("known.txt", "0a1b"),
        ("yiddish.txt", None),
    ]


def test_an_order_says_what_text_is_left_out_and_refuses_a_script_without_text(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from engines.ocr.kraken.base_model import Order, check

    (tmp_path / "a.txt").write_text("\n".join(f"זה משפט מספר {number}" for number in range(50)), "utf-8")
    (tmp_path / "rasam_lines.txt").write_text("هذا سطر", "utf-8")
    check(Order(tmp_path, (folder(),), tmp_path / "out", tmp_path / "work", 1))
    assert "rasam_lines.txt is left out: it shares lines" in caplog.text
    with pytest.raises(InvalidOptions, match="No Arabic sentences"):
        check(Order(tmp_path, (folder(),), tmp_path / "out", tmp_path / "work", 1, script=SCRIPTS["arabic"]))


def test_each_set_of_lines_tests_the_model_of_its_script(tmp_path: Path) -> None:
    from engines.ocr.kraken.base_model import tests_of

    for name, text in {"one": "שלום", "two": "سلام", "three": "peace"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.gt.txt").write_text(text, "utf-8")
    sets = {"a page (print)": tmp_path / "one", "words": tmp_path / "two"}
    assert tests_of(SCRIPTS["hebrew"], sets) == {"a page (print)": tmp_path / "one"}
    assert tests_of(SCRIPTS["arabic"], sets) == {"words": tmp_path / "two"}
    for wrong in ({"latin": tmp_path / "three"}, {"none": tmp_path / "none"}, {"": tmp_path / "one"}):
        with pytest.raises(InvalidOptions, match="no transcribed lines") as caught:
            tests_of(SCRIPTS["hebrew"], wrong)
        assert "NAME=DIR" in caught.value.hint


def test_transcribed_lines_are_scored_in_full_and_by_their_letters(tmp_path: Path) -> None:
    from engines.ocr.kraken.base_pages import line_scores

    with pytest.raises(InvalidOptions, match="no transcribed lines"):
        line_scores(SHIPPED / "model.safetensors", "mine", tmp_path)
    text = "שלום, עולם"
    for name in ("a_1.png", "a_2.jpg", "book/7.png", "alone.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(np.full((48, 300), 255, np.uint8)).save(path)
        if path.stem != "alone":
            path.with_suffix(".gt.txt").write_text(f"{text}\n", "utf-8")
    found = line_scores(SHIPPED / "model.safetensors", "mine", tmp_path)
    assert [(result.lines, result.documents, result.chars) for result in found.values()] == [(3, 2, 30), (3, 2, 27)]
    assert found["mine, letters"].normal_form.startswith("letters")


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_the_shipped_models_are_what_their_descriptions_say(script: Script) -> None:
    from engines.ocr.kraken import replay
    from engines.ocr.kraken.weights import recogniser

    folder = SHIPPED.parents[1] / script.name / "v1"
    said = json.loads((folder / "model.json").read_text("utf-8"))
    weights = folder / "model.safetensors"
    assert said["sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert (said["name"], said["script"]) == (script.name, script.unicode)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 10_000_000
    loaded = recogniser(weights)
    assert set(said["alphabet"]) == script.alphabet == set(loaded.codec.c2l)
    assert all({"cer", "cer_interval", "lines", "chars", "normal_form"} <= set(figures) for figures in said["metrics"].values())
    assert (folder / "card.md").read_text("utf-8").startswith(f"# {script.title}")
    kept = replay.load(weights, loaded.codec, loaded.height, stride=4, base="R")
    assert (len(kept.learning), len(kept.choosing), len(kept.testing)) == (200, 200, 200)
