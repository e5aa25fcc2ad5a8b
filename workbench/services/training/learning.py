"""The training itself, inside its own process: learn, measure, describe, publish, and promote where that is wished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import engines
from engines.base import Report, Trainable
from engines.errors import Cancelled, EngineError
from engines.learning import Dataset, Example, Learnt
from workbench.services.actors import Actor
from workbench.services.datasets.views import Opened
from workbench.services.errors import Invalid, ServiceError
from workbench.services.models.version import ModelVersion
from workbench.services.training import card
from workbench.services.training.part import Run, learner
from workbench.store.errors import StoreError
from workbench.store.jobs import Job, ReportRow

if TYPE_CHECKING:
    from workbench.services import Services
    from workbench.services.reports import JobReport

MOST_MEASURED = {"ocr": 1000, "layout": 40}
"""Held-out examples that the last measurement looks at: lines, or pages, each of which takes seconds."""


class Course(Report):
    """The report of a training: keeps beside each figure what it started from and what was best."""

    def __init__(self, report: JobReport, known: Sequence[ReportRow] = (), goes_on: Path | None = None) -> None:
        """Remember where it goes.

        Args:
            report: Of the job.
            known: What earlier attempts have said.
            goes_on: The checkpoint of a training that somebody goes on with: it is not to begin anew.
        """
        self._report = report
        self._goes_on = goes_on
        self._kept: dict[str, float] = {}
        for row in known:
            self._keep(row.metrics)

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Pass it on, with the figures of the start and of the best epoch.

        Raises:
            Invalid: It begins anew, though it was to go on.
        """
        if self._goes_on is not None and metrics.get("epoch") == 0:
            self._goes_on.unlink(missing_ok=True)
            raise Invalid("This training can no longer be gone on with: its checkpoint is damaged or gone.", "Start it again.")
        if metrics:
            self._keep(metrics)
            metrics = {**metrics, **self._kept}
        self._report(min(progress, 0.97), message, **metrics)

    @property
    def enough(self) -> bool:
        """Return whether the training is to end early."""
        return self._report.enough

    def _keep(self, metrics: Mapping[str, float]) -> None:
        if "error" not in metrics:
            return
        found = {name: metrics[f"error{name}"] for name in ("", "_low", "_high", "_n") if f"error{name}" in metrics}
        if metrics.get("epoch") == 0:
            self._kept |= {f"before{name}": value for name, value in found.items()}
        if metrics.get("epoch") == metrics.get("best_epoch"):
            self._kept |= {f"best{name}": value for name, value in found.items()}


@dataclass(frozen=True)
class Lesson:
    """One training with all it needs."""

    services: Services
    job: Job
    asked: Run
    actor: Actor
    opened: Opened
    parent: ModelVersion | None

    @property
    def dataset(self) -> Dataset:
        """Return what is learnt from."""
        return self.opened.dataset

    def engine(self, weights: Path | None) -> Any:
        """Return the engine with weights."""
        return engines.get(self.asked.task, self.asked.engine)(weights)


def learn(services: Services, job: Job, report: JobReport) -> dict[str, object]:
    """Run a training to its end; see `running.run` for what it gives."""
    asked = Run.model_validate(job.parameters)
    actor = Actor(workspace=job.workspace, name=job.owner)
    made = services.models.published(actor.workspace, asked.task, asked.name, job.id, asked=job.created)
    if made is None:
        lesson = lesson_of(services, job, asked, actor)
        made, opened = _train(lesson, report), lesson.opened
    else:  # an earlier attempt has published it and went no further
        opened = services.datasets.open(actor, asked.dataset_id)
        rows = services.store.jobs.figures(job.id)
        report(0.99, "Publishing the model", **(rows[-1].metrics if rows else {}))
    with services.store.begin() as connection:  # it is there: a cancel comes too late
        services.datasets.learnt(connection, opened, made.full_name)
    return {"model": made.full_name, **_promoted(services, actor, services.models.find(actor, made.full_name), report)}


def lesson_of(services: Services, job: Job, asked: Run, actor: Actor) -> Lesson:
    """Open what the training needs.

    Raises:
        Invalid: Base model or dataset are gone or damaged.
    """
    learner(asked.task, asked.engine)
    parent = services.models.find(actor, asked.base_model) if asked.base_model else None
    if parent is not None and parent.problem:
        raise Invalid(f"The model '{parent.full_name}' cannot be used: {parent.problem}", "Start from another model.")
    return Lesson(services, job, asked, actor, services.datasets.open(actor, asked.dataset_id), parent)


