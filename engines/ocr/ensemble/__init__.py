"""Reads with several recognisers at once and lets them vote, or averages what they see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from engines import runtime
from engines.base import OcrEngine, Options, Report
from engines.errors import EngineUnavailable
from engines.learning import Combining, Learnt
from engines.ocr.kraken import KrakenEngine, KrakenOptions, found_by, manner, read_page
from engines.types import Line, Page, Reason

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image


class EnsembleOptions(KrakenOptions):
    """How an ensemble reads: as kraken does, and with whom beside its members."""

    together: Literal["vote", "average"] = Field(
        "vote",
        description="vote = on each character of what they read. average = what they see, column by column, where their "
        "alphabets agree: only for members that were trained on from one another, others mark a letter in different columns.",
    )
    tesseract: str = Field(
        "",
        pattern=r"^([A-Za-z0-9_]{2,40}(\+[A-Za-z0-9_]{2,40}){0,9})?$",
        description="Languages in which Tesseract votes too, joined by +, such as ara+eng; empty = it does not.",
    )


class EnsembleEngine(OcrEngine[EnsembleOptions], Combining):
    """Reads each line with several of kraken's models, and with Tesseract if wanted, and lets them vote on each character."""

    title = "Ensemble"
    Options = EnsembleOptions
    requires = KrakenEngine.requires
    install_hint = KrakenEngine.install_hint
    suffixes = (".safetensors",)
    combines = ("kraken", "ensemble")
    finds_with = "kraken"
    weights_hint = "Make one of several models in the Models tab, or with: workbench models combine NAME MODEL MODEL"

    @classmethod
    def describe(cls, weights: Path) -> dict[str, object]:
        """Return alphabet, script, height and the number of members; see the base class."""
        from engines.ocr.ensemble.members import networks
        from engines.ocr.kraken.weights import described

        runtime.prepare()
        found = networks(weights)
        return {**described(found), "members": len(found)}

    @classmethod
    def combine(cls, weights: Sequence[Path], out: Path) -> Learnt:
        """Put the networks of several files into one; see the base class."""
        from engines.ocr.ensemble.members import gather

        return gather(weights, out)

    def finder(self, options: Mapping[str, object] | Options | None = None) -> str:
        """Return which layout network and steps find the lines, the same as kraken's; see the base class."""
        return found_by(self.options(options).direction, self.layout)

    def _read(self, image: np.ndarray, lines: Sequence[Line] | None, options: EnsembleOptions, report: Report) -> Page:
        """Read a page; see the base class."""
        from PIL import Image

        if self.weights is None:
            raise EngineUnavailable("The ensemble has no members.", self.weights_hint)
        report(0.0, "Loading the models")
        runtime.prepare()
        picture = Image.fromarray(image)
        readers = [*_krakens(picture, self.weights, options), *_tesseract(image, options)]
        return read_page(
            picture,
            lines,
            lambda several: enumerate(_read_line(line, readers, options) for line in several),
            (options.direction, self.layout),
            report,
        )


Reader = tuple[Callable[[Line], Line], int]
"""Returns a line, read; and how many votes that has."""


def _krakens(picture: Image.Image, weights: Path, options: EnsembleOptions) -> list[Reader]:
    """Return a reader for each member, or for each group of members that are averaged."""
    from functools import partial

    from engines.ocr.ensemble.members import members
    from engines.ocr.kraken.reading import read_line

    way = manner(options, weights)
    return [
        (partial(read_line, picture, recogniser=one, manner=way), count)
        for one, count in members(weights, averaged=options.together == "average")
    ]


def _tesseract(image: np.ndarray, options: EnsembleOptions) -> list[Reader]:
    """Return Tesseract as a reader, if it is wanted."""
    if not options.tesseract:
        return []
    from engines.ocr.tesseract import TesseractEngine

    engine, chosen = TesseractEngine(), {"languages": options.tesseract, "alternatives": options.alternatives}
    engine.read(image, [], chosen)  # a missing language is told before any line is read
    return [(lambda line: engine.read(image, [line], chosen).lines[0], 1)]


def _read_line(line: Line, readers: Sequence[Reader], options: EnsembleOptions) -> Line:
    """Return one line as all see it together who can read it; what none can read has the reason of the first."""
    from engines.ocr.ensemble.voting import Reading, vote

    read = [(reader(line), weight) for reader, weight in readers]
    able = [(found, weight) for found, weight in read if found.text]
    if len(able) < 2:
        return (able or read)[0][0]
    chars = vote([Reading(found.chars, weight) for found, weight in able], options.alternatives)
    reason = "" if chars else Reason.NO_CHARACTER
    return replace(line, text="".join(char.text for char in chars), chars=chars, reason=reason)
