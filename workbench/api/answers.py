"""How the server answers: JSON that always encodes, and errors that say what is wrong and what to do."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

import orjson
from starlette.responses import JSONResponse

from workbench.services.errors import ServiceError


class Json(JSONResponse):
    """A JSON answer made from values of the services; built in the thread of the endpoint, not in the event loop."""

    def render(self, content: object) -> bytes:
        """Return UTF-8 JSON; half a surrogate pair becomes its own JSON escape instead of an encoding error."""
        return encoded(content)


def encoded(content: object) -> bytes:
    """Return a value as UTF-8 JSON. NaN and infinity, which JSON does not have, become null."""
    try:
        return orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # a lone surrogate, or a value that only the plain encoder explains
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_plain)
        return text.encode("utf-8", "backslashreplace")


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON")


def failure(status: int, error: str, hint: str = "", detail: Mapping[str, object] | None = None) -> Json:
    """Return the answer of every failed request.

    Args:
        status: HTTP status, 400..599.
        error: What is wrong with what.
        hint: What to do.
        detail: Further fields, beside the two.
    """
    return Json({**(detail or {}), "error": error, "hint": hint}, status)


def told(error: ServiceError) -> Json:
    """Return the answer for an error of the services."""
    answer = failure(error.status, error.message, error.hint, error.detail)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if error.status in (429, 503):
        answer.headers["Retry-After"] = "60"
    return answer
