"""The queue and its rows. Every write of a running job names its attempt, so that a worker that was given up changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Row, String, Update, and_, cast, func, insert, literal, or_, select, update

from workbench.store.database import Connection, Database, now
from workbench.store.errors import NotFound
from workbench.store.job import ACTIVE, ENDED, STATES, Job, NewJob, Progress, ReportRow, State
from workbench.store.schema import jobs, reports

__all__ = ["ACTIVE", "ENDED", "STATES", "Job", "Jobs", "NewJob", "Progress", "ReportRow", "State"]

_TELLS = cast(reports.c.metrics, String) != "{}"
"""A row of a log that carries figures."""


class Jobs:
    """The table of jobs."""

    def __init__(self, database: Database) -> None:
        """Remember the database."""
        self.database = database

    def add(self, connection: Connection, new: NewJob) -> Job:
        """Put a job into the queue."""
        values = {**vars(new), "parameters": dict(new.parameters), "state": "queued", "metrics": {}, "created": now()}
        return _job(connection.execute(insert(jobs).values(values).returning(jobs)).one())

    def get(self, job_id: int, workspace: str | None = None) -> Job:
        """Return a job; with a workspace, only if it belongs there.

        Raises:
            NotFound: There is none.
        """
        query = select(jobs).where(jobs.c.id == job_id)
        if workspace is not None:
            query = query.where(jobs.c.workspace == workspace)
        with self.database.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"job {job_id}")
        return _job(row)

    def list(
        self,
        workspace: str | None,
        *,
        states: Sequence[str] = (),
        subject: str | None = None,
        kinds: Sequence[str] = (),
        limit: int = 100,
    ) -> list[Job]:
        """Return jobs, the newest first; of all workspaces when None is given."""
        query = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        if workspace is not None:
            query = query.where(jobs.c.workspace == workspace)
        if states:
            query = query.where(jobs.c.state.in_(states))
        if subject is not None:
            query = query.where(jobs.c.subject == subject)
        if kinds:
            query = query.where(jobs.c.kind.in_(kinds))
        with self.database.connect() as connection:
            return [_job(row) for row in connection.execute(query)]

    def claim(self, lane: str, worker: str, told: Callable[[Connection, Job], object] | None = None) -> Job | None:
        """Take the next job of a lane, in one statement; None when nothing is queued.

        Interactive jobs come first; among equals it is the turn of the workspace that was served longest ago.

        Args:
            lane: The lane.
            worker: Id of the worker.
            told: Told the job, in the unit of work that takes it.
        """
        if not self.waiting(lane):  # a cheap look first: taking the write lock several times a second would slow saving
            return None
        time = now()
        query = (
            update(jobs)
            .where(jobs.c.id == _next(lane), jobs.c.state == "queued")
            .values(state="running", attempt=jobs.c.attempt + 1, worker=worker, started=time, beat=time, reported=time)
            .values(progress=0.0, message="", metrics={})
            .returning(jobs)
        )
        while True:
            with self.database.begin() as connection:
                row = connection.execute(query).one_or_none()
                if row is not None:
                    job = _job(row)
                    if told is not None:
                        told(connection, job)
                    return job
            if not self.waiting(lane):  # on PostgreSQL another worker may have taken that row: look again
                return None

    def waiting(self, lane: str) -> int:
        """Return how many jobs of a lane are queued."""
        query = select(func.count()).where(jobs.c.lane == lane, jobs.c.state == "queued")
        with self.database.connect() as connection:
            return connection.execute(query).scalar_one()

    def ahead(self, job: Job) -> int:
        """Return about how many queued jobs come before this one."""
        before = or_(jobs.c.priority < job.priority, and_(jobs.c.priority == job.priority, jobs.c.id < job.id))
        query = select(func.count()).where(jobs.c.lane == job.lane, jobs.c.state == "queued", before)
        with self.database.connect() as connection:
            return connection.execute(query).scalar_one()

    def report(
        self, connection: Connection, job: Job, rows: Sequence[Progress], metrics: Mapping[str, float] | None = None
    ) -> str | None:
        """Write the latest of `rows` and all figures so far on a running attempt, and append to its log what is new.

        Returns:
            `running`, `cancelling` (stop), or None when the attempt is not current any more: then nothing is written.
        """
        last = rows[-1]
        values: dict[str, object] = {"progress": last.progress, "message": last.message, "reported": now()}
        if metrics:
            values["metrics"] = dict(metrics)
        state = connection.execute(_update(job).values(values).returning(jobs.c.state)).scalar_one_or_none()
        log = [{"job_id": job.id, **asdict(row)} for row in rows if row.message or row.metrics]
        if state is not None and log:
            connection.execute(insert(reports), log)
        return state

    def state_of_attempt(self, connection: Connection, job: Job) -> str | None:
        """Return the state of a job while this attempt is the current one and runs, else None."""
        query = select(jobs.c.state).where(jobs.c.id == job.id, jobs.c.attempt == job.attempt, jobs.c.state.in_(ACTIVE))
        return connection.execute(query.with_for_update()).scalar_one_or_none()

    def state(self, connection: Connection, job_id: int) -> str | None:
        """Return the state of a job, None when there is none."""
        return connection.execute(select(jobs.c.state).where(jobs.c.id == job_id)).scalar_one_or_none()

    def asked(self, connection: Connection, job: Job) -> str | None:
        """Return what a person asked of a running job."""
        return connection.execute(select(jobs.c.asked).where(jobs.c.id == job.id)).scalar_one_or_none()

    def ask(self, connection: Connection, job_id: int, workspace: str, what: str) -> Job | None:
        """Ask something of a queued or running job; None when there is none in this workspace that could hear it."""
        mine = and_(jobs.c.id == job_id, jobs.c.workspace == workspace, jobs.c.state.in_(("queued", "running")))
        return _one(connection, update(jobs).where(mine).values(asked=what))

    def beat(self, job: Job) -> bool:
        """Note that the worker of this attempt is alive; return whether the attempt is still the current one."""
        with self.database.begin() as connection:
            return connection.execute(_update(job).values(beat=now())).rowcount == 1

    def finish(self, connection: Connection, job: Job, result: Mapping[str, object], *, late: bool = False) -> Job | None:
        """End a running attempt well; None when it is not the current one or, unless it is too `late`, is to be cancelled."""
        values = {"state": "done", "progress": 1.0, "message": "", "result": dict(result), "finished": now()}
        return _one(connection, _update(job, *(ACTIVE if late else ("running",))).values(values))

    def fail(self, connection: Connection, job: Job, error: str, hint: str = "") -> Job | None:
        """End a running attempt with a reason; None when it is not the current one."""
        values = {"state": "failed", "error": error, "hint": hint, "finished": now()}
        return _one(connection, _update(job).values(values))

    def stop(self, connection: Connection, job: Job) -> Job | None:
        """End a running attempt because it was cancelled; None when it is not the current one."""
        return _one(connection, _update(job).values(state="cancelled", finished=now()))

    def release(self, connection: Connection, job: Job, *, lost: bool = False) -> Job | None:
        """Put a running attempt back into the queue; `lost` counts it against the job. None when it is not the current one."""
        values = {"state": "queued", "worker": None, "lost": jobs.c.lost + int(lost), "progress": 0.0, "message": ""}
        return _one(connection, _update(job, "running").values(values))

    def cancel(self, connection: Connection, job_id: int, workspace: str) -> Job:
        """Cancel a queued job at once, ask a running one to stop, leave an ended one as it is.

        Raises:
            NotFound: There is none in this workspace.
        """
        mine = and_(jobs.c.id == job_id, jobs.c.workspace == workspace)
        queued = update(jobs).where(mine, jobs.c.state == "queued").values(state="cancelled", finished=now())
        running = update(jobs).where(mine, jobs.c.state == "running").values(state="cancelling", reported=now())
        for query in (queued, running):
            job = _one(connection, query)
            if job is not None:
                return job
        row = connection.execute(select(jobs).where(mine)).one_or_none()
        if row is None:
            raise NotFound(f"job {job_id}")
        return _job(row)

    def active(self, *, worker: str | None = None) -> list[Job]:
        """Return the running and cancelling jobs, of one worker or of all."""
        query = select(jobs).where(jobs.c.state.in_(ACTIVE)).order_by(jobs.c.id)
        if worker is not None:
            query = query.where(jobs.c.worker == worker)
        with self.database.connect() as connection:
            return [_job(row) for row in connection.execute(query)]

    def explain_waiting(self, lane: str, message: str) -> None:
        """Write on all queued jobs of a lane why nothing happens."""
        query = update(jobs).where(jobs.c.lane == lane, jobs.c.state == "queued", jobs.c.message != message)
        with self.database.begin() as connection:
            connection.execute(query.values(message=message))

    def reports(self, job_id: int, after: int = 0, limit: int = 1000) -> list[ReportRow]:
        """Return the log of a job, oldest first, from the row after the id `after`."""
        query = select(reports).where(reports.c.job_id == job_id, reports.c.id > after).order_by(reports.c.id).limit(limit)
        with self.database.connect() as connection:
            return [ReportRow(*row) for row in connection.execute(query)]

    def figures(self, job_id: int, after: int = 0) -> list[ReportRow]:
        """Return the rows of a job's log that carry figures, oldest first, from the row after the id `after`: its curves."""
        query = select(reports).where(reports.c.job_id == job_id, reports.c.id > after, _TELLS).order_by(reports.c.id)
        with self.database.connect() as connection:
            return [ReportRow(*row) for row in connection.execute(query)]

    def inherit(self, connection: Connection, job: Job, heir: int) -> None:
        """Copy the figures of a job, and the rows of its log with figures, to another one that goes on with its work."""
        columns = [column for column in reports.c if column.name not in ("id", "job_id")]
        rows = select(literal(heir), *columns).where(reports.c.job_id == job.id, _TELLS).order_by(reports.c.id)
        connection.execute(update(jobs).where(jobs.c.id == heir).values(metrics=dict(job.metrics)))
        connection.execute(insert(reports).from_select(["job_id", *(column.name for column in columns)], rows))


