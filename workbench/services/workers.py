"""Keeps the worker processes of this computer: starts, adopts, restarts and ends them, in threads of the server."""

from __future__ import annotations

import logging
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from workbench.services import housekeeping, processes
from workbench.services.keeper_lock import KeeperLock
from workbench.services.supervision import Supervision
from workbench.store.workers import Worker

if TYPE_CHECKING:
    from workbench.services import Services

TICK_SECONDS = 0.5
QUICK_SECONDS = 20.0
SCHEDULE_SECONDS = 20.0
START_SECONDS = 120.0
_TROUBLE = 3
ONE_AT_A_TIME = "train"
"""The lane in which one job runs at a time on a computer, however many workers read: trainings share its device."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LaneStatus:
    """How a lane does.

    Attributes:
        lane: Its name.
        limit: How many workers it may have on this computer; 0 = they are started elsewhere.
        workers: How many workers live, on all computers.
        queued: How many jobs wait.
        running: How many jobs run.
        problem: Why nothing happens, or empty.
    """

    lane: str
    limit: int
    workers: int
    queued: int
    running: int
    problem: str


@dataclass
class _Child:
    """A worker that this process started."""

    process: subprocess.Popen[bytes]
    born: float
    registered: bool = False


@dataclass
class _Lane:
    """What the keeper remembers about a lane."""

    name: str
    children: list[_Child] = field(default_factory=list)
    failures: int = 0
    not_before: float = 0.0


class Workers:
    """The keeper of the worker processes."""

    def __init__(self, services: Services, command: Sequence[str] = processes.COMMAND) -> None:
        """Remember where everything is; nothing is started yet.

        Args:
            services: The services.
            command: How a worker is started; lane and idle time are added.
        """
        self.services = services
        self.store = services.store
        self.settings = services.settings
        self.command = command
        self.lock = KeeperLock(self.settings.data / "keeper.lock")
        self.supervision = Supervision(services)
        self._lanes: dict[str, _Lane] = {}
        self._stopping = Event()
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Start the threads; does nothing when they run."""
        if self._threads:
            return
        self._stopping.clear()
        loops: tuple[tuple[Callable[[], None], float], ...] = (
            (self.tick, TICK_SECONDS),
            (self._housekeep, housekeeping.INTERVAL_SECONDS),
            (self._begin_trainings, SCHEDULE_SECONDS),
        )
        for work, seconds in loops:
            thread = Thread(target=self._repeat, args=(work, seconds), name=f"keeper {work.__name__}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop keeping. The workers finish their job, wait a little for another server, and end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self.lock.release()

    def status(self) -> list[LaneStatus]:
        """Return how each lane does."""
        known = self.store.workers.list()
        active = self.store.jobs.active()
        return [
            LaneStatus(
                lane=name,
                limit=self._limit(name),
                workers=sum(worker.lane == name for worker in known),
                queued=self.store.jobs.waiting(name),
                running=sum(job.lane == name for job in active),
                problem=self._problem(name),
            )
            for name in self._lane_names()
        ]

    def tick(self) -> None:
        """Look after everything once: dead workers, stuck jobs, and whether another worker is needed."""
        for lane in self._lanes.values():
            self._reap(lane)
        self.supervision.tick({child.process.pid for lane in self._lanes.values() for child in lane.children})
        if self.settings.workers == 0:
            return
        had = self.lock.is_held()
        if not self.lock.acquire():
            return
        if not had or not self._lanes:
            self._adopt()
        for lane in self._lanes.values():
            self._staff(lane)
            processes.rotate(processes.log_file(self.settings, lane.name))

    def _limit(self, lane: str) -> int:
        """Return how many workers a lane may have on this computer."""
        return min(1, self.settings.workers) if lane == ONE_AT_A_TIME else self.settings.workers

    def _lane_names(self) -> list[str]:
        """Return the lanes of all handlers."""
        return sorted({handler.lane for handler in self.services.handlers.values()})

    def _adopt(self) -> None:
        """Take over the workers of an earlier server; those that run old code are asked to end (their job is queued again)."""
        self._lanes = self._lanes or {name: _Lane(name) for name in self._lane_names()}
        current = processes.fingerprint()
        for worker in self.store.workers.list(host=processes.host()):
            logger.info("adopting worker %s (pid %s)", worker.id, worker.pid)
            if worker.program != current:
                processes.end(worker, signal.SIGTERM)

    def _staff(self, lane: _Lane) -> None:
        """Start one more worker when jobs wait, no worker is free, and there is room for one."""
        workers = self.store.workers.list(host=processes.host(), lane=lane.name)
        starting = self._starting(lane, workers)
        if monotonic() < lane.not_before or not self.store.jobs.waiting(lane.name):
            return
        busy = {job.worker for job in self.store.jobs.active()}
        free = starting + sum(worker.id not in busy for worker in workers)
        if free or len(workers) + starting >= self._limit(lane.name):
            return
        process = processes.start(self.settings, lane.name, self.command)
        lane.children.append(_Child(process, monotonic()))
        logger.info("started a worker of lane %s (pid %s)", lane.name, process.pid)

    def _starting(self, lane: _Lane, workers: Sequence[Worker]) -> int:
        """Return how many of our children have not registered yet; one that takes too long is killed."""
        pids = {worker.pid for worker in workers}
        for child in lane.children:
            child.registered = child.registered or child.process.pid in pids
            if not child.registered and monotonic() - child.born > START_SECONDS:
                child.process.kill()
        return sum(not child.registered for child in lane.children)

    def _reap(self, lane: _Lane) -> None:
        """Look after our children that have ended."""
        for child in [child for child in lane.children if child.process.poll() is not None]:
            lane.children.remove(child)
            code = child.process.returncode
            for worker in self.store.workers.list(host=processes.host(), lane=lane.name):
                if worker.pid == child.process.pid:
                    self.supervision.bury(worker, processes.explain(code))
            self._judge(lane, code != 0 and monotonic() - child.born < QUICK_SECONDS)

    def _judge(self, lane: _Lane, failed: bool) -> None:
        """Wait longer after each worker that died at once, and say so on the jobs that wait."""
        lane.failures = lane.failures + 1 if failed else 0
        lane.not_before = monotonic() + min(60.0, 0.5 * 2**lane.failures) if failed else 0.0
        problem = self._problem(lane.name)
        if problem:
            logger.error("%s", problem)
            self.store.jobs.explain_waiting(lane.name, problem)

    def _problem(self, name: str) -> str:
        """Return why a lane does not work, or nothing."""
        lane = self._lanes.get(name)
        if lane is None or lane.failures < _TROUBLE:
            return ""
        return f"The worker does not start. Its log says why: {processes.log_file(self.settings, name)}"

    def _housekeep(self) -> None:
        """Throw away what is too old."""
        housekeeping.sweep(self.services)

    def _begin_trainings(self) -> None:
        """Begin the trainings that are due."""
        self.services.training.tick(datetime.now().astimezone())

    def _repeat(self, work: Callable[[], None], seconds: float) -> None:
        """Do something again and again until the keeper stops; a failure is logged and does not end it."""
        while not self._stopping.is_set():
            try:
                work()
            except Exception:
                logger.exception("keeper")
                self._stopping.wait(seconds * 4)
            self._stopping.wait(seconds)
