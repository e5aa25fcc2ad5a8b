"""Never comes back and never reports, as a dead lock in compiled code would."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

import numpy as np

from engines.base import OcrEngine, Options, Report
from engines.types import Line, Page


class HangEngine(OcrEngine[Options]):
    """Waits for what never happens."""

    title = "Hangs"

    def _read(self, image: np.ndarray, lines: Sequence[Line] | None, options: Options, report: Report) -> Page:
        """Wait for ever."""
        report(0.1, "Waiting for ever")
        Event().wait()
        return Page(image.shape[1], image.shape[0], tuple(lines or ()))
