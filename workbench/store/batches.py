"""Batches: how far the reading of the pages of a project is, and the jobs that do it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from sqlalchemy import ColumnElement, Connection, String, cast, func, literal, select

from workbench.store.database import Database
from workbench.store.job import Job
from workbench.store.pages import ACTIVE
from workbench.store.schema import jobs, pages

LATEST = 20
"""Readings whose time tells how long the next one takes."""


class Batches:
    """The verbs of batches. Each takes the connection of a unit of work; the caller has checked who owns the project."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def states(self, connection: Connection, project_id: int) -> dict[str, int]:
        """Return how many pages of a project have each state."""
        query = select(pages.c.state, func.count()).where(_of(project_id)).group_by(pages.c.state)
        return {state: count for state, count in connection.execute(query)}

    def pages(self, connection: Connection, project_id: int, state: str | None = None) -> list[int]:
        """Return the ids of the pages of a project in order, all or those of a state."""
        wanted = [_of(project_id)] if state is None else [_of(project_id), pages.c.state == state]
        return list(connection.execute(select(pages.c.id).where(*wanted).order_by(pages.c.position, pages.c.id)).scalars())

    def cancelled(self, connection: Connection, project_id: int, kind: str) -> set[int]:
        """Return the ids of the pages of a project that have failed because their last job of a kind was cancelled."""
        query = select(pages.c.id, jobs.c.state).join(jobs, jobs.c.subject == _subject())
        query = query.where(_of(project_id), pages.c.state == "failed", jobs.c.kind == kind).order_by(jobs.c.id)
        last = {page_id: state for page_id, state in connection.execute(query)}  # of each page the last one stays
        return {page_id for page_id, state in last.items() if state == "cancelled"}

    def files(self, connection: Connection, project_id: int) -> set[tuple[str, str, int]]:
        """Return (name, source, frame) of every page of a project."""
        return {
            tuple(row) for row in connection.execute(select(pages.c.name, pages.c.source, pages.c.frame).where(_of(project_id)))
        }

    def active(self, connection: Connection, project_id: int, kind: str) -> list[tuple[int, Job]]:
        """Return (page id, job) of the pages that wait for a job of a kind or are worked on, in the order of the queue."""
        query = select(pages.c.id, *jobs.c).join(jobs, jobs.c.subject == _subject())
        query = query.where(_of(project_id), jobs.c.kind == kind, jobs.c.state.in_(ACTIVE)).order_by(jobs.c.id)
        return [(page_id, Job(*job)) for page_id, *job in connection.execute(query)]

    def last(self, connection: Connection, page_ids: Sequence[int], kind: str) -> dict[int, Job]:
        """Return the last job of a kind by page id."""
        subjects = {f"page:{page_id}": page_id for page_id in page_ids}
        newest = select(func.max(jobs.c.id)).where(jobs.c.subject.in_(subjects), jobs.c.kind == kind).group_by(jobs.c.subject)
        found = [Job(*row) for row in connection.execute(select(jobs).where(jobs.c.id.in_(newest)))]
        return {subjects[job.subject]: job for job in found}

    def seconds(self, connection: Connection, project_id: int, kind: str) -> float | None:
        """Return how long a job of a kind took for a page of a project lately, the median; None before the first has ended."""
        query = select(jobs.c.finished - jobs.c.started).join(pages, jobs.c.subject == _subject())
        query = query.where(_of(project_id), jobs.c.kind == kind, jobs.c.state == "done")
        found = list(connection.execute(query.order_by(jobs.c.finished.desc()).limit(LATEST)).scalars())
        return median(found) if found else None


def _of(project_id: int) -> ColumnElement[bool]:
    return (pages.c.project_id == project_id) & pages.c.deleted.is_(None)


def _subject() -> ColumnElement[str]:
    return literal("page:") + cast(pages.c.id, String)
