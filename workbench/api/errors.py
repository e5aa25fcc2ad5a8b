"""Turns whatever goes wrong into `{error, hint}`; what nobody foresaw gets a number that is found again in the log."""

from __future__ import annotations

import errno
import logging
import secrets
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.api.answers import Json, failure, told
from workbench.services.errors import ServiceError, translate
from workbench.store.errors import DiskFull

log = logging.getLogger(__name__)

_HINTS = {
    400: "Check how the request is written; /docs describes every one.",
    401: "Log in, or send an API token: Authorization: Bearer …",
    403: "This is never served; /docs lists what is.",
    404: "Check the address; /docs lists all of them.",
    405: "Use another method; /docs lists which each address takes.",
    413: "Send less at once.",
}

_NOTHING = "There is nothing at this address."

_REASONS = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "too_long": "is longer than {max_length}",
    "too_short": "is shorter than {min_length}",
    "string_too_long": "is longer than {max_length}",
}


class Failures:
    """Answers for every exception that nothing else has answered, inside all other gates."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and answer for what it raises."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = False

        async def watching(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watching)
        except ClientDisconnect:  # nobody is left to be told
            log.debug("The client of %s %s left.", scope["method"], scope["path"])
        except Exception as error:
            answer = answer_for(error, f"{scope['method']} {scope['path']}")
            if not started:
                await answer(scope, receive, send)


def answer_for(error: Exception, request: str) -> Json:
    """Return the answer for an exception, after logging it when it is a fault of the program.

    Args:
        error: What was raised.
        request: Method and path, for the log.
    """
    known = translate(DiskFull() if _is_full(error) else error)
    if known is not None:
        return told(known)
    number = secrets.token_hex(4)
    log.error("Fault %s in %s", number, request, exc_info=error)
    return failure(500, f"Something went wrong in the workbench (fault {number}).", "The log of the server has the details.")


def _is_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def install(app: Starlette, *, with_detail: bool = False) -> None:
    """Let an application answer in the words of the workbench where its framework would use its own.

    Args:
        app: Whose answers.
        with_detail: Send the framework's own field too, for a browser part that looks for it.
    """

    def on_http(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _for_http(error, with_detail=with_detail)

    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(ServiceError, _on_service)
    app.add_exception_handler(RequestValidationError, _on_invalid)


def _for_http(error: HTTPException, *, with_detail: bool) -> Response:
    """Answer for 404, 405 and what else a framework raises."""
    if error.status_code in (204, 304):
        return Response(status_code=error.status_code, headers=error.headers)
    phrase = HTTPStatus(error.status_code).phrase
    own_words = _NOTHING if error.status_code == 404 else f"{phrase}."
    message = error.detail if error.detail and error.detail != phrase else own_words
    detail = {"detail": error.detail} if with_detail else None
    answer = failure(error.status_code, str(message), _HINTS.get(error.status_code, ""), detail)
    answer.headers.update(error.headers or {})
    return answer


def _on_service(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    return told(error)


def _on_invalid(_request: Request, error: Exception) -> Response:
    """Answer for a body or a parameter that does not have the described form."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["loc"][:1] == ("path",):
        return failure(404, _NOTHING, _HINTS[404])
    if first["type"] == "json_invalid":
        return failure(422, "The body is not valid JSON.", "Send an object as JSON in UTF-8.")
    place = [str(part) for part in first["loc"] if part not in ("body", "query", "path", "header")]
    name = ".".join(place) or "The body"
    message = _REASONS.get(first["type"], "").format(**first.get("ctx", {}))
    words = f"{name} {message}" if message else f"{name}: {first['msg'][:1].lower()}{first['msg'][1:]}"
    return failure(422, f"{words}.", "Compare the request with its description in /docs.")
