"""Datasets: list, freeze, show, take along, bring in, delete."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import Field

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.exchange import sent
from workbench.api.heavy import run_heavy
from workbench.api.ocr import form_of, upload_folder
from workbench.api.routing import Body, Id, Router, ThingId, Words
from workbench.api.uploads import received
from workbench.services.datasets import DatasetHead, DatasetView
from workbench.services.errors import Invalid

router = Router(prefix="/datasets", tags=["datasets"])

Format = Annotated[str, Query(description="sqlite, pairs, page, alto or arrow.", max_length=20)]
_MEDIA = {".zip": "application/zip", ".db": "application/vnd.sqlite3", ".arrow": "application/vnd.apache.arrow.file"}
_FILE = {
    "type": "string",
    "format": "binary",
    "description": "An image, its .gt.txt, PAGE or ALTO, a ZIP of these, or an Arrow file.",
}
_FILES = {
    "files": {"type": "array", "items": _FILE},
    "name": {"type": "string", "description": "How people call it; none = after the first file."},
    "task": {
        "type": "string",
        "enum": ["ocr", "layout"],
        "default": "ocr",
        "description": "What is to be learnt; layout = where lines lie.",
    },
}


class NewDataset(Body):
    """What is to be frozen."""

    task: Literal["ocr", "layout"] = "ocr"
    projects: Annotated[list[ThingId], Field(min_length=1, max_length=1000, description="Ids.")]
    name: Annotated[Words, Field(description="Empty = after the projects.")] = ""


@router.get("/", summary="List the datasets", response_model=list[DatasetHead])
def list_datasets(services: Use, actor: Asking) -> Response:
    """Return the datasets, newest first."""
    return Json(services.datasets.list(actor))


@router.post("/", status_code=201, summary="Freeze corrections", response_model=DatasetView)
async def freeze(services: Use, actor: Asking, body: NewDataset) -> Response:
    """Write the corrected lines of projects, as they are now, into a dataset that never changes."""
    made = await run_heavy(services.datasets.freeze, actor, body.projects, name=body.name, task=body.task)
    return Json(made, 201)


@router.post(
    "/import", status_code=201, summary="Import a dataset", response_model=DatasetView, openapi_extra=form_of(_FILES, "files")
)
async def import_dataset(request: Request, services: Use, actor: Asking) -> Response:
    """Take images with .gt.txt, PAGE or ALTO files of the same names, ZIPs of these, or Arrow files of kraken.

    With `task=layout` whole pages with PAGE or ALTO, whose lines may have no text. What is left out is named with the reason.
    """
    async with received(request, upload_folder(services)) as form:
        form.refuse_others({"files", "files[]", "name", "task"})
        if not form.files:
            raise Invalid("The form holds no file.", "Send images together with their true texts as 'files'.")
        files = [(file.filename, file.path) for file in form.files]
        name = form.fields.get("name", "").strip() or files[0][0]
        task = form.fields.get("task", "ocr")
        made = await run_heavy(services.datasets.take_in_files, actor, files, name=name, task=task)
    return Json(made, 201)


@router.get("/{dataset_id}", summary="Show a dataset", response_model=DatasetView)
async def show_dataset(services: Use, actor: Asking, dataset_id: Id) -> Response:
    """Return a dataset with how it is divided."""
    return Json(await run_heavy(services.datasets.get, actor, dataset_id))


@router.get("/{dataset_id}/export", summary="Export a dataset", response_class=FileResponse)
async def export_dataset(services: Use, actor: Asking, dataset_id: Id, format: Format = "sqlite") -> Response:
    """Return a dataset as a file: sqlite opens in Datasette; pairs, page, alto and arrow are what other programs learn from."""
    path = await run_heavy(services.datasets.export, actor, dataset_id, format)
    return sent(path, _MEDIA[path.suffix])


@router.delete("/{dataset_id}", status_code=204, summary="Delete a dataset")
def delete_dataset(services: Use, actor: Asking, dataset_id: Id) -> Response:
    """Delete a dataset with its file; the models that learnt from it stay."""
    services.datasets.delete(actor, dataset_id)
    return Response(status_code=204)
