"""A training as the faces follow it: where it stands, its figures, its curves, its log, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import engines
from engines.learning import Measure
from workbench.services.actors import Actor
from workbench.services.datasets.views import Counts, DatasetHead
from workbench.services.errors import ServiceError
from workbench.services.training.epochs import by_epoch
from workbench.services.training.measured import Validation
from workbench.services.training.part import KINDS, RUN, Part, Run, run_of
from workbench.store.database import now
from workbench.store.errors import StoreError
from workbench.store.jobs import ENDED, Job, ReportRow

MOST_POINTS = 1000
"""Points of a curve that are shown; of more, every n-th."""
MOST_LOG = 500
SHARES = frozenset({"word_error", "missed", "invented", "area"})
"""Figures in 0..1."""
DETAILS = (
    "word_error",
    "missed",
    "invented",
    "area",
    "rate",
    "gradient",
    "lines_per_second",
    "pages_per_second",
    "epoch_seconds",
    "memory",
)
"""Figures of an epoch that have a chart of their own, where an engine reports them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate of errors on held-out examples, with its 95 % interval and of how much."""

    value: float
    low: float | None
    high: float | None
    n: int | None


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart: (epoch, value) in order."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Curve:
    """One chart; `percent` values are 0..1. `detail` = for who wants to know more: shown on request."""

    name: str
    percent: bool
    series: Sequence[Series]
    detail: bool = False


@dataclass(frozen=True, slots=True)
class LogLine:
    """What was said at a time, seconds since the epoch."""

    time: float
    text: str


@dataclass(frozen=True, slots=True)
class Again:
    """The one next step after a failure: begin again with these options, and why."""

    options: Mapping[str, object]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingView:
    """A training.

    Attributes:
        job: Its job.
        asked: `finish` = it is to end early and to keep the best.
        before: The figure of what it started from; None when nothing is held out, or it started from nothing.
        now: The figure of the best epoch so far.
        seconds: That it has run, or ran.
        left_seconds: About how long it still takes; None when nobody can tell.
        model: Full name of what it made.
        promoted_by: Who promoted that version; None = nobody, or it is not promoted any more.
        curves: () in a list.
        log: () in a list.
        again: None where there is nothing to try.
        resumable: It failed or was cancelled, and can go on from its checkpoint.
        resumes: The job that it goes on from, with its curves and its log; None = it began anew.
        validation: What a cross-validation found; None in a list, too.
    """

    job: Job
    asked: str | None
    task: str
    name: str
    engine: str
    base_model: str
    options: Mapping[str, object]
    dataset: DatasetHead | None
    split: Counts | None
    shared: bool
    author: str
    measure: Measure | None
    before: Figure | None
    now: Figure | None
    best_epoch: int | None
    epoch: int | None
    seconds: float | None
    left_seconds: float | None
    model: str | None
    version: int | None
    promoted_by: str | None
    curves: Sequence[Curve] = ()
    log: Sequence[LogLine] = ()
    again: Again | None = None
    resumable: bool = False
    resumes: int | None = None
    validation: Validation | None = None


class Following(Part):
    """The trainings of a workspace."""

    def list(self, actor: Actor, limit: int = 50) -> list[TrainingView]:
        """Return the trainings of the actor's workspace, the newest first, without curves and logs."""
        jobs = self._store.jobs.list(actor.workspace, kinds=KINDS, limit=max(1, min(limit, 500)))
        promoters = self._promoters(actor)
        return [self._view(actor, job, promoters) for job in jobs]

    def get(self, actor: Actor, job_id: int) -> TrainingView:
        """Return a training with its curves and its log: what was said together with figures.

        Raises:
            NotFound: The workspace has no such training.
        """
        job = self._store.jobs.get(job_id, actor.workspace)
        run_of(job)  # else it is none
        rows = self._store.jobs.figures(job_id)
        log = [LogLine(row.time, row.message) for row in rows[-MOST_LOG:] if row.message]
        validation = self._services.training.measured(job).result() if job.state == "done" else None
        view = self._view(actor, job, self._promoters(actor))
        return replace(view, curves=_curves(rows), log=log, validation=validation)

    def _view(self, actor: Actor, job: Job, promoters: Mapping[str, str]) -> TrainingView:
        """Return a training without curves and log; `promoters` are those of the versions that are promoted now."""
        asked = run_of(job)
        kind = engines.classes(asked.task).get(asked.engine)
        model = str(job.result["model"]) if job.result and job.result.get("model") else None
        seconds = None if job.started is None else (job.finished or now()) - job.started
        dataset, split, shared = self._dataset(actor, asked.dataset_id)
        return TrainingView(
            job=job,
            asked=job.asked if job.state == "running" else None,
            task=asked.task,
            name=asked.name,
            engine=asked.engine,
            base_model=asked.base_model,
            options=asked.options,
            dataset=dataset,
            split=split,
            shared=shared,
            author=job.owner,
            measure=kind.measures[0] if kind and kind.measures else None,
            before=_figure(job.metrics, "before"),
            now=_figure(job.metrics, "best"),
            best_epoch=_whole(job.metrics.get("best_epoch")),
            epoch=_whole(job.metrics.get("epoch")),
            seconds=seconds,
            left_seconds=None if asked.resumes else _left(job, seconds),
            model=model,
            version=int(model.rpartition("/v")[2])
            if model
            else self._number(actor, job, asked)
            if job.kind == RUN and job.state not in ENDED
            else None,
            promoted_by=promoters.get(model) if model else None,
            again=_again(job, asked),
            resumable=self._services.training.resumable(job),
            resumes=asked.resumes,
        )

    def _promoters(self, actor: Actor) -> dict[str, str]:
        """Return who promoted the versions that are promoted now, by their full names."""
        with self._store.connect() as connection:
            rows = self._store.promotions.all(connection, actor.workspace)
        latest = {row.model: row for row in reversed(rows)}  # the newest comes last and counts
        return {f"{row.model}/v{row.version}": row.author for row in latest.values() if row.version is not None}

    def _number(self, actor: Actor, job: Job, asked: Run) -> int:
        """Return the number that the version of a training gets, or has got a moment before the job ends."""
        models = self._services.models
        made = (
            models.published(actor.workspace, asked.task, asked.name, job.id, asked=job.created) if job.progress > 0.9 else None
        )
        return made.version if made else models.next_number(actor.workspace, asked.task, asked.name)

    def _dataset(self, actor: Actor, dataset_id: int) -> tuple[DatasetHead | None, Counts | None, bool]:
        """Return what a training learns from; nothing when it was deleted."""
        try:
            found = self._services.datasets.glance(actor, dataset_id)
        except (ServiceError, StoreError):
            return None, None, False
        return found, found.split, found.shared


