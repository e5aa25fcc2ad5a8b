"""Models: which there are, and how well they read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.routing import Router
from workbench.services.models import ModelVersion

router = Router(prefix="/models", tags=["models"])


@router.get("/", summary="List the models")
def list_models(services: Use, actor: Asking, task: Annotated[str, Query(max_length=20)] = "ocr") -> Response:
    """Return the models of a task: name, version, title, engine, metrics."""
    return Json([_shown(model) for model in services.models.list(actor, task)])


def _shown(model: ModelVersion) -> dict[str, object]:
    names = ("name", "version", "title", "engine", "script", "metrics", "promoted", "problem")
    return {name: getattr(model, name) for name in names}
