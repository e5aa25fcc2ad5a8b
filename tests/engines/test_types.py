"""Values refuse what cannot be, and say what was given."""

from __future__ import annotations

import pytest

from engines.types import Alternative, Char, Line, Reason, whole_line

BASE = ((0, 8), (20, 8))
AROUND = ((0, 0), (20, 0), (20, 10), (0, 10))


def test_a_confidence_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"got 1\.3"):
        Char("א", 1.3, (0, 0, 1, 1))
    with pytest.raises(ValueError, match=r"0\.\.1"):
        Alternative("א", -0.1)


def test_a_line_needs_points_normal_form_and_characters_that_spell_it() -> None:
    with pytest.raises(ValueError, match="two or more points"):
        Line(BASE[:1], AROUND)
    with pytest.raises(ValueError, match="three or more points"):
        Line(BASE, AROUND[:2])
    with pytest.raises(ValueError, match="NFC"):
        Line(BASE, AROUND, "e\u0301")
    with pytest.raises(ValueError, match="spell"):
        Line(BASE, AROUND, "אב", (Char("א", 1.0, (0, 0, 1, 1)),))


def test_a_line_knows_its_box_and_its_confidence() -> None:
    line = Line(BASE, AROUND, "אב", (Char("א", 1.0, (0, 0, 1, 1)), Char("ב", 0.5, (1, 0, 2, 1))))
    assert line.box == (0, 0, 21, 11)
    assert line.confidence == 0.75
    assert Line(BASE, AROUND).confidence is None


def test_a_whole_line_fills_its_image_with_the_baseline_at_three_quarters() -> None:
    line = whole_line(400, 101)
    assert line.box == (0, 0, 400, 101)
    assert line.baseline == ((0, 78), (399, 78))


def test_reasons_are_plain_words() -> None:
    assert f"{Reason.TOO_SMALL}" == "too small"
    assert Line(BASE, AROUND, reason=Reason.OUTSIDE).reason == "outside the page"
