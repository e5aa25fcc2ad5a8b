"""From what a person wants to a training in the queue: who learns, from what, and whether it can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import engines
from engines.base import Options, Trainable
from engines.errors import EngineError
from engines.learning import Dataset, Finding, Suspect
from engines.ocr.text import main_script
from workbench.services.actors import Actor
from workbench.services.datasets.views import Counts, Look
from workbench.services.errors import Conflict, Invalid, ServiceError
from workbench.services.jobs import BATCH
from workbench.services.models.version import ModelVersion, checked_slug
from workbench.services.training.part import KINDS, RUN, Part, Run, Wish, learner, learners, run_of
from workbench.store.jobs import Job

if TYPE_CHECKING:
    from workbench.services.datasets.views import DatasetView
    from workbench.store.database import Connection

MOST_SUSPECTS = 200
"""Suspects of one finding that are shown."""
SCRIPT_LINES = 200
"""Corrected lines of each project whose texts tell its script, the newest ones."""


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
        start = self._start(actor, task, "", wish.get("base_model"), projects)
        return start, chosen_options(start.kind, wish), self._services.datasets.look(actor, projects, task=task)

    def begin(
        self, actor: Actor, task: str, name: str, source: Sequence[int] | DatasetView, **wish: Unpack[Wish]
    ) -> tuple[Job, int]:
        """Freeze what is corrected and put a training into the queue.

        Args:
            actor: Whose model it will be.
            task: Such as `ocr`.
            name: Last part of the name of the model.
            source: Ids of projects, or a dataset that was made for this training and goes when the training is refused.
            wish: See `Wish`.

        Returns:
            The job and the id of the dataset.

        Raises:
            NotFound: The workspace has no such project.
            InvalidOptions: An option is unknown or outside its bounds.
            Invalid: The name cannot be, the base model is of another task, or the data cannot be learnt from.
        """
        view = None if isinstance(source, Sequence) else source
        try:
            name = checked_slug(name.strip())
            start = self._start(actor, task, name, wish.get("base_model"), source)
            options = chosen_options(start.kind, wish)
            view = self._frozen(actor, task, source, name)
            if view.task != task:
                raise Invalid(f"This dataset is for {view.task}, not for {task}.", "Make one for this task.")
            start.require(self._services.datasets.open(actor, view.id).dataset, options)
        except (ServiceError, EngineError):
            if view is not None:
                self._services.datasets.delete(actor, view.id)
            raise
        return self._submit(actor, start.run(task, name, view.id, options)), view.id

    def again(self, actor: Actor, job_id: int, options: Mapping[str, object] | None = None) -> Job:
        """Put a training into the queue once more, from the same frozen lines, with some options changed.

        Raises:
            NotFound: There is no such training.
            InvalidOptions: An option is unknown or outside its bounds.
            Invalid: Its base model or dataset is gone.
        """
        job = self._services.jobs.get(actor, job_id)
        before = run_of(job)
        start = self._start(actor, before.task, before.name, before.base_model or before.engine, ())
        checked = start.kind.training_options({**before.options, **(options or {})})
        self._services.datasets.get(actor, before.dataset_id)
        run = before.model_copy(update={"options": checked.model_dump(mode="json"), "resumes": None})
        return self._submit(actor, run, job.kind)

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

    def _frozen(self, actor: Actor, task: str, source: Sequence[int] | DatasetView, name: str) -> DatasetView:
        from workbench.services.datasets.views import DatasetView

        if isinstance(source, DatasetView):
            return source
        return self._services.datasets.freeze(actor, source, name=name, task=task)

    def _submit(self, actor: Actor, run: Run, kind: str = RUN, connection: Connection | None = None) -> Job:
        return self._services.jobs.submit(
            actor, kind, run.model_dump(), title=run.name, subject=run.subject, priority=BATCH, connection=connection
        )

    def _start(self, actor: Actor, task: str, name: str, base: str | None, source: Sequence[int] | DatasetView) -> Start:
        """Return who learns and what it starts from: what is wished, else the usual base of that name and these texts."""
        engines.classes(task)
        if base and "/" not in base:
            return Start(base, learner(task, base), None)
        version = self._services.models.find(actor, base) if base else self._usual(actor, task, name, source)
        if version.task != task:
            raise Invalid(f"The model '{version.full_name}' is for {version.task}, not for {task}.", "Start from another model.")
        if version.problem:
            raise Invalid(f"The model '{version.full_name}' cannot be used: {version.problem}", "Start from another model.")
        return Start(version.engine, learner(task, version.engine), version)

    def _usual(self, actor: Actor, task: str, name: str, source: Sequence[int] | DatasetView) -> ModelVersion:
        """Return the actor's model of that name, where there is one, else what reads the script of the texts."""
        models = self._services.models
        own = [v for v in models.list(actor, task) if v.name == f"{actor.workspace}/{task}/{name}"]
        own = [v for v in own if not v.problem and v.engine in learners(task)]
        if own:
            return next((version for version in own if version.production), own[0])
        found = models.reads(actor, self._script(actor, source), task, among=learners(task))
        if found is None:
            raise Invalid("There is no model to start from.", "Name an engine to begin from nothing.")
        return found

    def _script(self, actor: Actor, source: Sequence[int] | DatasetView) -> str:
        """Return the main script of the corrected lines of projects (none = of all), or of a dataset; "" when there are none."""
        if not isinstance(source, Sequence):
            return main_script(row.text for row in self._services.datasets.open(actor, source.id).rows.values())
        with self._store.connect() as connection:
            texts = self._store.datasets.texts(connection, actor.workspace, source or None, SCRIPT_LINES)
        return main_script(text for _, text in texts)


def chosen_options(kind: type[Trainable], wish: Wish) -> Options:
    """Return the checked options of a training; a limit of time is for engines that know one."""
    given = dict(wish.get("options") or {})
    if "minutes" in wish and "minutes" in kind.TrainingOptions.model_fields:
        given.setdefault("minutes", wish["minutes"])
    return kind.training_options(given)


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
