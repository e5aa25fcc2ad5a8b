"""Models: folders of weights with a `model.json`. The folder is the truth; nothing of it is kept elsewhere."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import engines
from engines.base import Engine
from engines.errors import EngineError
from workbench.config import PROGRAM
from workbench.services.actors import Actor
from workbench.services.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from workbench.services import Services

BASE = "base"
"""Owner of the models that are shipped."""

_SLUG = r"[a-z0-9][a-z0-9._-]{0,63}"
_NAME = re.compile(rf"(?P<owner>{_SLUG})/(?P<task>{_SLUG})/(?P<model>{_SLUG})(?:/v(?P<version>[1-9][0-9]{{0,5}}))?")
_VERSION = re.compile(r"v([1-9][0-9]{0,5})")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """One version of a model.

    Attributes:
        name: `<owner>/<task>/<name>`.
        version: From 1.
        path: The file of weights.
        engine: Name of the engine that it is for.
        title: How a person calls it.
        card: What it was made from and how well it does, Markdown; "" without one.
        metrics: Figures of its `model.json`.
        script: Which script it reads; "" when it does not say.
        promoted: It reads where neither the request nor the project names a model.
        fingerprint: Changes whenever the weights do.
        problem: Why it cannot be used; "" when it can.
    """

    name: str
    version: int
    path: Path
    engine: str
    title: str
    card: str = ""
    metrics: Mapping[str, object] = field(default_factory=dict)
    script: str = ""
    promoted: bool = False
    fingerprint: str = ""
    problem: str = ""

    @property
    def full_name(self) -> str:
        """Return the name with its version, as readings and projects keep it."""
        return f"{self.name}/v{self.version}"


class Models:
    """Finds models in the program's tree (owner `base`) and in the models folder of the workbench."""

    def __init__(self, services: Services) -> None:
        """Remember where models lie; nothing is read yet."""
        self._home = services.settings.models_home

    def list(self, actor: Actor, task: str = "ocr") -> list[ModelVersion]:
        """Return all versions that the actor may use, the shipped ones first, the newest version first.

        Raises:
            UnknownEngine: There is no such task.
        """
        engines.classes(task)
        found = [version for owner in (BASE, actor.workspace) for version in self._of_owner(owner, task)]
        default = next((version for version in found if not version.problem), None)
        return [_promote(version) if version is default else version for version in found]

    def find(self, actor: Actor, name: str) -> ModelVersion:
        """Return the version of that name, `<owner>/<task>/<name>`, the newest when it names no `/v<N>`.

        Raises:
            Invalid: The actor has no such model.
        """
        return _named(self.list(actor), name)

    def resolve(self, actor: Actor, name: str | None, project: str | None, engine: str) -> ModelVersion | None:
        """Return the model that reads.

        The request's, else the project's when it is for that engine, else the newest that is shipped for that engine,
        else the actor's own newest for it.

        Args:
            actor: Who asks.
            name: What the request says, `<owner>/<task>/<name>` with or without `/v<N>`; None = nothing.
            project: What the project says.
            engine: Name of an engine of the task `ocr`.

        Returns:
            The version; None for an engine that needs no weights.

        Raises:
            UnknownEngine: No engine has this name.
            Invalid: The named model does not exist, is broken, or belongs to another engine.
            Unavailable: The engine needs a model and there is none.
        """
        if not engines.get("ocr", engine).suffixes:
            if name:
                raise Invalid(f"The engine '{engine}' takes no model, but '{name[:80]}' was asked for.", "Leave the model out.")
            return None
        found = self.list(actor)
        if name:
            return _usable(_named(found, name), engine)
        if project:
            version = _named(found, project)
            if version.engine == engine:
                return _usable(version, engine)
        fitting = [version for version in found if version.engine == engine and not version.problem]
        if not fitting:
            raise Unavailable(
                f"There is no model for the engine '{engine}'.", "Put one into the models folder, or run `make base-models`."
            )
        return fitting[0]  # the shipped ones are listed first

    def default_engine(self, actor: Actor) -> str:
        """Return the engine that reads where nobody names one: that of the promoted model.

        Raises:
            Unavailable: There is no model at all.
        """
        promoted = next((version for version in self.list(actor) if version.promoted), None)
        if promoted is None:
            raise Unavailable("There is no model that can read.", "Name an engine that needs none, or run `make base-models`.")
        return promoted.engine

    def _of_owner(self, owner: str, task: str) -> Iterator[ModelVersion]:
        """Yield the versions of an owner; what is not named like a model is left out."""
        if not re.fullmatch(_SLUG, owner):
            return
        folder = (PROGRAM / "models" if owner == BASE else self._home) / owner / task
        models = sorted(path for path in _folders(folder) if re.fullmatch(_SLUG, path.name))
        for model in models:
            numbers = [int(match[1]) for path in _folders(model) if (match := _VERSION.fullmatch(path.name))]
            for number in sorted(numbers, reverse=True):
                yield _read(model / f"v{number}", f"{owner}/{task}/{model.name}", number)


