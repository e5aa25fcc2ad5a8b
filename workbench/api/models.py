"""Models: which there are, how well they do, which one reads; and the comparison of two of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Response
from pydantic import BaseModel, Field

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.routing import Body, Router, ThingId, Words
from workbench.services.models import Headline, ModelVersion, Promoted, Way, ways

router = Router(prefix="/models", tags=["models"])

_FIELDS = (
    *("name", "version", "title", "engine", "script", "task", "owner", "promoted", "production", "parent", "created"),
    *("examples", "documents", "metrics", "headline", "problem", "dataset_id", "job_id"),
)
Part = Annotated[str, Path(max_length=64)]
ModelName = Annotated[Words, Field(min_length=1, max_length=210, description="<owner>/<task>/<name>, with or without /v<N>.")]


class VersionHead(BaseModel):
    """A version in the list: `promoted` = it reads where nobody names one, `production` = it is what its name means.

    `combines` tells how it can be made one with others: they vote, or one has their mean weights.
    """

    model: str
    name: str
    version: int
    title: str
    engine: str
    script: str
    task: str
    owner: str
    own: bool
    promoted: bool
    production: bool
    parent: str | None
    created: float | None
    examples: int | None
    documents: int | None
    metrics: dict[str, object]
    headline: Headline | None
    problem: str
    combines: list[Way]
    dataset_id: int | None
    job_id: int | None


class VersionView(VersionHead):
    """A version with its card (Markdown), its whole description, its ancestors, and the projects that name it."""

    card: str
    description: dict[str, object]
    lineage: list[str]
    used_by: list[str]


class Policy(Body):
    """Who promotes a better model: a person by hand, or the training that made it."""

    promotion: Annotated[str, Field(max_length=20, description="hand or auto.")]


class Pair(Body):
    """Two models to compare."""

    a: ModelName
    b: ModelName
    projects: Annotated[
        list[ThingId] | None,
        Field(min_length=1, max_length=1_000, description="On whose lines; none = those of the projects they learnt from."),
    ] = None


class Together(Body):
    """Versions to make one model of: an ensemble that reads with all of them, or one network with their mean weights."""

    name: Annotated[Words, Field(max_length=200)]
    models: Annotated[list[ModelName], Field(min_length=2, max_length=8)]
    average: bool = False
    title: Annotated[Words, Field(max_length=200)] = ""


def full_name(owner: Part, task: Part, name: Part, version: Annotated[int, Path(ge=1, le=999_999)]) -> str:
    """Return the full name in an address."""
    return f"{owner}/{task}/{name}/v{version}"


Named = Annotated[str, Depends(full_name)]


@router.get("/", summary="List the models", response_model=list[VersionHead])
def list_models(services: Use, actor: Asking, task: Annotated[str, Query(max_length=20)] = "ocr") -> Response:
    """Return all versions of a task, the shipped ones first, of each model the newest first."""
    return Json([_head(model, actor.workspace) for model in services.models.list(actor, task)])


@router.get("/policy", summary="Show who promotes", response_model=Policy)
def show_policy(services: Use, actor: Asking) -> Response:
    """Return whether a better model is promoted by `hand` or `auto`."""
    return Json({"promotion": services.models.policy(actor)})


@router.put("/policy", summary="Say who promotes", response_model=Policy)
def set_policy(services: Use, actor: Asking, body: Policy) -> Response:
    """Say whether a better model is promoted by `hand` or `auto`."""
    return Json({"promotion": services.models.set_policy(actor, body.promotion)})


@router.post("/compare", status_code=202, summary="Compare two models")
def compare(services: Use, actor: Asking, body: Pair) -> Response:
    """Queue the comparison of two models on corrected lines that neither has learnt; 200 when the result is there already."""
    job, key = services.comparing.start(actor, body.a, body.b, body.projects)
    return Json({"job_id": None if job is None else job.id, "comparison": key}, 200 if job is None else 202)


@router.post("/combine", status_code=202, summary="Make one model of several")
def combine(services: Use, actor: Asking, body: Together) -> Response:
    """Queue the making of a model that reads with several ones; the result of the job names the new version."""
    job = services.models.begin_combining(actor, body.name, body.models, average=body.average, title=body.title)
    return Json({"job_id": job.id}, 202)


@router.get("/comparisons/{key}", summary="Show a comparison")
def show_comparison(services: Use, actor: Asking, key: Annotated[str, Path(max_length=64)]) -> Response:
    """Return what a comparison found: the verdict, the measures, the confusions, and every line with both readings."""
    return Json(services.comparing.get(actor, key))


@router.get("/{owner}/{task}/{name}/v{version}", summary="Show a model", response_model=VersionView)
def show_model(services: Use, actor: Asking, model: Named) -> Response:
    """Return a version with its card, description, ancestors, and the projects that name it."""
    version = services.models.get(actor, model)
    more = {
        "card": version.card,
        "description": version.said,
        "lineage": services.models.lineage(actor, version),
        "used_by": services.models.used_by(actor, version),
    }
    return Json(_head(version, actor.workspace) | more)


@router.post("/{owner}/{task}/{name}/v{version}/promote", summary="Promote a model", response_model=Promoted)
def promote(services: Use, actor: Asking, model: Named) -> Response:
    """Make a version the one that its name means and that reads pages of its script."""
    return Json(services.models.promote(actor, model))


@router.post("/{owner}/{task}/{name}/rollback", summary="Take a promotion back", response_model=Promoted)
def roll_back(services: Use, actor: Asking, owner: Part, task: Part, name: Part) -> Response:
    """Go back to the version of a model that was promoted before; to none where there was none."""
    return Json(services.models.rollback(actor, f"{owner}/{task}/{name}"))


@router.delete("/{owner}/{task}/{name}/v{version}", status_code=204, summary="Delete a model")
def delete_model(services: Use, actor: Asking, model: Named) -> Response:
    """Delete a version for good; 409 while it is promoted or a project names it."""
    services.models.delete(actor, model)
    return Response(status_code=204)


def _head(version: ModelVersion, workspace: str) -> dict[str, object]:
    shown = {name: getattr(version, name) for name in _FIELDS}
    return {"model": version.full_name, **shown, "own": version.owner == workspace, "combines": ways(version)}
