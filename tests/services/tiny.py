"""A lane of tiny jobs, and a worker for it in a real process: `python -m tests.services.tiny LANE IDLE_SECONDS`."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from workbench.config import Settings
from workbench.services import Handler, JobReport, Services, build
from workbench.store.jobs import Job
from workbench.worker import main

COMMAND = (sys.executable, "-m", "tests.services.tiny")
LANE = "tiny"


class Count(BaseModel):
    """Parameters of a job that ends at once."""

    model_config = ConfigDict(extra="forbid")
    n: int = 0


class Hold(BaseModel):
    """Parameters of a job that goes on until `folder/go` exists."""

    folder: str


class Die(BaseModel):
    """Parameters of a job that kills its own process."""

    number: int = int(signal.SIGKILL)


def count(services: Services, job: Job, report: JobReport) -> dict[str, object]:
    """Give the number back."""
    report(1.0, "counted", n=float(str(job.parameters["n"])))
    return {"n": job.parameters["n"], "worker": job.worker}


def hold(services: Services, job: Job, report: JobReport) -> dict[str, object]:
    """Say in a file that the attempt runs, then wait."""
    folder = Path(str(job.parameters["folder"]))
    (folder / f"attempt-{job.attempt}").write_text(str(os.getpid()))
    while not (folder / "go").exists():
        if job.kind == "tiny.hold":
            report(0.5, "holding")
        time.sleep(0.02)
    return {"attempt": job.attempt}


def lock(services: Services, job: Job, report: JobReport) -> dict[str, object]:
    """Wait in the middle of a write, at the first attempt."""
    if job.attempt > 1:
        return {}
    with services.store.begin() as connection:
        report.guard(connection)
        return hold(services, job, report)


def die(services: Services, job: Job, report: JobReport) -> dict[str, object]:
    """Kill the process."""
    os.kill(os.getpid(), int(str(job.parameters["number"])))
    time.sleep(30)
    return {}


HANDLERS = (
    Handler("tiny.count", LANE, Count, count),
    Handler("tiny.hold", LANE, Hold, hold),
    Handler("tiny.deaf", LANE, Hold, hold, limit_seconds=1.5),
    Handler("tiny.lock", LANE, Hold, lock),
    Handler("tiny.die", LANE, Die, die),
)


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something holds; fail when it takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    settings = Settings.from_environment()
    main(settings, sys.argv[1], idle_seconds=float(sys.argv[2]) or None, services=build(settings, handlers=HANDLERS))
