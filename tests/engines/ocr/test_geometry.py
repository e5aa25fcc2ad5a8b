"""Pieces of a line get boxes on the page, on straight, slanted, bent and upright lines."""

from __future__ import annotations

from engines.ocr.geometry import cells, clip
from engines.types import Line

HALVES = [(0.0, 0.5), (0.5, 1.0)]


def test_a_straight_line_is_cut_into_columns() -> None:
    around = ((0, 0), (100, 0), (100, 30), (0, 30))
    assert cells(((10, 20), (90, 20)), around, HALVES) == [(0, 0, 50, 30), (50, 0, 100, 30)]


def test_an_upright_line_is_cut_into_rows() -> None:
    around = ((0, 0), (30, 0), (30, 100), (0, 100))
    first, second = cells(((10, 100), (10, 0)), around, HALVES)
    assert first == (0, 50, 30, 100)
    assert second == (0, 0, 30, 50)


def test_a_bent_line_follows_its_baseline() -> None:
    around = ((0, 80), (50, 30), (100, 30), (100, 50), (55, 50), (10, 95))
    first, second = cells(((0, 90), (50, 40), (100, 40)), around, HALVES)
    assert first[3] > 85
    assert second[3] < 60
    assert second[0] > 30


def test_a_piece_is_as_high_as_the_outline_there() -> None:
    around = ((0, 10), (50, 10), (50, 0), (100, 0), (100, 30), (0, 30))
    left, right = cells(((0, 25), (100, 25)), around, [(0.0, 0.4), (0.6, 1.0)])
    assert left == (0, 10, 40, 30)
    assert right == (60, 0, 100, 30)


def test_no_spans_no_cells_and_no_cell_without_a_pixel() -> None:
    around = ((0, 0), (100, 0), (100, 30), (0, 30))
    assert cells(((0, 20), (100, 20)), around, []) == []
    (cell,) = cells(((0, 20), (100, 20)), around, [(0.3, 0.3)])
    assert cell[2] - cell[0] >= 1


def test_clipping_keeps_inside_turns_round_and_drops_repeats() -> None:
    line = Line(((250, 20), (90, 20), (90, 20), (-10, 22)), ((-10, -5), (250, -5), (250, 30), (-10, 30)))
    baseline, polygon = clip(line, 200, 25)
    assert baseline == ((0, 22), (90, 20), (199, 20))
    assert polygon == ((0, 0), (199, 0), (199, 24), (0, 24))
    assert clip(Line(((5, 5), (5, 5)), ((0, 0), (9, 0), (9, 9))), 20, 20)[0] == ((5, 5), (5, 5))
