"""How well lines were found, by hand-made examples."""

from __future__ import annotations

import pytest

from engines.layout.metrics import line_distance, match, outcome
from engines.types import Line


def line(base: int, left: int = 0, right: int = 400) -> Line:
    """Return a flat line 20 pixels high."""
    return Line(((left, base), (right, base)), ((left, base - 20), (right, base - 20), (right, base), (left, base)))


TRUTH = [line(100), line(140), line(180)]  # 40 apart: the tolerance is 10, and so is the step: 41 points each


def test_the_same_lines_are_no_error() -> None:
    assert outcome("1", "d", TRUTH, TRUTH).counts == {
        "baselines": (0, 246),
        "missed": (0, 3),
        "invented": (0, 3),
        "area": (0, outcome("1", "d", TRUTH, []).counts["area"][1]),
    }


def test_a_baseline_may_lie_a_quarter_of_the_distance_aside() -> None:
    assert match(TRUTH, [line(110), *TRUTH[1:]]).wrong == 0
    assert match(TRUTH, [line(111), *TRUTH[1:]]).wrong == 82
    assert match(TRUTH, [line(111), *TRUTH[1:]]).pairs == ((1, 1), (2, 2))


def test_a_missed_and_an_invented_line_are_counted_apart() -> None:
    found = outcome("1", "d", TRUTH, [line(100), line(140), line(240), line(300)])
    assert found.counts["missed"] == (1, 3)
    assert found.counts["invented"] == (2, 4)
    assert found.counts["baselines"] == (41 + 82, 7 * 41)
    assert (found.truth, found.prediction) == ("3 lines", "4 lines")


def test_a_line_in_two_pieces_is_half_found_and_one_is_invented() -> None:
    found = outcome("1", "d", TRUTH, [line(100, 0, 200), line(100, 210, 400), *TRUTH[1:]])
    assert found.counts["missed"] == (0, 3)
    assert found.counts["invented"] == (1, 4)
    # 21 points of the one half and 22 true ones near it count, and all of the other lines: 246 - 41 + 41 points in all
    assert found.counts["baselines"] == (41 - 22 + 20, 3 * 41 + 21 + 20 + 2 * 41)


def test_two_lines_in_one_are_one_line_and_a_missed_one() -> None:
    columns = [line(100, 0, 190), line(100, 210, 400), line(140, 0, 190), line(140, 210, 400)]
    found = outcome("1", "d", columns, [line(100), line(140)])
    assert found.counts["missed"] == (2, 4)
    assert found.counts["invented"] == (0, 2)


def test_pages_without_lines() -> None:
    assert outcome("1", "d", [], []).counts == {"baselines": (0, 0), "missed": (0, 0), "invented": (0, 0), "area": (0, 0)}
    assert outcome("1", "d", [], [line(50)]).counts["invented"] == (1, 1)
    assert outcome("1", "d", TRUTH, []).counts["missed"] == (3, 3)


def test_the_distance_of_lines_is_that_of_neighbours_in_a_column() -> None:
    assert line_distance(TRUTH) == 40
    assert line_distance([line(100, 0, 190), line(105, 210, 400), line(140, 0, 190), line(145, 210, 400)]) == 40
    assert line_distance([line(100)]) == 21  # the height of its polygon


def test_areas_are_compared_by_pixels() -> None:
    wrong, size = outcome("1", "d", [line(100)], [line(100, 0, 200)]).counts["area"]
    assert wrong / size == pytest.approx(0.5, abs=0.01)
