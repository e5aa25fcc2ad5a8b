"""Projects of a workspace: list, show, create, change, trash, search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict, Unpack

import engines
from workbench.services.actors import Actor
from workbench.services.errors import Invalid
from workbench.services.ocr.part import checked_name
from workbench.services.ocr.searching import fold, places
from workbench.services.ocr.trash import Trash
from workbench.services.ocr.views import PageHead, ProjectView, page_head, page_lines, project_view
from workbench.store.database import Connection, now
from workbench.store.pages import Page
from workbench.store.projects import Counts, Project

LONGEST_NAME = 200
MOST_HITS = 500
MOST_PAGES = 500
"""Pages that one answer holds at most."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a searched text stands; start and end count code points of the line's text."""

    page_id: int
    line_id: int
    page_name: str
    text: str
    start: int
    end: int


class Window(TypedDict, total=False):
    """Which part of a project is shown: with lines or without, and which pages."""

    lines: bool
    offset: int
    limit: int


class ProjectChange(TypedDict, total=False):
    """What may be changed about a project; "" for engine or model = back to the default."""

    name: str | None
    engine: str | None
    model: str | None


class Projects(Trash):
    """The projects of a workspace."""

    def projects(self, actor: Actor, trash: bool = False) -> list[ProjectView]:
        """Return the projects without their pages; with `trash` those in the trash, and those with pages there.

        With `trash`, a project that is not in the trash itself carries those of its pages that are.
        """
        with self._store.connect() as connection:
            counts = self._store.projects.counts(connection, actor.workspace)
            found = self._store.projects.all(connection, actor.workspace, trash=trash)
            views = [project_view(project, counts.get(project.id, Counts()), ()) for project in found]
            return views + (self._with_discarded(connection, actor, counts) if trash else [])

    def _with_discarded(self, connection: Connection, actor: Actor, counts: dict[int, Counts]) -> list[ProjectView]:
        """Return the living projects that have pages in the trash, with these pages."""
        pages = self._store.pages.discarded(connection, actor.workspace)
        views = []
        for project in self._store.projects.all(connection, actor.workspace):
            heads = self._heads(connection, [page for page in pages if page.project_id == project.id])
            if heads:
                views.append(project_view(project, counts.get(project.id, Counts()), heads))
        return views

    def project(self, actor: Actor, project_id: int, **window: Unpack[Window]) -> ProjectView:
        """Return a project with its pages, by default with their lines.

        Args:
            actor: Who asks.
            project_id: Which project.
            window: `lines` (default True), `offset` (0) and `limit` (50) of the pages.

        Raises:
            NotFound: The workspace has no such project.
            Invalid: The offset is negative, or the limit outside 1..500.
        """
        offset, limit = window.get("offset", 0), window.get("limit", 50)
        if offset < 0 or not 1 <= limit <= MOST_PAGES:
            raise Invalid(
                f"Pages from {offset}, {limit} at a time, cannot be shown.",
                f"Give an offset from 0 and a limit of 1 to {MOST_PAGES}.",
            )
        with self._store.connect() as connection:
            project = self._store.projects.get(connection, actor.workspace, project_id)
            counts = self._store.projects.counts(connection, actor.workspace).get(project_id, Counts())
            pages = self._store.pages.of_project(connection, project_id, offset=offset, limit=limit)
            heads = self._heads(connection, pages, lines=window.get("lines", True))
        return project_view(project, counts, heads)

    def _heads(self, connection: Connection, pages: list[Page], *, lines: bool = False) -> list[PageHead]:
        ids = [page.id for page in pages]
        counts = self._store.pages.counts(connection, ids)
        jobs = self._store.pages.jobs(connection, ids)
        if not lines:
            return [page_head(page, counts.get(page.id, Counts()), jobs.get(page.id)) for page in pages]
        found = self._store.lines.of_pages(connection, ids)
        return [page_lines(page, counts.get(page.id, Counts()), jobs.get(page.id), found[page.id]) for page in pages]

    def create_project(self, actor: Actor, name: str, engine: str | None = None, model: str | None = None) -> ProjectView:
        """Create an empty project.

        Raises:
            Invalid: The name is empty or too long, or engine and model do not fit.
            UnknownEngine: No engine has this name.
        """
        name = checked_name(name, "project", LONGEST_NAME)
        self._check_reader(actor, engine, model)
        with self._store.begin() as connection:
            project = self._new_project(connection, actor, name, engine=engine or None, model=model or None)
        return project_view(project, Counts(), ())

    def _new_project(
        self, connection: Connection, actor: Actor, name: str, *, engine: str | None = None, model: str | None = None
    ) -> Project:
        project = self._store.projects.add(connection, actor.workspace, name, engine=engine, model=model)
        self._tell_project(connection, actor, project.id)
        return project

    def _check_reader(self, actor: Actor, engine: str | None, model: str | None) -> None:
        """Refuse an engine or a model that does not exist, or that do not belong together."""
        if engine:
            engines.get("ocr", engine)
        if model:
            found = self._services.models.find(actor, model)
            self._services.models.resolve(actor, model, None, engine or found.engine)

    def update_project(self, actor: Actor, project_id: int, **change: Unpack[ProjectChange]) -> ProjectView:
        """Change name, engine or model of a project; what is None or absent stays, "" goes back to the default.

        Raises:
            NotFound: The workspace has no such project.
            Invalid: A name is empty or too long, or engine and model do not fit.
            UnknownEngine: No engine has this name.
        """
        with self._store.connect() as connection:
            project = self._store.projects.get(connection, actor.workspace, project_id)
        given = {name: value for name, value in change.items() if value is not None}
        values: dict[str, str | None] = {name: str(value) or None for name, value in given.items()}
        if "name" in given:
            values["name"] = checked_name(str(given["name"]), "project", LONGEST_NAME)
        if given.get("model"):
            engine = values.get("engine", project.engine)
            self._check_reader(actor, engine, values["model"])
        else:
            self._check_reader(actor, values.get("engine"), None)
        with self._store.begin() as connection:
            self._store.projects.get(connection, actor.workspace, project_id)
            self._store.projects.change(connection, project_id, values)
            self._tell_project(connection, actor, project_id)
        return self.project(actor, project_id, lines=False)

    def delete_project(self, actor: Actor, project_id: int) -> None:
        """Put a project with its pages into the trash; after 30 days it is purged. Jobs that wait for its pages are cancelled.

        Raises:
            NotFound: The workspace has no such project.
        """
        with self._store.begin() as connection:
            self._store.projects.get(connection, actor.workspace, project_id)
            self._store.projects.change(connection, project_id, {"deleted": now()})
            self._cancel(connection, actor, self._store.pages.ids(connection, project_id))
            self._tell_project(connection, actor, project_id)

    def restore_project(self, actor: Actor, project_id: int) -> ProjectView:
        """Take a project out of the trash, and read what was cancelled; one that is not there stays as it is.

        Raises:
            NotFound: The workspace has no such project.
        """
        with self._store.begin() as connection:
            project = self._store.projects.get(connection, actor.workspace, project_id, trash=True)
            self._store.projects.change(connection, project_id, {"deleted": None})
            self._resume(connection, actor, self._store.pages.ids(connection, project_id), project.deleted)
            self._tell_project(connection, actor, project_id)
        return self.project(actor, project_id, lines=False)

    def search(self, actor: Actor, project_id: int, query: str) -> list[Hit]:
        """Return where a text stands in the lines of a project, in reading order, at most 500 places.

        Points, accents and invisible marks do not count, nor does the case of Latin letters.

        Raises:
            NotFound: The workspace has no such project.
            Invalid: The text is longer than 200 characters.
        """
        if len(query) > LONGEST_NAME:
            raise Invalid(f"The searched text has {len(query)} characters.", f"Search for {LONGEST_NAME} or fewer.")
        with self._store.connect() as connection:
            self._store.projects.get(connection, actor.workspace, project_id)
            texts = self._store.lines.texts(connection, project_id)
        wanted = fold(query)[0].strip()
        hits: list[Hit] = []
        for page_id, page_name, line_id, text in texts:
            for start, end in places(text, wanted):
                hits.append(Hit(page_id, line_id, page_name, text, start, end))
            if len(hits) >= MOST_HITS:
                return hits[:MOST_HITS]
        return hits
