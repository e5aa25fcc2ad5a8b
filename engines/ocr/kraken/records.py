"""Writes what a training does as TensorBoard reads it: `tensorboard --logdir` opens the folder of a version, or of all models."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

FOLDER = "tensorboard"
SHOWN = 6
"""Held-out lines that are shown with what is read on them."""

_TAGS = {
    "loss": "loss/learning",
    "held_out_loss": "loss/held_out",
    "error": "error/CER",
    "word_error": "error/WER",
    "rate": "learning/rate",
    "gradient": "learning/gradient_norm",
    "lines_per_second": "cost/lines_per_second",
    "epoch_seconds": "cost/seconds",
    "memory": "cost/memory_MB",
}
"""Where a figure of an epoch stands, by its name."""


class Records:
    """The records of one training; a training that goes on adds to them."""

    def __init__(self, out: Path) -> None:
        """Begin a file in a folder of its own.

        Args:
            out: Folder of the training.
        """
        from tensorboardX.event_file_writer import EventsWriter

        (out / FOLDER).mkdir(parents=True, exist_ok=True)
        # not its SummaryWriter: that writes in a thread which a full disk ends, and then waits for it for ever
        self._writer = EventsWriter(str(out / FOLDER / "events"))

    def __enter__(self) -> Records:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Write what waits."""
        self._writer.close()

    def epoch(self, epoch: int, figures: Mapping[str, float]) -> None:
        """Write the figures of an epoch; names that are not known are left out."""
        from tensorboardX.summary import scalar

        for name, tag in _TAGS.items():
            if name in figures:
                self._write(scalar(tag, figures[name]), epoch)
        self._writer.flush()

    def search(self, curve: Sequence[tuple[float, float]]) -> None:
        """Write a range test: the loss at each learning rate; 100 steps are a factor of ten, step 0 is 1e-5."""
        from tensorboardX.summary import scalar

        for rate, loss in curve:
            self._write(scalar("learning/range_test", loss), round(100 * float(np.log10(rate)) + 500))

    def readings(self, epoch: int, lines: Sequence[tuple[np.ndarray, str, str]]) -> None:
        """Write what is read on some lines.

        Args:
            epoch: After which.
            lines: Image (height, width) uint8 grey, what it says, what was read.
        """
        from tensorboardX.summary import image as picture_of
        from tensorboardX.summary import text

        rows = ["| it says | read |", "| --- | --- |"]
        for number, (image, truth, read) in enumerate(lines[:SHOWN], 1):
            rows.append(f"| {truth.replace('|', '¦')} | {read.replace('|', '¦')} |")
            if epoch == 0:
                self._write(picture_of(f"lines/{number}", image, dataformats="HW"), 0)
        self._write(text("readings", "\n".join(rows)), epoch)

    def _write(self, summary: object, step: int) -> None:
        """Write one record."""
        from tensorboardX.proto import event_pb2

        event = event_pb2.Event(summary=summary, step=step, wall_time=time.time())  # pyright: ignore[reportAttributeAccessIssue]
        self._writer.write_event(event)
