"""The errors of the services, and the one place where those of engines, formats and store become theirs.

ServiceError
├── NotLoggedIn   401
├── Refused       403  known, but not allowed
├── NotFound      404  nothing of that id in this workspace
├── Conflict      409  somebody was quicker; `detail` has both sides
├── TooLarge      413
├── Invalid       422  the request says something impossible
├── TooMany       429
└── Unavailable   503  it would work, but not now or not here
"""

from __future__ import annotations

from collections.abc import Mapping

from engines.errors import EngineError, EngineUnavailable
from workbench.config import ConfigError
from workbench.store import errors as store_errors


class ServiceError(Exception):
    """Any failure that can be told to the person who asked."""

    status = 500

    def __init__(self, message: str, hint: str = "", detail: Mapping[str, object] | None = None) -> None:
        """Keep what went wrong.

        Args:
            message: One sentence: what is wrong with what.
            hint: What to do, and what is safe.
            detail: Further JSON values for the caller to show.
        """
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = dict(detail or {})


class NotLoggedIn(ServiceError):
    """Nobody is logged in, or the key is not valid any more."""

    status = 401


class Refused(ServiceError):
    """The actor may not do this."""

    status = 403


class NotFound(ServiceError):
    """Nothing has this id, or it belongs to another workspace."""

    status = 404

    def __init__(self, what: str, hint: str = "It may have been deleted. Reload the list.") -> None:
        """Say what was looked for, such as `page 12`."""
        super().__init__(f"There is no {what}.", hint)


class Conflict(ServiceError):
    """The thing changed since it was read, or the name is taken."""

    status = 409


class TooLarge(ServiceError):
    """More bytes, pages or characters than allowed."""

    status = 413


class Invalid(ServiceError):
    """What was given cannot be used."""

    status = 422


class TooMany(ServiceError):
    """Too many attempts or too many requests; later it works again."""

    status = 429


class Unavailable(ServiceError):
    """It cannot be done now or on this computer."""

    status = 503


_STORE = {
    store_errors.SchemaOutdated: Unavailable,
    store_errors.DiskFull: Unavailable,
    store_errors.Unreachable: Unavailable,
}


def translate(error: Exception) -> ServiceError | None:
    """Return the service error that tells a person about `error`, or None when it is a fault of the program.

    Errors of engines, formats and scans are `Invalid`: they speak about what was given.
    """
    from workbench.formats.errors import FormatError  # late: formats import more than a worker's start needs
    from workbench.formats.scans import errors as scan_errors

    if isinstance(error, ServiceError):
        return error
    if isinstance(error, store_errors.StoreError):
        return _of_store(error)
    if isinstance(error, EngineUnavailable):
        return Unavailable(error.message, error.hint)
    if isinstance(error, scan_errors.TooLarge | scan_errors.TooManyPages):
        return TooLarge(error.message, error.hint)
    if isinstance(error, EngineError | FormatError | ConfigError | scan_errors.ScanError):
        return Invalid(error.message, error.hint)
    return None


def _of_store(error: store_errors.StoreError) -> ServiceError:
    """Return the service error with the same words."""
    if isinstance(error, store_errors.Conflict):
        return Conflict(error.message, error.hint, error.detail)
    kind = _STORE.get(type(error), ServiceError)
    if isinstance(error, store_errors.NotFound):
        told = NotFound("")
        told.message, told.hint = error.message, error.hint
        return told
    return kind(error.message, error.hint)
