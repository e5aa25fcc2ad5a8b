"""Keeps the workbench's addresses from Gradio, which takes `?page=` for the name of a page of its own."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

TAKEN = frozenset({"page", "deep_link"})
"""Words that Gradio would read; an unknown page makes it fail. In `/?tab=ocr&page=7` they are ours."""


class OwnAddress:
    """Middleware of Gradio's application: its start page is the same whatever the address shows."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, the one for the start page without the words that are ours."""
        if scope["type"] == "http" and scope["path"] == "/" and scope["query_string"]:
            words = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            kept = urlencode([(name, value) for name, value in words if name not in TAKEN])
            scope = {**scope, "query_string": kept.encode("latin-1")}
        await self._app(scope, receive, send)
