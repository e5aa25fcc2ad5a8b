"""Writes what a training does as TensorBoard reads it: `tensorboard --logdir` opens the folder of a version, or of all models."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

FOLDER = "tensorboard"

_TAGS = {
    "loss": "loss/learning",
    "rate": "learning/rate",
    "gradient": "learning/gradient_norm",
    "epoch_seconds": "cost/seconds",
    "memory": "cost/memory_MB",
}
"""Where a figure of an epoch of any training stands, by its name."""


class Records:
    """The records of one training; a training that goes on adds to them."""

    def __init__(self, out: Path, tags: Mapping[str, str]) -> None:
        """Begin a file in a folder of its own.

        Args:
            out: Folder of the training.
            tags: Where the figures that only this kind of training has stand, by their names.
        """
        from tensorboardX.event_file_writer import EventsWriter

        self._tags = {**_TAGS, **tags}
        (out / FOLDER).mkdir(parents=True, exist_ok=True)
        before = len(list((out / FOLDER).iterdir()))
        # not its SummaryWriter: that writes in a thread which a full disk ends, and then waits for it for ever; by its time
        # alone, whole seconds, a file could have the name of the one that a killed training has just left
        self._writer = EventsWriter(str(out / FOLDER / "events"), f".{before}")

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Write what waits."""
        self._writer.close()

    def epoch(self, epoch: int, figures: Mapping[str, float]) -> None:
        """Write the figures of an epoch; names that are not known are left out."""
        for name, tag in self._tags.items():
            if name in figures:
                self.figure(tag, figures[name], epoch)
        self._writer.flush()

    def figure(self, tag: str, value: float, step: int) -> None:
        """Write one figure."""
        from tensorboardX.summary import scalar

        self._write(scalar(tag, value), step)

    def picture(self, tag: str, image: np.ndarray, step: int) -> None:
        """Write a picture, (height, width) uint8 grey or (height, width, 3) uint8 RGB."""
        from tensorboardX.summary import image as picture_of

        self._write(picture_of(tag, image, dataformats="HWC"[: image.ndim]), step)

    def words(self, tag: str, text: str, step: int) -> None:
        """Write a text in Markdown."""
        from tensorboardX.summary import text as text_of

        self._write(text_of(tag, text), step)

    def _write(self, summary: object, step: int) -> None:
        """Write one record."""
        from tensorboardX.proto import event_pb2

        event = event_pb2.Event(summary=summary, step=step, wall_time=time.time())  # pyright: ignore[reportAttributeAccessIssue]
        self._writer.write_event(event)
