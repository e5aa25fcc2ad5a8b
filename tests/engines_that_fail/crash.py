"""Kills its own process after some lines, as a fault in compiled code or the kernel's hunt for memory would."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from pydantic import Field

from engines.base import OcrEngine, Options, Report
from engines.types import Line, Page, whole_line


class CrashOptions(Options):
    """When it crashes."""

    after: int = Field(1, ge=0, le=100, description="Lines that are still finished before the crash.")
    once: str = Field("", max_length=500, description="A file that is made at the crash; while it exists, there is none.")


class CrashEngine(OcrEngine[CrashOptions]):
    """Finds three lines, finishes some and is gone."""

    title = "Crashes"
    Options = CrashOptions

    def _read(self, image: np.ndarray, lines: Sequence[Line] | None, options: CrashOptions, report: Report) -> Page:
        """Read until the crash."""
        height, width = image.shape[:2]
        todo = lines if lines is not None else (whole_line(width, height),) * 3
        report.found(todo)
        read: list[Line] = []
        for index, line in enumerate(todo):
            if index >= options.after:
                _crash(options.once)
            read.append(replace(line, text="נקרא"))
            report.finished(index, read[-1])
            report((index + 1) / len(todo), "Reading")
        return Page(width, height, tuple(read))


def _crash(once: str) -> None:
    """Kill this process, unless that happened before."""
    if once:
        if Path(once).exists():
            return
        Path(once).touch()
    os.kill(os.getpid(), signal.SIGKILL)
