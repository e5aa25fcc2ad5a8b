"""Pages: one image of a project each, with the state of its reading. Reached only through the workspace that owns them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, or_, select, update

from workbench.store.database import Database, now
from workbench.store.errors import NotFound
from workbench.store.job import Job
from workbench.store.projects import Counts, counted, finished
from workbench.store.schema import jobs, layouts, lines, pages, projects, readings, revisions

ACTIVE = ("queued", "running", "cancelling")
"""States of a job that has not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page as it is stored.

    Attributes:
        source: Blob key of the upload.
        frame: Which page of a PDF or TIFF, from 0.
        layout: `page`, or `line` when the whole image is one cut line.
        state: `queued`, `reading`, `read` or `failed`.
        width: Pixels of the upright image; None until it was opened.
        scan: Blob key of the image for the browser.
        thumbnail: Blob key of the small image.
        engine: That read it last; None = never read as a whole.
        model: Of that engine, "" without one.
        options: Of that engine.
        reading_key: Of the last whole reading; equal keys mean equal readings.
        deleted: In the trash since, seconds since the epoch.
        split: `train`, `held_out` or `test`, decided once; None = not yet.
        split_by: The person who decided that; None = the program did.
    """

    id: int
    project_id: int
    position: float
    name: str
    source: str
    frame: int
    layout: str
    state: str
    message: str
    hint: str
    width: int | None
    height: int | None
    scan: str | None
    thumbnail: str | None
    direction: str
    engine: str | None
    model: str
    options: Mapping[str, object]
    reading_key: str | None
    created: float
    deleted: float | None
    split: str | None
    split_by: str | None


class Pages:
    """The verbs of pages. Each takes the connection of a unit of work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, connection: Connection, project_id: int, values: Mapping[str, object]) -> Page:
        """Append a page to a project.

        Args:
            connection: Of a unit of work.
            project_id: Where it goes; the caller has checked who owns it.
            values: At least name, source and state.
        """
        last = select(func.coalesce(func.max(pages.c.position), -1.0)).where(pages.c.project_id == project_id)
        position = connection.execute(last).scalar_one() + 1.0
        row = {"project_id": project_id, "position": position, "created": now(), **values}
        return _page(connection.execute(insert(pages).values(row).returning(*pages.c)).one())

    def get(self, connection: Connection, workspace: str, page_id: int, *, trash: bool = False) -> Page:
        """Return a page of the workspace; with `trash` also one in the trash.

        Raises:
            NotFound: The workspace has no such page, or it or its project lies in the trash.
        """
        query = _owned(workspace).where(pages.c.id == page_id)
        if not trash:
            query = query.where(pages.c.deleted.is_(None), projects.c.deleted.is_(None))
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"page {page_id}")
        return _page(row)

    def of_project(
        self, connection: Connection, project_id: int, *, offset: int = 0, limit: int | None = None, trash: bool = False
    ) -> list[Page]:
        """Return pages of a project in order; with `trash` only those in the trash."""
        query = select(pages).where(pages.c.project_id == project_id, _in_trash(trash)).order_by(pages.c.position, pages.c.id)
        return [_page(row) for row in connection.execute(query.offset(offset).limit(limit))]

    def ids(self, connection: Connection, project_id: int) -> list[int]:
        """Return the ids of the pages of a project in order, without those in the trash."""
        query = select(pages.c.id).where(pages.c.project_id == project_id, pages.c.deleted.is_(None))
        return list(connection.execute(query.order_by(pages.c.position, pages.c.id)).scalars())

    def discarded(self, connection: Connection, workspace: str) -> list[Page]:
        """Return the pages in the trash of the workspace whose project is not there itself, latest first."""
        query = _owned(workspace).where(pages.c.deleted.is_not(None), projects.c.deleted.is_(None))
        return [_page(row) for row in connection.execute(query.order_by(pages.c.deleted.desc()))]

    def counts(self, connection: Connection, page_ids: Sequence[int]) -> dict[int, Counts]:
        """Return how much is done by page id; a page without lines is left out."""
        query = select(lines.c.page_id, counted.label("lines"), finished.label("done"))
        query = query.where(lines.c.page_id.in_(page_ids)).group_by(lines.c.page_id)
        return {row.page_id: Counts(1, row.lines, row.done) for row in connection.execute(query)}

    def jobs(self, connection: Connection, page_ids: Sequence[int]) -> dict[int, int]:
        """Return the id of the job that waits for a page or works on it, by page id."""
        subjects = {f"page:{page_id}": page_id for page_id in page_ids}
        query = select(jobs.c.subject, func.max(jobs.c.id).label("id")).where(
            jobs.c.subject.in_(subjects), jobs.c.state.in_(ACTIVE)
        )
        return {subjects[row.subject]: row.id for row in connection.execute(query.group_by(jobs.c.subject))}

    def cancelled(self, connection: Connection, page_ids: Sequence[int], since: float) -> dict[int, Job]:
        """Return the latest job that works on a page and was cancelled at or after that time, by page id."""
        subjects = {f"page:{page_id}": page_id for page_id in page_ids}
        query = select(jobs).where(jobs.c.subject.in_(subjects), jobs.c.state == "cancelled", jobs.c.finished >= since)
        return {subjects[row.subject]: Job(*row) for row in connection.execute(query.order_by(jobs.c.id))}

    def change(self, connection: Connection, page_id: int, values: Mapping[str, object]) -> None:
        """Set columns of a page, such as name, state, scan or deleted."""
        connection.execute(update(pages).where(pages.c.id == page_id).values(dict(values)))

    def owner(self, connection: Connection, page_id: int) -> str | None:
        """Return the workspace of a page, in the trash or not; None when there is no such page any more."""
        query = select(projects.c.workspace).join(pages, pages.c.project_id == projects.c.id).where(pages.c.id == page_id)
        return connection.execute(query).scalar_one_or_none()

    def was_read(self, connection: Connection, page_id: int) -> bool:
        """Say whether an engine has read the page as a whole before."""
        query = select(pages.c.id).where(pages.c.id == page_id, pages.c.engine.is_not(None))
        return connection.execute(query).first() is not None

    def known(self, connection: Connection, page_id: int) -> Page:
        """Return a page of whichever workspace, for the program's own use; it is known to be there."""
        return _page(connection.execute(select(pages).where(pages.c.id == page_id)).one())

    def sources(self, connection: Connection, workspace: str) -> list[str]:
        """Return the blob key of every page of the workspace, the trash included."""
        query = (
            select(pages.c.source).join(projects, projects.c.id == pages.c.project_id).where(projects.c.workspace == workspace)
        )
        return list(connection.execute(query).scalars())

    def expired(self, connection: Connection, before: float) -> list[Page]:
        """Return the pages of all workspaces that have lain in the trash since before that time."""
        return [_page(row) for row in connection.execute(select(pages).where(pages.c.deleted < before))]

    def remove(self, connection: Connection, page_id: int) -> None:
        """Delete a page with its lines, revisions and readings for good."""
        own = select(lines.c.id).where(lines.c.page_id == page_id)
        connection.execute(delete(readings).where(readings.c.line_id.in_(own)))
        connection.execute(delete(revisions).where(revisions.c.line_id.in_(own)))
        connection.execute(delete(lines).where(lines.c.page_id == page_id))
        connection.execute(delete(layouts).where(layouts.c.page_id == page_id))
        connection.execute(delete(pages).where(pages.c.id == page_id))

    def refers(self, connection: Connection, key: str) -> bool:
        """Say whether any page still needs the blob of that key."""
        needs = or_(pages.c.source == key, pages.c.scan == key, pages.c.thumbnail == key)
        return connection.execute(select(pages.c.id).where(needs).limit(1)).first() is not None


def _owned(workspace: str) -> Select[*tuple[Any, ...]]:
    query = select(*pages.c).join(projects, projects.c.id == pages.c.project_id)
    return query.where(projects.c.workspace == workspace)


def _in_trash(trash: bool) -> ColumnElement[bool]:
    return pages.c.deleted.is_not(None) if trash else pages.c.deleted.is_(None)


def _page(row: Row[*tuple[Any, ...]]) -> Page:
    return Page(**{column.name: row._mapping[column] for column in pages.c})
