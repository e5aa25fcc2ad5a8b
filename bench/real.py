"""Learning curves on real lines, from a folder of data sets that is not part of the project: `make bench REAL=FOLDER`.

Sets that are not there are left out. Each is divided by book, page or position before anything is learnt.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from bench.curves import BASE, Lines, Point, curve
from bench.figures import Figure
from engines.learning import Example

MINUTES = 2.2
LEFT = {"arabic-print": 0.5, "arabic-hand": 0.65}
"""Bars: errors that may be left of those of the shipped model after 100 lines, by the beginning of the name of a set."""
SECONDS = 180.0
ARABIC = BASE.parents[2] / "arabic/v1/model.safetensors"
MOST = 100
RESULTS = Path(__file__).parent / "real.json"


def measure(folder: Path) -> Iterator[Figure]:
    """Measure every set that lies in a folder, and keep the points in `bench/real.json`."""
    found: dict[str, list[Point]] = {}
    for name, points in _sets(folder):
        found[name] = points
        for point in points:
            interval = f"[{100 * point.low:.1f}, {100 * point.high:.1f}], {point.tested} lines"
            yield Figure(f"real.{name}.{point.lines}.cer", 100 * point.cer, f"% {interval}")
            if point.lines:
                left, is_bar = point.cer / points[0].cer, point.lines == MOST
                bar = next((bar for set_, bar in LEFT.items() if is_bar and name.startswith(set_)), None)
                yield Figure(f"real.{name}.{point.lines}.left", left, "of the errors at the start", bar)
                yield Figure(f"real.{name}.{point.lines}.seconds", point.seconds, "s", SECONDS if is_bar else None)
        kept = {key: [asdict(point) for point in value] for key, value in found.items()}
        RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _sets(folder: Path) -> Iterator[tuple[str, list[Point]]]:
    """Yield the curves of the sets, with their names; each starts from the shipped model of its script."""
    hebrew = folder / "hebrew_print_tesseract" / "lines"
    if hebrew.is_dir():
        yield "hebrew-print", curve(_divided(hebrew, 10), (5, 10, 15), MINUTES)
    for book in sorted(path for path in (folder / "arabic_print_ocrgs").glob("*_*.*") if path.is_dir()):
        yield f"arabic-print-{book.name}", curve(_divided(book, 100), (50, MOST), MINUTES, start=ARABIC)
    hand = folder / "arabic_hand_muharaf" / "lines"
    if hand.is_dir():
        yield "arabic-hand", curve(_by_page(hand, 4), (25, 50, MOST), MINUTES, start=ARABIC)


def examples(folder: Path, document: Callable[[Path], str]) -> list[Example]:
    """Return the lines of a folder of images with `.gt.txt`, in the order of their names; the name is that of the document."""
    from engines.ocr.text import clean
    from engines.types import Line, whole_line

    found = []
    for truth in sorted(folder.glob("*.gt.txt")):
        stem = truth.name.removesuffix(".gt.txt")
        image = next((path for path in (folder / f"{stem}.png", folder / f"{stem}.jpg") if path.exists()), None)
        text = clean(truth.read_text("utf-8"))
        if image is None or not text:
            continue
        height, width = load(str(image)).shape[:2]
        line = whole_line(width, height)
        found.append(Example(str(image), document(image), str(image), Line(line.baseline, line.polygon, text)))
    return found


def load(path: str) -> np.ndarray:
    """Return an image, (height, width, 3) uint8 RGB."""
    from PIL import Image

    return np.asarray(Image.open(path).convert("RGB"))


def _divided(folder: Path, tested: int) -> Lines:
    """Test on the last lines of a book, learn from the others in a random order."""
    found = examples(folder, lambda image: image.stem)
    pool = found[:-tested]
    random.Random(1).shuffle(pool)
    return Lines(load, pool, found[-tested:])


def _by_page(folder: Path, pages: int) -> Lines:
    """Test on the last pages, learn from the lines of the others in a random order; a line is called `PAGE_NUMBER`."""
    found = examples(folder, lambda image: image.stem.rpartition("_")[0])
    names = sorted({example.name for example in found})
    kept = set(names[-pages:])
    pool = [example for example in found if example.name not in kept]
    random.Random(3).shuffle(pool)
    return Lines(load, pool, [example for example in found if example.name in kept])
