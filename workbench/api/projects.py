"""Projects: list, show, make, change, trash, search."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import Field

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.heavy import run_heavy
from workbench.api.pages import Reading
from workbench.api.routing import MOST, Body, Id, Router, Words
from workbench.services.ocr.batches import BatchView
from workbench.services.ocr.views import ProjectView

router = Router(prefix="/projects", tags=["projects"])


class NewProject(Body):
    """A project to be made."""

    name: Words
    engine: Annotated[Words | None, Field(description="Reads its pages; none = the default.")] = None
    model: Annotated[Words | None, Field(description="Reads its pages; none = the rule of models decides.")] = None


class ReadingOfMany(Reading):
    """Which pages of a project are read, and with what; none = whoever was to read them."""

    which: Annotated[
        Literal["unread", "all"], Field(description="unread = whose reading failed or was cancelled; all = all once more.")
    ] = "unread"


class ChangedProject(Body):
    """What is to change; what is absent stays, an empty engine or model goes back to the default."""

    name: Words | None = None
    engine: Words | None = None
    model: Words | None = None


@router.get("/", summary="List the projects", response_model=list[ProjectView])
def list_projects(services: Use, actor: Asking, trash: bool = False) -> Response:
    """Return the projects without their pages; with `trash=true` what lies in the trash."""
    return Json(services.ocr.projects(actor, trash))


@router.post("/", status_code=201, summary="Make a project", response_model=ProjectView)
def create_project(services: Use, actor: Asking, body: NewProject) -> Response:
    """Make an empty project."""
    return Json(services.ocr.create_project(actor, body.name, body.engine, body.model), 201)


@router.get("/{project_id}", summary="Show a project", response_model=ProjectView)
def show_project(  # noqa: PLR0917  # the parameters of the address
    services: Use,
    actor: Asking,
    project_id: Id,
    lines: Annotated[bool, Query(description="With the lines of every page.")] = True,
    offset: Annotated[int, Query(ge=0, le=MOST, description="Leave out so many pages.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="Show at most so many pages.")] = 50,
) -> Response:
    """Return a project with its pages, in their order."""
    return Json(services.ocr.project(actor, project_id, lines=lines, offset=offset, limit=limit))


@router.patch("/{project_id}", summary="Change a project", response_model=ProjectView)
def update_project(services: Use, actor: Asking, project_id: Id, body: ChangedProject) -> Response:
    """Change the name, the engine or the model of a project."""
    changed = services.ocr.update_project(actor, project_id, name=body.name, engine=body.engine, model=body.model)
    return Json(changed)


@router.delete("/{project_id}", status_code=204, summary="Put a project into the trash")
def delete_project(services: Use, actor: Asking, project_id: Id) -> Response:
    """Put a project with its pages into the trash; it can be restored for 30 days."""
    services.ocr.delete_project(actor, project_id)
    return Response(status_code=204)


@router.post("/{project_id}/restore", summary="Take a project out of the trash", response_model=ProjectView)
def restore_project(services: Use, actor: Asking, project_id: Id) -> Response:
    """Take a project out of the trash."""
    return Json(services.ocr.restore_project(actor, project_id))


@router.get("/{project_id}/reading", summary="How far the reading of a project is", response_model=BatchView)
def show_reading(services: Use, actor: Asking, project_id: Id) -> Response:
    """Return how many pages are read, wait and were not read and why, what is being read, and about how long it still takes."""
    return Json(services.ocr.batch(actor, project_id))


@router.post("/{project_id}/read", status_code=202, summary="Read the pages of a project")
async def read_project(services: Use, actor: Asking, project_id: Id, body: ReadingOfMany) -> Response:
    """Queue the pages whose reading failed or was cancelled, or all of them; lines that a person corrected stay."""
    return Json({"queued": await run_heavy(services.ocr.read_project, actor, project_id, **body.model_dump())}, 202)


@router.post("/{project_id}/reading/cancel", summary="Stop reading a project")
async def stop_reading(services: Use, actor: Asking, project_id: Id) -> Response:
    """Cancel what waits or is being read; what is read already stays, and `read` goes on with the rest."""
    return Json({"cancelled": await run_heavy(services.ocr.stop_reading, actor, project_id)})


@router.get("/{project_id}/search", summary="Search in the text of a project")
def search(services: Use, actor: Asking, project_id: Id, q: Annotated[Words, Query(max_length=200)]) -> Response:
    """Return where a text stands; points, accents and the case of letters do not count."""
    return Json(services.ocr.search(actor, project_id, q))
