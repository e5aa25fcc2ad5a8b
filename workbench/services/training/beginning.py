"""From what a person wants to a training in the queue: who learns, from what, and whether it can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import engines
from engines.base import Options, Trainable
from engines.learning import Dataset, Finding, Suspect
from workbench.services.actors import Actor
from workbench.services.datasets.views import Counts, Look
from workbench.services.errors import Conflict, Invalid
from workbench.services.jobs import BATCH
from workbench.services.models.version import ModelVersion, checked_slug
from workbench.services.training.part import KINDS, RUN, Part, Run, Wish, learner, learners, run_of
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

    def require(self, dataset: Dataset, options: Options) -> None:
        """Refuse what nothing can be learnt from.

        Raises:
            Invalid: It cannot.
        """
        for finding in self.kind.check(dataset, options, self.version.path if self.version else None):
            if finding.level == "stop":
                raise Invalid(finding.text, "Correct more lines, or choose other projects.")

    def run(self, task: str, name: str, dataset_id: int, options: Options) -> Run:
        """Return the order for a training."""
        base = self.version.full_name if self.version else ""
        told = options.model_dump(mode="json")
        return Run(task=task, name=name, engine=self.engine, base_model=base, dataset_id=dataset_id, options=told)


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
        return start, start.kind.training_options(wish.get("options")), self._services.datasets.look(actor, projects)

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
        view = self._frozen(actor, source, name)
        opened = self._services.datasets.open(actor, view.id)
        try:
            start.require(opened.dataset, options)
        except Invalid:
            self._services.datasets.delete(actor, view.id)
            raise
        return self._submit(actor, start.run(task, name, view.id, options)), view.id

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
        job = self._services.jobs.get(actor, job_id)
        before = run_of(job)
        start = self._start(actor, before.task, before.name, before.base_model or before.engine)
        checked = start.kind.training_options({**before.options, **(options or {})})
        self._services.datasets.get(actor, before.dataset_id)
        return self._submit(actor, before.model_copy(update={"options": checked.model_dump(mode="json")}), job.kind)

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
        for job in self._store.jobs.list(actor.workspace, states=states, kinds=KINDS, limit=1000):
            needed = run_of(job)
            if dataset_id == needed.dataset_id or (model and model == needed.base_model):
                raise Conflict(f"The training “{job.title}” (job {job.id}) needs it.", "Wait until it has ended, or cancel it.")

    def _frozen(self, actor: Actor, source: Sequence[int] | DatasetView, name: str) -> DatasetView:
        from workbench.services.datasets.views import DatasetView

        return source if isinstance(source, DatasetView) else self._services.datasets.freeze(actor, source, name=name)

    def _submit(self, actor: Actor, run: Run, kind: str = RUN) -> Job:
        subject = f"train:{run.task}:{run.name}"
        return self._services.jobs.submit(actor, kind, run.model_dump(), title=run.name, subject=subject, priority=BATCH)

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
