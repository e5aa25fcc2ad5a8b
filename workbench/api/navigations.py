"""Shows people a page where a program gets JSON: what a browser opens and cannot have is told in the frame's look."""

from __future__ import annotations

import json
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


class _Explaining:
    """Hands an answer on; one that tells an error only once it is whole, as a page."""

    def __init__(self, send: Send, page: FailurePage) -> None:
        self._send = send
        self._page = page
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """Take one message of the answer."""
        if message["type"] == "http.response.start" and _tells_an_error(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        told = json.loads(self._body)
        if isinstance(told, dict) and {"error", "hint"} <= told.keys():
            self._body = self._page(str(told["error"]), str(told["hint"])).encode("utf-8", "replace")
            headers = MutableHeaders(scope=start)
            headers["Content-Type"] = "text/html; charset=utf-8"
            headers["Content-Length"] = str(len(self._body))
            headers["Cache-Control"] = "no-store"
        await self._send(start)
        await self._send({"type": "http.response.body", "body": self._body, "more_body": False})


def _tells_an_error(start: Message) -> bool:
    """Say whether an answer may be `{error, hint}`; what is compressed is too long for that."""
    headers = MutableHeaders(scope=start)
    is_json = headers.get("content-type", "").startswith("application/json")
    return start["status"] >= 400 and is_json and "content-encoding" not in headers
