"""The one cookie of the workbench: the secret of a session."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from workbench.config import Settings

NAME = "workbench_session"


def session_secret(scope: Scope) -> str:
    """Return the secret that the browser sent, "" when it sent none."""
    return cookie_parser(Headers(scope=scope).get("cookie", "")).get(NAME, "")


def is_https(scope: Scope) -> bool:
    """Say whether the browser speaks https, perhaps to a proxy before this server."""
    return scope["scheme"] == "https" or Headers(scope=scope).get("x-forwarded-proto", "").split(",")[0].strip() == "https"


def set_cookie(scope: Scope, settings: Settings, secret: str, seconds: float) -> str:
    """Return the Set-Cookie header that gives a browser its session.

    A demo is shown in the frame of another site: there only `SameSite=None; Secure; Partitioned` is kept by browsers.

    Args:
        scope: The request that is answered.
        settings: Tell whether this is a demo.
        secret: Of the session; "" takes the cookie away.
        seconds: How long the browser keeps it.
    """
    parts = [f"{NAME}={secret}", "Path=/", f"Max-Age={int(seconds) if secret else 0}", "HttpOnly"]
    if settings.access == "demo" and is_https(scope):
        parts += ["SameSite=None", "Secure", "Partitioned"]
    else:
        parts += ["SameSite=Lax", *(["Secure"] if is_https(scope) else [])]
    return "; ".join(parts)
