"""Needs a library that nobody has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.base import OcrEngine, Options, Report
from engines.types import Line, Page


class NotInstalledEngine(OcrEngine[Options]):
    """Is listed, and cannot be made."""

    title = "Not installed"
    requires = ("a_library_that_nobody_has",)
    install_hint = "Install it with: pip install a-library-that-nobody-has"

    def _read(self, image: np.ndarray, lines: Sequence[Line] | None, options: Options, report: Report) -> Page:
        """Read nothing; never called."""
        return Page(image.shape[1], image.shape[0], ())
