"""Cleaning, normal forms and directions, with examples by hand and properties over any text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.ocr import text
from engines.ocr.text import clean, letters, loose, main_direction, main_script, nodiac, strict

ANY_TEXT = st.text(st.characters(), max_size=60) | st.text("אבּשׁךםְִֹאإآىةی֑־״׳ \u200f\u202e\t'\"-.a1é", max_size=30)


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  שלום \n עולם\t! ", "שלום   עולם !"),
        ("a\x00b\x07c\x7f\x9b", "abc"),
        ("a\ud800b", "ab"),
        ("\ufeffשלום\u200b", "שלום"),
        ("abc\u202eevil\u202c \u2066x\u2069", "abcevil x"),
        ("(שלום)\u200f.", "(שלום)\u200f."),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("e\u0301", "é"),
        ("<b>${1+1}</b>", "<b>${1+1}</b>"),
        ("one\u2028two\r\nthree", "one two three"),
        ("", ""),
    ],
)
def test_clean_keeps_what_a_person_sees(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept


def test_clean_refuses_a_text_that_is_too_long() -> None:
    assert len(clean("א" * 2000)) == 2000
    with pytest.raises(ValueError, match="at most 2000 characters, got 2001"):
        clean("א" * 2001)
    with pytest.raises(ValueError, match="at most 2000"):
        clean("x" * 1_000_000)


@given(ANY_TEXT)
def test_clean_is_nfc_and_idempotent_and_can_be_stored(anything: str) -> None:
    once = clean(anything)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.encode("utf-8").decode("utf-8") == once
    assert not set(once) & set("\x00\n\r\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("form", "given_text", "expected"),
    [
        (strict, "  שָׁלוֹם \u200f  עוֹלָם ", "שָׁלוֹם עוֹלָם"),
        (strict, "\ufb4f", "אל"),
        (strict, "\ufefb", "لا"),
        (strict, "x² ½", "x² ½"),
        (strict, "كتـــاب", "كتاب"),
        (nodiac, "בְּרֵאשִׁ֖ית", "בראשית"),
        (nodiac, "בית־ספר׃", "בית־ספר׃"),
        (nodiac, "كِتَابٌ", "كتاب"),
        (nodiac, "é", "é"),
        (loose, "שלום מלך ארץ", "שלומ מלכ ארצ"),
        (loose, "أإآٱى", "اااا" + "ي"),
        (loose, "مدرسة", "مدرسه"),
        (loose, "کی", "كي"),
        (loose, "٢٠٢٤ ۲۰۲۴ 2024", "2024 2024 2024"),
        (letters, "٢٠", "٢٠"),
        (letters, "בית־ספר, שָׁלוֹם! (12)", "בית ספר שלום 12"),
        (letters, 'צה״ל ארה"ב ג׳', "צהל ארהב ג"),
        (letters, "Café – 3.50", "Cafe 350"),
        (letters, "…", ""),
    ],
)
def test_normal_forms(form, given_text: str, expected: str) -> None:
    assert form(given_text) == expected


@given(ANY_TEXT)
@pytest.mark.parametrize("name", list(text.NORMAL_FORMS))
def test_a_normal_form_is_nfc_and_of_itself_the_same(name: str, anything: str) -> None:
    form = text.normal_form(name)
    once = form(anything)
    assert form(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()


def test_a_normal_form_has_a_name_and_a_version() -> None:
    assert (text.form_label("letters"), text.form_label("loose")) == ("letters-1", "loose-2")
    assert set(text.FORM_VERSIONS) == set(text.NORMAL_FORMS)
    with pytest.raises(ValueError, match="strict, nodiac, loose, letters"):
        text.normal_form("exact")


@pytest.mark.parametrize(
    ("given_text", "direction"),
    [
        ("שלום", "rtl"),
        ("hello", "ltr"),
        ("12 (abc) שלום וברכה", "rtl"),
        ("א is aleph", "ltr"),
        ("مرحبا 1", "rtl"),
        ("12.5 %", "rtl"),
    ],
)
def test_direction_of_most_letters(given_text: str, direction: str) -> None:
    assert main_direction([given_text]) == direction


def test_without_letters_the_default_decides() -> None:
    assert main_direction(["123"], "ltr") == "ltr"
    assert main_direction([], "ltr") == "ltr"
    assert main_direction(["אב", "ab"], "ltr") == "ltr"


@pytest.mark.parametrize(
    ("texts", "script"),
    [
        (["שלום וברכה", "hello"], "Hebrew"),
        (["رسالة", "12"], "Arabic"),
        (["ﷺ ﻻ"], "Arabic"),
        (["ab", "אב"], "Hebrew"),
        (["Straße, é", "א"], "Latin"),
        (["Привет"], "Cyrillic"),
        (["12.5 %", "־ ״"], ""),
        ([], ""),
    ],
)
def test_script_of_most_letters(texts: list[str], script: str) -> None:
    assert main_script(texts) == script
