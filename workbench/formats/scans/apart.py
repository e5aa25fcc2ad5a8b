"""Looking at an upload in a child process, so that a hostile file takes neither memory nor time nor life of its parent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from workbench.formats.scans.errors import KINDS, CannotRead, ScanError
from workbench.formats.scans.frames import Frame, Limits

_ROOT = Path(__file__).parents[3]
_HINT = "Open it in an image program, save it as PNG and upload that."


def inspect_apart(path: Path, limits: Limits | None = None) -> list[Frame]:
    """Return the page images of a file after a child process has decoded each of them once.

    The child has limits on memory, computing time, open files and written bytes, and none of the parent's environment.
    The pages of a PDF are only counted. Takes about 0.2 s beside the decoding.

    Args:
        path: The file; its name does not matter.
        limits: What it may cost; None = the usual.

    Returns:
        One or more frames.

    Raises:
        ScanError: What `workbench.formats.scans.errors` tells.
    """
    limits = limits or Limits()
    command = [
        sys.executable,
        "-X",
        "utf8",
        "-m",
        "workbench.formats.scans",
        "inspect",
        str(path.resolve()),
        json.dumps(asdict(limits)),
    ]
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(command, capture_output=True, timeout=limits.seconds, env=environment, cwd=_ROOT, check=False)
    except subprocess.TimeoutExpired as error:
        raise CannotRead(f"The file takes longer than {limits.seconds:g} seconds to decode.", _HINT) from error
    return _answer(done)


def _answer(done: subprocess.CompletedProcess[bytes]) -> list[Frame]:
    """Return what a child reported, or raise it.

    Raises:
        ScanError: The child's, or `CannotRead` when it died before it could report.
    """
    try:
        report = json.loads(done.stdout)
    except ValueError as error:
        raise CannotRead(f"The decoder stopped on this file ({_ending(done)}).", _HINT) from error
    if "error" in report:
        kind = KINDS.get(report["error"], ScanError)
        raise kind(report["message"], report["hint"])
    return [Frame(**frame) for frame in report["frames"]]


def _ending(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return how a child ended, for a person and for the log."""
    if done.returncode < 0:
        return f"signal {-done.returncode}"
    last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
    return last[0][:200] if last else f"exit status {done.returncode}"
