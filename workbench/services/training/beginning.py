"""From what a person wants to a training in the queue: who learns, from what, and whether it can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import engines
from engines.base import Options, Trainable
from engines.learning import Finding, Suspect
from workbench.services.actors import Actor
from workbench.services.datasets.views import Counts, Look
from workbench.services.errors import Conflict, Invalid
from workbench.services.jobs import BATCH
from workbench.services.models.version import ModelVersion, checked_slug
from workbench.services.training.part import RUN, Part, Wish, learner, learners
from workbench.store.jobs import Job

if TYPE_CHECKING:
    from workbench.services.datasets.views import DatasetView

MOST_SUSPECTS = 200
"""Suspects of one finding that are shown."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a training starts with; without a version it starts from nothing."""

    engine: str
    kind: type[Trainable]
    version: ModelVersion | None


@dataclass(frozen=True, slots=True)
class SuspectView:
    """A line that is worth a look; the ids are None when it was imported."""

    line_id: int | None
    page_id: int | None
    page_name: str
    number: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with its suspects as the faces show them; see `engines.learning.Finding`."""

    kind: str
    level: str
    text: str
    value: int
    total: int | None
    characters: Sequence[str]
    suspects: Sequence[SuspectView]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at the data before a training found."""

    examples: int
    documents: int
    split: Counts
    shared: bool
    findings: Sequence[FindingView]


