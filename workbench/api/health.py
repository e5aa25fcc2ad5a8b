"""Whether the process lives, and whether a page can be read."""

from __future__ import annotations

from fastapi import Response

from workbench.api.access import Use
from workbench.api.answers import Json
from workbench.api.routing import Router
from workbench.services.health import check

router = Router(prefix="/health", tags=["health"])


@router.head("/live", include_in_schema=False)
@router.get("/live", summary="Does the process answer?")
async def live() -> Response:
    """Answer, whatever else is broken."""
    return Json({"status": "alive"})


@router.head("/", include_in_schema=False)
@router.get("/", summary="Can a page be read?", responses={503: {"description": "Not now; `problems` says why."}})
def health(services: Use) -> Response:
    """Check the database, the engines with their models, the workers and the free disk; 503 when a page cannot be read."""
    found = check(services)
    return Json(found, 200 if found.status == "ready" else 503)
