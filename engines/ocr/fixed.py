"""A fake that finds lines by their ink and writes a fixed text into them: for tests, tutorials and demos without models.

After a training it writes what stood on the line that looks most alike, so that the whole loop can be tried in seconds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Literal

import numpy as np
from pydantic import Field

from engines.base import OcrEngine, Options, Report, Trainable
from engines.learning import Dataset, Finding, Learnt
from engines.ocr import checking, memory
from engines.ocr.text import main_direction, main_script
from engines.options import MAIN
from engines.types import Alternative, Box, Char, Line, Page, Reason

_TEXT = "בראש העמוד כתוב שם העיר|ובשורה השנייה, שנת 1897|הספר נמצא בבית (קומה ב)|כל אות מחכה לקורא שלה|end of the page, page 12"
_LOOKALIKES = {
    "ד": "רך",
    "ר": "דו",
    "ה": "חת",
    "ח": "הת",
    "ו": "זי",
    "ז": "ון",
    "ב": "כפ",
    "כ": "בפ",
    "ם": "ס",
    "ס": "ם",
    "ט": "ס",
    "1": "l7",
    "e": "co",
}
_SURE, _UNSURE = 0.97, 0.46
_LEAST_INK = 0.12  # of the darkest row: fainter rows are gaps between lines
_STEP_SECONDS = 0.05  # between two reports while it pretends to work


class FixedOptions(Options):
    """What the fake pretends."""

    text: str = Field(_TEXT, max_length=20_000, description="What the lines say, parted by |, over and over from the top.")
    lines: int = Field(0, ge=0, le=500, description="Number of evenly spaced lines; 0 = find them by their ink.")
    unsure: int = Field(7, ge=0, le=1000, description="Every n-th character is unsure and has alternatives; 0 = none.")
    seconds_per_line: float = Field(0.0, ge=0.0, le=60.0, description="How long it pretends to read a line, in seconds.")
    direction: Literal["auto", "rtl", "ltr"] = Field(
        "auto", description="Base direction of the page; auto = what most of the text has."
    )


class FixedTraining(Options):
    """How the fake pretends to learn."""

    epochs: int = Field(
        5, ge=1, le=1000, description="Passes; after each it remembers more of the lines.", json_schema_extra=MAIN
    )
    seconds_per_epoch: float = Field(
        0.0, ge=0.0, le=600.0, description="How long it pretends to need for a pass, in seconds.", json_schema_extra=MAIN
    )


class FixedEngine(OcrEngine[FixedOptions], Trainable):
    """Gives the same lines and characters for the same image and options, at once, with numpy alone."""

    title = "Fixed text (for trying out)"
    Options = FixedOptions
    TrainingOptions = FixedTraining
    checkpoint = memory.CHECKPOINT
    suffixes = (".safetensors",)
    needs_weights = False

    def finder(self, options: Mapping[str, object] | Options | None = None) -> str:
        """Return how lines are found; see the base class."""
        return f"fixed {self.options(options).lines}"

    def _read(self, image: np.ndarray, lines: Sequence[Line] | None, options: FixedOptions, report: Report) -> Page:
        """Read a page; see the base class."""
        height, width = image.shape[:2]
        report(0.0, "Finding lines")
        if lines is None:
            boxes = _even(width, height, options.lines) if options.lines else _by_ink(image)
            lines = [_empty(box) for box in boxes]
            report.found(lines)
        texts = [unicodedata.normalize("NFC", text.strip()) for text in options.text.split("|")]
        if self.weights is not None:
            texts = [memory.Memory.load(self.weights).recall(image, line) for line in lines]
        direction = main_direction(texts) if options.direction == "auto" else options.direction
        read: list[Line] = []
        for index, line in enumerate(lines):
            text = texts[index % len(texts)] if texts else ""
            _pretend(options.seconds_per_line, report, index / len(lines))
            chars = _chars(text, line.box, (width, height), options.unsure, rtl=main_direction([text], direction) == "rtl")
            read.append(Line(line.baseline, line.polygon, text, chars, "" if text else Reason.NO_CHARACTER))
            report.finished(index, read[-1])
            report((index + 1) / len(lines), f"Line {index + 1} of {len(lines)} read")
        return Page(width, height, tuple(read), direction)

    @classmethod
    def describe(cls, weights: Path) -> dict[str, object]:
        """Return alphabet and script of what is remembered; see the base class."""
        texts = memory.Memory.load(weights).texts
        return {"alphabet": "".join(sorted(set("".join(texts)))), "script": main_script(texts)}

    @classmethod
    def check(cls, dataset: Dataset, options: Options, weights: Path | None) -> list[Finding]:  # noqa: ARG003
        """Look at the data before a training; see the base class."""
        return checking.findings(dataset, None)

    def _train(self, dataset: Dataset, options: FixedTraining, report: Report, out: Path) -> Learnt:
        """Remember lines; see the base class."""
        plan = memory.Plan(options.epochs, lambda done: _pretend(options.seconds_per_epoch, report, done))
        return memory.learn(dataset, self, plan, report, out)


def _pretend(seconds: float, report: Report, progress: float) -> None:
    """Let time pass, reporting often enough to be stopped."""
    end = monotonic() + seconds
    while (left := end - monotonic()) > 0:
        report(progress, "Reading")
        sleep(min(left, _STEP_SECONDS))


def _by_ink(image: np.ndarray) -> list[Box]:
    """Return the boxes of the rows of ink, from top to bottom: a row of pixels is of a line when it is dark enough."""
    grey = image.mean(axis=2)
    ink = grey < (grey.min() + np.median(grey)) / 2
    rows = ink.sum(axis=1).astype(float)
    if not rows.any():
        return []
    dark = np.concatenate([[False], rows > _LEAST_INK * rows.max(), [False]])
    borders = np.flatnonzero(np.diff(dark.astype(int)))
    spans = [(int(top), int(bottom)) for top, bottom in zip(borders[::2], borders[1::2], strict=True) if bottom - top > 2]
    columns = [np.flatnonzero(ink[top:bottom].any(axis=0)) for top, bottom in spans]
    return [(int(xs[0]), top, int(xs[-1]) + 1, bottom) for (top, bottom), xs in zip(spans, columns, strict=True) if len(xs) > 2]


def _even(width: int, height: int, number: int) -> list[Box]:
    """Return the boxes of evenly spaced lines with a margin around them; fewer where there is not a pixel for each."""
    number = min(number, height // 2)
    pitch = height / (number + 1)
    margin = width // 12
    tops = [round(pitch * (index + 0.6)) for index in range(number)]
    return [(margin, top, max(width - margin, margin + 2), min(top + max(round(pitch * 0.7), 1), height)) for top in tops]


def _empty(box: Box) -> Line:
    """Return the line of a box, not read yet."""
    x0, y0, x1, y1 = box
    baseline = y0 + round(0.8 * (y1 - 1 - y0))
    return Line(((x0, baseline), (x1 - 1, baseline)), ((x0, y0), (x1 - 1, y0), (x1 - 1, y1 - 1), (x0, y1 - 1)))


def _chars(text: str, box: Box, size: tuple[int, int], unsure: int, *, rtl: bool) -> tuple[Char, ...]:
    """Return the characters of a text, side by side in equal cells of the part of a box that lies on the image."""
    left, right = max(box[0], 0), max(min(box[2], size[0]), max(box[0], 0) + 1)
    top, bottom = max(box[1], 0), max(min(box[3], size[1]), max(box[1], 0) + 1)
    chars: list[Char] = []
    for index, char in enumerate(text):
        place = len(text) - 1 - index if rtl else index
        x0 = left + (right - left) * place // len(text)
        x1 = max(left + (right - left) * (place + 1) // len(text), x0 + 1)
        doubtful = bool(unsure) and index % unsure == unsure - 1 and not char.isspace()
        others = _alternatives(char) if doubtful else ()
        chars.append(Char(char, _UNSURE if doubtful else _SURE, (x0, top, x1, bottom), others))
    return tuple(chars)


def _alternatives(char: str) -> tuple[Alternative, ...]:
    """Return other readings of a character: what looks like it, and nothing at all."""
    alike = [
        Alternative(other, round(0.3 / (rank + 1), 4)) for rank, other in enumerate(_LOOKALIKES.get(char, "יו")) if other != char
    ]
    return (*alike, Alternative("", 0.05))