class Beginning(Part):
    """What happens before a training."""

    def check(self, actor: Actor, task: str, projects: Sequence[int], **wish: Unpack[Wish]) -> Checked:
        """Look at the corrected lines of projects as a training would see them; nothing is written.

        Raises:
            NotFound: The workspace has no such project.
            Invalid: Nothing is corrected, or base model or options cannot be.
        """
        start, options, look = self._looked(actor, task, projects, wish)
        found = start.kind.check(look.dataset, options, start.version.path if start.version else None)
        return _checked(look, found)

    def _looked(self, actor: Actor, task: str, projects: Sequence[int], wish: Wish) -> tuple[Start, Options, Look]:
        """Return who would learn, the checked options, and what it would see."""
        start = self._start(actor, task, "", wish.get("base_model"))
        return start, start.kind.training_options(wish.get("options")), self._services.datasets.look(actor, projects, task=task)

    def begin(
        self, actor: Actor, task: str, name: str, source: Sequence[int] | DatasetView, **wish: Unpack[Wish]
    ) -> tuple[Job, int]:
        """Freeze what is corrected and put a training into the queue.

        Args:
            actor: Whose model it will be.
            task: Such as `ocr`.
            name: Last part of the name of the model.
            source: Ids of projects, or a dataset that was made for this training and goes when nothing can be learnt from it.
            wish: See `Wish`.

        Returns:
            The job and the id of the dataset.

        Raises:
            NotFound: The workspace has no such project.
            InvalidOptions: An option is unknown or outside its bounds.
            Invalid: The name cannot be, the base model is of another task, or the data cannot be learnt from.
        """
        name = checked_slug(name.strip())
        start = self._start(actor, task, name, wish.get("base_model"))
        options = start.kind.training_options(wish.get("options"))
        view = self._frozen(actor, task, source, name)
        if view.task != task:
            raise Invalid(f"This dataset is for {view.task}, not for {task}.", "Make one for this task.")
        opened = self._services.datasets.open(actor, view.id)
        found = start.kind.check(opened.dataset, options, start.version.path if start.version else None)
        stopping = next((finding for finding in found if finding.level == "stop"), None)
        if stopping is not None:
            self._services.datasets.delete(actor, view.id)
            raise Invalid(stopping.text, "Correct more lines, or choose other projects.")
        return self._submit(actor, task, name, start, view.id, options.model_dump(mode="json")), view.id

    def starting(self, actor: Actor, task: str, name: str, base_model: str | None) -> str:
        """Return the name of the engine that would learn.

        Raises:
            Invalid: The name or the base model cannot be.
        """
        return self._start(actor, task, checked_slug(name.strip()), base_model).engine

    def again(self, actor: Actor, job_id: int, options: Mapping[str, object] | None = None) -> Job:
        """Put a training into the queue once more, from the same frozen lines, with some options changed.

        Raises:
            NotFound: There is no such training.
            InvalidOptions: An option is unknown or outside its bounds.
            Invalid: Its base model or dataset is gone.
        """
        before = self._run_of(self._services.jobs.get(actor, job_id))
        start = self._start(actor, before.task, before.name, before.base_model or before.engine)
        checked = start.kind.training_options({**before.options, **(options or {})})
        self._services.datasets.get(actor, before.dataset_id)
        return self._submit(actor, before.task, before.name, start, before.dataset_id, checked.model_dump(mode="json"))

    def require_unused(self, actor: Actor, *, dataset_id: int | None = None, model: str | None = None) -> None:
        """Refuse to take away what a training needs that has not ended.

        Args:
            actor: Whose trainings.
            dataset_id: A dataset that is learnt from.
            model: Full name of a version that one starts from.

        Raises:
            Conflict: One needs it.
        """
        states = ("queued", "running", "cancelling")
        for job in self._store.jobs.list(actor.workspace, states=states, kind=RUN, limit=1000):
            asked = self._run_of(job)
            if dataset_id == asked.dataset_id or (model and model == asked.base_model):
                raise Conflict(f"The training “{job.title}” (job {job.id}) needs it.", "Wait until it has ended, or cancel it.")

    def _frozen(self, actor: Actor, task: str, source: Sequence[int] | DatasetView, name: str) -> DatasetView:
        from workbench.services.datasets.views import DatasetView

        if isinstance(source, DatasetView):
            return source
        return self._services.datasets.freeze(actor, source, name=name, task=task)

    def _submit(  # noqa: PLR0917  # what a training is
        self, actor: Actor, task: str, name: str, start: Start, dataset_id: int, options: Mapping[str, object]
    ) -> Job:
        base = start.version.full_name if start.version else ""
        return self._services.jobs.submit(
            actor,
            RUN,
            {
                "task": task,
                "name": name,
                "engine": start.engine,
                "base_model": base,
                "dataset_id": dataset_id,
                "options": dict(options),
            },
            title=name,
            subject=f"train:{task}:{name}",
            priority=BATCH,
        )

    def _start(self, actor: Actor, task: str, name: str, base: str | None) -> Start:
        """Return who learns and what it starts from.

        Without a wish it is the model of that name, where there is one, else what reads now, else what can learn at all.
        """
        engines.classes(task)
        models = self._services.models
        if base and "/" not in base:
            return Start(base, learner(task, base), None)
        if base:
            version = models.find(actor, base)
        else:
            known = [version for version in models.list(actor, task) if not version.problem and version.engine in learners(task)]
            own = [version for version in known if name and version.name == f"{actor.workspace}/{task}/{name}"]
            ranked = [v for v in own if v.production] + own + [v for v in known if v.promoted] + known
            if not ranked:
                raise Invalid("There is no model to start from.", "Name an engine to begin from nothing.")
            version = ranked[0]
        if version.task != task:
            raise Invalid(f"The model '{version.full_name}' is for {version.task}, not for {task}.", "Start from another model.")
        if version.problem:
            raise Invalid(f"The model '{version.full_name}' cannot be used: {version.problem}", "Start from another model.")
        return Start(version.engine, learner(task, version.engine), version)

    def _run_of(self, job: Job) -> Any:
        """Return the parameters of a training."""
        from workbench.services.errors import NotFound
        from workbench.services.training.part import Run

        if job.kind != RUN:
            raise NotFound(f"training {job.id}")
        return Run.model_validate(job.parameters)


def _checked(look: Look, found: Sequence[Finding]) -> Checked:
    """Return findings with what is known of their lines."""
    return Checked(
        examples=sum(split["examples"] for split in look.split.values()),
        documents=sum(split["documents"] for split in look.split.values()),
        split=look.split,
        shared=look.dataset.shared,
        findings=[
            FindingView(
                kind=finding.kind,
                level=finding.level,
                text=finding.text,
                value=finding.value,
                total=finding.total,
                characters=finding.characters,
                suspects=[_shown(look, suspect) for suspect in finding.suspects[:MOST_SUSPECTS]],
            )
            for finding in found
        ],
    )


def _shown(look: Look, suspect: Suspect) -> SuspectView:
    row = look.rows[suspect.key]
    return SuspectView(row.line_id, row.page_id, row.page, row.number, row.text, suspect.why)
