"""Fails in the middle of a page, with an error of its own or with one that nobody foresaw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from pydantic import Field

from engines.base import OcrEngine, Options, Report
from engines.errors import ReadingFailed
from engines.types import Line, Page, whole_line


class ErrorOptions(Options):
    """How it fails."""

    kind: Literal["told", "bug"] = Field("told", description="An error that a person can be told, or a plain bug.")


class ErrorEngine(OcrEngine[ErrorOptions]):
    """Finishes one line of two and raises."""

    title = "Fails"
    Options = ErrorOptions

    def _read(self, image: np.ndarray, lines: Sequence[Line] | None, options: ErrorOptions, report: Report) -> Page:
        """Read one line, then raise."""
        todo = lines if lines is not None else (whole_line(image.shape[1], image.shape[0]),) * 2
        report.found(todo)
        report.finished(0, replace(todo[0], text="נקרא"))
        report(0.5, "Reading")
        if options.kind == "bug":
            raise ZeroDivisionError("a bug")
        raise ReadingFailed("The second line is too beautiful to read.", "Read it yourself.")
