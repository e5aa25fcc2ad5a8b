"""Jobs are taken back from workers that went silent, and everybody gets time after a sleep; locks, logs and old code."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.services.tiny import HANDLERS, LANE
from workbench.config import Settings
from workbench.services import Services, build, processes
from workbench.services.actors import LOCAL
from workbench.services.keeper_lock import KeeperLock
from workbench.services.supervision import Supervision
from workbench.store.database import now
from workbench.store.job import Job
from workbench.store.schema import jobs
from workbench.store.workers import Worker


@pytest.fixture
def services(tmp_path: Path) -> Services:
    services = build(Settings(home=tmp_path), handlers=HANDLERS)
    services.store.upgrade()
    return services


def claimed(services: Services, **times: float) -> Job:
    """Return a running job whose times are so many seconds ago."""
    services.jobs.submit(LOCAL, "tiny.count", {}, title="page 3")
    job = services.store.jobs.claim(LANE, "elsewhere")
    assert job is not None
    with services.store.begin() as connection:
        past = {name: now() - seconds for name, seconds in times.items()}
        connection.execute(update(jobs).where(jobs.c.id == job.id).values(**past))
    return job


def test_a_silent_job_is_tried_again_then_fails(services: Services) -> None:
    supervision = Supervision(services)
    first = claimed(services, beat=60)
    supervision.tick()
    again = services.jobs.get(LOCAL, first.id)
    assert (again.state, again.lost) == ("queued", 1)

    second = services.store.jobs.claim(LANE, "elsewhere")
    assert second is not None
    with services.store.begin() as connection:
        connection.execute(update(jobs).values(beat=now() - 60))
    supervision.tick()
    failed = services.jobs.get(LOCAL, first.id)
    assert (failed.state, failed.attempt) == ("failed", 2)
    assert failed.error == "The worker stopped answering while it worked on “page 3”."


def test_a_beating_job_is_left_alone(services: Services) -> None:
    job = claimed(services, beat=5, reported=600)
    Supervision(services).tick()
    assert services.jobs.get(LOCAL, job.id).state == "running"


def test_a_silent_worker_elsewhere_is_forgotten_and_a_dead_one_here(services: Services) -> None:
    far = Worker("far", LANE, "", "another computer", 1, 0.0, now() - 60)
    dead = Worker("dead", LANE, "", processes.host(), 2**22 + 1, 0.0, now())
    well = replace(far, id="well", beat=now())
    for worker in (far, dead, well):
        services.store.workers.register(worker)
    Supervision(services).tick()
    assert services.store.workers.list() == [well]
    assert not services.store.workers.beat("far", None)


def test_after_a_sleep_of_the_computer_everybody_gets_time(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    supervision = Supervision(services)
    job = claimed(services, reported=0)
    later = now() + 3600
    monkeypatch.setattr("workbench.services.supervision.now", lambda: later)
    supervision.tick()
    assert services.jobs.get(LOCAL, job.id).state == "running"
    for seconds in (9, 18, 27):
        monkeypatch.setattr("workbench.services.supervision.now", lambda seconds=seconds: later + seconds)
        supervision.tick()
    assert services.jobs.get(LOCAL, job.id).state == "queued"


def test_a_silent_cancelling_job_is_cancelled(services: Services) -> None:
    job = claimed(services, beat=60)
    services.jobs.cancel(LOCAL, job.id)
    Supervision(services).tick()
    assert services.jobs.get(LOCAL, job.id).state == "cancelled"


def test_one_process_keeps_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "data" / "keeper.lock"
    first, second = KeeperLock(path), KeeperLock(path)
    assert not second.is_held()
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    assert second.is_held()
    first.release()
    first.release()
    assert not second.is_held()
    assert second.acquire()
    second.release()


def test_a_process_is_known_by_pid_and_start(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    born = processes.started(process.pid)
    assert born is not None
    worker = Worker("w", LANE, "", processes.host(), process.pid, born, 0.0)
    assert processes.lives(worker)
    assert not processes.lives(replace(worker, started=born - 100))
    processes.end(replace(worker, started=born - 100))
    assert process.poll() is None
    processes.end(worker)
    assert process.wait(10) == -signal.SIGKILL
    assert not processes.lives(worker)
    process.stdin.close()  # pyright: ignore[reportOptionalMemberAccess]


def test_a_long_log_is_moved_aside_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "worker.log"
    with path.open("ab", buffering=0) as log:
        log.write(b"old" * 10)
        assert not processes.rotate(path, limit=100)
        assert processes.rotate(path, limit=10)
        log.write(b"new")
    assert path.read_bytes() == b"new"
    assert (tmp_path / "worker.log.1").read_bytes() == b"old" * 10


def test_an_engine_from_outside_is_part_of_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_ENGINES", str(tmp_path))
    first = processes.fingerprint(tmp_path)
    (tmp_path / "thirds.py").write_text("a = 1")
    assert processes.fingerprint(tmp_path) != first


def test_changed_code_has_another_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "engines").mkdir()
    file = tmp_path / "engines" / "new.py"
    file.write_text("a = 1")
    first = processes.fingerprint(tmp_path)
    assert processes.fingerprint(tmp_path) == first
    file.write_text("a = 10")
    assert processes.fingerprint(tmp_path) != first


@pytest.mark.parametrize(
    ("code", "how"),
    [(-9, "was killed"), (-11, "crashed"), (-6, "crashed"), (3, "ended unexpectedly (code 3)"), (None, "was killed")],
)
def test_how_a_process_ended_is_told(code: int | None, how: str) -> None:
    assert processes.explain(code) == how
