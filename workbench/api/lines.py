"""Lines: save, history, restore, direction, read alone. Saving by line and by feedback is one call of the service."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Response
from pydantic import Field

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.routing import MOST, Body, Failure, Id, Router, Words
from workbench.services.ocr.views import LineView

router = Router(tags=["lines"])

BaseRevision = Annotated[int, Field(ge=0, le=MOST, description="The revision that the change was made from.")]
ThingId = Annotated[int, Field(ge=1, le=MOST)]


class Conflicting(Failure):
    """Somebody saved in between: both texts, and the one that both were made from."""

    yours: str
    theirs: dict[str, object]
    before: dict[str, object] | None


class SavedLine(Body):
    """A text for a line, or the word that it cannot be read."""

    text: Words
    base_revision: BaseRevision
    action: Literal["correct", "accept", "unreadable"] = "correct"
    reason: Annotated[Words, Field(description="Why it cannot be read.", max_length=500)] = ""
    seconds: Annotated[float | None, Field(ge=0, le=86_400, description="Time that the person spent on it.")] = None


class Feedback(Body):
    """A correction from outside."""

    task: Literal["ocr"]
    project_id: ThingId
    page_id: ThingId
    line_id: ThingId
    text: Words
    base_revision: BaseRevision


class RestoredLine(Body):
    """Which revision is to be current again."""

    revision: Annotated[int, Field(ge=1, le=MOST)]
    base_revision: BaseRevision


class ChangedLine(Body):
    """What is to change about a line; what is absent stays."""

    direction: Literal["auto", "rtl", "ltr"] | None = None
    is_line: bool | None = None


@router.get("/lines/{line_id}", summary="Show a line", response_model=LineView)
def show_line(services: Use, actor: Asking, line_id: Id) -> Response:
    """Return one line with its latest reading."""
    return Json(services.ocr.line(actor, line_id))


@router.put("/lines/{line_id}", status_code=201, summary="Save a line", responses={409: {"model": Conflicting}})
def save_line(services: Use, actor: Asking, line_id: Id, body: SavedLine) -> Response:
    """Save a text as a new revision. A stale base is a conflict that loses nothing; the same save twice counts once."""
    saved = services.ocr.save_line(
        actor,
        line_id,
        text=body.text,
        base_revision=body.base_revision,
        action=body.action,
        reason=body.reason,
        seconds=body.seconds,
    )
    return Json({"revision": saved.revision, "line": saved.line}, 201)


@router.post("/feedback/", status_code=201, summary="Correct a line", responses={409: {"model": Conflicting}}, tags=["feedback"])
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


@router.get("/lines/{line_id}/revisions", summary="The history of a line")
def list_revisions(services: Use, actor: Asking, line_id: Id) -> Response:
    """Return all revisions of a line: text, author, model or person, time."""
    return Json(services.ocr.revisions(actor, line_id))


@router.post("/lines/{line_id}/restore", status_code=201, summary="Make an older revision current again")
def restore_line(services: Use, actor: Asking, line_id: Id, body: RestoredLine) -> Response:
    """Save the text of an older revision as a new one."""
    saved = services.ocr.restore(actor, line_id, body.revision, body.base_revision)
    return Json({"revision": saved.revision, "line": saved.line}, 201)


@router.patch("/lines/{line_id}", summary="Change the direction of a line, or say that it is none", response_model=LineView)
def change_line(services: Use, actor: Asking, line_id: Id, body: ChangedLine) -> Response:
    """Set the direction of a line, or whether it is a line at all."""
    if body.direction is not None:
        services.ocr.set_direction(actor, line_id, body.direction)
    if body.is_line is not None:
        services.ocr.set_is_line(actor, line_id, body.is_line)
    return Json(services.ocr.line(actor, line_id))


@router.post("/lines/{line_id}/read", status_code=202, summary="Read a line again")
def read_line(services: Use, actor: Asking, line_id: Id) -> Response:
    """Queue a new reading of this line alone."""
    return Json({"job_id": services.ocr.read_line(actor, line_id).id}, 202)
