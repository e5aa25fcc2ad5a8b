"""Removing for good: what lay in the trash for 30 days, and throw-away workspaces that expired."""

from __future__ import annotations

import shutil
from collections.abc import Iterable

from workbench.services.ocr.part import Part
from workbench.store.database import Connection
from workbench.store.pages import Page

TRASH_SECONDS = 30 * 24 * 3600.0
EXPORT_SECONDS = 24 * 3600.0


class Purging(Part):
    """Removes rows, and blobs that nothing needs any more."""

    def purge(self, now: float) -> int:
        """Remove what has lain in the trash for 30 days, and all of the throw-away workspaces whose time is over.

        Args:
            now: Seconds since the epoch.

        Returns:
            How many pages were removed.
        """
        before = now - TRASH_SECONDS
        with self._store.connect() as connection:
            projects = self._store.projects.discarded(connection, before)
            pages = self._store.pages.expired(connection, before)
        removed = self._remove(pages)
        for project in projects:
            removed += self._remove_project(project.id)
        self._clear_exports(now)
        return removed + sum(self.forget(workspace) for workspace in self._store.expiry.expired(now))

    def _clear_exports(self, now: float) -> None:
        """Delete the folders of exports that nobody fetched, as after a kill."""
        for folder in (self._services.settings.data / "exports").glob("*"):
            if folder.stat().st_mtime < now - EXPORT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)

    def forget(self, workspace: str) -> int:
        """Remove all projects and pages of a workspace at once, its trash included; return how many pages."""
        with self._store.connect() as connection:
            living = self._store.projects.all(connection, workspace)
            projects = living + self._store.projects.all(connection, workspace, trash=True)
        return sum(self._remove_project(project.id) for project in projects)

    def _remove_project(self, project_id: int) -> int:
        with self._store.connect() as connection:
            pages = self._store.pages.of_project(connection, project_id)
            pages += self._store.pages.of_project(connection, project_id, trash=True)
        removed = self._remove(pages)
        with self._store.begin() as connection:
            self._store.projects.remove(connection, project_id)
        return removed

    def _remove(self, pages: Iterable[Page]) -> int:
        """Remove pages one by one, so that nobody who saves waits long; return how many."""
        removed = 0
        for page in pages:
            with self._store.begin() as connection:
                self._store.pages.remove(connection, page.id)
                # Within the unit of work: an upload of the same bytes waits for it, and looks afterwards whether they are there.
                for key in (page.source, page.scan, page.thumbnail):
                    if key is not None and not self._needs(connection, key):
                        self._services.blobs.delete(key)
            removed += 1
        return removed

    def _needs(self, connection: Connection, key: str) -> bool:
        """Say whether a page or a dataset still needs the blob of that key."""
        return self._store.pages.refers(connection, key) or self._store.datasets.refers(connection, key)
