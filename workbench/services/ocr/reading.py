"""Reading pages and lines as jobs: what a person asks for becomes concrete parameters, and the worker runs them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict, Unpack

from pydantic import BaseModel, ConfigDict, Field

import engines
from engines.base import Engine, OcrEngine
from engines.ocr.text import main_script
from workbench.services.actors import Actor
from workbench.services.errors import Invalid
from workbench.services.jobs import BATCH, INTERACTIVE
from workbench.services.models import ModelVersion
from workbench.services.models.version import BASE
from workbench.services.ocr.part import Part
from workbench.services.ocr.recording import Reader
from workbench.store.database import Connection
from workbench.store.jobs import Job
from workbench.store.pages import Page
from workbench.store.projects import Project

READ_PAGE, READ_LINES, OPEN_PAGE = "ocr.read_page", "ocr.read_lines", "ocr.open_page"
Layout = Literal["kept", "anew"]
SCRIPT_LINES = 200
"""Lines whose texts tell the script of a project, the newest ones."""


class OpenPage(BaseModel):
    """Parameters of the job that makes the images of a page for the browser."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page_id: int = Field(description="The page to open.")


class ReadPage(BaseModel):
    """Parameters of the job that reads a page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page_id: int = Field(description="The page to read.")
    engine: str = Field(description="Name of the engine.")
    model: str | None = Field(
        None, description="Full name of the model, <owner>/<task>/<name>/v<N>; none for an engine without one."
    )
    layout_model: str | None = Field(
        None, description="Full name of the model that finds the lines; none = by the rule of models."
    )
    options: dict[str, object] = Field(default_factory=dict, description="Options of the engine.")
    again: bool = Field(False, description="Read it even if an equal page was read before.")
    layout: Layout = Field("kept", description="anew = look for the lines even if they were found before.")


class ReadLines(BaseModel):
    """Parameters of the job that reads single lines."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page_id: int = Field(description="The page on which the lines lie.")
    line_ids: list[int] = Field(min_length=1, description="The lines to read.")
    engine: str = Field(description="Name of the engine.")
    model: str | None = Field(None, description="Full name of the model.")
    options: dict[str, object] = Field(default_factory=dict, description="Options of the engine.")


