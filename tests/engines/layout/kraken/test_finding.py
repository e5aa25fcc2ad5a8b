"""The lines of a scroll that is looked at in bands come back once each, in their places."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from PIL import Image

from engines.layout.kraken import finding
from engines.layout.kraken.weights import Finder
from engines.types import Line

pytestmark = pytest.mark.kraken


def stripes(picture: Image.Image, finder: Finder | None, step: finding.Step) -> finding.Found:
    """Find the black rows of a picture: stands in for the network, which needs seconds for each band."""
    step(0.5)
    dark = np.asarray(picture.convert("L")).min(axis=1) < 128
    right = picture.width - 1
    found = [
        Line(((0, y), (right, y)), ((0, y - 12), (right, y - 12), (right, y + 4), (0, y + 4)))
        for y in np.flatnonzero(dark).tolist()
    ]
    return finding.Found(tuple(found))


def test_every_line_of_a_scroll_is_found_once_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = list(range(25, 2990, 35))
    scroll = np.full((3000, 700, 3), 255, np.uint8)
    scroll[rows] = 0
    monkeypatch.setattr(finding, "_find_in", stripes)
    steps: list[float] = []
    found = finding.find(Image.fromarray(scroll), cast("Finder", None), steps.append)
    assert len(found) > 2
    assert steps == sorted(steps)
    assert [line.baseline[0][1] for line in finding.in_order(found, "rtl")] == rows


def test_who_finds_the_same_lines_says_so() -> None:
    from engines.ocr.ensemble import EnsembleEngine
    from engines.ocr.kraken import KrakenEngine

    kraken, ensemble = KrakenEngine(), EnsembleEngine()
    assert kraken.finder() == kraken.finder({"beam": 4}) == ensemble.finder({"together": "average"})
    assert kraken.finder() == kraken.finder({"direction": "rtl"}) != kraken.finder({"direction": "ltr"})
    assert kraken.finder({"direction": "auto"}) == ""  # the order depends on what the lines say
