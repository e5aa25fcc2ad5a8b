"""Who asks: every service call takes the actor first, and reaches only the workspace of that actor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Actor:
    """A person, or a visitor of a demo, together with the workspace they work in.

    Attributes:
        workspace: Slug of the workspace.
        name: Under which corrections are signed.
        role: `admin` may manage users.
        kind: `local` (this computer, no login), `user` (an account), `demo` (a throw-away workspace).
    """

    workspace: str
    name: str
    role: Literal["admin", "person"] = "person"
    kind: Literal["local", "user", "demo"] = "user"


LOCAL = Actor(workspace="local", name="you", role="admin", kind="local")
"""The one person of `local` access, and of the command line."""
