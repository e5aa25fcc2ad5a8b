"""Lets only requests pass that name this server: another site cannot reach it by pointing its own name here."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.api.answers import failure
from workbench.config import Settings


class Hosts:
    """Checks the Host header against the names of this server (DNS rebinding)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._any = "*" in settings.hosts
        self._local = settings.access == "local"
        self._names = {"localhost", settings.host.lower(), *(name.lower() for name in settings.hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] not in ("http", "websocket") or self._any or self._is_ours(host_of(scope)):
            return await self._app(scope, receive, send)
        hint = "Use the address that the workbench printed when it started, or add this name to WORKBENCH_HOSTS."
        await failure(400, "This server does not answer to that name.", hint)(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        """Say whether a host names this server; an address in figures can not be pointed elsewhere by its owner."""
        name = without_port(host)
        if name in self._names:
            return True
        try:
            address = ip_address(name.strip("[]"))
        except ValueError:
            return False
        return address.is_loopback or not self._local


def host_of(scope: Scope) -> str:
    """Return the Host header in lower case, "" when there is none or more than one."""
    found = [value for name, value in scope["headers"] if name == b"host"]
    return found[0].decode("latin-1").strip().lower() if len(found) == 1 else ""


def without_port(host: str) -> str:
    """Return a host without its port; the brackets of an IPv6 address stay."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.rpartition(":")[0] if host.count(":") == 1 else host
