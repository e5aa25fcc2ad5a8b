"""Take work out and bring it in: PAGE XML, ALTO, hOCR, text, JSON."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request, Response
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.heavy import run_heavy
from workbench.api.ocr import upload_folder
from workbench.api.routing import Id, Router
from workbench.api.uploads import received
from workbench.services import Services
from workbench.services.actors import Actor
from workbench.services.errors import Invalid

router = Router(tags=["exchange"])

Format = Annotated[str, Query(description="page, alto, hocr, text or json.", max_length=20)]
FILES = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            }
        },
    }
}


@router.get("/pages/{page_id}/export", summary="Export a page", response_class=Response)
def export_page(services: Use, actor: Asking, page_id: Id, format: Format = "page") -> Response:
    """Return the current text of a page in one of the formats."""
    data, media_type, filename = services.ocr.export_page(actor, page_id, format)
    return Response(data, media_type=media_type, headers={"Content-Disposition": _attachment(filename)})


@router.get("/projects/{project_id}/export", summary="Export a project", response_class=FileResponse)
async def export_project(services: Use, actor: Asking, project_id: Id, format: Format = "page") -> Response:
    """Return a ZIP with the scans and the current text of a project in one of the formats."""
    return sent(await run_heavy(services.ocr.export_project, actor, project_id, format))


@router.get("/workspace/export", summary="Export everything", response_class=FileResponse)
async def export_workspace(services: Use, actor: Asking, format: Format = "page") -> Response:
    """Return a ZIP with all projects of the own workspace."""
    return sent(await run_heavy(services.ocr.export_workspace, actor, format))


def sent(path: Path, media_type: str = "application/zip") -> FileResponse:
    """Send a file that was made for this answer, and remove its folder afterwards."""
    headers = {"Content-Disposition": _attachment(path.name)}
    cleared = BackgroundTask(shutil.rmtree, path.parent, True)
    return FileResponse(path, media_type=media_type, headers=headers, background=cleared)


def _attachment(filename: str) -> str:
    """Return a Content-Disposition that keeps a name of any script."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._- ") else "_" for sign in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


@router.post("/pages/{page_id}/import", status_code=201, summary="Import the text of a page", openapi_extra=FILES)
async def import_text(request: Request, services: Use, actor: Asking, page_id: Id) -> Response:
    """Take a text file with one line for each line of the page; what it changes becomes new revisions."""
    async with received(request, upload_folder(services)) as form:
        form.refuse_others({"files"})
        if len(form.files) != 1:
            raise Invalid("The form must hold one text file named 'files'.", "Send it as curl -F files=@page.txt does.")
        changed = await run_heavy(services.ocr.import_text, actor, page_id, form.files[0].path.read_bytes())
    return Json({"changed": changed}, 201)


@router.post("/projects/import", status_code=201, summary="Import into a new project", openapi_extra=FILES)
async def import_new(request: Request, services: Use, actor: Asking) -> Response:
    """Take images with PAGE or ALTO files of the same name and make a project of them."""
    return await _import(request, services, actor, None)


@router.post("/projects/{project_id}/import", status_code=201, summary="Import into a project", openapi_extra=FILES)
async def import_into(request: Request, services: Use, actor: Asking, project_id: Id) -> Response:
    """Take images with PAGE or ALTO files of the same name into a project."""
    return await _import(request, services, actor, project_id)


async def _import(request: Request, services: Services, actor: Actor, project_id: int | None) -> Response:
    async with received(request, upload_folder(services)) as form:
        form.refuse_others({"files", "files[]"})
        if not form.files:
            raise Invalid("The form holds no file.", "Send images together with their PAGE or ALTO files as 'files'.")
        files = [(file.filename, file.path) for file in form.files]
        added = await run_heavy(services.ocr.import_files, actor, project_id, files)
    return Json(added, 201)
