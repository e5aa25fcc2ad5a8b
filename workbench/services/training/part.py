"""What every part of the training service has at hand, and the order that a training is begun with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field

import engines
from engines.base import Engine, Trainable
from workbench.services.errors import Invalid, NotFound
from workbench.services.training.folds import LEAST_FOLDS, MOST_FOLDS
from workbench.store.jobs import Job

if TYPE_CHECKING:
    from workbench.services import Services
    from workbench.store import Store

RUN, CROSS_VALIDATE, LANE = "train.run", "train.cross_validate", "train"
KINDS = (RUN, CROSS_VALIDATE)


class Run(BaseModel):
    """Parameters of the job that trains."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    task: str = Field(description="Such as ocr.")
    name: str = Field(description="Last part of the name of the model.")
    engine: str = Field(description="Name of the engine that learns.")
    base_model: str = Field(description="Full name of the version to start from; empty = from nothing.")
    dataset_id: int = Field(description="What is learnt from.")
    options: dict[str, object] = Field(default_factory=dict, description="Of the training.")
    resumes: int | None = Field(default=None, description="Id of the job that it goes on from; none = it begins anew.")

    @property
    def subject(self) -> str:
        """Return what its jobs are about."""
        return f"train:{self.task}:{self.name}"


class CrossValidate(Run):
    """Parameters of the job that trains once for every fold, and measures."""

    by: Literal["page", "source"] | Annotated[int, Field(ge=0, le=20)] = Field(
        "page", description="What is never divided: page, source (a project, a folder), or the folders so many levels down."
    )
    folds: int | None = Field(None, ge=LEAST_FOLDS, le=MOST_FOLDS, description="How many; none = one for each of these.")
    form: str = Field("letters", max_length=20, description="Normal form of WER, BLEU and chrF.")


def run_of(job: Job) -> Run:
    """Return what a training or a cross-validation was begun with.

    Raises:
        NotFound: The job is neither.
    """
    if job.kind not in KINDS:
        raise NotFound(f"training {job.id}")
    return (CrossValidate if job.kind == CROSS_VALIDATE else Run).model_validate(job.parameters)


class Wish(TypedDict, total=False):
    """What a person may leave out.

    base_model: A model with or without `/v<N>`, or the name of an engine to begin from nothing; none = the model of that name,
        else what reads the script of the texts.
    options: Of the training, by name.
    minutes: Limit of time of an engine that knows one, where the options say none.
    """

    base_model: str | None
    options: Mapping[str, object] | None
    minutes: float


class Part:
    """A part of the training service."""

    def __init__(self, services: Services) -> None:
        """Remember the services; nothing is opened yet."""
        self._services = services

    @property
    def _store(self) -> Store:
        return self._services.store


def learners(task: str) -> dict[str, type[Engine]]:
    """Return the engines of a task that can learn, by name.

    Raises:
        UnknownEngine: There is no such task.
    """
    return {name: kind for name, kind in engines.classes(task).items() if issubclass(kind, Trainable)}


def learner(task: str, name: str) -> type[Trainable]:
    """Return an engine that can learn.

    Raises:
        UnknownEngine: No engine has this name.
        EngineUnavailable: It cannot work here.
        Invalid: It cannot learn.
    """
    kind = engines.get(task, name)
    if not issubclass(kind, Trainable):
        known = ", ".join(learners(task)) or "none"
        raise Invalid(f"The engine '{name}' cannot be trained here.", f"Engines that learn: {known}.")
    problem = kind.unavailable()
    if problem is not None:
        raise problem
    return kind
