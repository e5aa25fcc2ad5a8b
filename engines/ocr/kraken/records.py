"""Writes what a training of a recogniser does as TensorBoard reads it: beside its figures what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engines import records

SHOWN = 6
"""Held-out lines that are shown with what is read on them."""

_TAGS = {
    "held_out_loss": "loss/held_out",
    "error": "error/CER",
    "word_error": "error/WER",
    "lines_per_second": "cost/lines_per_second",
}


class Records(records.Records):
    """The records of a training of a recogniser."""

    def __init__(self, out: Path) -> None:
        """Begin a file; see the base class."""
        super().__init__(out, _TAGS)

    def search(self, curve: Sequence[tuple[float, float]]) -> None:
        """Write a range test: the loss at each learning rate; 100 steps are a factor of ten, step 0 is 1e-5."""
        for rate, loss in curve:
            self.figure("learning/range_test", loss, round(100 * float(np.log10(rate)) + 500))

    def readings(self, epoch: int, lines: Sequence[tuple[np.ndarray, str, str]]) -> None:
        """Write what is read on some lines.

        Args:
            epoch: After which.
            lines: Image (height, width) uint8 grey, what it says, what was read.
        """
        rows = ["| it says | read |", "| --- | --- |"]
        for number, (image, truth, read) in enumerate(lines[:SHOWN], 1):
            rows.append(f"| {truth.replace('|', '¦')} | {read.replace('|', '¦')} |")
            if epoch == 0:
                self.picture(f"lines/{number}", image, 0)
        self.words("readings", "\n".join(rows), epoch)
