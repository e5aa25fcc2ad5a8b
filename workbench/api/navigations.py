"""Shows people a page where a program gets JSON: what a browser opens and cannot have is told in the frame's look."""

from __future__ import annotations

import json
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.whole_answers import WholeAnswer

FailurePage = Callable[[str, str], str]
"""Returns the page that tells an error and its hint, as HTML; both are data, to be escaped."""


def is_navigation(scope: Scope) -> bool:
    """Say whether a browser opens a page, rather than a script asking for data."""
    headers = Headers(scope=scope)
    is_page = headers.get("sec-fetch-dest", "document") in ("document", "iframe")
    return scope["method"] == "GET" and is_page and "text/html" in headers.get("accept", "")


class Navigations:
    """Turns `{error, hint}` into a page where a browser navigates; status and other headers stay."""

    def __init__(self, app: ASGIApp, page: FailurePage) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a failed navigation is answered with a page."""
        is_page = scope["type"] == "http" and is_navigation(scope)
        await self._app(scope, receive, _Explaining(send, self._page) if is_page else send)


class _Explaining(WholeAnswer):
    """Hands an answer on; one that tells an error as a page."""

    def __init__(self, send: Send, page: FailurePage) -> None:
        super().__init__(send)
        self._page = page

    def wants(self, status: int, headers: MutableHeaders) -> bool:
        """Say whether an answer may be `{error, hint}`; what is compressed is too long for that."""
        is_json = headers.get("content-type", "").startswith("application/json")
        return status >= 400 and is_json and "content-encoding" not in headers

    def rewritten(self, body: bytes, headers: MutableHeaders) -> bytes:
        """Return the page that tells the error; other JSON stays as it is."""
        told = json.loads(body)
        if not isinstance(told, dict) or not {"error", "hint"} <= told.keys():
            return body
        page = self._page(str(told["error"]), str(told["hint"])).encode("utf-8", "replace")
        headers["Content-Type"] = "text/html; charset=utf-8"
        headers["Content-Length"] = str(len(page))
        headers["Cache-Control"] = "no-store"
        return page
