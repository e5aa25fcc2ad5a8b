"""Removes throw-away workspaces whose time is over, once nothing of a person lies in them any more."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, exists, select, update

from workbench.store.database import Connection, Database, now
from workbench.store.job import ACTIVE
from workbench.store.schema import changes, datasets, jobs, keys, projects, promotions, reports, schedules, workspaces


class Expiry:
    """The end of throw-away workspaces."""

    def __init__(self, database: Database) -> None:
        """Remember the database."""
        self.database = database

    def expired(self, time: float) -> list[str]:
        """Return the workspaces whose time was over at `time` (seconds since the epoch)."""
        with self.database.connect() as connection:
            return list(connection.execute(select(workspaces.c.slug).where(workspaces.c.expires < time)).scalars())

    def stop_jobs(self, slugs: list[str]) -> int:
        """Cancel what is queued or runs in workspaces; return how many jobs."""
        stopped = 0
        with self.database.begin() as connection:
            for before, after in (("queued", "cancelled"), ("running", "cancelling")):
                query = update(jobs).where(jobs.c.workspace.in_(slugs), jobs.c.state == before)
                time = {"finished": now()} if after == "cancelled" else {"reported": now()}
                stopped += connection.execute(query.values(state=after, **time)).rowcount
        return stopped

    def remove(self, slugs: list[str]) -> int:
        """Remove those of the workspaces that hold no project, no dataset and no running job any more; return how many."""
        with self.database.begin() as connection:
            empty = list(connection.execute(select(workspaces.c.slug).where(workspaces.c.slug.in_(slugs), _is_empty())).scalars())
            _remove(connection, empty)
            return len(empty)


def _is_empty() -> ColumnElement[bool]:
    """Tell whether nothing of value points to a workspace."""
    return and_(
        ~exists().where(projects.c.workspace == workspaces.c.slug),
        ~exists().where(datasets.c.workspace == workspaces.c.slug),  # each has a file
        ~exists().where(jobs.c.workspace == workspaces.c.slug, jobs.c.state.in_((*ACTIVE, "queued"))),
    )


def _remove(connection: Connection, slugs: list[str]) -> None:
    """Delete everything that points to workspaces, then themselves."""
    theirs = select(jobs.c.id).where(jobs.c.workspace.in_(slugs))
    connection.execute(delete(reports).where(reports.c.job_id.in_(theirs)))
    for table in (jobs, keys, changes, promotions, schedules):
        connection.execute(delete(table).where(table.c.workspace.in_(slugs)))
    connection.execute(delete(workspaces).where(workspaces.c.slug.in_(slugs)))
