"""Gradio's start page as the workbench serves it: under addresses of its own, and with the frame already on its way.

Gradio puts what it is given for the head into the page by script, late. Written into the page itself, styles and modules
are fetched beside Gradio's own, the theme stands before the first paint, and the import map comes before every module.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TAKEN = frozenset({"page", "deep_link"})
"""Words that Gradio would read; an unknown page makes it fail. In `/?tab=ocr&page=7` they are ours."""


class StartPage:
    """Middleware of Gradio's application."""

    def __init__(self, app: ASGIApp, first: str, last: str) -> None:
        """Keep what is put at the two ends of the page's head, as HTML; Gradio's own stands between."""
        self._app = app
        self._ends = {b"<head>": b"<head>" + first.encode(), b"</head>": last.encode() + b"</head>"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass every request on; the one for the start page without our words, its answer with our head."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        await self._app({**scope, "query_string": without_ours(scope["query_string"])}, receive, Rewriting(send, self._ends))


class Rewriting:
    """Hands an answer on; when it is a page, only once it is whole and every mark in it is replaced."""

    def __init__(self, send: Send, replacements: Mapping[bytes, bytes]) -> None:
        self._send = send
        self._replacements = replacements
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """Take one message of the answer."""
        if message["type"] == "http.response.start" and self._is_page(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    @staticmethod
    def _is_page(start: Message) -> bool:
        return start["status"] == 200 and MutableHeaders(scope=start).get("content-type", "").startswith("text/html")

    async def _finish(self, start: Message) -> None:
        """Send the page; the answer to HEAD has no body, and its length is left as it is."""
        body = self._body
        for mark, replacement in self._replacements.items():
            body = body.replace(mark, replacement, 1)
        if body:
            MutableHeaders(scope=start)["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


def without_ours(query: bytes) -> bytes:
    """Take the words that Gradio would misunderstand out of a query string."""
    words = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return urlencode([(name, value) for name, value in words if name not in TAKEN]).encode("latin-1")
