"""Holds an answer of an ASGI application back until it is whole, so that it can be written anew."""

from __future__ import annotations

from abc import ABC, abstractmethod

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send


class WholeAnswer(ABC):
    """A `send` that hands answers on as they come, and those that it wants only once they are whole."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """Take one message of the answer."""
        if message["type"] == "http.response.start" and self.wants(message["status"], MutableHeaders(scope=message)):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                body = self.rewritten(self._body, MutableHeaders(scope=self._start))
                await self._send(self._start)
                await self._send({"type": "http.response.body", "body": body, "more_body": False})

    @abstractmethod
    def wants(self, status: int, headers: MutableHeaders) -> bool:
        """Say whether the answer that begins so is to be written anew."""

    @abstractmethod
    def rewritten(self, body: bytes, headers: MutableHeaders) -> bytes:
        """Return the body that is sent; headers, its length among them, are changed in place."""
