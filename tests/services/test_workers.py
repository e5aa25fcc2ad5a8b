"""Worker processes, for real: killed, stopped and woken, told to end, orphaned, adopted, and never one too many."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.services.tiny import COMMAND, HANDLERS, LANE, until
from workbench.config import PROGRAM, Settings
from workbench.services import Services, build, processes
from workbench.services.actors import LOCAL
from workbench.services.supervision import Supervision
from workbench.services.workers import Workers
from workbench.store.job import Job
from workbench.store.workers import Worker

pytestmark = pytest.mark.slow


def keeper(services: Services, **silence: float) -> Workers:
    """Return a keeper of tiny workers, which loses patience sooner."""
    workers = Workers(services, COMMAND)
    workers.supervision = Supervision(services, **silence)
    return workers


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    services = build(Settings(home=tmp_path, idle_seconds=60), handlers=HANDLERS)
    services.store.upgrade()
    yield services
    services.close()
    for child in psutil.Process().children():
        child.kill()
        child.wait()


def hold(services: Services, folder: Path, kind: str = "tiny.hold") -> Job:
    """Submit a job that goes on until `go` lies in the folder; a `tiny.deaf` one reports nothing meanwhile."""
    return services.jobs.submit(LOCAL, kind, {"folder": str(folder)}, title="page 3")


def pid(folder: Path, attempt: int, workers: Workers | None = None) -> int:
    """Wait until an attempt runs, while the keeper keeps; return the pid of its worker."""
    file = folder / f"attempt-{attempt}"
    until(lambda: (workers.tick() if workers else None, file.exists() and file.read_text())[1])
    return int(file.read_text())


def state(services: Services, job: Job) -> str:
    return services.jobs.get(LOCAL, job.id).state


def test_a_killed_worker_is_replaced_and_its_job_tried_once_more(services: Services, tmp_path: Path) -> None:
    workers = keeper(services)
    job = hold(services, tmp_path)
    os.kill(pid(tmp_path, 1, workers), signal.SIGKILL)
    (tmp_path / "go").touch()
    pid(tmp_path, 2, workers)
    until(lambda: state(services, job) == "done")
    done = services.jobs.get(LOCAL, job.id)
    assert (done.result, done.lost) == ({"attempt": 2}, 1)


@pytest.mark.parametrize(("number", "how"), [(signal.SIGKILL, "was killed"), (signal.SIGSEGV, "crashed")])
def test_a_job_that_kills_its_worker_twice_fails_with_a_reason(services: Services, number: int, how: str) -> None:
    workers = keeper(services)
    job = services.jobs.submit(LOCAL, "tiny.die", {"number": int(number)}, title="page 3")
    after = services.jobs.submit(LOCAL, "tiny.count", {})
    until(lambda: (workers.tick(), state(services, job) == "failed")[1])
    failed = services.jobs.get(LOCAL, job.id)
    assert failed.error == f"The worker {how} while it worked on “page 3”."
    assert "twice" in failed.hint
    assert (failed.attempt, failed.lost) == (2, 1)
    until(lambda: (workers.tick(), state(services, after) == "done")[1])


def test_a_worker_that_was_stopped_and_woken_changes_nothing(services: Services, tmp_path: Path) -> None:
    workers = keeper(services, silent_seconds=3.0)
    job = hold(services, tmp_path)
    first = pid(tmp_path, 1, workers)
    asleep = services.store.workers.list()[0]
    os.kill(first, signal.SIGSTOP)
    while services.store.database.is_locked(0.5):  # stopped in the middle of a write: that is the next test
        os.kill(first, signal.SIGCONT)
        time.sleep(0.05)  # long enough to end that write
        os.kill(first, signal.SIGSTOP)
    second = pid(tmp_path, 2, workers)
    assert second != first
    assert processes.is_paused(asleep)
    os.kill(first, signal.SIGCONT)
    until(lambda: (workers.tick(), not processes.lives(asleep))[1])  # it saw that its place was taken
    current = services.jobs.get(LOCAL, job.id)
    assert (current.state, current.attempt, current.lost) == ("running", 2, 1)
    (tmp_path / "go").touch()
    until(lambda: state(services, job) == "done")
    assert services.jobs.get(LOCAL, job.id).result == {"attempt": 2}


def test_a_worker_that_was_stopped_while_it_wrote_does_not_stop_everybody(services: Services, tmp_path: Path) -> None:
    workers = keeper(services)
    job = hold(services, tmp_path, "tiny.lock")
    os.kill(pid(tmp_path, 1, workers), signal.SIGSTOP)
    assert services.store.database.is_locked(0.1)
    until(lambda: (workers.tick(), state(services, job) == "done")[1])
    assert not services.store.database.is_locked()
    assert services.jobs.get(LOCAL, job.id).lost == 1


def test_a_hung_job_fails_and_its_worker_ends(services: Services, tmp_path: Path) -> None:
    workers = keeper(services)
    job = hold(services, tmp_path, "tiny.deaf")
    pid(tmp_path, 1, workers)
    worker = services.store.workers.list()[0]
    until(lambda: (workers.tick(), state(services, job) == "failed")[1])
    assert "hung" in services.jobs.get(LOCAL, job.id).error
    until(lambda: (workers.tick(), not processes.lives(worker))[1])


def test_a_cancelled_job_that_does_not_listen_ends_with_its_worker(services: Services, tmp_path: Path) -> None:
    workers = keeper(services, cancel_seconds=0.5)
    job = hold(services, tmp_path, "tiny.deaf")
    pid(tmp_path, 1, workers)
    assert services.jobs.cancel(LOCAL, job.id).state == "cancelling"
    until(lambda: (workers.tick(), state(services, job) == "cancelled")[1])


def test_sigterm_puts_the_job_back_without_cost(services: Services, tmp_path: Path) -> None:
    assert services.workers.lock.acquire()
    process = processes.start(services.settings, LANE, COMMAND)
    job = hold(services, tmp_path)
    assert pid(tmp_path, 1) == process.pid
    process.terminate()
    assert process.wait(20) == 0
    back = services.jobs.get(LOCAL, job.id)
    assert (back.state, back.lost, back.attempt) == ("queued", 0, 1)
    assert services.store.workers.list() == []


def test_a_deaf_job_is_left_behind_at_sigterm(services: Services, tmp_path: Path) -> None:
    assert services.workers.lock.acquire()
    process = processes.start(services.settings, LANE, COMMAND)
    job = hold(services, tmp_path, "tiny.deaf")
    pid(tmp_path, 1)
    process.terminate()
    assert process.wait(20) == 0
    assert state(services, job) == "queued"


def test_two_keepers_start_one_set_and_the_second_adopts_it(services: Services, tmp_path: Path) -> None:
    first, second = keeper(services), keeper(build(services.settings, handlers=HANDLERS))
    job = hold(services, tmp_path)
    started = pid(tmp_path, 1, first)
    other = services.jobs.submit(LOCAL, "tiny.count", {})
    for _ in range(5):
        first.tick()
        second.tick()
    assert [worker.pid for worker in services.store.workers.list()] == [started]

    first.stop()  # the server ends; its worker goes on
    until(lambda: (second.tick(), second.lock.is_held())[1])
    (tmp_path / "go").touch()
    until(lambda: (second.tick(), state(services, other) == "done")[1])
    assert services.jobs.get(LOCAL, job.id).result == {"attempt": 1}
    assert [worker.pid for worker in services.store.workers.list()] == [started]
    assert second.status()[0].workers == 1
    second.services.close()
    second.stop()


def test_a_worker_with_old_code_is_replaced_when_it_is_adopted(services: Services, tmp_path: Path) -> None:
    workers = keeper(services)
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    born = processes.started(process.pid)
    assert born is not None
    old = Worker("old", LANE, "an older program", processes.host(), process.pid, born, born + 1000)
    services.store.workers.register(old)
    workers.tick()
    assert process.wait(20) == -signal.SIGTERM
    workers.tick()
    assert services.store.workers.list() == []
    workers.stop()


def test_an_idle_worker_ends(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, idle_seconds=1)
    services = build(settings, handlers=HANDLERS)
    services.store.upgrade()
    workers = keeper(services)
    job = services.jobs.submit(LOCAL, "tiny.count", {})
    until(lambda: (workers.tick(), state(services, job) == "done")[1])
    until(lambda: (workers.tick(), not services.store.workers.list())[1])
    until(lambda: "ends" in processes.log_file(settings, LANE).read_text())
    workers.stop()


def test_a_worker_that_does_not_start_is_explained(services: Services) -> None:
    workers = Workers(services, (sys.executable, "-c", "raise SystemExit('no such model')"))
    job = services.jobs.submit(LOCAL, "tiny.count", {})
    workers.start()
    until(lambda: "does not start" in services.jobs.get(LOCAL, job.id).message)
    assert workers.status()[0].problem
    assert "no such model" in processes.log_file(services.settings, LANE).read_text()
    workers.stop()


def test_four_processes_claim_four_hundred_jobs_once(services: Services) -> None:
    with services.store.begin() as connection:
        for n in range(400):
            services.jobs.submit(LOCAL, "tiny.count", {"n": n}, connection=connection)
    assert services.workers.lock.acquire()
    started = [processes.start(services.settings, LANE, COMMAND) for _ in range(4)]
    until(lambda: len(services.jobs.list(LOCAL, "done", limit=1000)) == 400, 120)
    for process in started:
        process.terminate()
    assert [process.wait(20) for process in started] == [0] * 4
    done = services.jobs.list(LOCAL, limit=1000)
    assert {job.attempt for job in done} == {1}
    assert sorted(job.result["n"] for job in done if job.result) == list(range(400))
    assert len({job.worker for job in done}) == 4


def test_server_and_worker_start_without_the_heavy_libraries(tmp_path: Path) -> None:
    program = (
        "import sys, workbench.worker; from pathlib import Path\n"
        "from workbench.config import Settings; from workbench.services import build\n"
        "services = build(Settings(home=Path(sys.argv[1]))); services.store.upgrade(); services.workers.tick()\n"
        "assert services.handlers and not list(services.workers.status())[0].workers\n"
        "print(*sys.modules)\n"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=PROGRAM, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"torch", "kraken", "tensorflow", "gradio", "fastapi", "alembic", "PIL"} & set(loaded)
