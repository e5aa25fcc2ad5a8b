"""The queue: what is submitted, who is served, how jobs end, and what an attempt that was given up can still do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

import pytest
from pydantic import BaseModel

from engines.errors import Cancelled, ReadingFailed
from tests.services.tiny import HANDLERS, LANE
from workbench.config import Settings
from workbench.services import Handler, JobReport, Services, build
from workbench.services.actors import LOCAL, Actor
from workbench.services.errors import Invalid
from workbench.services.jobs import INTERACTIVE
from workbench.store.database import Connection
from workbench.store.errors import NotFound
from workbench.store.jobs import Job

OTHER = Actor("other", "Miriam")


class Nothing(BaseModel):
    """No parameters."""


def wired(home: Path, *handlers: Handler) -> Services:
    services = build(Settings(home=home), handlers=[*HANDLERS, *handlers])
    services.store.upgrade()
    services.store.users.ensure_workspace("other", "user")
    return services


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return wired(tmp_path)


def handler(run: Callable[[Services, Job, JobReport], Mapping[str, object]], **more: object) -> Handler:
    return Handler("own", LANE, Nothing, run, **more)  # pyright: ignore[reportArgumentType]


def write_under(report: JobReport) -> None:
    with report.store.begin() as connection:
        report.store.changes.add(connection, "local", "line", 1)
        report.guard(connection)


def run_all(services: Services) -> None:
    while services.jobs.run_one("worker", LANE):
        pass


def test_a_job_runs_and_tells_the_browsers(services: Services) -> None:
    job = services.jobs.submit(LOCAL, "tiny.count", {"n": 3}, title="t" * 400, subject="page:1")
    assert (job.state, len(job.title), job.owner) == ("queued", 300, "you")
    assert services.jobs.run_one("worker", LANE)
    done = services.jobs.get(LOCAL, job.id)
    assert (done.state, done.result, done.progress, done.attempt) == ("done", {"n": 3, "worker": "worker"}, 1.0, 1)
    assert done.metrics == {"n": 3.0}
    assert [row.message for row in services.jobs.reports(LOCAL, job.id)] == ["counted"]
    assert {change.kind for change in services.store.changes.since(0)} == {"job"}
    assert services.jobs.list(LOCAL, "done", subject="page:1") == [done]
    assert not services.jobs.run_one("worker", LANE)


def test_what_cannot_run_is_refused_when_it_is_submitted(services: Services) -> None:
    with pytest.raises(Invalid, match="no kind of job 'nonsense'") as refused:
        services.jobs.submit(LOCAL, "nonsense", {})
    assert "tiny.count" in refused.value.hint
    with pytest.raises(Invalid, match=r"Parameter 'm' of tiny\.count") as refused:
        services.jobs.submit(LOCAL, "tiny.count", {"m": 3})
    assert refused.value.hint == "Known parameters: n."
    assert services.jobs.list(LOCAL) == []


def test_a_job_is_part_of_the_unit_of_work_that_submits_it(services: Services) -> None:
    def half() -> None:
        with services.store.begin() as connection:
            services.jobs.submit(LOCAL, "tiny.count", {}, connection=connection)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert services.jobs.list(LOCAL) == []


def test_interactive_first_then_the_workspaces_take_turns(services: Services) -> None:
    for n in range(3):
        services.jobs.submit(LOCAL, "tiny.count", {"n": n})
    for n in range(10, 12):
        services.jobs.submit(OTHER, "tiny.count", {"n": n})
    urgent = services.jobs.submit(LOCAL, "tiny.count", {"n": 99}, priority=INTERACTIVE)
    assert services.jobs.ahead(urgent) == 0
    order = []
    while (job := services.store.jobs.claim(LANE, "worker")) is not None:
        order.append(job.parameters["n"])
    assert order == [99, 10, 0, 11, 1, 2]


def test_other_workspaces_are_out_of_reach(services: Services) -> None:
    job = services.jobs.submit(LOCAL, "tiny.count", {})
    for call in (services.jobs.get, services.jobs.cancel, services.jobs.reports):
        with pytest.raises(NotFound):
            call(OTHER, job.id)
    assert services.jobs.list(OTHER) == []
    assert services.jobs.get(LOCAL, job.id).state == "queued"


def test_a_queued_job_is_cancelled_at_once_and_an_ended_one_stays(services: Services) -> None:
    job = services.jobs.submit(LOCAL, "tiny.count", {})
    assert services.jobs.cancel(LOCAL, job.id).state == "cancelled"
    changes = services.store.changes.latest()
    assert services.jobs.cancel(LOCAL, job.id).state == "cancelled"
    assert services.store.changes.latest() == changes
    assert not services.jobs.run_one("worker", LANE)


def test_a_running_job_is_cancelled_at_its_next_report(tmp_path: Path) -> None:
    def run(services: Services, job: Job, report: JobReport) -> Mapping[str, object]:
        assert services.jobs.cancel(LOCAL, job.id).state == "cancelling"
        report(0.5, "on", loss=1.0)
        report.flush()
        pytest.fail("it went on")

    services = wired(tmp_path, handler(run))
    job = services.jobs.submit(LOCAL, "own", {})
    run_all(services)
    assert services.jobs.get(LOCAL, job.id).state == "cancelled"


def test_a_job_cancelled_in_its_last_moment_is_cancelled(tmp_path: Path) -> None:
    services = wired(tmp_path, handler(lambda services, job, _: {"state": services.jobs.cancel(LOCAL, job.id).state}))
    job = services.jobs.submit(LOCAL, "own", {})
    run_all(services)
    assert services.jobs.get(LOCAL, job.id).state == "cancelled"


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (ReadingFailed("The page is blank.", "Scan it again."), "The page is blank.", "Scan it again."),
        (ValueError("boom"), "A fault of the program: ValueError: boom", "The worker's log has the details."),
        (MemoryError(), "There was not enough memory.", "Try a smaller image, or close other programs."),
    ],
)
def test_a_failure_is_told(tmp_path: Path, error: Exception, message: str, hint: str) -> None:
    ended: list[str] = []

    def run(services: Services, job: Job, report: JobReport) -> Mapping[str, object]:
        raise error

    def note(services: Services, connection: Connection, job: Job) -> None:
        services.store.changes.add(connection, job.workspace, "page", 7)
        ended.append(job.error)

    services = wired(tmp_path, handler(run, ended=note))
    job = services.jobs.submit(LOCAL, "own", {})
    run_all(services)
    failed = services.jobs.get(LOCAL, job.id)
    assert (failed.state, failed.error, failed.hint, ended) == ("failed", message, hint, [message])
    assert [change.ref for change in services.store.changes.since(0) if change.kind == "page"] == [7]


def test_the_handler_hears_of_a_job_that_is_cancelled_in_the_queue(tmp_path: Path) -> None:
    ended: list[str] = []
    services = wired(tmp_path, handler(lambda *_: {}, ended=lambda *last: ended.append(last[-1].state)))
    services.jobs.cancel(LOCAL, services.jobs.submit(LOCAL, "own", {}).id)
    assert ended == ["cancelled"]


def test_progress_is_written_twice_a_second_and_metrics_are_never_lost(tmp_path: Path) -> None:
    def run(services: Services, job: Job, report: JobReport) -> Mapping[str, object]:
        for step in range(100):
            report(step / 100, f"step {step}")
        for epoch in range(5):
            report(0.99, "epoch", loss=float(epoch))
        return {}

    services = wired(tmp_path, handler(run))
    job = services.jobs.submit(LOCAL, "own", {})
    run_all(services)
    rows = services.jobs.reports(LOCAL, job.id)
    assert [row.metrics["loss"] for row in rows if row.metrics] == [0, 1, 2, 3, 4]
    assert len(rows) <= 8
    assert services.jobs.reports(LOCAL, job.id, rows[-2].id) == [rows[-1]]
    assert services.store.changes.latest() <= 6


def test_an_attempt_that_was_given_up_changes_nothing(services: Services) -> None:
    job = services.jobs.submit(LOCAL, "tiny.count", {})
    old = services.store.jobs.claim(LANE, "asleep")
    assert old is not None
    services.jobs.release(old, lost=True)
    new = services.store.jobs.claim(LANE, "awake")
    assert new is not None
    assert (new.attempt, new.lost) == (2, 1)
    before = services.jobs.get(LOCAL, job.id)

    report = JobReport(services.store, old)
    with pytest.raises(Cancelled):
        report(0.9, "late", loss=1.0)
    with pytest.raises(Cancelled):
        write_under(report)
    services.jobs.fail(old, "late")
    services.jobs.release(old)
    assert not services.store.jobs.beat(old)
    with services.store.begin() as connection:
        assert services.store.jobs.finish(connection, old, {}) is None
        assert services.store.jobs.stop(connection, old) is None
    assert services.jobs.get(LOCAL, job.id) == before
    assert "line" not in {change.kind for change in services.store.changes.since(0)}
    assert services.jobs.reports(LOCAL, job.id) == []

    write_under(JobReport(services.store, new))
    assert "line" in {change.kind for change in services.store.changes.since(0)}


def test_a_worker_that_ends_puts_its_job_back_without_cost(services: Services) -> None:
    job = services.jobs.submit(LOCAL, "tiny.count", {})
    stopping = Event()
    stopping.set()
    services.jobs.run_one("ending", LANE, stopping=stopping)
    back = services.jobs.get(LOCAL, job.id)
    assert (back.state, back.lost, back.attempt, back.worker) == ("queued", 0, 1, None)
    run_all(services)
    assert services.jobs.get(LOCAL, job.id).state == "done"
