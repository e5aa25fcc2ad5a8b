"""Learning rates of a recogniser: how they differ between layers, and how to find a good one."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from engines.ocr.kraken.batches import Sample
    from engines.ocr.kraken.training import Trainer

_TRIED = 60  # steps of a range test


def layers(module: torch.nn.Module) -> list[list[torch.nn.Parameter]]:
    """Return the parameters of a network layer by layer, from the image to the output; layers without any are left out."""
    found = [list(child.parameters()) for child in module.children()]
    return [parameters for parameters in found if parameters]


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
