"""How much a few corrected lines teach: the error on unseen lines of a font that the base never saw, by corrected lines."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.figures import Figure

ROOT = Path(__file__).resolve().parent.parent
SIZES = (25, 50, 100, 200)
MINUTES = 2.5
TESTED = 200
FAMILIES = ("Ellinia CLM", "Makabi YG", "Yehuda CLM", "Hadasim CLM")
"""Of the fonts that no training of the base has seen, those that it reads worst come first."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a learning curve; errors are character error rates in the strict form, with their 95 % interval."""

    lines: int
    cer: float
    low: float
    high: float
    tested: int
    seconds: float


def measure() -> Iterator[Figure]:
    """Train on more and more lines, each in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "bench.learning"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"Learning failed:\n{done.stderr}")
    points = [Point(**point) for point in json.loads(done.stdout.splitlines()[-1])]
    start = points[0].cer
    for point in points:
        name = f"learn.{point.lines}"
        bar = 0.5 if point.lines == 50 else None
        yield Figure(f"{name}.cer", 100 * point.cer, f"% [{100 * point.low:.1f}, {100 * point.high:.1f}], n {point.tested} lines")
        yield Figure(f"{name}.left", point.cer / start, "of the errors at the start", bar)
        yield Figure(f"{name}.seconds", point.seconds, "s", 180.0 if point.lines == 50 else None)


def curve(sizes: Sequence[int] = SIZES, minutes: float = MINUTES) -> list[Point]:
    """Return the learning curve of a font that the base has not seen."""
    from engines import get, runtime
    from engines.learning import Dataset

    runtime.prepare()
    engine = get("ocr", "kraken")
    weights = ROOT / "models/base/ocr/hebrew/v1/model.safetensors"
    images, examples = _lines(max(sizes) + TESTED + 60)
    test, held = examples[:TESTED], examples[TESTED : TESTED + 60]
    pool = examples[TESTED + 60 :]
    everything = Dataset("ocr", {"train": (), "held_out": (), "test": test}, images.__getitem__)
    points = [_point(0, engine(weights), everything, 0.0)]
    for size in sizes:
        out = Path(tempfile.mkdtemp())
        held_out = held[: max(5, size // 5)]  # a person with few lines holds few of them out
        split = {"train": pool[: size - len(held_out)], "held_out": held_out, "test": ()}
        began = time.perf_counter()
        learnt = engine(weights).train(Dataset("ocr", split, images.__getitem__), {"minutes": minutes}, _Silent(), out)
        seconds = time.perf_counter() - began
        points.append(_point(size, engine(out / learnt.weights), everything, seconds))
        print(points[-1], learnt.metrics, file=sys.stderr, flush=True)
    return points


def _point(lines, engine, dataset, seconds: float) -> Point:
    from engines.ocr.metrics import Sample, score

    outcomes = list(engine.examine(dataset, dataset.examples["test"]))
    found = score([Sample(outcome.truth, outcome.prediction, outcome.document) for outcome in outcomes], "strict")
    return Point(lines, found.cer, *found.cer_interval, found.lines, seconds)


def _words() -> list[str]:
    """Return Hebrew words: those of the project's own texts, without points."""
    from engines.ocr.synthesis import sample_texts
    from engines.ocr.text import nodiac

    texts = [value for name, value in vars(sample_texts).items() if name.isupper() and isinstance(value, str)]
    texts += [path.read_text("utf-8") for path in sorted((ROOT / "workbench/ui/catalogue/he").glob("*.json"))]
    return sorted({word for text in texts for word in re.findall(r"[א-ת]{2,}", nodiac(text))})


def _lines(count: int):
    """Return images by document and examples: the test lines say other words than those that are learnt from."""
    import numpy as np

    from engines.learning import Example
    from engines.ocr.synthesis.damage import Sheets
    from engines.ocr.synthesis.fonts import scan, system_folders
    from engines.ocr.synthesis.lines import render_line
    from engines.types import Line, whole_line

    fonts = {font.family: font for font in scan(system_folders())}
    font = next(fonts[family] for family in FAMILIES if family in fonts)
    print(f"font {font.family}", file=sys.stderr)
    rng, sheets, words = random.Random(5), Sheets(7), _words()
    rng.shuffle(words)
    halves = words[: len(words) // 2], words[len(words) // 2 :]
    images, examples = {}, []
    for number in range(count):
        text = " ".join(rng.choice(halves[number >= TESTED]) for _ in range(rng.randrange(4, 9)))
        grey = render_line(text, font, sheets, rng).image
        images[str(number)] = np.stack([grey] * 3, axis=2)
        line = whole_line(grey.shape[1], grey.shape[0])
        examples.append(Example(str(number), str(number), str(number), Line(line.baseline, line.polygon, text)))
    return images, examples


def _Silent():  # noqa: N802
    from engines.base import silent

    return silent


if __name__ == "__main__":
    print(json.dumps([asdict(point) for point in curve()]))
