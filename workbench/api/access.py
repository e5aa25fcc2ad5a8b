"""Finds out who asks, sends people without a key to the login page, and gives a visitor of a demo a workspace."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.api.addresses import address_of
from workbench.api.answers import told
from workbench.api.cookies import session_secret, set_cookie
from workbench.api.navigations import is_navigation
from workbench.services import Services
from workbench.services.actors import Actor
from workbench.services.errors import NotLoggedIn

_OPEN = re.compile(
    r"/(health|health/live|login|logout|session|docs|openapi\.json|favicon\.ico|robots\.txt)/?"
    r"|/(static|invitation|catalogue)/.*"
)
_KEYLESS = re.compile(r"/(health/live|favicon\.ico|robots\.txt)/?|/(static|catalogue)/.*")
"""Of the open ones, those for which nobody even looks who asks."""


class Access:
    """Puts the actor into the scope of every request; what is not open needs one."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its actor, or answer what is missing."""
        if scope["type"] != "http" or _KEYLESS.fullmatch(scope["path"]):
            return await self._app(scope, receive, send)
        scope["actor"] = await self._actor(scope)
        if scope["actor"] is None and not _OPEN.fullmatch(scope["path"]):
            if not is_navigation(scope):
                return await told(not_known(self._services))(scope, receive, send)
            if self._services.settings.access != "demo":
                wanted = quote(scope["path"] + _query(scope), safe="")
                return await RedirectResponse(f"/login?next={wanted}", 303)(scope, receive, send)
            send = await self._welcome(scope, send)
        await self._app(scope, receive, send)

    async def _actor(self, scope: Scope) -> Actor | None:
        users = self._services.users
        if self._services.settings.access == "local":
            return users.local()
        kind, _, secret = Headers(scope=scope).get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return await run_in_threadpool(users.actor_of_token, secret.strip())
        secret = session_secret(scope)
        return await run_in_threadpool(users.actor_of_session, secret) if secret else None

    async def _welcome(self, scope: Scope, send: Send) -> Send:
        """Make a workspace for a visitor; return a `send` that hands over its key with the answer."""
        actor, secret = await run_in_threadpool(self._services.users.visitor, address_of(scope))
        scope["actor"] = actor
        settings = self._services.settings
        cookie = set_cookie(scope, settings, secret, settings.demo_hours * 3_600)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        return sending


def not_known(services: Services) -> NotLoggedIn:
    """Return the error that tells somebody without a key how to get one."""
    if services.settings.access == "demo":
        hint = "Open the address directly, not inside another page; a program asks POST /session for a token."
        return NotLoggedIn("This browser did not keep the key to its workspace.", hint)
    return NotLoggedIn("Nobody is logged in.", "Log in at /login, or send an API token: Authorization: Bearer …")


def _query(scope: Scope) -> str:
    text = scope.get("query_string", b"").decode("latin-1")
    return f"?{text}" if text else ""


def current_services(request: Request) -> Services:
    """Return the services of the application that answers."""
    return request.app.state.services


async def _services(request: Request) -> Services:
    return current_services(request)


async def _actor(request: Request) -> Actor:
    """Return who asks; like `_services` a coroutine, because a plain function costs every request a change of threads.

    Raises:
        NotLoggedIn: Nobody is known; only open addresses come this far without an actor.
    """
    actor = request.scope.get("actor")
    if actor is None:
        raise not_known(current_services(request))
    return actor


Use = Annotated[Services, Depends(_services)]
"""The services, as a parameter of an endpoint."""

Asking = Annotated[Actor, Depends(_actor)]
"""The actor, as a parameter of an endpoint."""
