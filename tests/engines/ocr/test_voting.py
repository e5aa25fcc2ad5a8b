"""Several readings of one line become one: hand-made examples of what is aligned with what, and who wins."""

from __future__ import annotations

import pytest

from engines.ocr.ensemble.voting import Reading, vote
from engines.types import Alternative, Char


def reading(text: str, *sure: float, weight: float = 1.0, others: dict[int, tuple[Alternative, ...]] | None = None) -> Reading:
    """Return what a reader says; it is 0.9 sure of every character unless told otherwise."""
    chances = sure or (0.9,) * len(text)
    places = [(10 * index, 0, 10 * index + 10, 20) for index in range(len(text))]
    found = (others or {}).get
    return Reading(
        [Char(text[at], chances[at], places[at], found(at, ())) for at in range(len(text))],
        weight,
    )


def said(*readings: Reading) -> str:
    """Return the text that readings have together."""
    return "".join(char.text for char in vote(readings, 0.01))


@pytest.mark.parametrize(
    ("texts", "together"),
    [
        (("ספרים", "ספרים", "ספרים"), "ספרים"),
        (("ספרים", "ספדים", "ספרים"), "ספרים"),  # a substitution
        (("ספרם", "ספרים", "ספרים"), "ספרים"),  # one has left something out
        (("ספריים", "ספרים", "ספרים"), "ספרים"),  # one has something too much
        (("ספרים", "כספרים", "כספרים"), "כספרים"),  # at the beginning
        (("ספר", "ספרים", "ספרים"), "ספרים"),  # at the end
        (("אבגד", "אבד", "אגד"), "אבגד"),  # each has left out something else
        (("abc", "xyz"), "abc"),  # nothing in common, equal votes: the first
    ],
)
def test_most_voices_win(texts: tuple[str, ...], together: str) -> None:
    assert said(*(reading(text) for text in texts)) == together


def test_one_who_is_sure_beats_two_who_guess() -> None:
    assert said(reading("כן", 0.3, 0.9), reading("כן", 0.3, 0.9), reading("בן", 0.99, 0.9)) == "בן"
    assert said(reading("כן", 0.6, 0.9), reading("כן", 0.6, 0.9), reading("בן", 0.99, 0.9)) == "כן"


def test_votes_have_a_weight() -> None:
    assert said(reading("כן"), reading("בן", weight=2)) == "בן"


def test_the_second_choice_of_all_may_win() -> None:
    first = reading("כן", 0.4, 0.9, others={0: (Alternative("ב", 0.38),)})
    second = reading("פן", 0.4, 0.9, others={0: (Alternative("ב", 0.38),)})
    assert said(first, second) == "בן"


def test_nothing_is_as_sure_as_its_neighbours() -> None:
    assert said(reading("אבג", 0.9, 0.5, 0.9), reading("אג", 0.9, 0.9)) == "אג"
    assert said(reading("אבג", 0.9, 0.5, 0.9), reading("אג", 0.9, 0.4)) == "אבג"


def test_confidence_box_and_alternatives_by_hand() -> None:
    one = reading("א", 0.8, others={0: (Alternative("ב", 0.1), Alternative("", 0.05))})
    two = reading("ב", 0.5, others={0: (Alternative("א", 0.3), Alternative("ג", 0.004))})
    (char,) = vote([one, two], 0.01)
    assert (char.text, char.confidence, char.box) == ("א", pytest.approx(0.55), (0, 0, 10, 20))
    assert [(other.text, other.confidence) for other in char.alternatives] == [("ב", 0.3), ("", 0.025)]


def test_a_mark_is_no_other_reading_of_a_letter() -> None:
    chars = vote([reading("ב\u05b7ן", 0.9, 0.8, 0.9), reading("בן", 0.9, 0.7)], 0.01)
    assert "".join(char.text for char in chars) == "ב\u05b7ן"
    assert [other.text for other in chars[2].alternatives] == []
    assert [other.text for other in chars[1].alternatives] == [""]


def test_blanks_at_the_ends_are_no_part_of_a_line() -> None:
    assert said(reading(" אב "), reading(" אב ")) == "אב"
