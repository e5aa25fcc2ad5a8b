"""A worker process: claims the jobs of one lane, one after the other, and keeps the models warm in between.

Started by the server's keeper as `python -m workbench.worker LANE IDLE_SECONDS`, or by a person as `workbench worker`.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING
from uuid import uuid4

from workbench.config import ConfigError, Settings

if TYPE_CHECKING:  # the rest is imported when the number of threads is set
    from workbench.services import Services
    from workbench.store.jobs import Job

POLL_SECONDS = 0.2
BEAT_SECONDS = 2.0
GRACE_SECONDS = 5.0
ORPHAN_SECONDS = 30.0
logger = logging.getLogger(__name__)


class WorkerProcess:
    """One worker, which is this process."""

    def __init__(self, services: Services, lane: str, idle_seconds: float | None = None) -> None:
        """Remember what to do.

        Args:
            services: The services.
            lane: Whose jobs to run.
            idle_seconds: End after so long without work, and soon when no server keeps workers any more; None = stay.
        """
        self.services = services
        self.store = services.store
        self.lane = lane
        self.idle_seconds = idle_seconds
        self.id = f"{lane}-{os.getpid()}-{uuid4().hex[:12]}"
        self.stopping = Event()
        self._over = Event()
        self._job: Job | None = None
        self._lost_since: float | None = None
        self._orphan_since: float | None = None
        self._failures = 0
        self._enough: Callable[[], bool] = lambda: False

    def run_until(self, enough: Callable[[], bool]) -> None:
        """Work until something holds, or told to stop; asked after each job.

        Args:
            enough: Tells whether to end.
        """
        self._enough = enough
        self.run()

    def run(self) -> None:
        """Work until told to stop, or idle for too long."""
        self._register()
        logger.info("worker %s starts", self.id)
        Thread(target=self._keep_beating, name="beat", daemon=True).start()
        self._follow_signals()
        try:
            self._work()
        finally:
            self._over.set()
            self.store.workers.remove(self.id)
            logger.info("worker %s ends", self.id)

    def _register(self) -> None:
        """Note this process in the list of workers."""
        from workbench.services import processes
        from workbench.store.database import now
        from workbench.store.workers import Worker

        self.store.schema.require()
        pid = os.getpid()
        self.store.workers.register(
            Worker(
                id=self.id,
                lane=self.lane,
                program=processes.fingerprint(),
                host=processes.host(),
                pid=pid,
                started=processes.started(pid) or 0.0,
                beat=now(),
            )
        )

    def _work(self) -> None:
        """Run jobs; return when there is nothing to stay for."""
        idle_since = monotonic()
        while not self.stopping.is_set() and not self._enough():
            orphaned = self._is_orphaned()
            if not orphaned and self._run_one():
                idle_since = monotonic()
                continue
            if self.idle_seconds is not None and monotonic() - idle_since > self.idle_seconds:
                return
            if orphaned and monotonic() - (self._orphan_since or monotonic()) > ORPHAN_SECONDS:
                return
            self.stopping.wait(POLL_SECONDS)

    def _run_one(self) -> bool:
        """Run the next job, if there is one; after a failure to reach the store, wait longer every time."""
        try:
            ran = self.services.jobs.run_one(self.id, self.lane, started=self._begin, stopping=self.stopping)
        except Exception:
            logger.exception("worker %s", self.id)
            self._failures = min(self._failures + 1, 5)
            self.stopping.wait(0.25 * 2**self._failures)
            return False
        self._failures = 0
        return ran

    def _begin(self, job: Job | None) -> None:
        """Remember what is worked on, for the beat."""
        self._job = job
        self._lost_since = None

    def _is_orphaned(self) -> bool:
        """Tell whether no server keeps workers: then the worker begins nothing, and waits a little for a new server."""
        if self.idle_seconds is None or self.services.workers.lock.is_held():
            self._orphan_since = None
            return False
        self._orphan_since = self._orphan_since or monotonic()
        return True

    def _keep_beating(self) -> None:
        """Give signs of life until the end; a store that does not answer for a moment is no reason to die."""
        while not self._over.wait(BEAT_SECONDS):
            try:
                self._beat()
            except Exception:
                logger.exception("beat of worker %s", self.id)

    def _beat(self) -> None:
        """Give one sign of life, and find out whether this worker or its job was given up meanwhile."""
        job = self._job
        if not self.store.workers.beat(self.id, job.id if job else None):
            self.stopping.set()
        if job is None or self.store.jobs.beat(job):
            self._lost_since = None
            return
        self._lost_since = self._lost_since or monotonic()
        if self._job is job and monotonic() - self._lost_since > GRACE_SECONDS:
            logger.warning("worker %s is stuck in job %s, which is not its own any more", self.id, job.id)
            self._leave(1)

    def _follow_signals(self) -> None:
        """Let SIGTERM and SIGINT end the worker, even while a library computes and no Python code runs in the main thread."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        Thread(target=self._end_on_signal, args=(reader,), name="signals", daemon=True).start()

    def _end_on_signal(self, reader: int) -> None:
        """Wait for a signal; ask the job to stop; leave without it when it does not in time. The job is queued again."""
        os.read(reader, 1)
        logger.info("worker %s was told to end", self.id)
        self.stopping.set()
        if self._over.wait(GRACE_SECONDS):
            return
        job = self._job
        if job is not None:
            self.services.jobs.release(job)
        self._leave(0)

    def _leave(self, code: int) -> None:
        """End the process now, whatever the main thread does."""
        try:
            self.store.workers.remove(self.id)
        finally:
            os._exit(code)


def main(settings: Settings, lane: str, *, idle_seconds: float | None = None, services: Services | None = None) -> None:
    """Run a worker in this process until it is told to stop.

    Args:
        settings: The settings.
        lane: Whose jobs to run.
        idle_seconds: End after so long without work; None = stay.
        services: Wired services; None = those of the settings.

    Raises:
        ConfigError: There is no such lane.
        SchemaOutdated: The database must be upgraded first.
    """
    from workbench.services.processes import limit_threads

    limit_threads()
    from workbench.services import build

    services = services or build(settings)
    lanes = sorted({handler.lane for handler in services.handlers.values()})
    if lane not in lanes:
        raise ConfigError(f"There is no lane '{lane}'.", f"Known lanes: {', '.join(lanes)}.")
    try:
        WorkerProcess(services, lane, idle_seconds).run()
    finally:
        services.close()


def run(arguments: list[str]) -> None:
    """Run a worker as the keeper starts it: in the background, at low priority.

    Args:
        arguments: Lane, and idle time in seconds.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")  # libraries only warn
    for name in ("workbench", __name__):
        logging.getLogger(name).setLevel(logging.INFO)
    os.nice(5)
    main(Settings.from_environment(), arguments[0], idle_seconds=float(arguments[1]))


if __name__ == "__main__":
    run(sys.argv[1:])
