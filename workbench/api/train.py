"""Train: what can be trained, the check of the data, the trainings, and those that begin by themselves."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query, Response
from pydantic import Field

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.heavy import run_heavy
from workbench.api.job_view import job_json
from workbench.api.routing import Body, Id, Router, ThingId, Words
from workbench.services.errors import Invalid
from workbench.services.training.following import TrainingView
from workbench.services.training.validating import Division

router = Router(prefix="/train", tags=["train"])

Projects = Annotated[list[ThingId], Field(max_length=1000)]
Options = Annotated[dict[str, Any], Field(max_length=100)]


class Data(Body):
    """What to learn from, and how."""

    task: Annotated[Words, Field(max_length=20)] = "ocr"
    projects: Projects
    base_model: Annotated[Words, Field(max_length=200)] | None = None
    options: Options = Field(default_factory=dict)


class Wanted(Data):
    """A training."""

    name: Annotated[Words, Field(max_length=200)]


class Changed(Body):
    """Options that are to be other ones than before."""

    options: Options = Field(default_factory=dict)


class Divided(Data):
    """A cross-validation: of projects, or of a dataset that is there."""

    projects: Projects = Field(default_factory=list)
    dataset_id: ThingId | None = None
    by: Literal["page", "source"] | Annotated[int, Field(ge=0, le=20)] = Field(
        "page", description="What is never divided: page, source (a project, a folder), or the folders so many levels down."
    )
    folds: Annotated[int, Field(ge=2, le=50)] | None = Field(None, description="None = one for each of these.")
    form: Annotated[Words, Field(max_length=20)] = "letters"


class Scheduled(Wanted):
    """A training that begins by itself."""

    base_model: Annotated[Words, Field(max_length=200)] | None = None
    every: int | None = None
    hour: int | None = None


class Rescheduled(Body):
    """What is to change about a schedule."""

    projects: Projects | None = None
    base_model: Annotated[Words, Field(max_length=200)] | None = None
    options: Options | None = None
    every: int | None = None
    hour: int | None = None


@router.get("/", summary="What can be trained")
async def list_offers(services: Use, actor: Asking) -> Response:
    """Return tasks with models to start from, engines with their options, projects with corrections; and the schedules."""
    tasks = await run_heavy(services.training.offers, actor)
    return Json({"tasks": tasks, "schedules": await run_heavy(services.training.schedules, actor)})


@router.post("/check", summary="Look at the data before a training")
async def check(services: Use, actor: Asking, body: Data) -> Response:
    """Return what a training would see, and what is doubtful about it. Nothing is written."""
    return Json(
        await run_heavy(
            services.training.check, actor, body.task, body.projects, base_model=body.base_model, options=body.options
        )
    )


@router.post("/preview", summary="See lines as a training would")
async def preview(services: Use, actor: Asking, body: Data) -> Response:
    """Return a few examples as they are and as they may be varied. Nothing is written."""
    wish = {"base_model": body.base_model, "options": body.options}
    return Json({"examples": await run_heavy(services.training.preview, actor, body.task, body.projects, **wish)})


@router.post("/", status_code=202, summary="Train a model")
async def train(services: Use, actor: Asking, body: Wanted) -> Response:
    """Freeze what is corrected in the projects and queue a training; its result names the new version."""
    if not body.projects:
        raise Invalid("No project is named.", "Choose one or more with corrected lines.")
    job, dataset = await run_heavy(
        services.training.begin, actor, body.task, body.name, body.projects, base_model=body.base_model, options=body.options
    )
    return Json({"job_id": job.id, "dataset_id": dataset}, 202)


@router.post("/cross-validate", status_code=202, summary="Measure what a training would be worth")
async def cross_validate(services: Use, actor: Asking, body: Divided) -> Response:
    """Queue a cross-validation: train once for every fold, measure it by a model that has not seen it, and keep no model."""
    if bool(body.projects) == (body.dataset_id is not None):
        raise Invalid("A cross-validation is of projects or of one dataset.", "Name projects, or a dataset_id.")
    source = body.projects if body.dataset_id is None else await run_heavy(services.datasets.get, actor, body.dataset_id)
    division = Division(by=body.by, folds=body.folds, form=body.form)
    wish = {"base_model": body.base_model, "options": body.options}
    job, dataset = await run_heavy(services.training.cross_validate, actor, body.task, source, division, **wish)
    return Json({"job_id": job.id, "dataset_id": dataset}, 202)


@router.get("/jobs", summary="List the trainings")
async def list_trainings(services: Use, actor: Asking, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> Response:
    """Return the trainings, the newest first, without curves and logs."""
    return Json([_shown(view) for view in await run_heavy(services.training.list, actor, limit)])


@router.get("/jobs/{job_id}", summary="Show a training")
async def show_training(services: Use, actor: Asking, job_id: Id) -> Response:
    """Return a training with its figures, curves and log."""
    return Json(_shown(await run_heavy(services.training.get, actor, job_id)))


@router.post("/jobs/{job_id}/again", status_code=202, summary="Train once more")
async def train_again(services: Use, actor: Asking, job_id: Id, body: Changed) -> Response:
    """Queue a training of the same frozen lines, with some options changed."""
    return Json({"job_id": (await run_heavy(services.training.again, actor, job_id, body.options)).id}, 202)


@router.post("/jobs/{job_id}/resume", status_code=202, summary="Go on with a training")
async def resume_training(services: Use, actor: Asking, job_id: Id, body: Changed) -> Response:
    """Queue a training that failed or was cancelled, to go on from its checkpoint; it may get more `minutes` and `epochs`."""
    return Json({"job_id": (await run_heavy(services.training.resume, actor, job_id, body.options)).id}, 202)


@router.get("/pages", summary="The pages with corrected lines")
async def list_pages(
    services: Use,
    actor: Asking,
    projects: Annotated[str, Query(max_length=10_000)] = "",
    task: Annotated[str, Query(max_length=20)] = "ocr",
) -> Response:
    """Return the pages of projects (ids with commas; none = all) that a task can learn from, with their split."""
    parts = [part.strip() for part in projects.split(",") if part.strip()]
    if any(not (part.isascii() and part.isdigit() and len(part) < 11) for part in parts):
        raise Invalid(f"'{projects[:50]}' is no list of projects.", "Give their ids, parted by commas.")
    return Json(await run_heavy(services.datasets.pages, actor, [int(part) for part in parts] or None, task=task))


@router.get("/schedules", summary="Trainings that begin by themselves")
def list_schedules(services: Use, actor: Asking) -> Response:
    """Return the schedules, with how many corrections wait for each."""
    return Json(services.training.schedules(actor))


@router.post("/schedules", status_code=201, summary="Train by itself")
def add_schedule(services: Use, actor: Asking, body: Scheduled) -> Response:
    """Add a training that begins after every so many corrections, or every night."""
    view = services.training.schedule(
        actor,
        body.task,
        body.name,
        body.projects,
        base_model=body.base_model or "",
        options=body.options,
        every=body.every,
        hour=body.hour,
    )
    return Json(view, 201)


@router.patch("/schedules/{schedule_id}", summary="Change a schedule")
def change_schedule(services: Use, actor: Asking, schedule_id: Id, body: Rescheduled) -> Response:
    """Change when it begins, its projects, base model or options; what is absent stays."""
    given = body.model_dump(exclude_unset=True)
    kept = {name: value for name, value in given.items() if value is not None or name in ("every", "hour", "base_model")}
    return Json(services.training.reschedule(actor, schedule_id, kept))


@router.delete("/schedules/{schedule_id}", status_code=204, summary="Remove a schedule")
def remove_schedule(services: Use, actor: Asking, schedule_id: Id) -> Response:
    """Remove it; a training that it has begun goes on."""
    services.training.unschedule(actor, schedule_id)
    return Response(status_code=204)


@router.post("/schedules/{schedule_id}/run", status_code=202, summary="Begin a schedule now")
async def run_schedule(services: Use, actor: Asking, schedule_id: Id) -> Response:
    """Queue its training now."""
    return Json({"job_id": (await run_heavy(services.training.run_schedule, actor, schedule_id)).id}, 202)


def _shown(view: TrainingView) -> dict[str, object]:
    """Return a training with its job as the API shows jobs."""
    names = [name for name in TrainingView.__dataclass_fields__ if name != "job"]
    return {"job": job_json(view.job), **{name: getattr(view, name) for name in names}}
