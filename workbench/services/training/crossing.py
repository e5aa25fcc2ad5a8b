"""A cross-validation, inside its own process: for every fold train, then measure what has not been seen; no model is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from engines.base import Report
from engines.bootstrap import LEAST_DOCUMENTS
from engines.comparison import compare
from engines.learning import Outcome
from engines.ocr.text import form_label
from workbench.services.actors import Actor
from workbench.services.evaluation.figures import Figures, figures, forms
from workbench.services.evaluation.reading import counted
from workbench.services.training.folds import Fold, folded
from workbench.services.training.learning import Lesson, lesson_of
from workbench.services.training.measured import Measured, Validation
from workbench.services.training.part import CrossValidate
from workbench.store.jobs import Job

if TYPE_CHECKING:
    from workbench.services import Services
    from workbench.services.reports import JobReport

HEADLINE = "strict"


class _Turn(Report):
    """Passes on what a training says, with the number of its fold before it; its curve is one of several, and is not kept."""

    def __init__(self, report: JobReport, number: int, count: int) -> None:
        self._report, self._number, self._count = report, number, count

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Say how far all folds together are."""
        told = {"fold": float(self._number + 1)} if metrics else {}
        words = f"fold {self._number + 1} of {self._count}: {message}"
        self._report((self._number + min(progress, 0.99)) / self._count, words, **told)


def cross_validate(services: Services, job: Job, report: JobReport) -> dict[str, object]:
    """Run a cross-validation to its end, from the first fold that is not over yet.

    Returns:
        `folds`: how many; the figures lie beside, see `TrainingView.validation`.

    Raises:
        Invalid: Base model or dataset are gone or damaged, or cannot be divided so any more.
        EngineError: The engine cannot learn from this.
    """
    asked = CrossValidate.model_validate(job.parameters)
    kept = services.training.measured(job)
    kept.begin(job)
    found = kept.result()  # an earlier attempt may have come as far
    if found is None:
        found = _validated(lesson_of(services, job, asked, Actor(workspace=job.workspace, name=job.owner)), asked, kept, report)
        kept.finish(found)
    report(0.99, f"all folds are measured: {_words(found.pooled)}", **_metrics(found))
    report.flush()
    return {"folds": len(found.folds)}


def _validated(lesson: Lesson, asked: CrossValidate, kept: Measured, report: JobReport) -> Validation:
    """Measure the folds that are not over yet, and return what all of them say."""
    folds = folded(lesson.opened, asked.by, asked.folds)
    told: list[list[list[Outcome]]] = []
    rows: list[Figures] = []
    for number, fold in enumerate(folds):
        sides = kept.fold(number)
        if sides is None:
            sides = _sides(lesson, fold, kept, number, _Turn(report, number, len(folds)))
            kept.keep(number, sides)
        told.append([[counted(one, asked.form) for one in side] for side in sides])
        rows.append(figures(fold.name, told[-1], asked.form))
        words = f"fold {number + 1} of {len(folds)} is measured: {_words(rows[-1])}"
        report((number + 1) / len(folds) - 0.01, words, fold=number + 1)
    return _described(lesson, asked, folds, rows, told)


def _sides(lesson: Lesson, fold: Fold, kept: Measured, number: int, report: Report) -> list[list[Outcome]]:
    """Return what the model that is started from, where there is one, and the trained one say about a fold."""
    learnt = lesson.engine(lesson.parent.path if lesson.parent else None).train(
        fold.dataset, lesson.asked.options, report, kept.work(number)
    )
    weights = [lesson.parent.path] if lesson.parent else []
    examples = fold.dataset.examples["test"]
    readers = [lesson.engine(path) for path in (*weights, kept.work(number) / learnt.weights)]
    return [list(reader.examine(fold.dataset, examples, report)) for reader in readers]


def _described(
    lesson: Lesson,
    asked: CrossValidate,
    folds: Sequence[Fold],
    rows: Sequence[Figures],
    told: Sequence[Sequence[Sequence[Outcome]]],
) -> Validation:
    """Return the figures of each fold, and of all lines together."""
    groups = [group for fold in folds for group in fold.groups]
    sides = [list(chain.from_iterable(side)) for side in zip(*told, strict=True)]
    if len(groups) >= LEAST_DOCUMENTS:  # what is alike stays together when intervals are made
        of = {key: " ".join(group) for fold in folds for key, group in fold.group.items()}
        sides = [[replace(one, document=of[one.key]) for one in side] for side in sides]
    met = lesson.parent.met if lesson.parent else set[str]()
    return Validation(
        form=form_label(asked.form),
        by=asked.by,
        groups=len(groups),
        readers=[*([lesson.parent.full_name] if lesson.parent else []), "trained"],
        folds=rows,
        pooled=figures("", sides, asked.form),
        verdict=compare(sides[0], sides[1], [HEADLINE]).verdict if len(sides) > 1 else None,
        seen=None if met is None else sum(one.document in met for fold in told for one in fold[0]),
        left_out=len(lesson.dataset.examples["test"]),
        forms=forms(asked.form),
    )


def _words(found: Figures) -> str:
    """Return the errors in words for the log."""
    return ", before: ".join(f"CER {rates[HEADLINE].value:.2%} of {rates[HEADLINE].n}" for rates in reversed(found.rates))


def _metrics(found: Validation) -> dict[str, float]:
    """Return the figures of all lines as those of a training are told."""
    names = ("before", "best") if len(found.readers) > 1 else ("best",)
    told = {"folds": float(len(found.folds))}
    for name, rates in zip(names, found.pooled.rates, strict=True):
        rate = rates[HEADLINE]
        told |= {name: rate.value, f"{name}_low": rate.low, f"{name}_high": rate.high, f"{name}_n": float(rate.n)}
    return told
