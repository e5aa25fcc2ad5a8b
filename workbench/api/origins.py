"""Lets no other site act for the person whose browser is logged in here, or who runs the workbench without a login."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.api.answers import failure
from workbench.api.hosts import host_of

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Origins:
    """Refuses what another site's page sends: everything unsafe, and every part that is not a page of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "websocket" or (scope["type"] == "http" and not self._is_welcome(scope)):
            error = "This request comes from another site's page."
            return await failure(403, error, "Open the workbench itself and try again.")(scope, receive, send)
        await self._app(scope, receive, send)

    def _is_welcome(self, scope: Scope) -> bool:
        """Say whether a request comes from our own page, or from no page at all.

        A browser names the page in Origin, or tells in Sec-Fetch-Site; a program sends neither.
        """
        headers = Headers(scope=scope)
        site = headers.get("sec-fetch-site", "none")
        if scope["method"] in _SAFE:
            return site != "cross-site" or headers.get("sec-fetch-mode") == "navigate"
        origin = headers.get("origin")
        if origin is None:
            return site in ("none", "same-origin")
        return urlsplit(origin).netloc.lower() == host_of(scope)
