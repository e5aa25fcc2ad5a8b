"""Lines whose text is known are read in the direction of these texts, as they are learnt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines import get
from engines.base import OcrEngine
from engines.learning import Dataset, Example
from engines.types import Line, whole_line
from tests.recognisers import write_recogniser

pytestmark = pytest.mark.kraken


def test_latin_lines_are_examined_from_left_to_right(tmp_path: Path) -> None:
    engine = get("ocr", "kraken")(write_recogniser(tmp_path / "tiny.safetensors", alphabet="אבגabc.,!"))
    assert isinstance(engine, OcrEngine)
    image = np.random.default_rng(3).integers(0, 255, (40, 300, 3), np.uint8)
    bare = whole_line(300, 40)
    read = {way: engine.read(image, [bare], {"direction": way}).lines[0].text for way in ("ltr", "rtl")}
    assert read["ltr"] != read["rtl"]
    for text, way in (("He came, at last.", "ltr"), ("בא, סוף סוף.", "rtl")):
        example = Example("1", "page", "page", Line(bare.baseline, bare.polygon, text))
        dataset = Dataset("ocr", {"train": (), "held_out": [example], "test": ()}, {"page": image}.__getitem__)
        assert next(engine.examine(dataset, [example])).prediction == read[way]
