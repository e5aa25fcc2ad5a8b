"""How a running job tells about itself: progress, log, curves and cancellation in one."""

from __future__ import annotations

import time
from threading import Event

from engines.base import Report
from engines.errors import Cancelled
from workbench.store import Store
from workbench.store.database import Connection, now
from workbench.store.jobs import Job, Progress

INTERVAL_SECONDS = 0.5
FINISH = "finish"
"""What a person may ask of a running training: to end early and to keep the best it has."""


class Stopped(Cancelled):
    """The worker was asked to end; the job goes back into the queue."""


class JobReport(Report):
    """Writes progress to the job's row, at most twice a second, and raises `Cancelled` when the job is to stop."""

    def __init__(self, store: Store, job: Job, stopping: Event | None = None) -> None:
        """Remember the job.

        Args:
            store: Where its row is.
            job: The claimed attempt.
            stopping: Set when the worker is to end.
        """
        self.store = store
        self.job = job
        self._stopping = stopping or Event()
        self._pending: list[Progress] = []
        self._figures: dict[str, float] = {}
        self._written = 0.0
        self._enough = False

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Say how far the work is. Metrics are never lost; of mere progress the latest is written.

        Raises:
            Cancelled: A person cancelled the job, or it was given to another worker.
            Stopped: The worker is to end.
        """
        if self._stopping.is_set():
            raise Stopped("The worker ends.")
        if self._pending and not self._pending[-1].metrics:
            self._pending.pop()
        self._pending.append(Progress(now(), max(0.0, min(progress, 1.0)), message, metrics))
        if time.monotonic() - self._written >= INTERVAL_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what has not been written yet.

        Raises:
            Cancelled: As above.
        """
        with self.store.begin() as connection:
            state = self.write(connection)
            self._enough = self.store.jobs.asked(connection, self.job) == FINISH
        self._written = time.monotonic()
        _require(self.job, state)

    @property
    def is_stopping(self) -> bool:
        """Tell whether the worker is to end."""
        return self._stopping.is_set()

    @property
    def enough(self) -> bool:
        """Return whether a person wants the job to end early and to keep what it has, as of the last flush."""
        return self._enough

    def write(self, connection: Connection) -> str | None:
        """Write what has not been written yet, as a part of a unit of work; return the state of the attempt, None = given up."""
        if not self._pending:
            return self.store.jobs.state_of_attempt(connection, self.job)
        for row in self._pending:
            self._figures |= row.metrics
        state = self.store.jobs.report(connection, self.job, self._pending, self._figures)
        if state == "running":
            self.store.changes.add(connection, self.job.workspace, "job", self.job.id)
        self._pending.clear()
        return state

    def guard(self, connection: Connection) -> None:
        """Make a unit of work part of this attempt: call it first in each one in which a handler writes its results.

        Raises:
            Cancelled: The job is to stop, or was given to another worker; nothing of the unit of work is kept.
        """
        _require(self.job, self.store.jobs.state_of_attempt(connection, self.job))


def _require(job: Job, state: str | None) -> None:
    """Raise unless the attempt runs."""
    if state == "cancelling":
        raise Cancelled(f"Job {job.id} was cancelled.")
    if state is None:
        raise Cancelled(f"Attempt {job.attempt} of job {job.id} was given up.")
