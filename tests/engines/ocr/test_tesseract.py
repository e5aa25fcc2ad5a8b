"""Tesseract: languages, logical order, given lines; the real one where it is marked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import engines
from engines.errors import EngineUnavailable, InvalidOptions
from engines.types import Line, Reason
from tests.fonts import hebrew

TESSERACT = engines.get("ocr", "tesseract")


def test_languages_are_those_of_the_folder_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("heb", "eng", "osd"):
        (tmp_path / f"{name}.traineddata").touch()
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert TESSERACT.languages() == ("eng", "heb")
    assert TESSERACT.unavailable() is None


def test_without_any_data_it_is_listed_and_says_how_to_get_some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    problem = TESSERACT.unavailable()
    assert problem is not None
    assert "apt-get install tesseract-ocr-heb" in problem.hint
    with pytest.raises(EngineUnavailable):
        TESSERACT()
    assert "tesseract" in engines.classes("ocr")


def test_a_missing_language_is_named_with_those_that_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "eng.traineddata").touch()
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(InvalidOptions) as error:
        TESSERACT().read(np.zeros((20, 20, 3), np.uint8), options={"languages": "heb+eng+chi_sim"})
    assert "heb, chi_sim" in error.value.message
    assert "Installed: eng" in error.value.message
    assert "apt-get install tesseract-ocr-heb tesseract-ocr-chi-sim" in error.value.hint


@pytest.mark.parametrize("languages", ["", "heb+", "../heb", "heb eng", "h"])
def test_a_malformed_language_is_refused(languages: str) -> None:
    with pytest.raises(InvalidOptions, match="languages"):
        TESSERACT.options({"languages": languages})


def written(*texts: str) -> np.ndarray:
    """Return a page with these lines, right-aligned."""
    font = ImageFont.truetype(str(hebrew()), 40)
    page = Image.new("RGB", (1100, 80 + 90 * len(texts)), "white")
    draw = ImageDraw.Draw(page)
    for row, text in enumerate(texts):
        draw.text((1050, 30 + 90 * row), text, font=font, fill="black", anchor="ra", direction="rtl")
    return np.asarray(page)


@pytest.mark.tesseract
def test_mixed_lines_come_out_in_logical_order() -> None:
    page = TESSERACT().read(written("שלום לכולם בשנת 1897 ליד London (בית) הגדול", "המחיר הוא 45.50 היום"))
    assert [line.text for line in page.lines] == ["שלום לכולם בשנת 1897 ליד London (בית) הגדול", "המחיר הוא 45.50 היום"]
    assert page.direction == "rtl"
    first = page.lines[0]
    assert first.chars[0].box[0] > first.chars[-1].box[0]
    at = first.text.index("London")
    assert first.chars[at].box[0] < first.chars[at + 5].box[0], "Latin runs to the right"
    assert first.confidence is not None
    assert first.confidence > 0.8
    ys = [y for _, y in first.baseline]
    assert first.box[1] < min(ys) <= max(ys) <= first.box[3]


@pytest.mark.tesseract
def test_given_lines_are_read_alone_in_the_given_order() -> None:
    image = written("שלום לכולם", "המחיר הוא 45.50 היום")
    found = TESSERACT().read(image).lines
    again = TESSERACT().read(image, [found[1], found[0]]).lines
    assert "45.50" in again[0].text  # not word for word: a line alone may be read a little otherwise
    assert again[1].text.startswith("שלום לכולם")
    assert again[1].chars[0].box[0] == pytest.approx(found[0].chars[0].box[0], abs=6)


@pytest.mark.tesseract
def test_alternatives_are_kept_where_there_is_doubt() -> None:
    image = Image.fromarray(written("דור רדה הדר חרה דהר הרד", "רחוב הדר דרך החדר הרחב")).resize((330, 78))
    page = TESSERACT().read(np.asarray(image), options={"languages": "heb", "resolution": 100})
    chars = [char for line in page.lines for char in line.chars]
    others = [other for char in chars for other in char.alternatives]
    assert others
    assert all(other.confidence >= 0.01 for other in others)
    assert all(char.confidence + sum(other.confidence for other in char.alternatives) <= 1.001 for char in chars)


@pytest.mark.tesseract
def test_what_is_blurred_is_unsure_and_what_is_clear_is_not() -> None:
    clear = written("דור רדה הדר חרה דהר הרד", "רחוב הדר דרך החדר הרחב")
    blurred = np.asarray(Image.fromarray(clear).filter(ImageFilter.GaussianBlur(5)))
    sure, unsure = (
        np.mean([char.confidence < 0.8 for line in TESSERACT().read(image).lines for char in line.chars])
        for image in (clear, blurred)
    )
    assert sure < 0.2
    assert unsure > 0.5


@pytest.mark.tesseract
def test_a_blank_page_has_no_lines_and_a_blank_line_a_reason() -> None:
    blank = np.full((400, 300, 3), 255, np.uint8)
    assert TESSERACT().read(blank).lines == ()
    (line,) = TESSERACT().read(blank, [Line(((10, 50), (290, 50)), ((10, 20), (290, 20), (290, 60), (10, 60)))]).lines
    assert line.reason == Reason.BLANK
