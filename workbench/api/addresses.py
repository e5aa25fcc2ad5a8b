"""Where a request comes from, for the limits that count per address."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import Scope


def address_of(scope: Scope) -> str:
    """Return the address of the client.

    Behind a proxy it is the last public address of X-Forwarded-For: that one the nearest proxy saw itself, what stands
    left of it anybody can write. A client that reaches us directly from a public address is taken at its connection.
    """
    peer = scope["client"][0] if scope.get("client") else ""
    if _is_public(peer):
        return peer
    for part in reversed(Headers(scope=scope).get("x-forwarded-for", "").split(",")):
        if _is_public(part.strip()):
            return part.strip()
    return peer


def _is_public(text: str) -> bool:
    try:
        return ip_address(text).is_global
    except ValueError:
        return False
