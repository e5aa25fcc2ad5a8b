"""What becomes of the jobs of pages that go into the trash, and come out of it."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.services.actors import Actor
from workbench.services.ocr.part import Part
from workbench.services.ocr.reading import READ_PAGE
from workbench.store.database import Connection
from workbench.store.jobs import Job


class Trash(Part):
    """What pages and projects have in common when they are thrown away."""

    def _cancel(self, connection: Connection, actor: Actor, page_ids: Sequence[int]) -> None:
        """Cancel the jobs that wait for pages or work on them."""
        for job_id in self._store.pages.jobs(connection, page_ids).values():
            self._services.jobs.note(connection, self._store.jobs.cancel(connection, job_id, actor.workspace))

    def _resume(self, connection: Connection, actor: Actor, page_ids: Sequence[int], since: float | None) -> None:
        """Queue again what was cancelled because its page went into the trash at that time."""
        if since is None:
            return
        for page_id, job in self._store.pages.cancelled(connection, page_ids, since).items():
            self._repeat(connection, actor, page_id, job)

    def _repeat(self, connection: Connection, actor: Actor, page_id: int, job: Job) -> None:
        """Queue an ended job of a page once more."""
        if job.kind == READ_PAGE:
            self._store.pages.change(connection, page_id, {"state": "queued", "message": "", "hint": ""})
        self._services.jobs.repeat(connection, actor, job)
