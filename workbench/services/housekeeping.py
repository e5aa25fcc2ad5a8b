"""Throws away what is too old: changes that every browser has seen, kept layouts, visitors whose time is over, the trash."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from workbench.store.database import now

if TYPE_CHECKING:
    from workbench.services import Services

INTERVAL_SECONDS = 300.0
CHANGES_SECONDS = 24 * 3600.0
LAYOUTS_SECONDS = 90 * 24 * 3600.0
"""How long found lines are kept; a book is read again with a better model sooner or not at all."""


def sweep(services: Services) -> None:
    """Do all of it once; each part is a short unit of work."""
    time = now()
    services.store.changes.prune(time - CHANGES_SECONDS)
    services.store.layouts.prune(time - LAYOUTS_SECONDS)
    services.users.sweep()
    expired = services.store.expiry.expired(time)
    services.store.expiry.stop_jobs(expired)
    services.datasets.sweep(expired)
    services.ocr.purge(time)
    services.models.sweep()
    services.training.sweep()
    _forget(services, expired)
    services.store.expiry.remove(expired)
    _forget(services, set(expired) - set(services.store.expiry.expired(time)))  # what a last job wrote meanwhile


def _forget(services: Services, workspaces: Iterable[str]) -> None:
    """Remove the folders of workspaces that end."""
    for workspace in workspaces:
        services.models.forget(workspace)
        services.comparing.forget(workspace)
        services.training.forget(workspace)