def _train(lesson: Lesson, report: JobReport) -> ModelVersion:
    """Learn, measure and publish."""
    asked, models = lesson.asked, lesson.services.models
    folder = models.staging(lesson.actor.workspace, asked.task, asked.name, lesson.job.id, asked=lesson.job.created)
    engine = lesson.engine(lesson.parent.path if lesson.parent else None)
    assert isinstance(engine, Trainable)
    goes_on = folder / engine.checkpoint if asked.resumes else None
    known = lesson.services.store.jobs.figures(lesson.job.id)
    if known:
        report(0.0, "", **known[-1].metrics)  # what was known before this attempt is shown at once
    course = Course(report, known, goes_on)
    before = _measured(lesson, lesson.parent.path) if lesson.parent else {}
    learnt = engine.train(lesson.dataset, asked.options, course, folder, keep_checkpoint=True)
    report(0.97, "Measuring the model")
    after = _measured(lesson, folder / learnt.weights)
    said = _said(lesson, learnt, before, after)
    rows = lesson.services.store.jobs.figures(lesson.job.id)
    card.write(folder, said, rows)
    report(0.99, "Publishing the model")
    report.flush()
    if engine.checkpoint:
        (folder / engine.checkpoint).unlink(missing_ok=True)  # not before: whatever failed until here can be gone on with
    return models.publish(lesson.actor.workspace, asked.task, asked.name, folder, said)


def _measured(lesson: Lesson, weights: Path) -> dict[str, dict[str, object]]:
    """Return the figures of some weights on the held-out examples, read as pages are read; none when nothing is held out.

    They are by the name of the measure, the headline first; a measure of which there is nothing is left out.
    """
    from engines.comparison import rates

    examples: Sequence[Example] = lesson.dataset.examples["held_out"][: MOST_MEASURED[lesson.asked.task]]
    if not examples:
        return {}
    engine = lesson.engine(weights)
    outcomes = list(engine.examine(lesson.dataset, examples))
    size = {"examples": len(outcomes), "documents": len({outcome.document for outcome in outcomes})}
    found = rates(outcomes, [measure.name for measure in engine.measures], formulas=engine.formulas)
    told: dict[str, dict[str, object]] = {}
    for measure in engine.measures:
        if found[measure.name].n or not told:
            named = {"measure": measure.name, "form": measure.form, "score": measure.score}
            told[measure.name] = {**named, **asdict(found[measure.name]), **size}
    return told


def _said(
    lesson: Lesson, learnt: Learnt, before: Mapping[str, Mapping[str, object]], after: Mapping[str, Mapping[str, object]]
) -> dict[str, object]:
    """Return what `model.json` says."""
    asked, view, dataset = lesson.asked, lesson.opened.view, lesson.dataset
    parent = lesson.parent
    documents, examples = (parent.learnt if parent else None) or (set[str](), set[str]())
    headline, parts = next(iter(after.values()), None), dict(list(after.items())[1:])
    divided = set(dataset.documents("held_out"))
    for example in dataset.examples["train"]:  # of a page that is divided within itself the other lines are not learnt
        is_part = example.document in divided and lesson.opened.rows[example.key].line_id is not None
        (examples if is_part else documents).add(example.key if is_part else example.document)
    return {
        **learnt.description,
        "task": asked.task,
        "engine": asked.engine,
        "title": asked.name,
        "weights": learnt.weights,
        "parent": parent.full_name if parent else None,
        "training": dict(asked.options),
        "dataset": {
            "id": view.id,
            "name": view.name,
            "sha256": view.sha256,
            "examples": len(dataset.examples["train"]),
            "documents": len(dataset.documents("train")),
            "sources": list(view.sources),
        },
        "split": {name: dict(counts) for name, counts in lesson.opened.split.items()},
        "shared": dataset.shared,
        "learnt": {"documents": sorted(documents), "examples": sorted(examples)},
        **({} if parent is None or parent.tells_all else {"learnt_from": None}),
        "chosen_on": sorted(set(dataset.documents("held_out")) | (parent.chosen_on if parent else set())),
        "metrics": {"headline": headline, "before": next(iter(before.values()), None), "parts": parts, **learnt.metrics},
        "author": lesson.actor.name,
        "job": lesson.job.id,
        "asked": lesson.job.created,
    }


def _promoted(services: Services, actor: Actor, made: ModelVersion, report: JobReport) -> dict[str, object]:
    """Promote a version when the workspace wants it and the paired interval excludes zero; say what happened."""
    if services.models.policy(actor) != "auto" or made.production:
        return {"promoted": made.production}
    current = services.models.reads(actor, made.script, made.task)
    if current is None or current.full_name == made.full_name:
        services.models.promote(actor, made.full_name, reason="There was no other model.")
        return {"promoted": True}
    report(0.99, "Comparing with the promoted model")
    try:
        verdict = services.comparing.verdict(actor, current.full_name, made.full_name, report)
    except Cancelled:
        raise
    except (ServiceError, EngineError, StoreError) as error:  # the version is there: a person decides about it
        return {"promoted": False, "why": error.message}
    if not verdict.clear or verdict.winner != "b":
        return {"promoted": False, "why": f"It is not clearly better than {current.full_name}."}
    services.models.promote(actor, made.full_name, reason=f"Clearly better than {current.full_name}.")
    return {"promoted": True}
