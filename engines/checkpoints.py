"""Checkpoints of trainings: written whole, read without running any code from them, gone on from where they are sound."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Protocol

from engines.base import Report

CHECKPOINT = "checkpoint.pt"

_log = logging.getLogger(__name__)


class Resumable(Protocol):
    """A training on its way, as far as going on concerns it."""

    trainer: Any
    best: Any
    epoch: int
    log: list[str]
    report: Report

    @property
    def share(self) -> float:
        """Return the progress of the job, 0..1."""
        ...


def write(path: Path, state: Mapping[str, object]) -> None:
    """Write a checkpoint; the file replaces an older one at once.

    Args:
        path: The file.
        state: Tensors, numbers and texts, in mappings and lists.

    Raises:
        OSError: It cannot be written; the older one is still there.
    """
    import torch

    staged = path.with_name(path.name + ".part")
    try:
        with staged.open("wb") as file:
            torch.save(dict(state), file)
            file.flush()
            os.fsync(file.fileno())
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)


def read(path: Path, device: str) -> dict[str, Any]:
    """Return what a checkpoint of one's own holds.

    Args:
        path: The file.
        device: Torch device of the tensors.

    Raises:
        OSError: It cannot be read.
        RuntimeError, UnpicklingError, EOFError: It is damaged, or holds more than tensors, numbers and texts.
    """
    import torch

    return torch.load(path, map_location=device, weights_only=True)


def resumed(course: Resumable, path: Path, best: Callable[..., Any]) -> bool:
    """Go on where an earlier attempt stopped; False when there is nothing to go on from, or it is damaged.

    Args:
        course: Its trainer takes its own part of the checkpoint with `resume(path)`, and changes nothing when that fails.
        path: The checkpoint, which holds `best`, `epoch` and `log` beside what is the trainer's.
        best: Makes the best epoch so far of the values of `best`.
    """
    if not path.exists():
        return False
    try:
        state = course.trainer.resume(path)
        course.best = best(**state["best"])
    except (RuntimeError, KeyError, TypeError, ValueError, EOFError, OSError, UnpicklingError):
        _log.warning("The checkpoint %s is damaged: the training begins anew.", path, exc_info=True)
        return False
    course.epoch, course.log = int(state["epoch"]), [str(line) for line in state["log"]]
    course.report(course.share, f"Going on after epoch {course.epoch}", epoch=course.epoch)
    return True
