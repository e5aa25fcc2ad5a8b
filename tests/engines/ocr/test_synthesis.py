"""Synthesis renders what it says, the same for the same seed, and knows where it put it."""

from __future__ import annotations

import hashlib
import json
import random
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.errors import EngineUnavailable, InvalidOptions
from engines.ocr.synthesis import sample_texts, samples
from engines.ocr.synthesis.damage import Sheets, on_paper, scanned, spread, texture
from engines.ocr.synthesis.drawing import Hand, pieces
from engines.ocr.synthesis.fonts import Font, inspect, scan
from engines.ocr.synthesis.insertions import insertion, numeral
from engines.ocr.synthesis.lines import cut, outline, render_line, scaled
from engines.ocr.synthesis.pages import Look, render_page, wrapped
from engines.ocr.synthesis.paper import Paper, sheet
from engines.ocr.synthesis.scripts import ARABIC, HEBREW
from engines.ocr.synthesis.texts import LEFT_OUT, Texts, bare, clean, fitted, folder_of, is_test, left_out, scramble, stretched
from tests.fonts import folder

SHIPPED = Path(__file__).parents[3] / "data" / "samples"


@pytest.fixture(scope="module")
def font() -> Font:
    """Return a font with Hebrew letters and points."""
    (font,) = scan([folder()])
    assert font.points
    return font


@pytest.fixture(scope="module")
def sheets() -> Sheets:
    return Sheets(0, count=2, size=(160, 900))


@pytest.fixture
def text_folder(tmp_path: Path) -> Path:
    sentences = [f"אָדָם {word} הָלַךְ אֶל הַנָּהָר׃" for word in ("שָׁמַע", "רָאָה", "כָּתַב", "יָשַׁב")]
    plain = [f"שורה מספר {number} של הספר" for number in range(200)]
    (tmp_path / "a.txt").write_text("\n".join(sentences + plain), "utf-8")
    return tmp_path


def test_a_pointed_line_keeps_its_points_and_a_bare_one_has_none(text_folder: Path) -> None:
    texts, rng = Texts.load(text_folder, "train"), random.Random(0)
    pointed = [texts.line(rng, 4, points=True) for _ in range(30)]
    plain = [texts.line(rng, 4, points=False) for _ in range(30)]
    assert any(HEBREW.points & set(line) for line in pointed)
    assert not any(HEBREW.points & set(line) for line in plain)
    assert all(unicodedata.is_normalized("NFC", line) for line in pointed + plain)


def test_no_sentence_is_in_both_splits_pointed_or_not(text_folder: Path) -> None:
    train, test = Texts.load(text_folder, "train"), Texts.load(text_folder, "test")
    assert train.plain
    assert test.plain
    assert not set(train.plain) & set(test.plain)
    assert is_test("שָׁלוֹם לְךָ") == is_test("שלום לך")


def test_a_folder_without_texts_is_refused_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(InvalidOptions, match="No Hebrew sentences") as caught:
        Texts.load(tmp_path, "train")
    assert ".txt" in caught.value.hint


