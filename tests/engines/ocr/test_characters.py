"""Characters are kept in NFC, marks joined to their letters, outer blanks cut off."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from engines.ocr.characters import common_box, compose, finish
from engines.types import Alternative, Char


def chars(text: str) -> list[Char]:
    """Return a character for each code point, side by side, each a little less sure than the one before."""
    return [Char(point, 1 - index / 1000, (10 * index, 0, 10 * index + 10, 20)) for index, point in enumerate(text)]


def test_marks_that_only_change_places_keep_what_they_are() -> None:
    given_chars = chars("ש\u05c1\u05b8ב")  # NFC wants qamats before the dot of shin
    result = compose(given_chars)
    assert "".join(char.text for char in result) == unicodedata.normalize("NFC", "ש\u05c1\u05b8ב") == "ש\u05b8\u05c1ב"
    assert result[1] == given_chars[2]
    assert result[2] == given_chars[1]


def test_composing_takes_the_lowest_confidence_and_the_common_box() -> None:
    (result,) = compose(chars("e\u0301"))
    assert result == Char("é", 0.999, (0, 0, 20, 20))


def test_splitting_gives_each_part_the_whole_box() -> None:
    result = compose([Char("\ufb2a", 0.5, (3, 0, 9, 9), (Alternative("ש", 0.4),)), Char("א", 0.9, (0, 0, 3, 9))])
    assert [char.text for char in result] == ["ש", "\u05c1", "א"]
    assert [char.box for char in result] == [(3, 0, 9, 9), (3, 0, 9, 9), (0, 0, 3, 9)]


def test_letters_that_compose_with_the_next_letter() -> None:
    assert "".join(char.text for char in compose(chars("\u1100\u1161"))) == "\uac00"


def test_a_finished_line_has_no_outer_blanks_and_one_box_for_letter_and_mark() -> None:
    result = finish(chars("  שָ ב "))
    assert "".join(char.text for char in result) == "שָ ב"
    assert result[0].box == result[1].box == (20, 0, 40, 20)
    assert finish(chars("   ")) == ()


@given(st.text("אש\u05b8\u05c1\u05bc\ufb2ae\u0301\u1100\u1161 ", max_size=12))
def test_the_characters_always_spell_the_normal_form(text: str) -> None:
    assert "".join(char.text for char in compose(chars(text))) == unicodedata.normalize("NFC", text)
    trimmed = finish(chars(text))
    assert unicodedata.is_normalized("NFC", "".join(char.text for char in trimmed))


def test_the_common_box() -> None:
    assert common_box([(1, 5, 3, 9), (0, 6, 2, 7)]) == (0, 5, 3, 9)
