"""Reads the images of an evaluation with one or two readers, and counts what each says about every true line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from engines.errors import InvalidImage, InvalidLines, ReadingFailed
from engines.learning import Outcome
from engines.ocr.metrics import counts, outcome
from engines.types import Line
from workbench.formats.scans import ScanError, load
from workbench.services.datasets.views import Skipped
from workbench.services.evaluation.ground import Manner, Text
from workbench.services.files import FileReader

Row = tuple[Outcome, ...]
"""What each reader says about one line."""

Tell = Callable[[float, str], object]
"""Is told how far the work is, 0…1, and what is being done."""

_OF_ONE_IMAGE = (ScanError, InvalidImage, InvalidLines, ReadingFailed)
"""What is wrong with one image does not stop the others; any other error does."""


def read_all(texts: Sequence[Text], readers: Sequence[FileReader], manner: Manner, tell: Tell) -> tuple[list[Row], list[Skipped]]:
    """Return what all readers say about every true line, and the images that one of them could not read.

    Raises:
        EngineError: An engine cannot work at all.
    """
    rows: list[Row] = []
    failed: list[Skipped] = []
    for number, text in enumerate(texts, 1):
        try:
            rows += list(_rows(text, readers, manner))
        except _OF_ONE_IMAGE as error:
            failed.append(Skipped(text.found.name, error.message))
        tell(number / len(texts), f"{number} of {len(texts)} images read")
    return rows, failed


def _rows(text: Text, readers: Sequence[FileReader], manner: Manner) -> Iterator[Row]:
    """Yield what is said about every true line of an image; with `page`, about the whole of it as one."""
    image = load(text.found.path, text.found.frame.index)
    bare = [Line(line.baseline, line.polygon) for line in text.true] if manner.given == "lines" else None
    told = [line.text for line in text.true]
    said = [[line.text for line in reader.engine.read(image, bare, reader.choice.options).lines] for reader in readers]
    if bare is None:
        told, said = ["\n".join(told)], [["\n".join(lines)] for lines in said]
    for number, (truth, *readings) in enumerate(zip(told, *said, strict=True), 1):
        key = f"{text.found.name} {number}"
        yield tuple(counted(outcome(key, text.document, truth, reading), manner.form) for reading in readings)


def counted(found: Outcome, form: str) -> Outcome:
    """Return an outcome in which words and n-grams are counted too, and characters in the wanted form."""
    more = counts(found.truth, found.prediction, form)
    return replace(found, counts={**found.counts, **more, form: more["cer"]})
