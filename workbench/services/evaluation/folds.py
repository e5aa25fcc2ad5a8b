"""Cross-validation: trains once for every fold, and measures each document by a model that has not seen it."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engines.base import Report, Trainable, silent
from engines.learning import Dataset, Example, Outcome, Split
from engines.ocr.text import form_label
from workbench.formats.scans import load
from workbench.services.actors import LOCAL
from workbench.services.datasets.views import Skipped
from workbench.services.errors import Invalid
from workbench.services.evaluation.figures import Figures, figures
from workbench.services.evaluation.ground import Manner, Text, ground
from workbench.services.evaluation.reading import Tell, counted
from workbench.services.training.part import learner

if TYPE_CHECKING:
    from workbench.services import Services

LEAST_FOLDS = 3
"""One is measured, one chooses the best epoch, one at least is learnt from."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What a cross-validation found.

    Attributes:
        form: The normal form of words and n-grams, with its version.
        folds: The figures of each fold, named by its number.
        pooled: All documents together, each read by the model that has not seen it.
        left_out: What has nothing to be learnt from.
        broken: What was to be used and could not be.
    """

    form: str
    folds: Sequence[Figures]
    pooled: Figures
    left_out: Sequence[Skipped]
    broken: Sequence[Skipped]


class _Told(Report):
    """Passes on what a training says, with the number of its fold before it."""

    def __init__(self, tell: Tell, number: int, count: int) -> None:
        self._tell, self._number, self._count = tell, number, count

    def __call__(self, progress: float, message: str, **_metrics: float) -> None:
        """Say how far all folds together are."""
        self._tell((self._number + min(progress, 0.99)) / self._count, f"fold {self._number + 1} of {self._count}: {message}")


def cross_validate(
    services: Services,
    folders: Sequence[Path],
    base: str,
    options: Mapping[str, object],
    *,
    count: int,
    manner: Manner,
    tell: Tell = silent,
) -> Validation:
    """Train once for every fold of the documents, and measure what comes out; no model is kept.

    In each turn one fold is measured, the next one chooses the best epoch, and all others are learnt from: no line is read by
    a model that has seen its document, or was chosen by it. Whether the model to start from has, nobody knows here.

    Args:
        services: Find engines and models; the database is not opened.
        folders: Of images with .gt.txt, PAGE or ALTO files of the same names.
        base: Model to start from, or the name of an engine to begin from nothing.
        options: Of the training.
        count: Number of folds, 3 or more and as many as there are documents at most.
        manner: The normal form, and what a document is.
        tell: Told about progress.

    Raises:
        Invalid: There is nothing to read, or there are too few documents, or the base model cannot be.
        EngineError: The engine cannot learn from this.
    """
    kind, weights = _beginning(services, base)
    checked = kind.training_options(options)
    with ground(folders, manner, services.settings.upload_limit) as found:
        folds = divided(found.texts, count)
        told: list[list[Outcome]] = []
        for number in range(count):
            dataset = _dataset(folds, number)
            with tempfile.TemporaryDirectory(prefix="fold-") as folder:
                learnt = _learner(kind, weights).train(dataset, checked, _Told(tell, number, count), Path(folder))
                reader = _learner(kind, Path(folder) / learnt.weights)
                outcomes = list(reader.examine(dataset, dataset.examples["test"]))
            documents = {str(text.found.path): text.document for text in folds[number]}
            told.append([counted(replace(one, document=documents[one.document]), manner.form) for one in outcomes])
            tell((number + 1) / count, f"fold {number + 1} of {count} is measured")
        rows = [figures(f"fold {number}", [outcomes], manner.form) for number, outcomes in enumerate(told, 1)]
        pooled = figures("", [list(chain.from_iterable(told))], manner.form)
        return Validation(form_label(manner.form), rows, pooled, found.left_out, found.broken)


def divided(texts: Sequence[Text], count: int) -> list[list[Text]]:
    """Return the texts in folds of about as many lines each; a document is in one fold as a whole.

    The largest documents are dealt out first, each to the fold that has the fewest lines; the same every time.

    Raises:
        Invalid: There are too few folds, or fewer documents than folds.
    """
    lines = Counter[str]()
    for text in texts:
        lines[text.document] += len(text.true)
    if not LEAST_FOLDS <= count <= len(lines):
        raise Invalid(
            f"{len(lines)} documents cannot be divided into {count} folds.",
            f"There are {LEAST_FOLDS} folds at least, and a document for each; --by image makes more of them.",
        )
    sizes = [0] * count
    fold: dict[str, int] = {}
    for document in sorted(lines, key=lambda name: (-lines[name], name)):
        fold[document] = sizes.index(min(sizes))
        sizes[fold[document]] += lines[document]
    return [[text for text in texts if fold[text.document] == number] for number in range(count)]


def _beginning(services: Services, base: str) -> tuple[type[Trainable], Path | None]:
    """Return who learns, and the weights to start from."""
    if "/" not in base:
        return learner("ocr", base), None
    version = services.models.find(LOCAL, base)
    if version.problem:
        raise Invalid(f"The model '{version.full_name}' cannot be used: {version.problem}", "Start from another model.")
    return learner(version.task, version.engine), version.path


def _learner(kind: type[Trainable], weights: Path | None) -> Any:
    """Return the engine with weights."""
    return kind(weights)  # pyright: ignore[reportCallIssue]  # an engine is an Engine as well


def _dataset(folds: Sequence[Sequence[Text]], number: int) -> Dataset:
    """Return what one turn learns from, is chosen by, and is measured on."""
    examples: dict[Split, list[Example]] = {"train": [], "held_out": [], "test": []}
    for other, texts in enumerate(folds):
        split: Split = "test" if other == number else "held_out" if other == (number + 1) % len(folds) else "train"
        for text in texts:
            key = str(text.found.path)
            name = text.found.name
            examples[split] += [Example(f"{key} {at}", f"{name}, line {at}", key, line) for at, line in enumerate(text.true, 1)]
    return Dataset("ocr", examples, _image)


def _image(path: str) -> np.ndarray:
    """Return the image of a path, (height, width, 3) uint8 RGB."""
    return load(Path(path))
