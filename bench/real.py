"""Real lines, from a folder of data sets that is not part of the project, divided before anything is learnt.

Sets that are not there are left out. Each is divided by book, leaf or position.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from string import ascii_lowercase

import numpy as np

from bench.curves import BASE, Lines
from engines.learning import Example

ARABIC = BASE.parents[2] / "arabic/v1/model.safetensors"
HUNDRED = 100
"""Corrected lines for which there are bars."""


@dataclass(frozen=True, slots=True)
class Set:
    """Lines of one book or of some hands.

    Attributes:
        lines: Returns those to learn from and those to test on; the images are looked at then.
        sizes: How many corrected lines, for each training.
        start: The shipped model of their script.
        left: Bar: errors that may be left of those of the shipped model after a hundred lines.
    """

    lines: Callable[[], Lines]
    sizes: Sequence[int]
    start: Path
    left: float | None = None


def sets(folder: Path) -> dict[str, Set]:
    """Return the sets of a folder by name."""
    found: dict[str, Set] = {}
    page = hebrew_page(folder)
    if page is not None:
        found["hebrew-print"] = Set(partial(_divided, page, 10), (5, 10, 15), BASE)
    for book in arabic_books(folder):
        found[f"arabic-print-{book.name}"] = Set(partial(_divided, book, 100), (50, HUNDRED), ARABIC, 0.5)
    hands = folder / "arabic_hand_muharaf" / "lines"
    if hands.is_dir():
        found["arabic-hands-by-leaf"] = Set(partial(by_leaf, hands, 2), (25, 50, HUNDRED), ARABIC, 0.65)
    return found


def hebrew_page(folder: Path) -> Path | None:
    """Return the folder with the lines of a printed page of Genesis, if it is there."""
    lines = folder / "hebrew_print_tesseract" / "lines"
    return lines if lines.is_dir() else None


def arabic_books(folder: Path) -> list[Path]:
    """Return the folders with the lines of the Arabic books."""
    return sorted(path for path in (folder / "arabic_print_ocrgs").glob("*_*.*") if path.is_dir())


def examples(folder: Path, name: Callable[[Path], str]) -> list[Example]:
    """Return the lines of a folder of images with `.gt.txt`, in the order of their names.

    Args:
        folder: Of the lines; each is a document of its own.
        name: Returns what a line is of (its page, book or leaf) by the path of its image.
    """
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
        found.append(Example(str(image), name(image), str(image), Line(line.baseline, line.polygon, text)))
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


def by_leaf(folder: Path, leaves: int) -> Lines:
    """Test on the last leaves, learn from the lines of the others in a random order.

    A line is called `LEAF` with the letter of its page, `_` and its number: all pages of a leaf, which one hand may have
    written, stand on one side.
    """
    found = examples(folder, lambda image: image.stem.rpartition("_")[0].rstrip(ascii_lowercase))
    kept = set(sorted({example.name for example in found})[-leaves:])
    pool = [example for example in found if example.name not in kept]
    random.Random(3).shuffle(pool)
    return Lines(load, pool, [example for example in found if example.name in kept])
