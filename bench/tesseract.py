"""The shipped models against Tesseract on the same real lines, before any training: part of `make bench REAL=FOLDER`.

`python -m bench.tesseract FOLDER --lines 5` reads the first five lines of each page or book alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.curves import BASE
from bench.figures import Figure
from bench.real import ARABIC, arabic_books, examples, hebrew_page, load
from engines.errors import EngineUnavailable, InvalidOptions
from engines.learning import Example, Outcome

FORMS = ("letters", "strict")
"""In which errors are counted: letters alone, and every character."""
POINTS = 1.0
"""Bar: so much more may be wrong than with Tesseract, in percentage points, at the upper end of the paired interval."""


def measure(folder: Path, most: int | None = None) -> Iterator[Figure]:
    """Read the lines of print that lie in a folder with both.

    Args:
        folder: Of the data sets.
        most: Lines of each page or book; None = all.
    """
    page, books = hebrew_page(folder), arabic_books(folder)
    hebrew = examples(page, lambda image: image.stem.rpartition("_")[0])[:most] if page is not None else []
    arabic = [example for book in books for example in examples(book, lambda image: image.parent.name)[:most]]
    for name, lines, language, weights in (("hebrew-print", hebrew, "heb", BASE), ("arabic-print", arabic, "ara", ARABIC)):
        if not lines:
            continue
        try:
            theirs = list(_read("tesseract", None, lines, {"languages": language}))
        except (EngineUnavailable, InvalidOptions) as error:
            print(f"{name} is left out: {error} {error.hint}", file=sys.stderr, flush=True)
            continue
        yield from figures(name, theirs, list(_read("kraken", weights, lines, {})))


def figures(name: str, theirs: Sequence[Outcome], ours: Sequence[Outcome]) -> Iterator[Figure]:
    """Return the errors of both and their paired difference.

    Args:
        name: Of the set.
        theirs: What Tesseract said.
        ours: What the shipped model said of the same lines, in the same order.
    """
    from engines.comparison import compare

    found = compare(theirs, ours, FORMS)
    for figure in found.figures:
        for who, rate in (("tesseract", figure.a), ("ours", figure.b)):
            interval = f"[{100 * rate.low:.1f}, {100 * rate.high:.1f}], {rate.n} characters, {len(ours)} lines"
            yield Figure(f"tesseract.{name}.{figure.name}.{who}", 100 * rate.value, f"% {interval}")
        resampled = found.verdict.unit.replace("examples", "lines")
        unit = f"points [{100 * figure.change_low:.1f}, {100 * figure.change_high:.1f}], over {resampled}"
        yield Figure(f"tesseract.{name}.{figure.name}.change", 100 * figure.change, unit)
        yield Figure(f"tesseract.{name}.{figure.name}.upper", 100 * figure.change_high, "points", POINTS)
        share = figure.b.value / figure.a.value if figure.a.value else float(figure.b.value > 0)
        yield Figure(f"tesseract.{name}.{figure.name}.share", share, "of Tesseract's errors (0.8 is wished for)")


def _read(name: str, weights: Path | None, lines: Sequence[Example], options: dict[str, object]) -> Iterator[Outcome]:
    """Read lines, each an image of its own; what an outcome is of is the page or book."""
    from engines import get, runtime
    from engines.base import OcrEngine
    from engines.ocr.metrics import outcome
    from engines.types import Line

    runtime.prepare()
    engine = get("ocr", name)(weights)
    assert isinstance(engine, OcrEngine)
    for example in lines:
        target = example.target
        page = engine.read(load(example.document), [Line(target.baseline, target.polygon)], options)
        yield outcome(example.key, example.name, target.text, page.lines[0].text)


def main() -> None:
    """Print the figures, and write nothing."""
    parser = argparse.ArgumentParser(prog="bench.tesseract")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, metavar="N", help="the first lines of each page or book; all without it")
    given = parser.parse_args()
    for figure in measure(given.folder, given.lines):
        print(figure.row(), flush=True)


if __name__ == "__main__":
    main()
