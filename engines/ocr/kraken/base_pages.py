"""Measures a finished model through the engine itself: on the sample pages, and on lines that somebody transcribed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from engines.errors import InvalidOptions
from engines.ocr.kraken import KrakenEngine
from engines.ocr.metrics import Sample, Score, score
from engines.types import Line, whole_line

SAMPLES = Path(__file__).resolve().parents[3] / "data" / "samples"
"""The sample pages that ship with the program; no line of them is learnt from."""


def page_scores(weights: Path, script: str = "Hebrew", folder: Path = SAMPLES) -> dict[str, Score]:
    """Return how well a model reads each sample page of a script, with its lines given and with lines it finds."""
    engine = KrakenEngine(weights)
    found: dict[str, Score] = {}
    for entry in json.loads((folder / "samples.json").read_text("utf-8")):
        if entry["script"] != script:
            continue
        image = _image(folder / entry["file"])
        truths = [line["text"] for line in entry["lines"]]
        given = [Line(_points(line["baseline"]), _points(line["polygon"])) for line in entry["lines"]]
        read = [line.text for line in engine.read(image, given).lines]
        found[f"sample page {entry['id']}, lines given"] = _score(truths, read)
        found[f"sample page {entry['id']}, lines found"] = _score(truths, _matched(engine.read(image).lines, given))
    return found


def line_scores(weights: Path, name: str, folder: Path) -> dict[str, Score]:
    """Return how well a model reads single lines: every character, and letters only.

    Args:
        weights: Of the model.
        name: What the set is called.
        folder: Images `NAME.png` or `.jpg`, each with `NAME.gt.txt`, and folders of them. Those whose names differ only in the
            number at their end are of one document.

    Raises:
        InvalidOptions: The folder holds no such pair.
    """
    engine = KrakenEngine(weights)
    pictures = sorted(path for path in folder.rglob("*") if path.suffix in {".png", ".jpg"})
    samples: list[Sample] = []
    for picture in pictures:
        truth = picture.with_suffix(".gt.txt")
        if truth.exists():
            image = _image(picture)
            read = engine.read(image, [whole_line(image.shape[1], image.shape[0])]).lines[0].text
            document = picture.with_name(re.sub(r"[_-]?\d+$", "", picture.stem) or "-")
            samples.append(Sample(truth.read_text("utf-8").strip(), read, str(document.relative_to(folder))))
    if not samples:
        raise InvalidOptions(
            f"There are no transcribed lines in {folder}.", "Give a folder of NAME.png or NAME.jpg with NAME.gt.txt."
        )
    return {name: score(samples, "strict"), f"{name}, letters": score(samples, "letters")}


def _score(truths: Sequence[str], read: Sequence[str]) -> Score:
    return score([Sample(truth, text) for truth, text in zip(truths, read, strict=True)], "strict")


def _image(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def _points(points: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((x, y) for x, y in points)


def _matched(found: Sequence[Line], given: Sequence[Line]) -> list[str]:
    """Return what was read at the height of each given line, parts of a line from right to left."""
    middles = np.array([_height(line) for line in given])
    parts: Mapping[int, list[Line]] = {index: [] for index in range(len(given))}
    for line in sorted(found, key=lambda line: -line.box[2]):
        parts[int(np.abs(middles - _height(line)).argmin())].append(line)
    return [" ".join(line.text for line in parts[index]) for index in range(len(given))]


def _height(line: Line) -> float:
    return float(np.mean([y for _, y in line.baseline]))
