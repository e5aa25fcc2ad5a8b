"""The limits under which a child process looks at a file from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

_GRACE_SECONDS = 2
"""Of computing time, between the signal that says why and the end."""


def confine(limits: Mapping[str, int]) -> None:
    """Limit what this process may use; it keeps no core dumps either.

    Args:
        limits: By the names of the module `resource`, such as `RLIMIT_CPU`.
    """
    with suppress(ImportError):  # not on Windows, where only the parent's clock stops it
        import resource

        for name, value in {**limits, "RLIMIT_CORE": 0}.items():
            what = getattr(resource, name)
            _, hard = resource.getrlimit(what)
            most = value if hard == resource.RLIM_INFINITY else min(value, hard)
            grace = _GRACE_SECONDS if name == "RLIMIT_CPU" and hard == resource.RLIM_INFINITY else 0
            with suppress(ValueError, OSError):  # macOS refuses some; the others hold
                resource.setrlimit(what, (most, most + grace))
