"""A router that answers with and without a slash at the end, and the types that its endpoints share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, BeforeValidator, ConfigDict

MOST = 2**31 - 1
"""The largest id that every database keeps."""

Id = Annotated[int, Path(ge=1, le=MOST)]
"""An id in an address."""


def whole(text: object) -> object:
    """Return a text in which half a surrogate pair, which no encoding keeps, is the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(text, str) else text


Words = Annotated[str, BeforeValidator(whole)]
"""A text that a person wrote."""


class Body(BaseModel):
    """A JSON body: unknown fields are refused, and so are NaN and infinity."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Failure(BaseModel):
    """What every failed request answers."""

    error: str
    hint: str


class Router(APIRouter):
    """Registers every path in both slash forms: Gradio, mounted at the root, swallows the usual redirect."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        """Register an endpoint under a path and under its other slash form, which the description leaves out."""
        super().add_api_route(path, endpoint, **given)
        other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
        if self.prefix + other:
            super().add_api_route(other, endpoint, **{**given, "include_in_schema": False})
