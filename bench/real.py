"""Learning curves on real lines, from a folder of data sets that is not part of the project: `make bench REAL=FOLDER`.

Sets that are not there are left out. Each is divided by book, page or position before anything is learnt.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from bench.curves import BASE, Lines, Point, curve, measured, train
from bench.figures import Figure
from engines.learning import Example

MINUTES = 2.2
LEFT = {"arabic-print": 0.5, "arabic-hand": 0.65}
"""Bars: errors that may be left of those of the shipped model after 100 lines, by the beginning of the name of a set."""
SECONDS = 180.0
REPLAY, FORGOTTEN = 0.5, 1.1
"""Share of replayed lines, and how many times the errors of before may be made on lines of the base afterwards."""
ARABIC = BASE.parents[2] / "arabic/v1/model.safetensors"
MOST = 100
RESULTS = Path(__file__).parent / "real.json"


def measure(folder: Path) -> Iterator[Figure]:
    """Measure every set that lies in a folder, and keep the points in `bench/real.json`."""
    found: dict[str, list[Point]] = {}
    for name, (lines, sizes, start) in _sets(folder).items():
        points = found[name] = curve(lines, sizes, MINUTES, start=start)
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
        if start == ARABIC and MOST in sizes:
            yield from _forgetting(name, lines)


def _forgetting(name: str, lines: Lines) -> Iterator[Figure]:
    """Train with replay and measure what became of the lines of the base, and of the set."""
    with tempfile.TemporaryDirectory() as out:
        weights, seconds, told = train(lines, lines.pool[:MOST], {"minutes": MINUTES, "replay": REPLAY}, ARABIC, Path(out))
        point = measured(MOST, weights, lines, ("strict", seconds))
    before, after, low, high = (100 * told[f"base_{which}"] for which in ("before", "after", "after_low", "after_high"))
    of = f"of the errors before: {before:.2f} to {after:.2f} % [{low:.1f}, {high:.1f}], {told['base_lines']:.0f} lines"
    yield Figure(f"real.{name}.replay.cer", 100 * point.cer, f"% [{100 * point.low:.1f}, {100 * point.high:.1f}]")
    yield Figure(f"real.{name}.replay.taken", told["taken"], "of the best epoch")
    yield Figure(f"real.{name}.replay.base", after / before, of, FORGOTTEN)


def _sets(folder: Path) -> dict[str, tuple[Lines, Sequence[int], Path]]:
    """Return the sets by name: lines, numbers of lines to learn, and the shipped model of their script."""
    found: dict[str, tuple[Lines, Sequence[int], Path]] = {}
    hebrew = folder / "hebrew_print_tesseract" / "lines"
    if hebrew.is_dir():
        found["hebrew-print"] = _divided(hebrew, 10), (5, 10, 15), BASE
    for book in sorted(path for path in (folder / "arabic_print_ocrgs").glob("*_*.*") if path.is_dir()):
        found[f"arabic-print-{book.name}"] = _divided(book, 100), (50, MOST), ARABIC
    hand = folder / "arabic_hand_muharaf" / "lines"
    if hand.is_dir():
        found["arabic-hand"] = _by_page(hand, 4), (25, 50, MOST), ARABIC
    return found


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
