"""Tells the browser what a page of the workbench may do, and which sites may show it in a frame."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.config import Settings

_PAGE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'"
)
"""Gradio compiles its templates in the browser, hence the two 'unsafe' words; nothing foreign is loaded anyhow."""

_DATA = "default-src 'none'; sandbox"
_DATA_TYPES = ("application/", "image/", "text/plain", "text/event-stream")


class SecurityHeaders:
    """Adds the headers to every answer that does not have them yet."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        ancestors = " ".join(settings.frame_ancestors) or "'none'"
        self._page = f"{_PAGE}; frame-ancestors {ancestors}"
        self._headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        }
        if ancestors in ("'self'", "'none'"):  # the old header knows no list of sites
            self._headers["X-Frame-Options"] = "SAMEORIGIN" if ancestors == "'self'" else "DENY"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                kind = headers.get("content-type", "")
                is_data = kind.startswith(_DATA_TYPES) and not kind.startswith("application/javascript")
                headers.setdefault("Content-Security-Policy", _DATA if is_data else self._page)
                if "cache-control" not in headers and kind.startswith("application/json"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, adding)
