"""The ledger of what people said about predictions: look through, count, take along; and correct a line from outside."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query, Response
from fastapi.responses import FileResponse

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.exchange import sent
from workbench.api.heavy import run_heavy
from workbench.api.lines import BaseRevision, Conflicting
from workbench.api.routing import MOST, Body, Router, ThingId, Words
from workbench.services.feedback import MOST_AT_ONCE, Choices, Part, Totals, Wanted

router = Router(prefix="/feedback", tags=["feedback"])

Name = Annotated[Words | None, Query(max_length=200)]
Moment = Annotated[float | None, Query(allow_inf_nan=False, description="Seconds since 1970.")]
_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson", "sqlite": "application/vnd.sqlite3"}


def wanted(
    *,
    task: Name = None,
    project: Annotated[int | None, Query(ge=1, le=MOST)] = None,
    person: Name = None,
    model: Name = None,
    text: Annotated[Words | None, Query(max_length=200, description="In a text, or the name of a page or person.")] = None,
    since: Moment = None,
    until: Moment = None,
    action: Annotated[Words | None, Query(max_length=20, description="What was done, such as accept.")] = None,
) -> Wanted:
    """Return the filter of a request."""
    return Wanted(task=task, project=project, person=person, model=model, text=text, since=since, until=until, action=action)


Filtered = Annotated[Wanted, Depends(wanted)]


class Feedback(Body):
    """A correction from outside."""

    task: Literal["ocr"]
    project_id: ThingId
    page_id: ThingId
    line_id: ThingId
    text: Words
    base_revision: BaseRevision


@router.post("/", status_code=201, summary="Correct a line", responses={409: {"model": Conflicting}})
def add_feedback(services: Use, actor: Asking, body: Feedback) -> Response:
    """Save a correction; project, page and line must belong together."""
    saved = services.ocr.save_line(
        actor,
        body.line_id,
        text=body.text,
        base_revision=body.base_revision,
        page_id=body.page_id,
        project_id=body.project_id,
    )
    return Json({"revision": saved.revision}, 201)


@router.get("/", summary="List what people said", response_model=Part)
def list_feedback(
    services: Use,
    actor: Asking,
    filtered: Filtered,
    before: Annotated[int | None, Query(ge=1, le=MOST, description="The `next` of the part before.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 50,
) -> Response:
    """Return corrections and acceptances, the newest first, with what stood there before and which model had read it."""
    return Json(services.feedback.entries(actor, before=before, limit=limit, **filtered))


@router.get("/totals", summary="Count what people said", response_model=Totals)
def show_totals(services: Use, actor: Asking, filtered: Filtered) -> Response:
    """Return how many entries there are of each kind; `not_learnt` is what a model could still learn from."""
    return Json(services.feedback.totals(actor, **filtered))


@router.get("/choices", summary="What to filter by", response_model=Choices)
def show_choices(services: Use, actor: Asking) -> Response:
    """Return the projects, people, models and tasks that there are entries of."""
    return Json(services.feedback.choices(actor))


@router.get("/export", summary="Export what people said", response_class=FileResponse)
async def export_feedback(
    services: Use,
    actor: Asking,
    filtered: Filtered,
    format: Annotated[str, Query(description="csv, jsonl or sqlite.", max_length=20)] = "csv",
) -> Response:
    """Return all entries that pass the filter in one file."""
    path = await run_heavy(services.feedback.export, actor, format, **filtered)
    return sent(path, _MEDIA_TYPES[format])