def _folders(path: Path) -> list[Path]:
    return [child for child in path.iterdir() if child.is_dir()] if path.is_dir() else []


def _promote(version: ModelVersion) -> ModelVersion:
    return replace(version, promoted=True)


def _named(found: list[ModelVersion], name: str) -> ModelVersion:
    """Return the version of that name, the newest when it names none."""
    if not _NAME.fullmatch(name):
        raise Invalid(f"'{name[:80]}' is no name of a model.", "A name is <owner>/<task>/<name>, with or without /v<N>.")
    for version in found:
        if name in {version.name, version.full_name}:
            return version
    known = ", ".join(version.full_name for version in found) or "none"
    raise Invalid(f"There is no model '{name}'.", f"Known models: {known}.")


def _usable(version: ModelVersion, engine: str) -> ModelVersion:
    if version.problem:
        raise Invalid(
            f"The model '{version.full_name}' cannot be used: {version.problem}", "Choose another model, or restore its folder."
        )
    if version.engine != engine:
        raise Invalid(
            f"The model '{version.full_name}' is for {version.engine}, not for {engine}.",
            f"Choose the engine '{version.engine}'.",
        )
    return version


def _read(folder: Path, name: str, number: int) -> ModelVersion:
    """Return the version in a folder; one that cannot be used says why instead of hiding."""
    said, problem = _model_json(folder)
    engine, weights = str(said.get("engine", "")), folder
    if not problem:
        try:
            weights = _weights(folder, engines.get("ocr", engine))
        except EngineError as error:
            problem = f"{error.message} {error.hint}".strip()
    if problem:
        _log.warning("The model %s/v%d is broken: %s", name, number, problem)
    card, metrics = folder / "card.md", said.get("metrics")
    return ModelVersion(
        name=name,
        version=number,
        path=weights,
        engine=engine,
        title=str(said.get("title") or name.rpartition("/")[2]),
        card=card.read_text("utf-8", "replace") if card.is_file() else "",
        metrics=metrics if isinstance(metrics, dict) else {},
        script=str(said.get("script", "")),
        fingerprint="" if problem else str(said.get("sha256") or _fingerprint(weights)),
        problem=problem,
    )


def _model_json(folder: Path) -> tuple[Mapping[str, object], str]:
    """Return what `model.json` says and what is wrong with it."""
    try:
        said = json.loads((folder / "model.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}, "its model.json is missing."
    except (OSError, ValueError):
        return {}, "its model.json cannot be read."
    if not isinstance(said, dict) or not isinstance(said.get("engine"), str):
        return {}, "its model.json names no engine."
    return said, ""


def _weights(folder: Path, engine: type[Engine]) -> Path:
    """Return the file of weights.

    Raises:
        EngineError: There is none of a kind that the engine takes.
    """
    for suffix in engine.suffixes:
        for path in sorted(folder.glob(f"*{suffix}")):
            return path
    raise EngineError(f"There are no weights ({', '.join(engine.suffixes) or 'none needed'}) in its folder.")


def _fingerprint(weights: Path) -> str:
    state = weights.stat()
    return f"{state.st_size}-{state.st_mtime_ns}"
