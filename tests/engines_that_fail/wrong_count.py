"""Gives back fewer lines than it was given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.base import OcrEngine, Options, Report
from engines.types import Line, Page


class WrongCountEngine(OcrEngine[Options]):
    """Drops the last line."""

    title = "Loses a line"

    def _read(self, image: np.ndarray, lines: Sequence[Line] | None, options: Options, report: Report) -> Page:
        """Give back all lines but the last."""
        return Page(image.shape[1], image.shape[0], tuple(lines or ())[:-1])
