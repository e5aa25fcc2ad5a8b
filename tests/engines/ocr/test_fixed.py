"""The shipped fake: finds ink, says what it is told, is unsure where it should be."""

from __future__ import annotations

import numpy as np
import pytest

import engines
from engines.base import Report
from engines.errors import Cancelled, InvalidOptions

FIXED = engines.get("ocr", "fixed")


def page(rows: int = 4, width: int = 300) -> np.ndarray:
    """Return a page with bars of ink."""
    image = np.full((60 * rows + 40, width, 3), 240, np.uint8)
    for row in range(rows):
        image[30 + 60 * row : 55 + 60 * row, 20:-30] = 30
    return image


def test_lines_lie_where_the_ink_is() -> None:
    lines = FIXED().read(page()).lines
    assert [line.box for line in lines] == [(20, 30 + 60 * row, 270, 55 + 60 * row) for row in range(4)]
    assert all(30 + 60 * row < line.baseline[0][1] < 55 + 60 * row for row, line in enumerate(lines))


def test_an_empty_page_has_no_lines_but_evenly_spaced_ones_can_be_asked_for() -> None:
    blank = np.full((200, 100, 3), 255, np.uint8)
    assert FIXED().read(blank).lines == ()
    assert len(FIXED().read(blank, options={"lines": 7}).lines) == 7
    assert len(FIXED().read(blank[:10], options={"lines": 200}).lines) == 5


def test_the_text_goes_round_and_gives_the_direction() -> None:
    read = FIXED().read(page(3), options={"text": " אבג |abc"})
    assert [line.text for line in read.lines] == ["אבג", "abc", "אבג"]
    assert FIXED().read(page(3), options={"text": "abc|de"}).direction == "ltr"
    first, last = read.lines[0].chars[0], read.lines[0].chars[-1]
    assert first.box[0] > last.box[0], "Hebrew begins at the right"
    assert read.lines[1].chars[0].box[0] < read.lines[1].chars[-1].box[0]


def test_every_nth_character_is_unsure_and_has_alternatives() -> None:
    line = FIXED().read(page(1), options={"text": "דדדדדד", "unsure": 3}).lines[0]
    assert [bool(char.alternatives) for char in line.chars] == [False, False, True, False, False, True]
    assert line.chars[2].confidence < 0.5 < line.chars[0].confidence
    assert line.chars[2].alternatives[0].text == "ר"
    assert not any(char.alternatives for char in FIXED().read(page(1), options={"unsure": 0}).lines[0].chars)


def test_an_empty_text_is_an_empty_line_with_a_reason() -> None:
    line = FIXED().read(page(1), options={"text": ""}).lines[0]
    assert line.text == ""
    assert line.reason


def test_pretending_to_work_can_be_stopped() -> None:
    class Impatient(Report):
        calls = 0

        def __call__(self, progress: float, message: str, **metrics: float) -> None:
            self.calls += 1
            if self.calls > 2:
                raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        FIXED().read(page(), options={"seconds_per_line": 60}, report=Impatient())


def test_the_pretended_time_is_bounded() -> None:
    with pytest.raises(InvalidOptions, match="seconds_per_line"):
        FIXED().read(page(), options={"seconds_per_line": 61})
