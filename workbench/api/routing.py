"""A router that answers with and without a slash at the end, and the types that its endpoints share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

MOST = 2**31 - 1
"""The largest id that every database keeps."""

Id = Annotated[int, Path(ge=1, le=MOST)]
"""An id in an address."""

ThingId = Annotated[int, Field(ge=1, le=MOST)]
"""An id in a body or a query."""


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


class OtherMethods(BaseRoute):
    """Answers 405 at a known address: what is mounted at the root would take every other method and find nothing there."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        """Remember the routes that stand before this one."""
        self._routes = routes

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match where a route has the address but not the method."""
        if not self._finds(scope, Match.PARTIAL):
            return Match.NONE, {}
        return Match.FULL, {"allowed": [method for method in _METHODS if self._finds({**scope, "method": method}, Match.FULL)]}

    def _finds(self, scope: Scope, how: Match) -> bool:
        return any(route.matches(scope)[0] is how for route in self._routes)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # the signature of routes
        """Refuse the method and name those that the address takes."""
        raise HTTPException(405, headers={"Allow": ", ".join(scope["allowed"])})
