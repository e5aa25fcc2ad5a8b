"""Which lines of a new layout are old ones, and where the others go."""

from __future__ import annotations

import random

import pytest

from workbench.services.ocr.matching import Trace, covers, insertion, matches, merged_order, overlap


def line(x: int, y: int, width: int = 300, height: int = 20) -> Trace:
    """Return a straight line whose baseline begins at x, y."""
    return Trace([[x, y], [x + width, y]], [[x, y - height + 4], [x + width, y - height + 4], [x + width, y + 4], [x, y + 4]])


def test_overlap():
    assert overlap(line(0, 100), line(0, 100)) == 1.0
    assert overlap(line(0, 100), line(0, 105)) == pytest.approx(0.5, abs=0.01)
    assert overlap(line(0, 100), line(0, 110)) == 0.0
    assert overlap(line(0, 100), line(150, 100)) == 150 / 450
    assert overlap(line(0, 100), line(400, 100)) == 0.0
    slanted = Trace([[0, 90], [300, 110]], line(0, 100).polygon)
    assert 0.3 < overlap(line(0, 100), slanted) < 1.0


def test_lines_that_moved_a_little_are_found_again():
    chance = random.Random(7)
    old = [line(chance.randrange(20), 40 * number + 40) for number in range(200)]
    new = [line(trace.baseline[0][0] + chance.randrange(-5, 6), trace.baseline[0][1] + chance.randrange(-4, 5)) for trace in old]
    assert matches(old, new) == {number: number for number in range(200)}


def test_one_to_one_and_the_best_first():
    assert matches([line(0, 100)], [line(0, 104), line(0, 101)]) == {1: 0}
    assert matches([line(0, 100), line(0, 104)], [line(0, 103)]) == {0: 1}
    assert matches([], [line(0, 0)]) == matches([line(0, 0)], []) == {}


def test_order():
    new = [(1, line(0, 40)), (2, line(0, 120))]
    assert merged_order(new, [(7, line(0, 80)), (8, line(0, 10)), (9, line(0, 200))]) == [8, 1, 7, 2, 9]
    assert merged_order([], [(7, line(0, 80))]) == [7]
    right, left = [line(600, y) for y in (40, 80)], [line(0, y) for y in (40, 80)]
    assert insertion(line(600, 120), [*right, *left]) == 2
    assert insertion(line(0, 60), [*right, *left]) in {2, 3}


def test_covers():
    assert covers(line(0, 100), line(100, 98, width=50))
    assert not covers(line(0, 100), line(0, 140))
    assert not covers(line(0, 100), line(290, 100))
