"""Errors of letters, points and signs apart: examples counted by hand, and sums that must hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.ocr.metrics import confusions, distance, outcome, part, part_counts
from engines.ocr.text import strict

TEXT = st.text("אבגר\u05b8\u05bc\u0596ابك\u064e\u0651\u06d6.,־״ 12a", max_size=14)


@pytest.mark.parametrize(
    ("char", "name"),
    [
        *((char, "consonants") for char in "אםןب7٣é"),
        *((char, "vowels") for char in "\u05b8\u05bc\u05bd\u05c1\u064e\u0651\u0670\u0301"),
        *((char, "accents") for char in "\u0591\u0596\u05af\u06d6\u06ed"),
        *((char, "punctuation") for char in ".,־׀׃״׳،؟-\u200d₪"),
        *((char, "blanks") for char in " \u00a0"),
    ],
)
def test_every_character_is_of_one_part(char: str, name: str) -> None:
    assert part(char) == name


@pytest.mark.parametrize(
    ("truth", "reading", "wrong"),
    [
        ("שלום", "שלום", {}),
        ("דבר", "רבר", {"consonants": 1}),  # a letter for another
        ("שָׁלוֹם", "שלום", {"vowels": 3}),  # points left out: qamats, shin dot, holam
        ("שלום", "שָלום", {"vowels": 1}),  # a point invented
        ("אָב", "אַב", {"vowels": 1}),  # qamats read as patah
        ("בָּ֣א", "בָּא", {"accents": 1}),  # an accent left out
        ("שלום, לך.", "שלום לך", {"punctuation": 2}),
        ("אב", "א,ב", {"punctuation": 1}),
        ("א,ב", "אב,ב", {"consonants": 1}),
        ("בית־ספר", "בית ספר", {"punctuation": 1}),  # a maqaf read as a blank counts for what is true
        ("בית ספר", "ביתספר", {"blanks": 1}),
        ("كِتَابٌ", "كتاب", {"vowels": 3}),
        ("حبر", "خبر", {"consonants": 1}),
        ("١٢، ٣", "١٣، ٣", {"consonants": 1}),
        ("", "אָ.", {"consonants": 1, "vowels": 1, "punctuation": 1}),
        ("אָ.", "", {"consonants": 1, "vowels": 1, "punctuation": 1}),
        ("אר", "אדָ", {"consonants": 1, "vowels": 1}),  # a letter for a letter and a point too much
        ("אדָ", "אר", {"consonants": 1, "vowels": 1}),
        ("ג ר,", "ג דָ,", {"consonants": 1, "vowels": 1}),
    ],
)
def test_counted_by_hand(truth: str, reading: str, wrong: dict[str, int]) -> None:
    found = part_counts(confusions(strict(truth), strict(reading)), strict(truth))
    assert {name: errors for name, (errors, _) in found.items() if errors} == wrong


def test_how_much_could_be_wrong() -> None:
    found = outcome("1", "page", "בָּ֣א, אב!", "בא אב").counts
    assert found["consonants"] == (0, 4)
    assert found["vowels"] == (2, 2)
    assert found["accents"] == (1, 1)
    assert found["punctuation"] == (2, 2)
    assert found["blanks"] == (0, 1)
    assert found["strict"] == (5, 10)
    assert found["letters"] == (0, 5)


def test_a_letter_stands_opposite_a_letter() -> None:
    assert confusions("ר", "דָ") == [("ר", "ד"), ("", "ָ")]
    assert confusions("ר", ",ד") == [("", ","), ("ר", "ד")]
    assert confusions("דָ", "ר") == [("ד", "ר"), ("ָ", "")]
    assert confusions("אב", "שת") == [("א", "ש"), ("ב", "ת")]


@given(TEXT, TEXT)
def test_parts_are_the_whole(truth: str, reading: str) -> None:
    truth, reading = strict(truth), strict(reading)
    pairs = confusions(truth, reading)
    found = part_counts(pairs, truth)
    assert sum(errors for errors, _ in found.values()) == len(pairs) == distance(truth, reading)
    assert sum(there for _, there in found.values()) == len(truth)
    assert all(true != said for true, said in pairs)


@given(TEXT, TEXT)
def test_an_alignment_leads_from_one_text_to_the_other(truth: str, reading: str) -> None:
    """What is wrong in the truth and in the reading stands there in that order."""
    pairs = confusions(truth, reading)
    for side, whole in ((0, truth), (1, reading)):
        rest = iter(whole)
        assert all(char in rest for char in (pair[side] for pair in pairs) if char)
