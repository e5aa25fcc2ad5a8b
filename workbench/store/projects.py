"""Projects: the folders of a workspace in which pages lie. Reached only through the workspace that owns them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, insert, select, update

from workbench.store.database import Database, now
from workbench.store.errors import NotFound
from workbench.store.schema import lines, pages, projects


@dataclass(frozen=True, slots=True)
class Project:
    """One project as it is stored.

    Attributes:
        engine: Reads its pages; None = the default of the workbench.
        model: Full name of the model that reads its pages; None = the rule of models decides.
        options: Of the engine.
        created: Seconds since the epoch.
        deleted: In the trash since, seconds since the epoch; None = it is not.
    """

    id: int
    workspace: str
    name: str
    engine: str | None
    model: str | None
    options: Mapping[str, object] = field(default_factory=dict)
    created: float = 0.0
    deleted: float | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of a page or project is done.

    Attributes:
        pages: Pages that are not in the trash.
        lines: Lines that count, without those that a person called "not a line".
        done: Of these, saved or unreadable by a person's word.
    """

    pages: int = 0
    lines: int = 0
    done: int = 0


counted = func.coalesce(func.sum(case((lines.c.is_line, 1), else_=0)), 0)
"""The lines of a group that count."""

finished = func.coalesce(func.sum(case((lines.c.is_line & lines.c.state.in_(("saved", "unreadable")), 1), else_=0)), 0)
"""The lines of a group that a person is done with."""


class Projects:
    """The verbs of projects. Each takes the connection of a unit of work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, connection: Connection, workspace: str, name: str, *, engine: str | None, model: str | None) -> Project:
        """Create a project and return it."""
        values: dict[str, object] = {"workspace": workspace, "name": name, "engine": engine, "model": model, "options": {}}
        values["created"] = now()
        result = connection.execute(insert(projects).values(values).returning(*projects.c))
        return _project(result.one())

    def get(self, connection: Connection, workspace: str, project_id: int, *, trash: bool = False) -> Project:
        """Return a project of the workspace.

        Args:
            connection: Of a unit of work or a read.
            workspace: Its owner.
            project_id: Its id.
            trash: Find it in the trash too.

        Raises:
            NotFound: The workspace has no such project.
        """
        query = select(projects).where(projects.c.id == project_id, projects.c.workspace == workspace)
        row = connection.execute(query).one_or_none()
        if row is None or (row.deleted is not None and not trash):
            raise NotFound(f"project {project_id}")
        return _project(row)

    def all(self, connection: Connection, workspace: str, *, trash: bool = False) -> list[Project]:
        """Return the projects of the workspace, newest last; with `trash` only those in the trash."""
        wanted = projects.c.deleted.is_not(None) if trash else projects.c.deleted.is_(None)
        query = select(projects).where(projects.c.workspace == workspace, wanted).order_by(projects.c.id)
        return [_project(row) for row in connection.execute(query)]

    def counts(self, connection: Connection, workspace: str) -> dict[int, Counts]:
        """Return how much is done by project id; pages in the trash do not count."""
        joined = projects.join(pages, pages.c.project_id == projects.c.id).outerjoin(lines, lines.c.page_id == pages.c.id)
        query = (
            select(
                projects.c.id, func.count(pages.c.id.distinct()).label("pages"), counted.label("lines"), finished.label("done")
            )
            .select_from(joined)
            .where(projects.c.workspace == workspace, pages.c.deleted.is_(None))
            .group_by(projects.c.id)
        )
        return {row.id: Counts(row.pages, row.lines, row.done) for row in connection.execute(query)}

    def texts(self, connection: Connection, project_id: int, most: int) -> list[str]:
        """Return the texts of the newest lines of a project, of its last 50 pages at most."""
        newest = select(pages.c.id).where(pages.c.project_id == project_id, pages.c.deleted.is_(None))
        newest = newest.order_by(pages.c.id.desc()).limit(50)
        query = select(lines.c.text).where(lines.c.page_id.in_(newest), lines.c.text != "", lines.c.is_line)
        return list(connection.execute(query.order_by(lines.c.id.desc()).limit(most)).scalars())

    def change(self, connection: Connection, project_id: int, values: Mapping[str, object]) -> None:
        """Set columns of a project, such as name, engine, model or deleted."""
        if values:
            connection.execute(update(projects).where(projects.c.id == project_id).values(dict(values)))

    def discarded(self, connection: Connection, before: float) -> list[Project]:
        """Return the projects of all workspaces that have lain in the trash since before that time."""
        query = select(projects).where(projects.c.deleted < before)
        return [_project(row) for row in connection.execute(query)]

    def remove(self, connection: Connection, project_id: int) -> None:
        """Delete the row of a project whose pages are already removed."""
        connection.execute(delete(projects).where(projects.c.id == project_id))


def _project(row: Row[*tuple[Any, ...]]) -> Project:
    return Project(
        id=row.id,
        workspace=row.workspace,
        name=row.name,
        engine=row.engine,
        model=row.model,
        options=row.options,
        created=row.created,
        deleted=row.deleted,
    )
