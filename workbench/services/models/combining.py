"""One model of several: an ensemble that reads with all of them, or one network with their averaged weights."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

import engines
from engines.errors import EngineError
from engines.learning import Combining as Combines
from workbench.services.actors import Actor
from workbench.services.errors import Invalid
from workbench.services.jobs import Handler
from workbench.services.models.publishing import Publishing
from workbench.services.models.version import ModelVersion, checked_slug
from workbench.store.database import translated
from workbench.store.jobs import Job

if TYPE_CHECKING:
    from workbench.services import Services
    from workbench.services.reports import JobReport

COMBINE, LANE = "models.combine", "ocr"
MOST_MEMBERS = 8
ENSEMBLE = "ensemble"
"""Name of the engine that reads with several models."""

Way = Literal["vote", "average"]
"""An ensemble of the models, which vote · one network with their mean weights."""


class Combine(BaseModel):
    """Parameters of the job that makes one model of several."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="Last part of its name.")
    models: list[str] = Field(min_length=2, max_length=MOST_MEMBERS, description="Full names of versions.")
    average: bool = Field(False, description="One network with the mean of their weights.")
    title: str = Field("", description="How people call it; empty = its name.")


class Combining(Publishing):
    """Makes versions out of others."""

    def handlers(self) -> list[Handler]:
        """Return what makes them in a worker."""
        return [Handler(COMBINE, LANE, Combine, combine_models, stands=True)]

    def begin_combining(
        self, actor: Actor, name: str, models: Sequence[str], *, average: bool = False, title: str = ""
    ) -> Job:
        """Put into the queue what `combine` does, as it loads weights; what can be seen to fail is refused at once.

        Raises:
            Invalid: A model does not exist or is broken, there are too many, or they cannot be combined.
        """
        members, _ = self._combinable(actor, checked_slug(name.strip()), models, average=average)
        asked = {"name": name.strip(), "models": [member.full_name for member in members], "average": average, "title": title}
        return self._services.jobs.submit(actor, COMBINE, asked, title=name.strip(), subject=f"models:{name.strip()}")

    def combine(  # noqa: PLR0913  # what a version is
        self,
        actor: Actor,
        name: str,
        models: Sequence[str],
        *,
        average: bool = False,
        title: str = "",
        job: Job | None = None,
    ) -> ModelVersion:
        """Make several versions one, which is the next version of a model of the actor; it loads them, so not in the web process.

        It counts as having learnt all that they have, so that it is never measured on that.

        Args:
            actor: Whose model it will be.
            name: Last part of its name.
            models: `<owner>/<task>/<name>`, with or without `/v<N>`; two or more.
            average: One network with the mean of their weights; else an ensemble that reads with all of them.
            title: How people call it; "" = its name.
            job: In which it is done, once however often that is tried.

        Raises:
            Invalid: A model does not exist or is broken, or they cannot be combined.
            DiskFull: There is no room for it.
        """
        members, engine = self._combinable(actor, name, models, average=average)
        task = members[0].task
        folder = self._model(actor.workspace, task, name) / f".combining-{uuid4().hex}"
        try:
            with translated():
                folder.mkdir(parents=True)
                made = engine.combine([member.path for member in members], folder)
            said = {
                **made.description,
                **_heritage(members),
                "engine": engine.name,
                "title": title or name,
                "weights": made.weights,
                "author": actor.name,
                **({"job": job.id, "asked": job.created} if job is not None else {}),
            }
            return self.publish(actor.workspace, task, name, folder, said)
        except EngineError as error:
            raise Invalid(f"The models cannot be combined. {error.message}", error.hint) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _combinable(
        self, actor: Actor, name: str, models: Sequence[str], *, average: bool
    ) -> tuple[list[ModelVersion], type[Any]]:
        """Return the versions to combine, and the engine that does it and will read with them.

        Raises:
            Invalid: They cannot be combined.
        """
        members = self._members(actor, models)
        engine = _maker(members[0], "average" if average else "vote")
        self._model(actor.workspace, members[0].task, name)
        if engine is None:
            done = "averaged" if average else "combined"
            raise Invalid(f"Models of {members[0].engine} cannot be {done}.", "Combine models of kraken that read.")
        for member in members:
            if member.engine not in engine.combines:
                raise Invalid(f"'{member.full_name}', a model of {member.engine}, cannot be combined so.", "Leave it out.")
        return members, engine

    def _members(self, actor: Actor, models: Sequence[str]) -> list[ModelVersion]:
        """Return the versions to combine.

        Raises:
            Invalid: There are fewer than two, one cannot be used, or they are for different tasks.
        """
        members = [self.find(actor, model) for model in models]
        if len({member.full_name for member in members}) < 2:
            raise Invalid("There is nothing to combine.", "Name two different versions, or more.")
        for member in members:
            if member.problem:
                raise Invalid(f"The model '{member.full_name}' cannot be used: {member.problem}", "Leave it out.")
            if member.task != members[0].task:
                raise Invalid(f"'{member.full_name}' does not do the same as '{members[0].full_name}'.", "Leave it out.")
        return members


def ways(version: ModelVersion) -> tuple[Way, ...]:
    """Return how a version can be made one with others like it; none when it cannot."""
    known: tuple[Way, ...] = () if version.problem else ("vote", "average")
    return tuple(way for way in known if (maker := _maker(version, way)) is not None and version.engine in maker.combines)


def _maker(version: ModelVersion, way: Way) -> type[Any] | None:
    """Return the engine that makes one model of several like a version, and reads with it; None when there is none."""
    name = ENSEMBLE if way == "vote" else version.engine
    engine = engines.classes(version.task).get(name)
    if engine is None or not issubclass(engine, Combines) or (way == "average" and name == ENSEMBLE):
        return None
    return engine


def combine_models(services: Services, job: Job, report: JobReport) -> Mapping[str, object]:
    """Combine models as a job.

    Returns:
        `model`: full name of the new version.
    """
    asked = Combine.model_validate(job.parameters)
    actor = Actor(workspace=job.workspace, name=job.owner)
    report(0.1, "Putting the models together")
    made = services.models.combine(actor, asked.name, asked.models, average=asked.average, title=asked.title, job=job)
    return {"model": made.full_name}


def _heritage(members: Sequence[ModelVersion]) -> dict[str, object]:
    """Return what a version has from those that it is made of: what they learnt, and what chose their epochs."""
    learnt = [_mapping(member.said.get("learnt")) for member in members]
    sources = [source for member in members for source in _list(_mapping(member.said.get("dataset")).get("sources"))]
    return {
        "parent": None,
        "members": [member.full_name for member in members],
        "learnt": {what: sorted({key for told in learnt for key in _list(told.get(what))}) for what in ("documents", "examples")},
        **({} if all(member.tells_all for member in members) else {"learnt_from": None}),
        "chosen_on": sorted({key for member in members for key in member.chosen_on}),
        "shared": any(member.said.get("shared") is True for member in members),
        "dataset": {"sources": sources},
    }


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[str]:
    return value if isinstance(value, list) else []
