"""How much a few corrected lines teach: the error on unseen lines of a font that the base never saw, by corrected lines."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bench.curves import Lines, Point, curve
from bench.figures import Figure

ROOT = Path(__file__).resolve().parent.parent
SIZES = (25, 50, 100, 200)
MINUTES = 2.0
TESTED = 200
FAMILIES = ("Makabi YG", "Ellinia CLM", "Yehuda CLM", "Hadasim CLM", "Miriam Libre", "Bona Nova", "Suez One")
"""Fonts that no training of the base has seen; the first that is installed is taken."""


def measure() -> Iterator[Figure]:
    """Train on more and more lines, in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "bench.learning"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"Learning failed:\n{done.stderr}")
    points = [Point(**point) for point in json.loads(done.stdout.splitlines()[-1])]
    for point in points:
        name, of_start = f"learn.{point.lines}", point.cer / points[0].cer
        interval = f"[{100 * point.low:.1f}, {100 * point.high:.1f}], {point.tested} lines"
        yield Figure(f"{name}.cer", 100 * point.cer, f"% {interval}")
        if point.lines:
            is_bar = point.lines == 50
            yield Figure(f"{name}.left", of_start, "of the errors at the start", 0.5 if is_bar else None)
            yield Figure(f"{name}.seconds", point.seconds, "s", 180.0 if is_bar else None)


def rendered() -> Lines:
    """Return lines in a font that the base has not seen; those of the test say other words than those that are learnt from.

    Raises:
        EngineUnavailable: There is no Hebrew font.
        RuntimeError: None of the unseen fonts is installed.
    """
    import numpy as np

    from engines.learning import Example
    from engines.ocr.synthesis.damage import Sheets
    from engines.ocr.synthesis.fonts import scan, system_folders
    from engines.ocr.synthesis.lines import render_line
    from engines.types import Line, whole_line

    fonts = {font.family: font for font in scan(system_folders())}
    chosen = next((fonts[family] for family in FAMILIES if family in fonts), None)
    if chosen is None:
        raise RuntimeError(f"None of these fonts is installed: {', '.join(FAMILIES)}. Debian has them in culmus-fancy.")
    rng, sheets, words = random.Random(5), Sheets(7), _words()
    rng.shuffle(words)
    halves = words[: len(words) // 2], words[len(words) // 2 :]
    images: dict[str, np.ndarray] = {}
    examples: list[Example] = []
    for number in range(TESTED + max(SIZES)):
        text = " ".join(rng.choice(halves[number >= TESTED]) for _ in range(rng.randrange(4, 9)))
        grey = render_line(text, chosen, sheets, rng).image
        images[str(number)] = np.stack([grey] * 3, axis=2)
        line = whole_line(grey.shape[1], grey.shape[0])
        examples.append(Example(str(number), str(number), str(number), Line(line.baseline, line.polygon, text)))
    return Lines(images.__getitem__, examples[TESTED:], examples[:TESTED])


def _words() -> list[str]:
    """Return Hebrew words: those of the project's own texts, without points."""
    from engines.ocr.synthesis import sample_texts
    from engines.ocr.text import nodiac

    texts = [value for name, value in vars(sample_texts).items() if name.isupper() and isinstance(value, str)]
    texts += [path.read_text("utf-8") for path in sorted((ROOT / "workbench/ui/catalogue/he").glob("*.json"))]
    return sorted({word for text in texts for word in re.findall(r"[א-ת]{2,}", nodiac(text))})


if __name__ == "__main__":
    print(json.dumps([asdict(point) for point in curve(rendered(), SIZES, MINUTES)]))