def _next(lane: str) -> ColumnElement[int]:
    """Return the id of the job whose turn it is, as a subquery."""
    firsts = (
        select(func.min(jobs.c.id).label("id"), jobs.c.workspace, jobs.c.priority)
        .where(jobs.c.lane == lane, jobs.c.state == "queued")
        .group_by(jobs.c.workspace, jobs.c.priority)
        .subquery("firsts")
    )
    other = jobs.alias("other")
    served = (
        select(func.max(other.c.started)).where(other.c.workspace == firsts.c.workspace, other.c.lane == lane).scalar_subquery()
    )
    return select(firsts.c.id).order_by(firsts.c.priority, func.coalesce(served, 0.0), firsts.c.id).limit(1).scalar_subquery()


def _update(job: Job, *states: str) -> Update:
    """Begin a write that only the current, running attempt may do."""
    return update(jobs).where(jobs.c.id == job.id, jobs.c.attempt == job.attempt, jobs.c.state.in_(states or ACTIVE))


def _one(connection: Connection, query: Update) -> Job | None:
    """Run a guarded write; return the row as it is now, or None when the guard did not hold."""
    row = connection.execute(query.returning(jobs)).one_or_none()
    return None if row is None else _job(row)


def _job(row: Row[Any]) -> Job:
    """Make the value of a row; the fields are the columns, in their order."""
    return Job(*row)
