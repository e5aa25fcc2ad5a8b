"""Opening weights in a child process, so that a hostile file takes neither memory nor time nor life of its parent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from workbench.formats.errors import MalformedFile, WrongFormat

_ROOT = Path(__file__).parents[3]
_HINT = "Give the original file, or export it once more from where it was made."


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file of weights may cost.

    Attributes:
        memory_bytes: Of the child, beside what its libraries map from files.
        cpu_seconds: Of the child; importing the libraries takes most of it.
        seconds: After which it is killed.
    """

    memory_bytes: int = 4 * 1024**3
    cpu_seconds: int = 120
    seconds: float = 300.0


def describe_apart(path: Path, task: str, engine: str | None = None, *, limits: Limits | None = None) -> Mapping[str, object]:
    """Return what weights say about themselves, after a child process has loaded them once.

    The child has limits on memory, computing time, open files and written bytes, and none of the parent's environment.
    Takes some seconds, most of them for importing libraries.

    Args:
        path: The file.
        task: What it must be for, such as `ocr`.
        engine: Which engine it is for; None = the first one that can load it.
        limits: What it may cost; None = the usual.

    Returns:
        `engine`, and what `Engine.describe` of it gives, such as alphabet, script and height.

    Raises:
        MalformedFile: It cannot be loaded, or takes too much.
        WrongFormat: It is made for something else.
    """
    limits = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="weights-") as folder:
        done = _run([str(path.resolve()), task, engine or ""], limits, folder)
    try:
        report = json.loads(done.stdout)
    except ValueError as error:
        raise MalformedFile(f"{path.name[:80]} cannot be loaded ({_ending(done)}).", _HINT) from error
    if not isinstance(report, dict) or "error" in report:
        raise WrongFormat(str(report["message"]), str(report["hint"]))
    return report


def _run(words: list[str], limits: Limits, folder: str) -> subprocess.CompletedProcess[bytes]:
    """Return a child process that has ended.

    Raises:
        MalformedFile: It was still running when its time was over.
    """
    command = [sys.executable, "-X", "utf8", "-m", "workbench.formats.weights", json.dumps(asdict(limits)), *words]
    environment = {
        **{"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"},
        **{"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "TMPDIR": folder, "HOME": folder},
    }
    kept = {name: os.environ[name] for name in ("WORKBENCH_ENGINES",) if name in os.environ}
    try:
        return subprocess.run(
            command, capture_output=True, timeout=limits.seconds, env={**environment, **kept}, cwd=_ROOT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise MalformedFile(f"The weights take longer than {limits.seconds:g} seconds to load.", _HINT) from error


def _ending(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return how a child ended, for a person."""
    if done.returncode == -signal.SIGXCPU:
        return "it takes too long"
    if done.returncode < 0:
        return f"signal {-done.returncode}"
    last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
    return last[0][:200] if last else f"exit status {done.returncode}"
