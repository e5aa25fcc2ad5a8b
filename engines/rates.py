"""Learning rates of a training: how they rise and fall, and which layers can be left out of it at first."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import torch

Schedule = Literal["cosine", "one cycle", "step", "plateau", "constant"]
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)

_RISE = 0.3  # of one cycle
_STEPS = (0.5, 0.75, 0.9)  # parts of the training after which `step` falls to a third


def level(schedule: Schedule, part: float, last: float = 0.01) -> float:
    """Return the learning rate at a moment as a share of its peak, without warm-up.

    Args:
        schedule: `cosine` falls to its end (arXiv:1608.03983); `one cycle` rises from a 25th over the first 30 %, then
            falls to a ten-thousandth (arXiv:1708.07120); `step` falls to a third after 50, 75 and 90 %; `constant` stays;
            `plateau` stays here too, and is eased by the trainer when an epoch was no better.
        part: How much of the training is over, 0..1.
        last: Where a cosine ends, as a share of the peak.
    """
    part = min(1.0, max(0.0, part))
    if schedule == "cosine":
        return last + (1 - last) * _half_cosine(part)
    if schedule == "one cycle":
        if part < _RISE:
            return 1 / 25 + (1 - 1 / 25) * (1 - _half_cosine(part / _RISE))
        return 1e-4 + (1 - 1e-4) * _half_cosine((part - _RISE) / (1 - _RISE))
    if schedule == "step":
        return (1 / 3) ** sum(part >= edge for edge in _STEPS)
    return 1.0


def _half_cosine(part: float) -> float:
    """Return 1 at 0, 0 at 1, along half a cosine."""
    return 0.5 * (1 + math.cos(math.pi * part))


def features(module: torch.nn.Module) -> Iterator[torch.nn.Parameter]:
    """Yield the parameters of the feature layers: all that stand before the first recurrent layer.

    A network without such a layer has its features before its output.
    """
    import torch

    children = list(module.children())
    recurrent = [at for at, child in enumerate(children) if any(isinstance(part, torch.nn.RNNBase) for part in child.modules())]
    for child in children[: recurrent[0] if recurrent else -1]:
        yield from child.parameters()