class Wish(TypedDict, total=False):
    """How a person wants a page read; what is absent or None follows the project, then the default."""

    engine: str | None
    model: str | None
    layout_model: str | None
    options: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is to read, decided and checked.

    Attributes:
        engine: Name of the engine.
        version: The model; None for an engine without one.
        options: All options of the engine with their values.
        finder: The model that finds the lines; None = the engine does it in its own way.
    """

    engine: str
    version: ModelVersion | None
    options: Mapping[str, object]
    finder: ModelVersion | None = None

    @property
    def reader(self) -> Reader:
        """Return engine and model as readings keep them."""
        return Reader(engine=self.engine, model=self.version.full_name if self.version else "")

    @property
    def finder_name(self) -> str:
        """Return the full name of the model that finds the lines; "" where the engine does it in its own way."""
        return self.finder.full_name if self.finder else ""

    def open(self) -> OcrEngine:
        """Return the engine with its weights; nothing is loaded before it reads.

        Raises:
            EngineUnavailable: A library or data file is missing.
        """
        opened = engines.get("ocr", self.engine)(self.version.path if self.version else None)
        if not isinstance(opened, OcrEngine):
            raise TypeError(f"the engine {self.engine} says that it reads pages, but is a {type(opened).__name__}")
        opened.layout = self.finder.path if self.finder else None
        return opened

    def parameters(self) -> dict[str, object]:
        """Return the part of a job's parameters that says who reads."""
        return {"engine": self.engine, "model": self.reader.model or None, "options": dict(self.options)}

    def key(self, page: Page) -> str:
        """Return the hash under which an equal page has an equal reading."""
        weights = self.version.fingerprint if self.version else ""
        parts = [page.source, page.frame, page.layout, self.engine, self.reader.model, weights, dict(self.options)]
        if self.finder is not None and self.finder.owner != BASE and page.layout == "page":
            parts += [self.finder.full_name, self.finder.fingerprint]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class Reading(Part):
    """What people ask to be read."""

    def choose(self, actor: Actor, project: Project | None, **wish: Unpack[Wish]) -> Choice:
        """Decide who reads, with checked options: the request, else the project, else what was promoted for its script.

        Raises:
            UnknownEngine: No engine has this name.
            EngineUnavailable: It cannot work here.
            InvalidOptions: An option is unknown or outside its bounds.
            Invalid: The model does not exist or is for another engine.
            Unavailable: There is no model that can read.
        """
        model = wish.get("model") or None
        engine = wish.get("engine") or self._engine_of(actor, model)
        if engine is None and project is not None:
            engine = project.engine or self._engine_of(actor, project.model)
        script = self._script(project)
        engine = engine or self._services.models.default_engine(actor, script)
        known = engines.get("ocr", engine)
        problem = known.unavailable()
        if problem is not None:
            raise problem
        pinned = project.model if project is not None else None
        version = self._services.models.resolve(actor, model, pinned, engine, script=script)
        usual = _usual(version, known) if version else {}
        options = known.options({**usual, **(wish.get("options") or {})}).model_dump(mode="json")
        return Choice(engine, version, options, self._services.models.finds(actor, wish.get("layout_model") or None, engine))

    def _script(self, project: Project | None) -> str:
        """Return the main script of the texts of a project; "" when it has none."""
        if project is None:
            return ""
        with self._store.connect() as connection:
            return main_script(self._store.projects.texts(connection, project.id, SCRIPT_LINES))

    def _engine_of(self, actor: Actor, model: str | None) -> str | None:
        """Return the engine of a named model; None when none is named.

        Raises:
            Invalid: The actor has no such model.
        """
        return self._services.models.find(actor, model).engine if model else None

    def read_again(self, actor: Actor, page_id: int, *, layout: Layout = "kept", **wish: Unpack[Wish]) -> Job:
        """Read a page once more, with another engine or model if wanted. What people saved stays as it is.

        Args:
            actor: Who asks.
            page_id: The page.
            layout: `kept` = lines that were found on this image in the same way are not looked for again; `anew` = they are.
            wish: Who is to read.

        Raises:
            NotFound: The workspace has no such page.
            Invalid: The page is waiting or being read already; or as for `choose`.
        """
        with self._store.connect() as connection:
            page = self._store.pages.get(connection, actor.workspace, page_id)
            project = self._store.projects.get(connection, actor.workspace, page.project_id)
        choice = self.choose(actor, project, **wish)
        with self._store.begin() as connection:
            page = self._store.pages.get(connection, actor.workspace, page_id)
            if page_id in self._store.pages.jobs(connection, [page_id]):
                raise Invalid("This page is waiting or being read already.", "Wait until it is read, or cancel that job first.")
            again = {"again": True, "layout": layout}
            return self._submit_page(connection, actor, page, choice, again=again, priority=INTERACTIVE)

    def _submit_page(
        self,
        connection: Connection,
        actor: Actor,
        page: Page,
        choice: Choice,
        *,
        again: Mapping[str, object] | None = None,
        priority: int = BATCH,
    ) -> Job:
        """Put the reading of a page into the queue, in the unit of work that makes or changes the page."""
        self._store.pages.change(connection, page.id, {"state": "queued", "message": "", "hint": ""})
        self._tell_page(connection, actor, page.id)
        return self._services.jobs.submit(
            actor,
            READ_PAGE,
            {"page_id": page.id, **(again or {}), "layout_model": choice.finder_name or None, **choice.parameters()},
            title=page.name,
            subject=f"page:{page.id}",
            priority=priority,
            connection=connection,
        )

    def read_line(self, actor: Actor, line_id: int, **wish: Unpack[Wish]) -> Job:
        """Read one line by itself; a text that a person saved stays.

        Raises:
            NotFound: The workspace has no such line.
        """
        with self._store.connect() as connection:
            line = self._store.lines.get(connection, actor.workspace, line_id)
            page = self._store.pages.get(connection, actor.workspace, line.page_id)
            project = self._store.projects.get(connection, actor.workspace, page.project_id)
        choice = self.choose(actor, project, **wish) if any(wish.values()) else self._choice_of_page(actor, page, project)
        with self._store.begin() as connection:
            return self._submit_lines(connection, actor, page, line_ids=[line_id], choice=choice)

    def _choice_of_page(self, actor: Actor, page: Page, project: Project) -> Choice:
        """Return who read the page last, with the same options; who would read it now when nobody did, or that model is gone."""
        known = {version.full_name for version in self._services.models.list(actor)} | {""}
        if page.engine is None or page.model not in known:
            return self.choose(actor, project)
        return self.choose(actor, project, engine=page.engine, model=page.model or None, options=page.options)

    def _submit_lines(self, connection: Connection, actor: Actor, page: Page, *, line_ids: Sequence[int], choice: Choice) -> Job:
        return self._services.jobs.submit(
            actor,
            READ_LINES,
            {"page_id": page.id, "line_ids": list(line_ids), **choice.parameters()},
            title=page.name,
            subject=f"line:{line_ids[0]}",
            priority=INTERACTIVE,
            connection=connection,
        )


def _usual(version: ModelVersion, engine: type[Engine[Any]]) -> dict[str, object]:
    """Return the options with which a version wants to read, as the direction of the lines that it has learnt."""
    said = version.said.get("options")
    return (
        {name: value for name, value in said.items() if name in engine.Options.model_fields} if isinstance(said, Mapping) else {}
    )
