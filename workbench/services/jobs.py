"""The queue as the faces and the workers use it: submit, follow, cancel, run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from engines.errors import Cancelled
from workbench.services.actors import Actor
from workbench.services.errors import Invalid, translate
from workbench.services.reports import FINISH, JobReport, Stopped
from workbench.store.database import Connection, now
from workbench.store.jobs import STATES, Job, NewJob, ReportRow

if TYPE_CHECKING:
    from workbench.services import Services

_WHEN_LOST = "It was tried twice. Often the memory is too small: try a smaller image. What was read and saved before is safe."
INTERACTIVE, BATCH, BACKGROUND = 0, 1, 2
"""Somebody waits for it; somebody will come back for it; nobody asked for it."""
logger = logging.getLogger(__name__)


class Lost(Exception):
    """Raised by a handler whose own child process died; the message says how, to follow 'The worker'."""


def _ignore(_job: Job | None) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Handler:
    """What runs the jobs of one kind.

    Attributes:
        kind: Such as `ocr.read_page`.
        lane: Whose workers run it.
        Parameters: Checks the parameters when a job is submitted.
        run: Does the work; returns the result (JSON). It raises what it cannot do; `Cancelled` passes through.
        ended: Called in the same unit of work that turns a job `failed` or `cancelled`, by whatever: the handler's
            own error, a person, or a worker that died. There the handler notes it on what the job worked on.
        limit_seconds: How long it may go without a report before it counts as hung.
        when_lost: What to do when its worker died twice.
        stands: What it has done stands though somebody cancelled it in the last moment: it counts as done.
    """

    kind: str
    lane: str
    Parameters: type[BaseModel]
    run: Callable[[Services, Job, JobReport], Mapping[str, object]]
    ended: Callable[[Services, Connection, Job], None] | None = None
    limit_seconds: float = 900.0
    when_lost: str = _WHEN_LOST
    stands: bool = False


class Jobs:
    """Everything that can be done with jobs."""

    def __init__(self, services: Services) -> None:
        """Remember where everything is."""
        self.services = services
        self.store = services.store

    def submit(
        self,
        actor: Actor,
        kind: str,
        parameters: Mapping[str, object],
        *,
        title: str = "",
        subject: str = "",
        priority: int = BATCH,
        connection: Connection | None = None,
    ) -> Job:
        """Put a job into the queue.

        Args:
            actor: Who wants it.
            kind: Name of a handler, which gives the lane.
            parameters: Checked by the handler's model.
            title: For a person, such as the name of the page.
            subject: What it works on, such as `page:12`.
            priority: `INTERACTIVE` before `BATCH` before `BACKGROUND`.
            connection: A unit of work to be part of: the job is there if and only if that is kept.

        Raises:
            Invalid: No such kind, or parameters that its model refuses.
        """
        handler = self._handler(kind)
        checked = _checked(handler, parameters)
        new = NewJob(
            kind=kind,
            lane=handler.lane,
            workspace=actor.workspace,
            owner=actor.name,
            parameters=checked,
            title=title[:300],
            subject=subject,
            priority=priority,
        )
        if connection is not None:
            return self._add(connection, new)
        with self.store.begin() as own:
            return self._add(own, new)

    def repeat(self, connection: Connection, actor: Actor, job: Job) -> Job:
        """Put the work of an ended job into the queue once more, as a part of a unit of work."""
        return self.submit(
            actor,
            job.kind,
            job.parameters,
            title=job.title,
            subject=job.subject,
            priority=job.priority,
            connection=connection,
        )

    def get(self, actor: Actor, job_id: int) -> Job:
        """Return a job of the actor's workspace.

        Raises:
            NotFound: There is none.
        """
        return self.store.jobs.get(job_id, actor.workspace)

    def list(self, actor: Actor, state: str | None = None, limit: int = 100, subject: str | None = None) -> list[Job]:
        """Return jobs of the actor's workspace, the newest first.

        Args:
            actor: Who asks.
            state: One state, several with commas, or None for all.
            limit: At most so many, 1..1000.
            subject: Only those that work on this, such as `page:12`.

        Raises:
            Invalid: There is no such state.
        """
        states = tuple(state.replace(" ", "").split(",")) if state else ()
        unknown = sorted(set(states) - set(STATES))
        if unknown:
            raise Invalid(f"No job has the state '{unknown[0][:40]}'.", f"Known states: {', '.join(STATES)}.")
        return self.store.jobs.list(actor.workspace, states=states, subject=subject, limit=max(1, min(limit, 1000)))

    def cancel(self, actor: Actor, job_id: int) -> Job:
        """Stop a job: at once while it is queued, else as soon as its worker notices. An ended one stays as it is.

        Raises:
            NotFound: There is none.
        """
        with self.store.begin() as connection:
            before = self.store.jobs.state(connection, job_id)
            job = self.store.jobs.cancel(connection, job_id, actor.workspace)
            if job.state != before:
                self.note(connection, job)
            return job

    def reports(self, actor: Actor, job_id: int, after: int = 0) -> Sequence[ReportRow]:
        """Return the log of a job, oldest first, from the row after the id `after`."""
        return self.store.jobs.reports(self.get(actor, job_id).id, after)

    def finish_early(self, actor: Actor, job_id: int) -> Job:
        """Ask a job to end early and to keep what it has; an ended one stays as it is.

        Raises:
            NotFound: There is none.
            Invalid: No epoch is over, so that there is nothing to keep.
        """
        with self.store.begin() as connection:
            state = self.store.jobs.state(connection, self.get(actor, job_id).id)
            if state == "queued" or (state == "running" and self.get(actor, job_id).metrics.get("epoch", 0) < 1):
                raise Invalid("No epoch is over: there is nothing to keep yet.", "Cancel it, or wait for the first epoch.")
            job = self.store.jobs.ask(connection, job_id, actor.workspace, FINISH)
            if job is not None:
                self.note(connection, job)
        return job or self.get(actor, job_id)

    def ahead(self, job: Job) -> int:
        """Return about how many queued jobs come before this one."""
        return self.store.jobs.ahead(job)

    def run_one(
        self, worker: str, lane: str, *, started: Callable[[Job | None], None] = _ignore, stopping: Event | None = None
    ) -> bool:
        """Claim the next job of a lane and run it to its end; return False when nothing is queued.

        Args:
            worker: Id of the worker.
            lane: The lane.
            started: Told the job that begins, and None when it is over.
            stopping: Set when the worker is to end: the job goes back into the queue.
        """
        job = self.store.jobs.claim(lane, worker, self.note)
        if job is None:
            return False
        started(job)
        logger.info("job %s, attempt %s: %s %s", job.id, job.attempt, job.kind, job.subject)
        try:
            self._run(job, JobReport(self.store, job, stopping))
            logger.info("job %s is over after %.1f s", job.id, now() - (job.started or now()))
        finally:
            started(None)
        return True

    def note(self, connection: Connection, job: Job | None) -> Job | None:
        """Tell the browsers about a job that has just changed, and its handler when it ended badly."""
        if job is None:
            return None
        self.store.changes.add(connection, job.workspace, "job", job.id)
        handler = self.services.handlers.get(job.kind)
        if job.state in {"failed", "cancelled"} and handler is not None and handler.ended is not None:
            handler.ended(self.services, connection, job)
        return job

    def fail(self, job: Job, error: str, hint: str = "") -> None:
        """End a running attempt with a reason, unless it is not the current one any more."""
        with self.store.begin() as connection:
            self.note(connection, self.store.jobs.fail(connection, job, error, hint))

    def release(self, job: Job, *, lost: bool = False) -> None:
        """Put a running attempt back into the queue; one that was to be cancelled ends here."""
        with self.store.begin() as connection:
            put_back = self.store.jobs.release(connection, job, lost=lost)
            self.note(connection, put_back or self.store.jobs.stop(connection, job))

    def take_back(self, job: Job, how: str) -> None:
        """Put a job whose worker is gone back into the queue the first time, and fail it the second.

        Args:
            job: A running attempt.
            how: What happened, to follow 'The worker'.
        """
        if job.lost == 0 or job.state == "cancelling":
            self.release(job, lost=True)
            return
        title = f"“{job.title}”" if job.title else f"job {job.id}"
        hint = self.services.handlers[job.kind].when_lost if job.kind in self.services.handlers else _WHEN_LOST
        self.fail(job, f"The worker {how} while it worked on {title}.", hint)

    def _run(self, job: Job, report: JobReport) -> None:
        """Run a claimed job and write how it ended."""
        try:
            handler = self._handler(job.kind)
            result, late = handler.run(self.services, job, report), handler.stands
            with self.store.begin() as connection:
                report.write(connection)
                done = self.store.jobs.finish(connection, job, result, late=late) or self.store.jobs.stop(connection, job)
                self.note(connection, done)
        except Stopped:
            self.release(job)
        except Lost as error:
            self.take_back(job, str(error))
        except Cancelled:
            with self.store.begin() as connection:
                self.note(connection, self.store.jobs.stop(connection, job))
        except Exception as error:
            self._explain(job, error)

    def _explain(self, job: Job, error: Exception) -> None:
        """End a job with what its handler raised, in words for a person."""
        told = translate(error)
        if told is not None:
            self.fail(job, told.message, told.hint)
            return
        logger.exception("job %s, %s", job.id, job.kind)
        if isinstance(error, MemoryError):
            self.fail(job, "There was not enough memory.", "Try a smaller image, or close other programs.")
        else:
            self.fail(job, f"A fault of the program: {type(error).__name__}: {error}", "The worker's log has the details.")

    def _add(self, connection: Connection, new: NewJob) -> Job:
        """Add the row and tell the browsers."""
        job = self.store.jobs.add(connection, new)
        self.store.changes.add(connection, job.workspace, "job", job.id)
        return job

    def _handler(self, kind: str) -> Handler:
        """Return the handler of a kind."""
        handler = self.services.handlers.get(kind)
        if handler is None:
            raise Invalid(f"There is no kind of job '{kind}'.", f"Known kinds: {', '.join(sorted(self.services.handlers))}.")
        return handler


def _checked(handler: Handler, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters as the handler's model gives them back."""
    try:
        return handler.Parameters.model_validate(dict(parameters)).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        known = ", ".join(handler.Parameters.model_fields)
        raise Invalid(f"Parameter '{name}' of {handler.kind}: {first['msg']}.", f"Known parameters: {known}.") from error
