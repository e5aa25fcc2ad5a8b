"""Varied pages: the baselines stay under the writing, and nothing happens without strength."""

from __future__ import annotations

import random

import numpy as np
import pytest

from engines.layout.variation import varied
from tests.layouts import page_of_blocks


@pytest.mark.parametrize("seed", range(6))
def test_baselines_follow_the_writing(seed: int) -> None:
    """A thin black line drawn on the baseline is found again where the baseline is said to lie."""
    image = np.full((400, 300, 3), 255, np.uint8)
    ways = [np.array([[30.0, y], [150.0, y + 6], [270.0, y]]) for y in (60.0, 200.0, 330.0)]
    for way in ways:
        for x in range(30, 271):
            y = round(float(np.interp(x, way[:, 0], way[:, 1])))
            image[y - 1 : y + 2, x] = 0
    from engines.layout import variation

    shown, moved = variation._moved(image, ways, 1.5, random.Random(seed))
    assert shown.shape == image.shape
    assert not np.array_equal(shown, image)
    for way in moved:
        inside = [(x, y) for x, y in way if 3 <= x < 297 and 3 <= y < 397]
        assert len(inside) > 5
        dark = [shown[round(y) - 2 : round(y) + 3, round(x) - 2 : round(x) + 3].min() for x, y in inside]
        assert np.mean(np.array(dark) < 128) > 0.9


def test_strength_0_changes_nothing_and_the_seed_decides() -> None:
    image, page = page_of_blocks(1)
    ways = [np.asarray(line.baseline, float) for line in page.lines]
    same, kept = varied(image, ways, 0, random.Random(1))
    assert same is image
    assert all(np.array_equal(a, b) for a, b in zip(kept, ways, strict=True))
    one, two, other = (varied(image, ways, 1, random.Random(seed))[0] for seed in (4, 4, 5))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)
    assert one.dtype == np.uint8
    assert one.shape == image.shape


def test_more_strength_changes_more() -> None:
    image, _ = page_of_blocks(2)
    weak, strong = (
        np.mean([np.abs(varied(image, [], strength, random.Random(seed))[0].astype(int) - image).mean() for seed in range(8)])
        for strength in (0.2, 2.0)
    )
    assert strong > 1.5 * weak


def test_each_way_of_moving_a_page_acts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from engines.layout import variation

    image, page = page_of_blocks(1)
    ways = [np.asarray(line.baseline, float) for line in page.lines]
    with monkeypatch.context() as patch:
        for name in variation.SPREADS:
            patch.setitem(variation.SPREADS, name, 0)
        still, kept = variation._moved(image, ways, 1, random.Random(2))
    assert np.array_equal(still, image)
    assert all(np.allclose(new[[0, -1]], old) for new, old in zip(kept, ways, strict=True))
    for name in variation.SPREADS:
        with monkeypatch.context() as patch:
            for other in variation.SPREADS.keys() - {name}:
                patch.setitem(variation.SPREADS, other, 0)
            assert not np.array_equal(variation._moved(image, ways, 1, random.Random(2))[0], image), name
