"""The model that ships reads the sample pages that ship; their lines are given, so that it takes no time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engines
from engines.ocr.metrics import Sample, score
from engines.types import Line

pytestmark = pytest.mark.kraken

SAMPLES = Path(__file__).resolve().parents[4] / "data" / "samples"


def samples() -> list[dict]:
    """Return the sample pages that kraken reads."""
    listed = json.loads((SAMPLES / "samples.json").read_text(encoding="utf-8"))
    pages = listed if isinstance(listed, list) else listed["samples"]
    return [page for page in pages if page["engine"] == "kraken"]


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample["id"])
def test_the_sample_pages_are_read(sample: dict) -> None:
    image = np.asarray(Image.open(SAMPLES / sample["file"]).convert("RGB"))
    lines = [Line(tuple(map(tuple, line["baseline"])), tuple(map(tuple, line["polygon"]))) for line in sample["lines"]]
    page = engines.get("ocr", "kraken")().read(image, lines)
    result = score([Sample(line["text"], read.text) for line, read in zip(sample["lines"], page.lines, strict=True)], resamples=1)
    assert result.cer < 0.10, f"{sample['id']}: cer {result.cer:.3f}"
    sure = [char.confidence for line in page.lines for char in line.chars]
    assert 0.7 < sum(sure) / len(sure) < 1.0
    assert all(line.text and not line.reason for line in page.lines)


def test_numbers_and_latin_keep_their_order() -> None:
    sample = next(sample for sample in samples() if sample["id"] == "mixed")
    image = np.asarray(Image.open(SAMPLES / sample["file"]).convert("RGB"))
    lines = [Line(tuple(map(tuple, line["baseline"])), tuple(map(tuple, line["polygon"]))) for line in sample["lines"]]
    read = " ".join(line.text for line in engines.get("ocr", "kraken")().read(image, lines).lines)
    numbers = {
        word for line in sample["lines"] for word in line["text"].split() if word.replace(".", "").isdigit() and len(word) > 1
    }
    found = {number for number in numbers if number in read}
    assert len(found) >= 0.6 * len(numbers), f"missing {numbers - found}"
