"""The address under which people reach a workbench."""

from __future__ import annotations

from workbench.config import Settings, is_loopback

_ANYWHERE = ("0.0.0.0", "::", "")


def address(settings: Settings, port: int | None = None) -> str:
    """Return the URL of the workbench, without a slash at the end.

    Args:
        settings: The settings.
        port: The one that is really listened on; None = that of the settings.
    """
    if settings.hosts and not is_loopback(settings.host) and settings.hosts[0] != "*":
        return f"https://{settings.hosts[0]}"
    host = "127.0.0.1" if settings.host in _ANYWHERE else settings.host
    place = f"[{host}]" if ":" in host else host
    return f"http://{place}:{settings.port if port is None else port}"
