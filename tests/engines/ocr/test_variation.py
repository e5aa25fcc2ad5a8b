"""A line is varied in many ways, each of which leaves it a line that can be read."""

from __future__ import annotations

import random

import numpy as np
import pytest

from engines.ocr.variation import CHANGES, varied


@pytest.fixture
def line() -> np.ndarray:
    image = np.full((48, 300), 235, np.uint8)
    for left in range(10, 280, 20):
        image[12:38, left : left + 8] = 30
    return image


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_every_change_keeps_the_shape_and_the_ink(name: str, line: np.ndarray) -> None:
    paper = line.astype(np.float32) / 255
    changed = CHANGES[name](paper, 1.0, random.Random(3))
    assert changed.shape == paper.shape
    assert np.isfinite(changed).all()
    assert not np.array_equal(changed, paper)
    assert np.corrcoef(changed.ravel(), paper.ravel())[0, 1] > 0.5


def test_the_same_seed_gives_the_same_picture_and_strength_decides_how_far_it_is(line: np.ndarray) -> None:
    assert np.array_equal(varied(line, 1.0, random.Random(7)), varied(line, 1.0, random.Random(7)))
    assert len({varied(line, 1.0, random.Random(seed)).tobytes() for seed in range(20)}) > 15

    def far(strength: float) -> float:
        return float(
            np.mean([np.abs(varied(line, strength, random.Random(seed)).astype(int) - line).mean() for seed in range(40)])
        )

    assert far(0.3) < far(1.0) < far(2.0)


def test_nothing_is_done_where_nothing_is_to_be_done(line: np.ndarray) -> None:
    assert varied(line, 0.0, random.Random(0)) is line
    assert varied(line[:4], 1.0, random.Random(0)).shape == (4, 300)
