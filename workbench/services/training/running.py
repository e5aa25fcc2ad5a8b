"""A training as the worker of its lane runs it: in a fresh process, so that memory comes back and a kill is clean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from engines.errors import Cancelled
from workbench.config import PROGRAM
from workbench.services import processes
from workbench.services.errors import ServiceError
from workbench.services.jobs import Handler, Lost
from workbench.services.reports import Stopped
from workbench.services.training.part import CROSS_VALIDATE, LANE, RUN, CrossValidate, Run
from workbench.store.database import Connection
from workbench.store.jobs import Job

if TYPE_CHECKING:
    from workbench.services import Services
    from workbench.services.reports import JobReport

COMMAND = (sys.executable, "-m", "workbench.trainer")
DONE, TOLD, CANCELLED, STOPPED = 0, 10, 11, 12
"""Exit codes of the process: done; failed with a reason; cancelled; ended because its worker ends."""

LOOK_SECONDS = 0.25
PATIENCE_SECONDS = 3.0
"""How long a cancelled training may take to notice: importing a library takes longer, and then it is killed."""
STOP_SECONDS = 4.0
_WHEN_LOST = "It was tried twice. Often the memory is too small: try a smaller batch. Log and best checkpoint are kept."


def handlers() -> list[Handler]:
    """Return what runs trainings."""
    return [
        Handler(RUN, LANE, Run, run, ended=not_trained, limit_seconds=1800.0, when_lost=_WHEN_LOST, stands=True),
        Handler(CROSS_VALIDATE, LANE, CrossValidate, run, limit_seconds=1800.0, when_lost=_WHEN_LOST),
    ]


def run(services: Services, job: Job, report: JobReport) -> Mapping[str, object]:
    """Train in a process of its own, and watch over it.

    Returns:
        Of a training `model`: full name of the new version; `promoted`, and why. Of a cross-validation `folds`.

    Raises:
        ServiceError: The training failed; with its own words.
        Cancelled: Somebody cancelled it, or the attempt was given up.
        Lost: The process died.
    """
    environment = {**services.settings.environment(), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*COMMAND, str(job.id), str(job.attempt)],
        cwd=PROGRAM,
        env={**processes.ONE_THREAD, **os.environ, **environment},
        stdin=subprocess.PIPE,  # closed when this process ends, however it ends: so the training learns of it
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl+C is for the one who watches
    )
    try:
        _watch(services, job, report, process)
        said = process.stdout.read() if process.stdout is not None else b""
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
    return _outcome(process.returncode, said)


def _watch(services: Services, job: Job, report: JobReport, process: subprocess.Popen[bytes]) -> None:
    """Wait until the process has ended; end it when the job is cancelled, given up, or the worker itself is to end.

    Raises:
        Cancelled: It was killed for it.
        Stopped: The worker is to end.
    """
    since: float | None = None
    while process.poll() is None:
        if report.is_stopping:
            _stop(process)
            raise Stopped("The worker ends.")
        with services.store.connect() as connection:
            state = services.store.jobs.state(connection, job.id)
        if state != "running":
            since = since or time.monotonic()
            if time.monotonic() - since > PATIENCE_SECONDS:
                process.kill()
                process.wait()
                raise Cancelled(f"Job {job.id} was cancelled.")
        time.sleep(LOOK_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end; its last checkpoint is less than an epoch old."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _outcome(code: int, said: bytes) -> Mapping[str, object]:
    """Return the result that the process printed last, or raise what it ended with."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    try:
        told = json.loads(lines[-1]) if lines else {}
    except ValueError:
        told = {}
    if code == DONE and isinstance(told, dict) and told:
        return told
    if code == TOLD and isinstance(told, dict):
        raise ServiceError(str(told.get("error", "")), str(told.get("hint", "")))
    if code == CANCELLED:
        raise Cancelled("The training was cancelled.")
    if code == STOPPED:
        raise Stopped("The worker ends.")
    raise Lost(processes.explain(code))


def not_trained(services: Services, connection: Connection, job: Job) -> None:
    """Tell the schedule that began a training that it came to nothing."""
    services.store.schedules.note(connection, job.id, job.error or "The training was cancelled.")
