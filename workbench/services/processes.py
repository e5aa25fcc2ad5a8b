"""Worker processes as the system sees them: start one, find it again, tell whether it lives, end it."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

import engines
from workbench.config import PROGRAM, Settings
from workbench.store.workers import Worker

COMMAND = (sys.executable, "-m", "workbench.worker")
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")}
LOG_BYTES = 5 * 1024 * 1024
_CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGILL, signal.SIGFPE, signal.SIGBUS}


def limit_threads() -> None:
    """Let numerical libraries that are imported from now on compute in one thread, unless the environment says otherwise."""
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)


def host() -> str:
    """Return the name of this computer; a pid means something only there."""
    return platform.node()[:128] or "localhost"


def started(pid: int) -> float | None:
    """Return when a process started, as the system says, or None when there is none (or only its remains)."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


def lives(worker: Worker) -> bool:
    """Tell whether the process of a worker of this computer is still there; another one with its pid does not count."""
    time = started(worker.pid)
    return time is not None and abs(time - worker.started) < 2.0  # the clock may be set a little in between


def is_paused(worker: Worker) -> bool:
    """Tell whether somebody stopped the process (SIGSTOP); it will see for itself what happened when it wakes."""
    try:
        return psutil.Process(worker.pid).status() == psutil.STATUS_STOPPED
    except psutil.Error:
        return False


def end(worker: Worker, number: int = signal.SIGKILL) -> None:
    """Send a signal to a worker of this computer, if it still lives."""
    if lives(worker):
        os.kill(worker.pid, number)


def fingerprint(program: Path = PROGRAM) -> str:
    """Return a hash of the code as it lies on the disk now, engines from outside too; a worker with another one runs old code."""
    digest = hashlib.sha256()
    outside = filter(None, os.environ.get(engines.FOLDERS_VARIABLE, "").split(os.pathsep))
    for folder in (program / "engines", program / "workbench", *map(Path, outside)):
        for path in sorted(folder.rglob("*.py")):
            status = path.stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def start(settings: Settings, lane: str, command: Sequence[str] = COMMAND) -> subprocess.Popen[bytes]:
    """Start a worker that outlives this process: in a session of its own, with one compute thread, writing to its log.

    Args:
        settings: Passed on through the environment.
        lane: Whose jobs it runs.
        command: The program; lane and idle time are added.
    """
    settings.logs.mkdir(parents=True, exist_ok=True)
    environment = {**ONE_THREAD, **os.environ, **settings.environment(), "PYTHONUNBUFFERED": "1"}
    with log_file(settings, lane).open("ab") as log:
        return subprocess.Popen(
            [*command, lane, str(settings.idle_seconds)],
            cwd=PROGRAM,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def log_file(settings: Settings, lane: str) -> Path:
    """Return the log of the workers of a lane."""
    return settings.logs / f"worker-{lane}.log"


def rotate(path: Path, limit: int = LOG_BYTES) -> bool:
    """Move the content of a long log aside; a process that appends to it goes on at the start. Return whether it was long."""
    if not path.exists() or path.stat().st_size <= limit:
        return False
    shutil.copyfile(path, path.with_name(f"{path.name}.1"))
    os.truncate(path, 0)
    return True


def explain(returncode: int | None) -> str:
    """Say how a process ended, to follow 'The worker'; None = it was not our child, so nobody knows."""
    if returncode is not None and -returncode in _CRASHES:
        return "crashed"
    if returncode is not None and returncode >= 0:
        return f"ended unexpectedly (code {returncode})"
    return "was killed"
