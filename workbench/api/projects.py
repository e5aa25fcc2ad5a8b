"""Projects: list, show, make, change, trash, search."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.routing import MOST, Body, Id, Router, Words
from workbench.services.ocr.views import ProjectView

router = Router(prefix="/projects", tags=["projects"])


class NewProject(Body):
    """A project to be made."""

    name: Words
    engine: Annotated[Words | None, Field(description="Reads its pages; none = the default.")] = None
    model: Annotated[Words | None, Field(description="Reads its pages; none = the rule of models decides.")] = None


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


@router.get("/{project_id}/search", summary="Search in the text of a project")
def search(services: Use, actor: Asking, project_id: Id, q: Annotated[Words, Query(max_length=200)]) -> Response:
    """Return where a text stands; points, accents and the case of letters do not count."""
    return Json(services.ocr.search(actor, project_id, q))
