"""Limits what is sent to the server, and hears out whoever was refused so that they get to read why."""

from __future__ import annotations

import re
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.api.answers import Json, failure
from workbench.config import MEGABYTE, Settings

SMALL = 8 * MEGABYTE
"""Bytes of a request that is not an upload: a line of 1 MB, every character escaped, still gets its own clear error."""

LINGER_SECONDS = 30.0
_UPLOADS = re.compile(r"/ocr/?|/projects/(\d+/)?import/?|/datasets/import/?|/gradio_api/upload/?")


class Bodies:
    """Refuses bodies above the limit by their announced size, and by counting what really arrives.

    An answer that is given before the body was read is held open until the rest has been read and thrown away, for at
    most `LINGER_SECONDS`: a closed connection would reset, and most clients would see that instead of the answer.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._upload_limit = settings.upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted."""
        if scope["type"] != "http" or not _has_body(scope):
            return await self._app(scope, receive, send)
        limit = self._upload_limit if _UPLOADS.fullmatch(scope["path"]) else SMALL
        body = _Body(receive, send, limit)
        if _announced(scope) > limit:
            return await body.refusal()(scope, body.receive, body.send)
        await self._app(scope, body.receive, body.send)


class _Body:
    """The body of one request on its way in."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive, self._send, self._limit = receive, send, limit
        self._count, self._ended = 0, False

    def refusal(self) -> Json:
        """Return the answer for a body that is too large."""
        megabytes = self._limit // MEGABYTE
        return failure(413, f"This is larger than {megabytes} MB.", "Send it in smaller parts, or fewer pages at once.")

    async def receive(self) -> Message:
        message = await self._receive()
        self._ended = message["type"] != "http.request" or not message.get("more_body", False)
        self._count += len(message.get("body", b""))
        if self._count > self._limit:
            self._count = 0  # what follows is thrown away
            error = f"This is larger than {self._limit // MEGABYTE} MB."
            raise HTTPException(413, error)
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer; before its end, wait until the rest of the body has come."""
        if message["type"] == "http.response.start" and not self._ended and message["status"] >= 400:
            MutableHeaders(scope=message)["Connection"] = "close"
        if message["type"] == "http.response.body" and not message.get("more_body", False) and not self._ended:
            await self._send({**message, "more_body": True})
            await self._hear_out()
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)

    async def _hear_out(self) -> None:
        end = time.monotonic() + LINGER_SECONDS
        while not self._ended and time.monotonic() < end:
            message = await self._receive()
            self._ended = message["type"] != "http.request" or not message.get("more_body", False)


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers or _announced(scope) > 0


def _announced(scope: Scope) -> int:
    """Return the announced size in bytes, 0 when there is none."""
    text = Headers(scope=scope).get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() else 0
