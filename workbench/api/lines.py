"""Lines: show, picture, save, history, restore, direction, read alone."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.heavy import run_heavy
from workbench.api.routing import MOST, Body, Failure, Id, Router, Words
from workbench.services.ocr.views import LineView

router = Router(tags=["lines"])

BaseRevision = Annotated[int, Field(ge=0, le=MOST, description="The revision that the change was made from.")]
Height = Annotated[int, Query(ge=24, le=400, description="Of the picture, in pixels.")]


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


@router.get("/lines/{line_id}/image", summary="The picture of a line", response_class=Response)
async def show_line_image(request: Request, services: Use, actor: Asking, line_id: Id, height: Height = 88) -> Response:
    """Return a line cut out of the scan of its page, as JPEG of that height and at most 2,400 pixels wide."""
    crop = await run_in_threadpool(services.ocr.crop, actor, line_id, height)
    headers = {"ETag": crop.etag, "Cache-Control": "private, max-age=3600"}
    if crop.etag in [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(await run_heavy(services.ocr.cut, crop), media_type="image/jpeg", headers=headers)


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
