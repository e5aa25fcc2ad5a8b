"""Upload a scan and have it read; which engines there are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from pydantic import TypeAdapter, ValidationError

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.heavy import run_heavy
from workbench.api.routing import MOST, Router
from workbench.api.uploads import Form, received
from workbench.api.uploads import Upload as Received
from workbench.services import Services
from workbench.services.actors import Actor
from workbench.services.errors import Invalid
from workbench.services.ocr.uploading import Upload
from workbench.services.ocr.views import PageView
from workbench.store.jobs import ENDED

router = Router(prefix="/ocr", tags=["ocr"])

WAIT_SECONDS = 600.0
POLL_SECONDS = 0.1
_HOW = {
    "project": {"type": "integer", "description": "Id of the project; none = a new one."},
    "engine": {"type": "string", "description": "Name of an engine; none = that of the project."},
    "model": {"type": "string", "description": "Name of a model; none = the rule of models decides."},
    "layout_model": {"type": "string", "description": "Model that finds the lines; none = the promoted one."},
    "layout": {"type": "string", "enum": ["page", "line"], "description": "line = one cut line."},
    "options": {"type": "string", "description": "Options of the engine, a JSON object."},
}
_IMAGE = {
    "image": {"type": "string", "format": "binary", "description": "PNG, JPEG, WebP, TIFF or PDF."},
    **_HOW,
    "wait": {"type": "boolean", "description": "Answer when the page is read, with the page."},
}
_FILE = {"type": "string", "format": "binary", "description": "PNG, JPEG, WebP, TIFF or PDF, or a ZIP of them."}
_FILES = {
    "files": {"type": "array", "items": _FILE},
    **_HOW,
    "name": {"type": "string", "description": "Of a new project; none = after the first file."},
}


def form_of(properties: dict[str, dict[str, Any]], required: str) -> dict[str, object]:
    """Return how a form is described in the reference."""
    schema = {"type": "object", "required": [required], "properties": properties}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@router.get("/engines", summary="List the engines")
def list_engines(services: Use, actor: Asking) -> Response:
    """Return every engine with its options and models; one that cannot work here says what it needs."""
    return Json(services.ocr.engines(actor))


@router.post("/", status_code=202, summary="Upload a scan and have it read", openapi_extra=form_of(_IMAGE, "image"))
async def read_scan(request: Request, services: Use, actor: Asking) -> Response:
    """Take a scan, one page or many, and queue its reading; with `wait=true` answer when it has been read."""
    async with received(request, upload_folder(services)) as form:
        form.refuse_others(set(_IMAGE))
        image, wait = _image(form), _flag(form.fields.get("wait", "").strip() or "false")
        added = await run_heavy(services.ocr.add_scans, actor, image.path, image.filename, **_how(form))
    ids = {"project_id": added.project_id, "page_id": added.page_ids[0], "job_id": added.job_ids[0]}
    if wait and await _are_read(request, services, actor, added.job_ids):
        pages = [await run_heavy(services.ocr.page, actor, page_id) for page_id in added.page_ids]
        return Json(await run_heavy(_with_pages, ids, pages))
    pairs = zip(added.page_ids, added.job_ids, strict=True)
    return Json({**ids, "pages": [{"page_id": page_id, "job_id": job_id} for page_id, job_id in pairs]}, 202)


@router.post("/batch", status_code=202, summary="Upload many scans and have them read", openapi_extra=form_of(_FILES, "files"))
async def read_batch(request: Request, services: Use, actor: Asking) -> Response:
    """Take many scans or ZIPs of them into one project and queue their reading; `/projects/{id}/reading` tells how far it is.

    What is no image is left out and named in `skipped`. Sent again with the `project` of the answer, files that are there are
    passed over: so a batch goes on after an interruption, and a folder that is too large for one request comes in several.
    """
    async with received(request, upload_folder(services)) as form:
        form.refuse_others({*_FILES, "files[]"})
        files = [(file.filename, file.path) for file in form.files]
        name = form.fields.get("name", "")
        added = await run_heavy(services.ocr.add_batch, actor, files, name=name, **_how(form))
    return Json(added, 202)


def _with_pages(ids: dict[str, int], pages: list[PageView]) -> dict[str, object]:
    """Return the first page, all pages, and the ids."""
    first = {field.name: getattr(pages[0], field.name) for field in fields(pages[0])}
    return {**first, **ids, "pages": pages}


async def _are_read(request: Request, services: Services, actor: Actor, job_ids: Sequence[int]) -> bool:
    """Wait until the jobs have ended; False when that takes too long or nobody waits any more."""
    end = asyncio.get_running_loop().time() + WAIT_SECONDS
    open_jobs = list(job_ids)
    while open_jobs and asyncio.get_running_loop().time() < end:
        if await request.is_disconnected():
            return False
        job = await run_heavy(services.jobs.get, actor, open_jobs[0])
        if job.state in ENDED:
            open_jobs.pop(0)
        else:
            await asyncio.sleep(POLL_SECONDS)
    return not open_jobs


def upload_folder(services: Services) -> Path:
    """Return where uploads wait while they are received."""
    return services.settings.data / "uploads" / "tmp"


def _image(form: Form) -> Received:
    """Return the one file of an upload."""
    images = [file for file in form.files if file.field == "image"]
    if len(images) != 1 or len(form.files) != 1:
        raise Invalid("The form must hold one file named 'image'.", "Send one scan a request: curl -F image=@page.png …")
    return images[0]


def _how(form: Form) -> Upload:
    """Return where an upload goes and how it is read."""
    fields = {name: value.strip() for name, value in form.fields.items() if value.strip()}
    layout = fields.get("layout", "page")
    if layout not in ("page", "line"):
        raise Invalid(f"There is no layout '{layout}'.", "Layouts are page (find the lines) and line (one cut line).")
    return {
        "project_id": _number(fields.get("project")),
        "engine": fields.get("engine"),
        "model": fields.get("model"),
        "layout_model": fields.get("layout_model"),
        "layout": layout,
        "options": _options(fields.get("options", "{}")),
    }


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= MOST):
        raise Invalid(
            f"'{text[:50]}' is not the id of a project.", "Give the number of a project, or leave it out for a new one."
        )
    return int(text)


def _options(text: str) -> dict[str, object]:
    try:
        options = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid("The options are not valid JSON.", 'Send an object, such as {"direction": "rtl"}.') from error
    if not isinstance(options, dict):
        raise Invalid("The options are not a JSON object.", 'Send an object, such as {"direction": "rtl"}.')
    return options


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _flag(text: str) -> bool:
    try:
        return TypeAdapter(bool).validate_python(text)
    except ValidationError as error:
        raise Invalid(f"wait is '{text[:50]}'.", "Send true or false.") from error
