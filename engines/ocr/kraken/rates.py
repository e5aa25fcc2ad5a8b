"""Learning rates: how they rise and fall over a training, how they differ between layers, and how to find a good one."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import torch

    from engines.ocr.kraken.batches import Sample
    from engines.ocr.kraken.training import Trainer

Schedule = Literal["cosine", "one cycle", "step", "plateau", "constant"]
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)

_LAST = 0.01  # of the peak: where a cosine ends
_RISE = 0.3  # of one cycle
_STEPS = (0.5, 0.75, 0.9)  # parts of the training after which `step` falls to a third
_TRIED = 60  # steps of a range test


def level(schedule: Schedule, part: float) -> float:
    """Return the learning rate at a moment as a share of its peak, without warm-up.

    Args:
        schedule: `cosine` falls to a hundredth (arXiv:1608.03983); `one cycle` rises from a 25th over the first 30 %, then
            falls to a ten-thousandth (arXiv:1708.07120); `step` falls to a third after 50, 75 and 90 %; `constant` stays;
            `plateau` stays here too, and is eased by the trainer when an epoch was no better.
        part: How much of the training is over, 0..1.
    """
    part = min(1.0, max(0.0, part))
    if schedule == "cosine":
        return _LAST + (1 - _LAST) * _half_cosine(part)
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


def layers(module: torch.nn.Module) -> list[list[torch.nn.Parameter]]:
    """Return the parameters of a network layer by layer, from the image to the output; layers without any are left out."""
    found = [list(child.parameters()) for child in module.children()]
    return [parameters for parameters in found if parameters]


def features(module: torch.nn.Module) -> Iterator[torch.nn.Parameter]:
    """Yield the parameters of the feature layers: all that stand before the first recurrent layer.

    A network without such a layer has its features before its output.
    """
    import torch

    children = list(module.children())
    recurrent = [at for at, child in enumerate(children) if any(isinstance(part, torch.nn.RNNBase) for part in child.modules())]
    for child in children[: recurrent[0] if recurrent else -1]:
        yield from child.parameters()


def groups(module: torch.nn.Module, decay: float) -> list[dict[str, object]]:
    """Return parameter groups for an optimiser with a share of the learning rate each (arXiv:1801.06146).

    Args:
        module: The network.
        decay: Share of the next layer's rate that a layer gets; 1 = the same rate for all.
    """
    if decay == 1:
        return [{"params": list(module.parameters()), "share": 1.0}]
    found = layers(module)
    return [{"params": parameters, "share": decay ** (len(found) - 1 - at)} for at, parameters in enumerate(found)]


def found_rate(trainer: Trainer, samples: Sequence[Sample], rng: random.Random) -> tuple[float, list[tuple[float, float]]]:
    """Return a good peak learning rate and the curve it was read from: a range test (arXiv:1506.01186).

    The rate rises from 1e-5 to 0.1 over some steps; a tenth of the one with the least smoothed loss is taken. The network
    and its optimiser are as before afterwards. When memory runs out, batches get smaller, as they do in a training.

    Args:
        trainer: Has the network.
        samples: To learn from meanwhile.
        rng: Chooses the batches.

    Returns:
        The rate, and (rate, smoothed loss) of each step.
    """
    from engines.ocr.kraken.batches import batches

    kept = copy.deepcopy(trainer.state())
    curve: list[tuple[float, float]] = []
    smooth = math.nan
    order: list[list[Sample]] = []
    while len(curve) < _TRIED:
        order = order or list(batches(samples, trainer.recipe.columns, rng))
        rate = 1e-5 * (0.1 / 1e-5) ** (len(curve) / (_TRIED - 1))
        try:
            loss = trainer.tried(order.pop(), rate)
        except (MemoryError, RuntimeError) as error:
            trainer.spare(error)
            order = []
            continue
        smooth = loss if math.isnan(smooth) else 0.8 * smooth + 0.2 * loss
        curve.append((rate, smooth))
        if not math.isfinite(smooth) or smooth > 4 * min(value for _, value in curve):
            break
    recipe = trainer.recipe  # smaller batches, where memory ran out, are still what fits
    trainer.restore(kept)
    trainer.recipe = recipe
    best = min((value, rate) for rate, value in curve if math.isfinite(value))[1]
    return max(1e-5, best / 10), curve
