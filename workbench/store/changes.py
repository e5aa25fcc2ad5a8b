"""What happened, in order; the event stream of the browsers reads from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, func, insert, select

from workbench.store.database import Connection, Database, now
from workbench.store.schema import changes

_LOCK_NUMBER = 7860_0002  # any constant
Kind = Literal["job", "page", "line", "project", "dataset", "model"]


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Attributes:
        id: Grows with every change and is never used again.
        workspace: Whose change it is.
        kind: job, page, line, project, dataset or model.
        ref: Id of that thing; 0 of a model, which has only a name.
        page_id: Of a line: its page.
        time: Seconds since the epoch.
    """

    id: int
    workspace: str
    kind: str
    ref: int
    page_id: int | None
    time: float


class Changes:
    """The list of changes."""

    def __init__(self, database: Database) -> None:
        """Remember the database."""
        self.database = database

    def add(self, connection: Connection, workspace: str, kind: Kind, ref: int, page_id: int | None = None) -> None:
        """Note a change, in the same unit of work that makes it: it is seen if and only if the change is kept."""
        if connection.dialect.name != "sqlite":  # writers wait for one another, so that ids are seen in their order
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK_NUMBER)))
        connection.execute(insert(changes).values(workspace=workspace, kind=kind, ref=ref, page_id=page_id, time=now()))

    def since(self, after: int, limit: int = 1000) -> list[Change]:
        """Return the changes with an id above `after`, oldest first, of all workspaces."""
        query = select(changes).where(changes.c.id > after).order_by(changes.c.id).limit(limit)
        with self.database.connect() as connection:
            return [Change(*row) for row in connection.execute(query)]

    def latest(self) -> int:
        """Return the id of the newest change, 0 when there is none."""
        with self.database.connect() as connection:
            return connection.execute(select(func.max(changes.c.id))).scalar_one() or 0

    def prune(self, before: float) -> int:
        """Forget the changes older than a time (seconds since the epoch); return how many."""
        with self.database.begin() as connection:
            return connection.execute(delete(changes).where(changes.c.time < before)).rowcount