def _figure(metrics: Mapping[str, float], name: str) -> Figure | None:
    value = metrics.get(name)
    if value is None:
        return None
    n = metrics.get(f"{name}_n")
    return Figure(value, metrics.get(f"{name}_low"), metrics.get(f"{name}_high"), None if n is None else int(n))


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _left(job: Job, seconds: float | None) -> float | None:
    """Return about how long a running job still takes: as long as it took so far for each part.

    A later attempt began somewhere in the middle: nobody can tell.
    """
    if job.state != "running" or job.attempt > 1 or seconds is None or job.progress < 0.08 or seconds < 5:
        return None
    return seconds * (1 - job.progress) / job.progress


def _curves(rows: Sequence[ReportRow]) -> list[Curve]:
    """Return the charts of what was reported."""
    epochs = by_epoch(rows)
    shown = epochs[:: 1 + len(epochs) // MOST_POINTS]
    errors = [Series("held_out", _points(shown, "error"))]
    if shown and shown[0].get("before") is not None:
        start = shown[0]["before"]
        errors.append(Series("before", [(shown[0]["epoch"], start), (shown[-1]["epoch"], start)]))
    losses = [Series("held_out", _points(shown, "held_out_loss")), Series("learning", _points(shown, "loss"))]
    charts = [Curve("error", True, errors), Curve("loss", False, losses)]
    charts += [Curve(name, name in SHARES, [Series(name, _points(shown, name))], detail=True) for name in DETAILS]
    drawn = [replace(chart, series=[line for line in chart.series if line.points]) for chart in charts]
    return [chart for chart in drawn if chart.series or not chart.detail]


def _points(rows: Sequence[Mapping[str, float]], name: str) -> list[tuple[float, float]]:
    return [(row["epoch"], row[name]) for row in rows if row.get(name) is not None]


def _again(job: Job, asked: Run) -> Again | None:
    """Return what to try after a failure: a smaller batch where memory ran out, else the same again."""
    if job.state not in ("failed", "cancelled"):
        return None
    batch = asked.options.get("batch")
    if "memory" in job.error + job.hint and isinstance(batch, int | float) and batch >= 1000:
        return Again({"batch": int(batch) // 2}, f"Try batch {int(batch) // 2}")
    return Again({}, "Try again")