def test_text_that_tests_models_is_left_out_by_its_name_and_by_what_it_holds(
    text_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (text_folder / "rasam_lines.txt").write_text("שורה שאין ללמוד ממנה", "utf-8")
    (text_folder / "renamed.txt").write_text("גם שורה זאת בוחנת", "utf-8")
    digest = hashlib.sha256((text_folder / "renamed.txt").read_bytes()).hexdigest()
    monkeypatch.setitem(LEFT_OUT, "known.txt", (digest, "it tests"))
    splits = Texts.load(text_folder, "train"), Texts.load(text_folder, "test")
    assert [texts.files for texts in splits] == [(text_folder / "a.txt",)] * 2
    assert not any("ללמוד" in line or "בוחנת" in line for texts in splits for line in [*texts.plain, *texts.pointed])
    assert "RASAM" in left_out(text_folder / "rasam_lines.txt")
    assert left_out(text_folder / "renamed.txt") == "it tests"
    assert left_out(text_folder / "a.txt") == ""


def test_of_a_folder_of_two_scripts_each_takes_its_own(text_folder: Path) -> None:
    arabic = [f"هذا سطر رقم {number} من הספר" for number in range(200)]
    (text_folder / "b.txt").write_text("\n".join(["12, 13.", "Latin alone", *arabic]), "utf-8")
    texts = Texts.load(text_folder, "train", ARABIC)
    assert texts.files == (text_folder / "b.txt",)
    assert all(line.startswith("هذا سطر رقم") for line in texts.plain)
    assert Texts.load(text_folder, "train").files == (text_folder / "a.txt",)
    assert folder_of(text_folder, ARABIC) == text_folder
    (text_folder / "text_arabic").mkdir()
    assert folder_of(text_folder, ARABIC) == text_folder / "text_arabic"


def test_lines_use_the_alphabet_only(text_folder: Path) -> None:
    texts, rng = Texts.load(text_folder, "train"), random.Random(1)
    lines = [fitted(texts.line(rng, 5, points=False), HEBREW.alphabet) for _ in range(300)]
    assert all(set(line) <= HEBREW.alphabet for line in lines)
    assert any(any(char.isdigit() for char in line) for line in lines)
    assert any(any("a" <= char <= "z" for char in line) for line in lines)


@pytest.mark.parametrize(
    ("value", "letters"), [(1, "א׳"), (15, "ט״ו"), (16, "ט״ז"), (215, "רט״ו"), (344, "שמ״ד"), (784, "תשפ״ד"), (999, "תתקצ״ט")]
)
def test_numbers_in_letters(value: int, letters: str) -> None:
    assert numeral(value) == letters


def test_an_insertion_keeps_the_words_in_their_order() -> None:
    words = ["אחת", "שתיים", "שלוש"]
    for seed in range(100):
        mixed = " ".join(insertion(words, random.Random(seed), HEBREW.kinds))
        assert mixed.index("אחת") < mixed.index("שתיים") < mixed.rindex("שלוש")


def test_a_scrambled_word_ends_in_a_final_letter_and_keeps_its_points() -> None:
    for seed in range(50):
        word = scramble("מֶלֶךְ", random.Random(seed))
        assert sorted(word.replace("ם", "מ").replace("ך", "כ")) == sorted("מֶלֶכְ")
        assert not set("ךםןףץ") & {char for char in word[:-2] if char in HEBREW.letters}


def test_cleaning_and_fitting() -> None:
    assert clean("  שלום\tעולם\u200f א") == "שלום עולם א"
    assert "־" not in bare("אֶל־הַנָּהָר׃", random.Random(0)) or bare("אֶל־הַנָּהָר׃", random.Random(0)).count("־") == 1
    assert fitted("דו״ח א־ב ×", frozenset('אבגדוח"- ')) == 'דו"ח א-ב'


def test_pieces_keep_latin_runs_together_and_split_hebrew_words() -> None:
    assert pieces("ספר The River 12 של העיר 7 8") == ["ספר", "The River 12", "של", "העיר", "7", "8"]


def test_texture_is_even_on_the_whole() -> None:
    made = texture(64, 200, 3)
    assert made.shape == (64, 200)
    assert abs(float(made.mean())) < 1e-3
    assert float(made.std()) == pytest.approx(1, abs=1e-3)
    assert np.array_equal(made, texture(64, 200, 3))


def test_damage_keeps_shape_and_contrast(sheets: Sheets) -> None:
    mask = np.zeros((60, 300), np.float32)
    mask[25:35, 40:260] = 1
    for seed in range(20):
        rng = random.Random(seed)
        image = scanned(on_paper(mask, sheets, rng), sheets, rng)
        assert image.shape == mask.shape
        assert image.dtype == np.uint8
        assert image[27:33, 60:240].mean() < image[5:15].mean() - 20


def test_spreading_ink_never_erases_thin_strokes() -> None:
    thin = Image.new("L", (200, 40))
    thin.paste(140, (20, 20, 180, 21))
    for seed in range(40):
        assert np.asarray(spread(thin, random.Random(seed))).max() > 60


def test_a_line_is_cut_black_outside_its_polygon() -> None:
    grey = np.full((40, 100), 200, np.uint8)
    top, bottom = np.full(100, 10), np.full(100, 30)
    top[50:] = 15
    image = cut(grey, top, bottom)
    assert image.shape == (20, 100)
    assert image[:5, 50:].max() == 0
    assert image[:5, :50].min() == 200
    assert scaled(image, 48).shape == (48, 240)


def test_the_polygon_holds_almost_all_ink() -> None:
    mask = np.zeros((90, 400), np.float32)
    mask[30:60, 20:380:9] = 1
    mask[18:60, 200:204] = 1
    for seed in range(60):
        top, bottom = outline(mask, 60, 40, random.Random(seed))
        rows = np.arange(90)[:, None]
        assert mask[(rows >= top) & (rows < bottom)].sum() > 0.85 * mask.sum()


def test_a_sheet_is_warm_and_darker_at_its_edges() -> None:
    image = sheet(300, 240, Paper(fold=True), random.Random(0))
    assert image.shape == (300, 240, 3)
    middle, corner = image[120:180, 90:150].mean(axis=(0, 1)), image[:12, :12].mean(axis=(0, 1))
    assert middle[0] > middle[1] > middle[2]
    assert corner.mean() < middle.mean()


def test_a_font_knows_what_it_covers(font: Font) -> None:
    assert font.covers("שלום")
    assert not font.covers("漢")
    assert font.name


def test_no_fonts_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    assert inspect(tmp_path / "broken.ttf") is None
    with pytest.raises(EngineUnavailable) as caught:
        scan([tmp_path])
    assert "FONTS" in caught.value.hint


def test_a_line_is_the_same_for_the_same_seed(font: Font, sheets: Sheets) -> None:
    first = render_line("שלום לכל העולם", font, sheets, random.Random(5))
    again = render_line("שלום לכל העולם", font, sheets, random.Random(5))
    other = render_line("שלום לכל העולם", font, sheets, random.Random(6))
    assert np.array_equal(first.image, again.image)
    assert first.image.shape != other.image.shape or not np.array_equal(first.image, other.image)


def test_a_page_knows_where_its_lines_lie(font: Font) -> None:
    look = Look(
        size=30, pitch=50, width=500, height=400, margins=(50, 80, 50), hand=Hand(0.02, 0.05, 1.0, 0.02), slope=0.004, wave=1.0
    )
    lines = wrapped("אחת שתיים שלוש ארבע חמש שש שבע שמונה תשע עשר\n\nסוף", font.path, look)
    rendered = render_page(lines, font.path, look, random.Random(0))
    assert rendered.image.shape == (400, 500, 3)
    assert [line.text for line in rendered.page.lines] == [line for line in lines if line]
    grey = rendered.image.mean(axis=2)
    for line in rendered.page.lines:
        x0, y0, x1, y1 = line.box
        assert 0 <= x0 < x1 <= 500
        assert 0 <= y0 < y1 <= 400
        assert grey[y0:y1, x0:x1].min() < 110
    assert grey[: rendered.page.lines[0].box[1] - 6, 60:440].min() > 120


def test_too_much_text_for_a_page_is_refused(font: Font) -> None:
    with pytest.raises(InvalidOptions, match="the page has 200"):
        render_page(["א"] * 9, font.path, Look(width=300, height=200), random.Random(0))


def test_the_shipped_samples_are_described_completely() -> None:
    entries = json.loads((SHIPPED / "samples.json").read_text("utf-8"))
    assert [entry["id"] for entry in entries] == [sample.id for sample in samples.SAMPLES]
    for entry in entries:
        with Image.open(SHIPPED / entry["file"]) as image:
            assert image.size == (entry["width"], entry["height"])
        assert 12 <= len(entry["lines"]) <= 22
        for line in entry["lines"]:
            assert line["text"] == unicodedata.normalize("NFC", line["text"]).strip() != ""
            assert all(0 <= x < entry["width"] and 0 <= y < entry["height"] for x, y in [*line["baseline"], *line["polygon"]])


def test_the_samples_can_be_written_with_the_alphabet() -> None:
    for text in (sample_texts.PRINT, sample_texts.NIQQUD, sample_texts.CURSIVE, sample_texts.RASHI, sample_texts.MIXED):
        assert set(unicodedata.normalize("NFC", text)) - {"\n"} <= HEBREW.alphabet


def test_arabic_is_rendered_with_its_signs_and_long_joints(sheets: Sheets, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n".join(f"قَالَ مُحَمَّدٌ نَعَمْ {n} ، وَهُوَ فِي الْبَيْتِ ." for n in range(60)), "utf-8")
    (font,) = scan([folder("arabic")], ARABIC)
    assert font.points
    assert ARABIC.group("Aref Ruqaa Regular") == "hand"
    texts, rng = Texts.load(tmp_path, "train", ARABIC), random.Random(4)
    plain = [fitted(texts.line(rng, 5, points=False), ARABIC.alphabet, ARABIC) for _ in range(60)]
    assert 0 < sum(bool(ARABIC.points & set(line)) for line in plain) < 40  # some printers leave a few signs
    assert any("٣" in line or "٧" in line or "«" in line for line in plain)
    drawn = stretched("محمد نعم الله", random.Random(1))
    assert "\u0640" in drawn
    assert drawn.replace("\u0640", "") == "محمد نعم الله"
    said = fitted(texts.line(rng, 4, points=True), font.characters & ARABIC.alphabet, ARABIC)
    image = render_line(said, font, sheets, rng).image
    assert image.shape[1] > 60
    with pytest.raises(InvalidOptions, match="No Hebrew sentences"):
        Texts.load(tmp_path, "train", HEBREW)
