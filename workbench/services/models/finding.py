"""Which models there are, and which of them reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import engines
from engines.base import OcrEngine
from workbench.services.actors import Actor
from workbench.services.errors import Invalid, NotFound, Unavailable
from workbench.services.models import folders
from workbench.services.models.choosing import first, is_meant, named, promoted, promoted_name, reading, standing, usable
from workbench.services.models.version import BASE, ModelVersion, is_slug, parsed
from workbench.store.database import Connection
from workbench.store.errors import SchemaOutdated
from workbench.store.promotions import Promotion

if TYPE_CHECKING:
    from workbench.services import Services

class Finding(ABC):
    """Finds models in the program's tree (owner `base`) and in the models folder of the workbench."""

    def __init__(self, services: Services) -> None:
        """Remember where models lie; nothing is read yet."""
        self._services = services
        self._home = services.settings.models_home

    @property
    @abstractmethod
    def shipped(self) -> Path:
        """Return the folder in which that of the owner `base` lies."""

    def list(self, actor: Actor, task: str = "ocr") -> list[ModelVersion]:
        """Return all versions that the actor may use, the shipped ones first, the newest version first.

        Raises:
            UnknownEngine: There is no such task.
        """
        return self._list(actor, task, self._promotions(actor.workspace))

    def find(self, actor: Actor, name: str) -> ModelVersion:
        """Return the version of that name; without `/v<N>` the promoted version of that name, else the newest.

        Raises:
            Invalid: The actor has no such model.
        """
        return named(self.list(actor, task_of(name)), name)

    def get(self, actor: Actor, full_name: str) -> ModelVersion:
        """Return a version by its full name, `<owner>/<task>/<name>/v<N>`.

        Raises:
            NotFound: The actor has no such version.
        """
        try:
            wanted = parsed(full_name)
            found = self.list(actor, task_of(full_name))
        except Invalid as error:
            raise NotFound(f"model '{full_name[:80]}'") from error
        for version in found:
            if (version.name, version.version) == (wanted.name, wanted.version):
                return version
        raise NotFound(f"model '{full_name[:80]}'")

    def resolve(
        self, actor: Actor, name: str | None, project: str | None, engine: str, *, script: str = ""
    ) -> ModelVersion | None:
        """Return the model that reads.

        The request's, else the project's when it is for that engine, else the one that was promoted last for that script and
        engine, else the newest that is shipped for that script and engine, else the actor's own newest for it.

        Args:
            actor: Who asks.
            name: What the request says, `<owner>/<task>/<name>` with or without `/v<N>`; None = nothing.
            project: What the project says.
            engine: Name of an engine of the task `ocr`.
            script: Of the texts of the project; "" = not known.

        Returns:
            The version; None for an engine that reads without weights.

        Raises:
            UnknownEngine: No engine has this name.
            Invalid: The named model does not exist, is broken, or belongs to another engine.
            Unavailable: The engine needs a model and there is none.
        """
        known = engines.get("ocr", engine)
        if not known.suffixes:
            if name:
                raise Invalid(f"The engine '{engine}' takes no model, but '{name[:80]}' was asked for.", "Leave the model out.")
            return None
        rows = self._promotions(actor.workspace)
        found = self._list(actor, "ocr", rows)
        if name:
            return usable(named(found, name), engine)
        if project:
            version = named(found, project)
            if version.engine == engine:
                return usable(version, engine)
        fitting = [version for version in found if version.engine == engine]
        chosen = promoted(fitting, rows, script)
        if chosen is None and known.needs_weights:
            chosen = first(fitting, script)
            if chosen is None:
                raise Unavailable(f"There is no model for the engine '{engine}'.", known.weights_hint)
        return chosen

    def finds(self, actor: Actor, name: str | None, engine: str) -> ModelVersion | None:
        """Return the model that finds the lines of a page which an engine reads: the request's, else the one promoted last.

        Args:
            actor: Who asks.
            name: What the request says; None = nothing.
            engine: Name of an engine of the task `ocr`.

        Returns:
            The version, the shipped one where nothing is promoted; None = the engine finds lines in its own way.

        Raises:
            Invalid: The named model does not exist or is broken, or the engine takes none.
        """
        kind = engines.get("ocr", engine)
        finder = kind.finds_with if issubclass(kind, OcrEngine) else ""
        if name and not finder:
            raise Invalid(f"The engine '{engine}' finds lines in its own way.", "Leave the model of the layout out.")
        if not finder:
            return None
        rows = self._promotions(actor.workspace)
        found = [version for version in self._list(actor, "layout", rows) if version.engine == finder]
        if name:
            return usable(named(found, name), finder)
        shipped = (version for version in found if version.owner == BASE and not version.problem)
        return promoted(found, rows, "") or next(shipped, None)

    def reads(
        self, actor: Actor, script: str = "", task: str = "ocr", *, among: Collection[str] | None = None
    ) -> ModelVersion | None:
        """Return what reads texts of a script where nobody names a model or an engine; None when there is no such model.

        Args:
            actor: Who asks.
            script: Of the texts; "" = not known.
            task: Such as `ocr`.
            among: Names of the engines whose models count; None = of all.
        """
        rows = self._promotions(actor.workspace)
        found = self._list(actor, task, rows)
        return reading([version for version in found if among is None or version.engine in among], rows, script)

    def default_engine(self, actor: Actor, script: str = "") -> str:
        """Return the engine that reads where nobody names one: that of the model that reads such a script.

        Raises:
            Unavailable: There is no model at all.
        """
        chosen = self.reads(actor, script)
        if chosen is None:
            raise Unavailable("There is no model that can read.", "Name an engine that needs none, or run `make base-models`.")
        return chosen.engine

    def in_turn(self, actor: Actor, task: str = "ocr") -> list[ModelVersion]:
        """Return the versions that can be used, what was promoted last first: an engine by itself takes the first of its own."""
        rows = self._promotions(actor.workspace)
        found = self._list(actor, task, rows)
        turns = {promoted_name(row): turn for turn, row in enumerate(standing(found, rows))}
        usable = [version for version in found if not version.problem]
        return sorted(usable, key=lambda version: turns.get(version.full_name, len(turns)))

    def lineage(self, actor: Actor, version: ModelVersion) -> list[str]:
        """Return the full names of what a version was trained from, the first one first, itself last.

        The oldest may be deleted meanwhile: then its name is the first.
        """
        known = {other.full_name: other for other in self.list(actor, version.task)}
        chain = [version.full_name]
        parent = version.parent
        while parent and parent not in chain:
            chain.append(parent)
            parent = known[parent].parent if parent in known else None
        return chain[::-1]

    def used_by(self, actor: Actor, version: ModelVersion) -> list[str]:
        """Return the names of the projects that are read by a version because they name it or its model."""
        with self._services.store.connect() as connection:
            projects = self._services.store.projects.all(connection, actor.workspace)
        found = self.list(actor, version.task)
        return [project.name for project in projects if project.model and is_meant(found, project.model, version)]

    def _list(self, actor: Actor, task: str, rows: Sequence[Promotion]) -> list[ModelVersion]:
        """Return all versions with what promotions say about them."""
        engines.classes(task)
        found = [version for owner in (BASE, actor.workspace) for version in self._of_owner(owner, task)]
        production = {promoted_name(row) for row in standing(found, rows)}
        found = [replace(version, production=version.full_name in production) for version in found]
        reads = reading(found, rows, "")
        return [replace(version, promoted=True) if version is reads else version for version in found]

    def _of_owner(self, owner: str, task: str) -> Iterator[ModelVersion]:
        """Yield the versions of an owner."""
        if is_slug(owner):
            yield from folders.versions(self._root(owner) / task, owner, task)

    def _root(self, owner: str) -> Path:
        """Return the folder of the models of an owner, whose name is a slug."""
        return (self.shipped if owner == BASE else self._home) / owner

    def _promotions(self, workspace: str, connection: Connection | None = None) -> list[Promotion]:
        """Return what was promoted, the newest first; nothing where no database was made yet."""
        store = self._services.store
        if connection is not None:
            return store.promotions.all(connection, workspace)
        file = store.database.file
        if file is not None and not file.is_file():
            return []
        try:
            with store.connect() as own:
                return store.promotions.all(own, workspace)
        except SchemaOutdated:  # tables from before there were promotions hold none
            return []


def task_of(name: str) -> str:
    """Return the task that a name says, as far as there is such a task.

    Raises:
        Invalid: It is no name, or of no task.
    """
    task = parsed(name).task
    if task not in engines.TASKS:
        raise Invalid(f"There is no model '{name}'.", f"Known tasks: {', '.join(engines.TASKS)}.")
    return task
