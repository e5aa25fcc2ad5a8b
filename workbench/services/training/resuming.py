"""Going on with trainings that failed or were cancelled: another job takes over the checkpoint and the curves."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import engines
from engines.base import Trainable
from workbench.services.actors import Actor
from workbench.services.errors import Conflict, Invalid, ServiceError
from workbench.services.training.beginning import Beginning
from workbench.services.training.part import RUN, Run, run_of
from workbench.store.jobs import Job

MORE = ("minutes", "epochs")
"""Options of which a training that goes on may be given more; any other would make it another training."""


class Resuming(Beginning):
    """Trainings that go on."""

    def resumable(self, job: Job) -> bool:
        """Tell whether a training can go on: it failed or was cancelled, and its checkpoint is there."""
        asked = run_of(job)
        kind = engines.classes(asked.task).get(asked.engine)
        if job.kind != RUN or job.state not in ("failed", "cancelled") or kind is None or not issubclass(kind, Trainable):
            return False
        folder = self._services.models.staged(job.workspace, asked.task, asked.name, job.id)
        try:
            return (folder / kind.checkpoint).is_file() and folder.stat().st_mtime >= job.created
        except OSError:
            return False

    def resume(self, actor: Actor, job_id: int, options: Mapping[str, object] | None = None) -> Job:
        """Put a training that failed or was cancelled into the queue once more, to go on from its checkpoint.

        Args:
            actor: Who wants it.
            job_id: Of the training; another job takes over its folder and what it has reported.
            options: `minutes` and `epochs` of the whole training, where they are to be more than before.

        Raises:
            NotFound: There is no such training, or its dataset is gone.
            InvalidOptions: An option is unknown or outside its bounds.
            Conflict: Somebody goes on with it already.
            Invalid: It neither failed nor was cancelled, its checkpoint or base model is gone, or other options are to change.
        """
        job = self._services.jobs.get(actor, job_id)
        before = run_of(job)
        if job.kind != RUN or job.state not in ("failed", "cancelled"):
            raise Invalid("Only a training that failed or was cancelled can be gone on with.", "Start a new one.")
        start = self._start(actor, before.task, before.name, before.base_model or before.engine, ())
        self._services.datasets.get(actor, before.dataset_id)
        run = before.model_copy(update={"options": _more(start.kind, before, options or {}), "resumes": job.id})
        if not self.resumable(job):
            raise self._gone(actor, job, run)
        return self._handed_over(actor, job, run)

    def _handed_over(self, actor: Actor, job: Job, run: Run) -> Job:
        """Queue a training that takes over the folder and the figures of a job."""
        models, place, heir = self._services.models, (actor.workspace, run.task, run.name), None
        try:
            with self._store.begin() as connection:
                heir = self._submit(actor, run, connection=connection)
                self._store.jobs.inherit(connection, job, heir.id)
                models.hand_over(*place, job.id, heir.id)
        except FileNotFoundError as error:  # another one was quicker
            raise self._gone(actor, job, run) from error
        except Exception:  # nothing is queued, as where the disk is full: the folder goes back, if it was moved at all
            if heir is not None:
                with suppress(OSError):
                    models.staged(*place, heir.id).rename(models.staged(*place, job.id))
            raise
        return heir

    def _gone(self, actor: Actor, job: Job, run: Run) -> ServiceError:
        """Return why a training has no folder to go on from."""
        for other in self._store.jobs.list(actor.workspace, subject=run.subject, kinds=(RUN,), limit=1000):
            if run_of(other).resumes == job.id:
                return Conflict("This training goes on already.", f"Look at job {other.id}.", {"job_id": other.id})
        return Invalid(
            "This training can no longer be gone on with: there is no checkpoint of it.",
            "Start it again. There is a checkpoint once an epoch is over, and for seven days.",
        )


def _more(kind: type[Trainable], before: Run, given: Mapping[str, object]) -> dict[str, object]:
    """Return the options of a training that goes on.

    Raises:
        InvalidOptions: An option is unknown or outside its bounds.
        Invalid: It would be another training, or a shorter one.
    """
    was = kind.training_options(before.options).model_dump(mode="json")
    wanted = kind.training_options({**was, **given}).model_dump(mode="json")
    for name, value in wanted.items():
        if value != was[name] and name not in MORE:
            raise Invalid(f"'{name}' cannot change while a training goes on.", "Start it again with other options.")
        if name in MORE and value < was[name]:
            raise Invalid(
                f"A training that goes on cannot have fewer {name} than {was[name]:g}.", "Give it as many, and stop it early."
            )
    return wanted
