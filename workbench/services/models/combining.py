"""One model of several: an ensemble that reads with all of them, or one network with their averaged weights."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from uuid import uuid4

import engines
from engines.errors import EngineError
from engines.learning import Combining as Combines
from workbench.services.actors import Actor
from workbench.services.errors import Invalid
from workbench.services.models.publishing import Publishing
from workbench.services.models.version import ModelVersion
from workbench.store.database import translated

ENSEMBLE = "ensemble"
"""Name of the engine that reads with several models."""


class Combining(Publishing):
    """Makes versions out of others; it loads their weights, so not for the web process."""

    def combine(self, actor: Actor, name: str, models: Sequence[str], *, average: bool = False, title: str = "") -> ModelVersion:
        """Make several versions one, which is the next version of a model of the actor.

        It counts as having learnt all that they have, so that it is never measured on that.

        Args:
            actor: Whose model it will be.
            name: Last part of its name.
            models: `<owner>/<task>/<name>`, with or without `/v<N>`; two or more.
            average: One network with the mean of their weights; else an ensemble that reads with all of them.
            title: How people call it; "" = its name.

        Raises:
            Invalid: A model does not exist or is broken, or they cannot be combined.
            DiskFull: There is no room for it.
        """
        members = self._members(actor, models)
        task = members[0].task
        engine = engines.get(task, members[0].engine if average else ENSEMBLE)
        if not issubclass(engine, Combines):
            raise Invalid(f"Models of {engine.name} cannot be averaged.", "Combine models of kraken.")
        for member in members:
            if member.engine not in engine.combines:
                raise Invalid(f"'{member.full_name}', a model of {member.engine}, cannot be combined so.", "Leave it out.")
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
            }
            return self.publish(actor.workspace, task, name, folder, said)
        except EngineError as error:
            raise Invalid(f"The models cannot be combined. {error.message}", error.hint) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

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


def _heritage(members: Sequence[ModelVersion]) -> dict[str, object]:
    """Return what a version has from those that it is made of: what they learnt, and what chose their epochs."""
    learnt = [_mapping(member.said.get("learnt")) for member in members]
    sources = [source for member in members for source in _list(_mapping(member.said.get("dataset")).get("sources"))]
    return {
        "parent": None,
        "members": [member.full_name for member in members],
        "learnt": {what: sorted({key for told in learnt for key in _list(told.get(what))}) for what in ("documents", "examples")},
        "chosen_on": sorted({key for member in members for key in _list(member.said.get("chosen_on"))}),
        "shared": any(member.said.get("shared") is True for member in members),
        "dataset": {"sources": sources},
    }


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[str]:
    return value if isinstance(value, list) else []
