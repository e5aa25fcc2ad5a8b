"""Pages: show, images, rename, choose what they teach, trash, read again, add a line."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from fastapi import Request, Response
from pydantic import Field, model_validator

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.routing import Body, Id, Router, Words
from workbench.services.ocr.views import PageHead, PageView

router = Router(prefix="/pages", tags=["pages"])

Coordinate = Annotated[int, Field(ge=-(2**20), le=2**20)]


class ChangedPage(Body):
    """What is to change about a page; what is absent stays."""

    name: Words | None = None
    split: Annotated[
        Literal["train", "held_out", "test", "auto"] | None,
        Field(description="Learnt from, measuring, never seen by a training; auto = the next dataset decides."),
    ] = None

    @model_validator(mode="after")
    def _say_something(self) -> Self:
        """Refuse a change of nothing."""
        if self.name is None and self.split is None:
            raise ValueError("give a name or a split")
        return self


class Reading(Body):
    """With what pages are read again; none = as its project is read."""

    engine: Words | None = None
    model: Words | None = None
    layout_model: Words | None = None
    options: Annotated[dict[Words, object] | None, Field(description="Options of the engine, by name.", max_length=50)] = None
    layout: Annotated[
        Literal["kept", "anew"], Field(description="anew = look for the lines even if they were found on this image before.")
    ] = "kept"


class NewLine(Body):
    """A line that no engine found."""

    baseline: Annotated[
        list[tuple[Coordinate, Coordinate]], Field(min_length=2, max_length=2, description="Its two ends, [x, y] in pixels.")
    ]


@router.get("/{page_id}", summary="Show a page", response_model=PageView)
def show_page(services: Use, actor: Asking, page_id: Id) -> Response:
    """Return a page with all that is needed to correct it."""
    return Json(services.ocr.page(actor, page_id))


@router.get("/{page_id}/image", summary="The scan of a page", response_class=Response)
def show_image(request: Request, services: Use, actor: Asking, page_id: Id) -> Response:
    """Return the upright scan, made ready for a browser."""
    return _picture(request, *services.ocr.image(actor, page_id))


@router.get("/{page_id}/thumbnail", summary="The scan of a page, small", response_class=Response)
def show_thumbnail(request: Request, services: Use, actor: Asking, page_id: Id) -> Response:
    """Return the small scan."""
    return _picture(request, *services.ocr.thumbnail(actor, page_id))


def _picture(request: Request, data: bytes, media_type: str, etag: str) -> Response:
    """Return an image; a browser that has it already, or asked for one version of it, need not load it again."""
    caching = "private, max-age=31536000, immutable" if "v" in request.query_params else "private, no-cache"
    headers = {"ETag": etag, "Cache-Control": caching}
    if etag in [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=media_type, headers=headers)


@router.patch("/{page_id}", summary="Change a page", response_model=PageHead)
def update_page(services: Use, actor: Asking, page_id: Id, body: ChangedPage) -> Response:
    """Change the name of a page, or whether it is learnt from; pages of the same scan go with it."""
    if body.split is not None:
        services.datasets.set_split(actor, page_id, body.split)
    return Json(services.ocr.update_page(actor, page_id, body.name))


@router.delete("/{page_id}", status_code=204, summary="Put a page into the trash")
def delete_page(services: Use, actor: Asking, page_id: Id) -> Response:
    """Put a page into the trash; it can be restored for 30 days."""
    services.ocr.delete_page(actor, page_id)
    return Response(status_code=204)


@router.post("/{page_id}/restore", summary="Take a page out of the trash", response_model=PageHead)
def restore_page(services: Use, actor: Asking, page_id: Id) -> Response:
    """Take a page out of the trash."""
    return Json(services.ocr.restore_page(actor, page_id))


@router.post("/{page_id}/read", status_code=202, summary="Read a page again")
def read_again(services: Use, actor: Asking, page_id: Id, body: Reading) -> Response:
    """Queue a new reading; lines that a person corrected stay, with the new reading beside them."""
    job = services.ocr.read_again(actor, page_id, **body.model_dump())
    return Json({"job_id": job.id}, 202)


@router.post("/{page_id}/lines", status_code=201, summary="Add a line")
def add_line(services: Use, actor: Asking, page_id: Id, body: NewLine) -> Response:
    """Add a line between two points and have it read."""
    line, job = services.ocr.add_line(actor, page_id, body.baseline)
    return Json({"line": line, "job_id": job.id}, 201)
