"""Trainings that begin by themselves: what they train, when, and what came of the last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from workbench.store.database import Database, now
from workbench.store.errors import NotFound
from workbench.store.schema import lines, pages, projects, revisions, schedules


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule; the fields are the columns of `schema.schedules`.

    Attributes:
        base_model: What to start from; "" = the promoted version of that name, else its newest, else what reads.
        every: After so many new corrections; None = not by their number.
        hour: Every night at this hour of the server's clock; None = not by the clock.
        seen: The newest revision when it last began.
        ran: When it last began, seconds since the epoch.
        message: Why it did not begin, or what went wrong.
    """

    id: int
    workspace: str
    author: str
    task: str
    name: str
    projects: Sequence[int]
    base_model: str
    options: Mapping[str, object]
    every: int | None
    hour: int | None
    seen: int
    ran: float | None
    job_id: int | None
    message: str
    created: float


class Schedules:
    """The table of schedules."""

    def __init__(self, database: Database) -> None:
        """Remember the database."""
        self._database = database

    def add(self, connection: Connection, workspace: str, author: str, values: Mapping[str, object]) -> Schedule:
        """Add a schedule that begins to count now."""
        row = {"message": "", **values, "workspace": workspace, "author": author, "created": now()}
        row["seen"] = self.newest(connection)
        return _schedule(connection.execute(insert(schedules).values(row).returning(schedules)).one())

    def get(self, connection: Connection, workspace: str, schedule_id: int) -> Schedule:
        """Return a schedule of a workspace.

        Raises:
            NotFound: It has none of that id.
        """
        query = select(schedules).where(schedules.c.id == schedule_id, schedules.c.workspace == workspace)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"schedule {schedule_id}")
        return _schedule(row)

    def all(self, connection: Connection, workspace: str | None = None) -> list[Schedule]:
        """Return the schedules of a workspace, or of all."""
        query = select(schedules).order_by(schedules.c.id)
        if workspace is not None:
            query = query.where(schedules.c.workspace == workspace)
        return [_schedule(row) for row in connection.execute(query)]

    def change(self, connection: Connection, schedule_id: int, values: Mapping[str, object]) -> None:
        """Set columns of a schedule."""
        if values:
            connection.execute(update(schedules).where(schedules.c.id == schedule_id).values(dict(values)))

    def claim(self, connection: Connection, schedule: Schedule) -> bool:
        """Note that a schedule begins now; return whether nobody else has begun it meanwhile."""
        same = schedules.c.ran.is_(None) if schedule.ran is None else schedules.c.ran == schedule.ran
        query = update(schedules).where(schedules.c.id == schedule.id, same)
        begun = {"ran": now(), "seen": self.newest(connection), "message": "", "job_id": None}
        return connection.execute(query.values(begun)).rowcount == 1

    def note(self, connection: Connection, job_id: int, message: str) -> None:
        """Write on the schedule that began a job what became of it."""
        connection.execute(update(schedules).where(schedules.c.job_id == job_id).values(message=message))

    def remove(self, connection: Connection, schedule_id: int) -> None:
        """Delete a schedule."""
        connection.execute(delete(schedules).where(schedules.c.id == schedule_id))

    def newest(self, connection: Connection) -> int:
        """Return the id of the newest revision."""
        return connection.execute(select(func.max(revisions.c.id))).scalar_one() or 0

    def corrections(self, connection: Connection, schedule: Schedule) -> int:
        """Return how many lines of its projects people have corrected since a schedule last began."""
        query = (
            select(func.count(revisions.c.line_id.distinct()))
            .join(lines, lines.c.id == revisions.c.line_id)
            .join(pages, pages.c.id == lines.c.page_id)
            .join(projects, projects.c.id == pages.c.project_id)
            .where(revisions.c.id > schedule.seen, revisions.c.source != "model", projects.c.workspace == schedule.workspace)
            .where(pages.c.deleted.is_(None), projects.c.deleted.is_(None))
        )
        if schedule.projects:
            query = query.where(pages.c.project_id.in_(schedule.projects))
        return connection.execute(query).scalar_one()


def _schedule(row: Row[Any]) -> Schedule:
    return Schedule(*row)
