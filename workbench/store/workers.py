"""The worker processes that are alive, or were a moment ago."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select, update

from workbench.store.database import Database, now
from workbench.store.schema import workers


@dataclass(frozen=True)
class Worker:
    """One worker process.

    Attributes:
        id: Unique name of this process.
        lane: Whose jobs it runs.
        program: Fingerprint of the code that it runs.
        host: Name of its computer.
        pid: Process id there.
        started: When the process started, as the system says (tells a reused pid).
        beat: Its last sign of life, seconds since the epoch.
        job_id: What it works on, None when idle.
    """

    id: str
    lane: str
    program: str
    host: str
    pid: int
    started: float
    beat: float
    job_id: int | None = None


class Workers:
    """The list of workers."""

    def __init__(self, database: Database) -> None:
        """Remember the database."""
        self.database = database

    def register(self, worker: Worker) -> None:
        """Note a worker that has just started."""
        with self.database.begin() as connection:
            connection.execute(insert(workers).values(asdict(worker)))

    def beat(self, worker_id: str, job_id: int | None) -> bool:
        """Note a sign of life; return False when the worker was given up and its place may be taken."""
        with self.database.begin() as connection:
            query = update(workers).where(workers.c.id == worker_id).values(beat=now(), job_id=job_id)
            return connection.execute(query).rowcount == 1

    def remove(self, worker_id: str) -> bool:
        """Forget a worker that has ended or was given up; return whether it was known."""
        with self.database.begin() as connection:
            return connection.execute(delete(workers).where(workers.c.id == worker_id)).rowcount == 1

    def list(self, *, host: str | None = None, lane: str | None = None) -> list[Worker]:
        """Return the workers, oldest first; only those of a host or lane when one is given."""
        query = select(workers).order_by(workers.c.started, workers.c.id)
        if host is not None:
            query = query.where(workers.c.host == host)
        if lane is not None:
            query = query.where(workers.c.lane == lane)
        with self.database.connect() as connection:
            return [Worker(*row) for row in connection.execute(query)]
