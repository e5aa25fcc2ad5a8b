"""The errors of the store: what is wrong with what, and a hint that says what to do.

StoreError
├── NotFound         nothing with this id, or not in this workspace
├── Conflict         somebody else was quicker, or the name is taken
├── SchemaOutdated   the database was made by another version of the program
├── DiskFull         nothing more can be written
└── Unreachable      the database or the blobs do not answer
"""

from __future__ import annotations

from collections.abc import Mapping


class StoreError(Exception):
    """Any failure of the store that its caller can explain to a person."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep what went wrong with what, and what to do about it."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class NotFound(StoreError):
    """Nothing has this id, or it belongs to another workspace."""

    def __init__(self, what: str) -> None:
        """Say what was looked for, such as `page 12`."""
        super().__init__(f"There is no {what}.", "It may have been deleted. Reload the list.")


class Conflict(StoreError):
    """The thing changed since it was read, or the name is taken."""

    def __init__(self, message: str, hint: str = "", detail: Mapping[str, object] | None = None) -> None:
        """Keep what collided; `detail` carries both sides for the caller to show."""
        super().__init__(message, hint)
        self.detail = dict(detail or {})


class SchemaOutdated(StoreError):
    """The tables of the database are not those of this program."""


class DiskFull(StoreError):
    """The disk has no room for what was to be written."""

    def __init__(self) -> None:
        """Say what happened, what to do and what is safe."""
        super().__init__(
            "The disk is full. Nothing new can be saved.",
            "Free some space, then try again. Everything that was saved before is safe.",
        )


class Unreachable(StoreError):
    """The database or the blobs do not answer, or are busy for too long."""
