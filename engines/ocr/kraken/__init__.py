"""Reads with kraken: finds lines with its layout network and reads them with a trained recogniser of lines."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from engines import runtime
from engines.base import OcrEngine, Options, Report, Trainable
from engines.checkpoints import CHECKPOINT
from engines.learning import Combining, Dataset, Finding, Learnt
from engines.ocr.kraken.options import KrakenTraining
from engines.ocr.text import main_direction
from engines.types import Line, Page

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from engines.ocr.kraken.reading import Manner

_SHARE_OF_LAYOUT = 0.8  # of the time of a page
SEEN = 48  # pixels: the height at which most recognisers see a line
_SAMPLE = 5  # lines that are read to learn the direction of a page before its lines are put in order


class KrakenOptions(Options):
    """How kraken reads."""

    direction: Literal["auto", "rtl", "ltr"] = Field(
        "rtl", description="Base direction of the page: orders columns and mixed lines. auto = from what a few lines say."
    )
    alternatives: float = Field(
        0.01, ge=0.001, le=0.5, description="Least probability of another reading of a character to be kept."
    )
    padding: int = Field(16, ge=0, le=128, description="Blank columns before and after a line, in pixels of the scaled line.")
    beam: int = Field(
        0,
        ge=0,
        le=64,
        description="Texts of a line that are weighed against one another; 0 = the likeliest character at each place.",
    )
    language_model: float = Field(
        0.3,
        ge=0,
        le=2,
        description="With a beam: weight of the language model, where the version was trained with one; 0 = none.",
    )


class KrakenEngine(OcrEngine[KrakenOptions], Trainable, Combining):
    """Finds lines by baseline and reads print and handwriting of any script it has been trained for."""

    title = "kraken"
    Options = KrakenOptions
    TrainingOptions = KrakenTraining
    checkpoint = CHECKPOINT
    requires = ("kraken", "torch", "torchvision")
    install_hint = "Install it with: pip install kraken==7.1.1"
    suffixes = (".safetensors", ".mlmodel")
    combines = ("kraken",)
    finds_with = "kraken"

    @classmethod
    def describe(cls, weights: Path) -> dict[str, object]:
        """Return alphabet, script and height; see the base class."""
        from engines.ocr.kraken.weights import describe

        return describe(weights)

    @classmethod
    def check(cls, dataset: Dataset, options: Options, weights: Path | None) -> list[Finding]:
        """Look at the data before a training; see the base class."""
        from engines.ocr.checking import findings
        from engines.ocr.kraken.weights import alphabet

        adds = isinstance(options, KrakenTraining) and options.new_characters != "leave out"
        return findings(dataset, alphabet(weights) if weights is not None else None, adds=adds)

    @classmethod
    def preview(cls, image: np.ndarray, options: KrakenTraining, seed: int) -> np.ndarray | None:
        """Return a line as it may be bent, stained or blurred; see the base class."""
        if options.variation == 0:
            return None
        from PIL import Image

        from engines.ocr.variation import varied

        grey = Image.fromarray(image).convert("L")
        seen = grey.resize((max(8, round(grey.width * SEEN / grey.height)), SEEN), Image.Resampling.LANCZOS)
        return varied(np.asarray(seen), options.strength, random.Random(seed))

    @classmethod
    def combine(cls, weights: Sequence[Path], out: Path) -> Learnt:
        """Average the weights of several networks of one kind; see the base class."""
        from engines.ocr.kraken.averaging import average

        return average(weights, out)

    def finder(self, options: Mapping[str, object] | Options | None = None) -> str:
        """Return which layout network and steps find the lines; see the base class."""
        return found_by(self.options(options).direction, self.layout)

    def _train(self, dataset: Dataset, options: KrakenTraining, report: Report, out: Path) -> Learnt:
        """Learn from corrected lines; see the base class."""
        from engines.ocr.kraken.tuning import train

        return train(dataset, options, self.weights, report, out)

    def _read(self, image: np.ndarray, lines: Sequence[Line] | None, options: KrakenOptions, report: Report) -> Page:
        """Read a page; see the base class."""
        from PIL import Image

        from engines.ocr.kraken.reading import read_lines
        from engines.ocr.kraken.weights import recogniser

        report(0.0, "Loading the model")
        runtime.prepare()
        loaded = recogniser(self.weights)  # first of all, for bad weights should not cost the time of a layout
        picture, way = Image.fromarray(image), manner(options, self.weights)
        reading = partial(read_lines, picture, recogniser=loaded, manner=way)
        return read_page(picture, lines, reading, (options.direction, self.layout), report)


def found_by(direction: Literal["auto", "rtl", "ltr"], layout: Path | None) -> str:
    """Return what finds lines in the order of a direction; with `auto` that depends on what they say, so nothing can be kept.

    Args:
        direction: Base direction of the page.
        layout: Weights of the layout network; None = those that kraken ships.
    """
    from engines.layout.kraken import finding

    if direction == "auto":
        return ""
    weights = f" {layout} {layout.stat().st_mtime_ns}" if layout is not None and layout.exists() else ""
    return f"{finding.version()} {direction}{weights}"


def read_page(
    picture: Image.Image,
    lines: Sequence[Line] | None,
    read_lines: Callable[[Sequence[Line]], Iterator[tuple[int, Line]]],
    finding: tuple[Literal["auto", "rtl", "ltr"], Path | None],
    report: Report,
) -> Page:
    """Find the lines of a page where none are given, read them, and report each as soon as it is read.

    Args:
        picture: RGB, any size.
        lines: Read just these, in this order; None = find the lines first.
        read_lines: Gives each of some lines once, read, with its index, in any order.
        finding: Base direction of the page, auto = from what a few lines say; and the weights of the layout network, None =
            those that kraken ships.
        report: Told about progress, the layout and every line.
    """
    done, direction = 0.0, finding[0]
    if lines is None:
        lines = _find_lines(picture, read_lines, finding, report)
        report.found(lines)
        done = _SHARE_OF_LAYOUT
    read: dict[int, Line] = {}
    for index, line in read_lines(lines):
        read[index] = line
        report.finished(index, line)
        report(done + (1 - done) * len(read) / len(lines), f"Line {len(read)} of {len(lines)} read")
    ordered = tuple(read[index] for index in range(len(lines)))
    base = main_direction(line.text for line in ordered) if direction == "auto" else direction
    return Page(picture.width, picture.height, ordered, base)


def _find_lines(
    picture: Image.Image,
    read_lines: Callable[[Sequence[Line]], Iterator[tuple[int, Line]]],
    how: tuple[Literal["auto", "rtl", "ltr"], Path | None],
    report: Report,
) -> list[Line]:
    """Return the lines of a page in reading order."""
    from engines.layout.kraken import finding
    from engines.layout.kraken.weights import finder

    direction, weights = how
    found = finding.find(picture, finder(weights), lambda done: report(_SHARE_OF_LAYOUT * done, "Finding lines"))
    if direction == "auto":
        longest = sorted((line for part in found for line in part.lines), key=lambda line: line.box[0] - line.box[2])
        direction = main_direction(line.text for _, line in read_lines(longest[:_SAMPLE]))
    return finding.in_order(found, direction)


def manner(options: KrakenOptions, weights: Path | None) -> Manner:
    """Return how lines are read by these options.

    Args:
        options: As checked.
        weights: A language model may lie beside them.

    Raises:
        InvalidWeights: It is damaged.
    """
    from engines.ocr.kraken.beam import Search
    from engines.ocr.kraken.language import beside
    from engines.ocr.kraken.reading import Manner

    search = None
    if options.beam:
        language = beside(weights) if weights is not None and options.language_model else None
        search = Search(options.beam, language, options.language_model)
    return Manner(None if options.direction == "auto" else options.direction, options.padding, options.alternatives, search)
