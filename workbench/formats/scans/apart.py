"""Decoding an upload in a child process, so that a hostile file takes neither memory nor time nor life of its parent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.formats.scans.errors import KINDS, CannotRead, ScanError
from workbench.formats.scans.frames import Frame, Limits
from workbench.formats.scans.views import Kind

_ROOT = Path(__file__).parents[3]
_AT_ONCE = 50
_HINT = "Open it in an image program, save it as PNG and upload that."


def inspect_apart(path: Path, limits: Limits | None = None) -> list[Frame]:
    """Return the page images of a file after a child process has decoded each of them once.

    The child has limits on memory, computing time, open files and written bytes, and none of the parent's environment.
    The pages of a PDF are only counted. Takes about 0.3 s beside the decoding.

    Args:
        path: The file; its name does not matter.
        limits: What it may cost; None = the usual.

    Returns:
        One or more frames.

    Raises:
        ScanError: What `workbench.formats.scans.errors` tells.
    """
    report = _report(_run(["inspect", str(path.resolve())], limits or Limits()))
    return [Frame(**frame) for frame in report["frames"]]


def inspect_all_apart(paths: Sequence[Path], limits: Limits | None = None) -> Iterator[list[Frame] | ScanError]:
    """Yield for each of many files its page images, or what is wrong with it; otherwise like `inspect_apart`.

    One child process looks at several files, which takes a tenth of the time where they are small. Where it dies, each
    of its files gets a child of its own.

    Args:
        paths: The files.
        limits: What each child may cost; None = the usual.
    """
    limits = limits or Limits()
    for start in range(0, len(paths), _AT_ONCE):
        some = paths[start : start + _AT_ONCE]
        try:
            report = _report(_run(["inspect-all", *(str(path.resolve()) for path in some)], limits))
        except ScanError:  # of the whole child: it died, or ran out of memory
            yield from (_inspected(path, limits) for path in some)
        else:
            yield from (
                _error(found) if "error" in found else [Frame(**frame) for frame in found["frames"]] for found in report["files"]
            )


def _inspected(path: Path, limits: Limits) -> list[Frame] | ScanError:
    """Return the page images of a file, or what is wrong with it."""
    try:
        return inspect_apart(path, limits)
    except ScanError as error:
        return error


def view_apart(
    path: Path,
    frame: int = 0,
    longest_side: int | None = None,
    kind: Kind = "JPEG",
    *,
    limits: Limits | None = None,
) -> bytes:
    """Return one page image of a file as a browser shows it, made by a child process like that of `inspect_apart`.

    Args:
        path: The file; its name does not matter.
        frame: The index of a `Frame`.
        longest_side: Pixels; a larger image is scaled down to it. None = never scaled.
        kind: JPEG, WEBP or PNG.
        limits: What it may cost; None = the usual.

    Returns:
        The file.

    Raises:
        ScanError: What `workbench.formats.scans.errors` tells.
    """
    done = _run(["view", str(path.resolve()), str(frame), str(longest_side or 0), kind], limits or Limits())
    if done.returncode:
        _report(done)
    return done.stdout


def _run(words: list[str], limits: Limits) -> subprocess.CompletedProcess[bytes]:
    """Return a child process that has ended.

    Raises:
        CannotRead: It was still running when its time was over.
    """
    command = [sys.executable, "-X", "utf8", "-m", "workbench.formats.scans", json.dumps(asdict(limits)), *words]
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(command, capture_output=True, timeout=limits.seconds, env=environment, cwd=_ROOT, check=False)
    except subprocess.TimeoutExpired as error:
        raise CannotRead(f"The file takes longer than {limits.seconds:g} seconds to decode.", _HINT) from error


def _report(done: subprocess.CompletedProcess[bytes]) -> dict[str, list[dict[str, Any]]]:
    """Return what a child reported, or raise it.

    Raises:
        ScanError: The child's, or `CannotRead` when it died before it could report.
    """
    try:
        report = json.loads(done.stdout)
    except ValueError as error:
        raise CannotRead(f"The decoder stopped on this file ({_ending(done)}).", _HINT) from error
    if "error" in report:
        raise _error(report)
    return report


def _error(report: dict[str, Any]) -> ScanError:
    """Return the error that a child reported."""
    return KINDS.get(report["error"], ScanError)(report["message"], report["hint"])


def _ending(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return how a child ended, for a person and for the log."""
    if done.returncode == -signal.SIGXCPU:
        return "it takes too long"
    if done.returncode < 0:
        return f"signal {-done.returncode}"
    last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
    return last[0][:200] if last else f"exit status {done.returncode}"
