"""A real server in its own process and folder, for tests, pictures and measurements."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Server:
    """A running server.

    Attributes:
        url: Where it answers, without a slash at the end.
        home: Its WORKBENCH_HOME.
        process: The process that serves.
        seconds: How long it took to answer.
    """

    url: str
    home: Path
    process: subprocess.Popen[bytes]
    seconds: float

    def kill(self) -> None:
        """Kill the serving process as a power cut would, its workers live on."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def log(self) -> str:
        """Return what it printed."""
        return (self.home / "server.log").read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(home: Path, environment: Mapping[str, str] | None = None, *, port: int | None = None, patience: float = 90) -> Server:
    """Start `workbench serve` and wait until it answers; without sample pages, which cost minutes to read, unless asked for.

    Raises:
        RuntimeError: It ended or did not answer in `patience` seconds; the message holds its log.
    """
    port = port or free_port()
    home.mkdir(parents=True, exist_ok=True)
    place = {"WORKBENCH_HOME": str(home), "WORKBENCH_PORT": str(port), "WORKBENCH_SAMPLES": "0", "OMP_NUM_THREADS": "1"}
    variables = {**os.environ, **place, **(environment or {})}
    began = time.monotonic()
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "workbench", "serve"], cwd=ROOT, env=variables, stdout=log, stderr=subprocess.STDOUT
        )
    server = Server(f"http://127.0.0.1:{port}", home, process, 0.0)
    while time.monotonic() - began < patience:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with {process.returncode}:\n{server.log()}")
        try:
            httpx.get(f"{server.url}/health/live", timeout=2).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
            continue
        server.seconds = time.monotonic() - began
        return server
    end(server)
    raise RuntimeError(f"The server did not answer in {patience} s:\n{server.log()}")


def workers_of(home: Path) -> list[psutil.Process]:
    """Return the living worker processes that were started for this home."""
    found = []
    for process in psutil.process_iter():
        try:
            if "workbench.worker" in process.cmdline() and process.environ().get("WORKBENCH_HOME") == str(home):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def end(server: Server) -> None:
    """End the server and its detached workers, and wait until they are gone."""
    if server.process.poll() is None:
        server.process.terminate()
        try:
            server.process.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
    for worker in workers_of(server.home):
        worker.kill()


@contextmanager
def serving(home: Path, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run a server for the length of a `with` block."""
    server = start(home, environment)
    try:
        yield server
    finally:
        end(server)
