"""Takes jobs back from workers that died, went silent or hang: tried once more, then failed with a reason."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING

from workbench.services import processes
from workbench.store.database import now
from workbench.store.jobs import Job
from workbench.store.workers import Worker

if TYPE_CHECKING:
    from workbench.services import Services

SILENT_SECONDS = 20.0
PAUSED_SECONDS = 3.0
CANCEL_SECONDS = 30.0
_SLEEP_SECONDS = 10.0
logger = logging.getLogger(__name__)


class Supervision:
    """Looks after running jobs. Several servers may do this at once: each step happens at most once, in the database."""

    def __init__(
        self, services: Services, silent_seconds: float = SILENT_SECONDS, cancel_seconds: float = CANCEL_SECONDS
    ) -> None:
        """Remember where everything is.

        Args:
            services: The services.
            silent_seconds: After so long without a beat a worker is given up.
            cancel_seconds: After so long a cancelled job whose worker does not notice is ended with its worker.
        """
        self.services = services
        self.store = services.store
        self.silent_seconds = silent_seconds
        self.cancel_seconds = cancel_seconds
        self._looked = now()
        self._awake_since = 0.0

    def tick(self, children: Collection[int] = ()) -> None:
        """Look once at all workers and all running jobs.

        Args:
            children: Pids whose death is left to their parent, who learns how they ended.
        """
        self._notice_sleep()
        here = processes.host()
        for worker in self.store.workers.list():
            if worker.host == here and not processes.lives(worker):
                if worker.pid not in children:
                    self.bury(worker, processes.explain(None))
            elif self._age(worker.beat) > self.silent_seconds:
                if worker.host == here and not processes.is_paused(worker):
                    processes.end(worker)
                self.bury(worker, "stopped answering")
            elif worker.host == here and self._age(worker.beat) > PAUSED_SECONDS and self._blocks(worker):
                logger.warning("worker %s (pid %s) was stopped while it wrote: it is killed", worker.id, worker.pid)
                processes.end(worker)
        self._look_at_jobs()

    def _blocks(self, worker: Worker) -> bool:
        """Tell whether a worker was stopped (SIGSTOP) in the middle of a write, so that nobody else can save anything."""
        return processes.is_paused(worker) and self.store.database.is_locked()

    def bury(self, worker: Worker, how: str) -> None:
        """Forget a worker and take its jobs back.

        Args:
            worker: A worker that is dead or given up.
            how: What happened to it, to follow 'The worker'.
        """
        logger.warning("worker %s (pid %s) %s", worker.id, worker.pid, how)
        self.store.workers.remove(worker.id)
        for job in self.store.jobs.active(worker=worker.id):
            self.services.jobs.take_back(job, how)

    def _look_at_jobs(self) -> None:
        """Find the running jobs that have lost their worker, that hang, or that do not notice that they were cancelled."""
        for job in self.store.jobs.active():
            quiet = self._age(job.reported)
            handler = self.services.handlers.get(job.kind)
            if self._age(job.beat) > self.silent_seconds:
                self.services.jobs.take_back(job, "stopped answering")
            elif job.state == "cancelling" and quiet > self.cancel_seconds:
                self._end(job, "")
            elif job.state == "running" and handler is not None and quiet > handler.limit_seconds:
                self._end(job, f"Nothing happened for {_minutes(handler.limit_seconds)}: it hung and was stopped.")

    def _end(self, job: Job, error: str) -> None:
        """End a job whose worker does not listen, and the worker with it; an empty error = it was cancelled."""
        if error:
            self.services.jobs.fail(job, error, "Try again, or choose another engine. What was read and saved before is safe.")
        else:
            self.services.jobs.release(job)
        for worker in self.store.workers.list(host=processes.host()):
            if worker.id == job.worker and not self.store.jobs.active(worker=worker.id):
                processes.end(worker)

    def _notice_sleep(self) -> None:
        """Find out whether this computer slept since the last look: then nobody else could do anything either."""
        time = now()
        if time - self._looked > _SLEEP_SECONDS:
            self._awake_since = time
        self._looked = time

    def _age(self, time: float | None) -> float:
        """Return the seconds since a sign of life, not counting a sleep of this computer."""
        return now() - max(time or 0.0, self._awake_since)


def _minutes(seconds: float) -> str:
    """Return a duration in words."""
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"
