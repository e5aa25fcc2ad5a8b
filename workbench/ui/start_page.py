"""Gradio's start page as the workbench serves it: under addresses of its own, and with the frame already on its way.

Gradio puts what it is given for the head into the page by script, late. Written into the page itself, styles and modules
are fetched beside Gradio's own, the theme stands before the first paint, and the import map comes before every module.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.whole_answers import WholeAnswer

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


class Rewriting(WholeAnswer):
    """Hands an answer on; in a page every mark is replaced."""

    def __init__(self, send: Send, replacements: Mapping[bytes, bytes]) -> None:
        super().__init__(send)
        self._replacements = replacements

    def wants(self, status: int, headers: MutableHeaders) -> bool:
        """Say whether the answer is a page."""
        return status == 200 and headers.get("content-type", "").startswith("text/html")

    def rewritten(self, body: bytes, headers: MutableHeaders) -> bytes:
        """Return the page with our words; the answer to HEAD has no body, and its length is left as it is."""
        for mark, replacement in self._replacements.items():
            body = body.replace(mark, replacement, 1)
        if body:
            headers["content-length"] = str(len(body))
        return body


def without_ours(query: bytes) -> bytes:
    """Take the words that Gradio would misunderstand out of a query string."""
    words = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return urlencode([(name, value) for name, value in words if name not in TAKEN]).encode("latin-1")
