"""A layout network in training: piece after piece of a page, averaged weights, and all that is needed to go on later."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from engines import checkpoints, runtime
from engines.errors import TrainingFailed
from engines.layout.kraken.targets import own_classes
from engines.layout.kraken.weights import Finder, finder_of
from engines.rates import features, level

if TYPE_CHECKING:
    from kraken.lib.vgsl.model import TorchVGSLModel

    from engines.layout.kraken.options import LayoutTraining

_WARMUP = 20  # steps until the learning rate is at its peak
_LAST = 0.02  # of the peak: where a cosine ends
_DECAY = 1e-4
_DICE = 0.5  # weight of the second part of the loss; kraken's own figure
_LEAST = 64  # pixels: side below which a part of a piece is not made smaller when memory runs out


class Trainer:
    """A network, its optimiser, its average, what it was before, and how far it is."""

    def __init__(self, network: TorchVGSLModel, options: LayoutTraining) -> None:
        """Start with the network that is learnt from.

        Args:
            network: As `weights.fresh` gives it.
            options: As checked.
        """
        self.device = runtime.device()
        self.network = network
        self.options = options
        self.seconds, self.steps = 0.0, 0
        self.passed = 0.0  # of the epochs, 0..1
        self.eased = 1.0  # of the learning rate, by a plateau
        self.loss = self.norm = math.nan
        self._waiting = 0  # pieces whose gradients wait for a step
        self.parts = 1  # in which a piece goes through the network, one after another; more once memory has run out
        self._own = list(own_classes(network.user_metadata["class_mapping"]))
        self._module = network.nn.to(self.device).to(memory_format=torch.channels_last)  # pyright: ignore
        self._before = copy.deepcopy(self._module).eval()
        self._average = copy.deepcopy(self._module).eval()
        self._optimizer = torch.optim.AdamW(self._module.parameters(), lr=options.rate, weight_decay=_DECAY)

    @property
    def done(self) -> float:
        """Return how much of the time is over, 0..1."""
        return min(1.0, self.seconds / (60 * self.options.minutes))

    @property
    def rate(self) -> float:
        """Return the learning rate of the next step: it rises, then goes as the schedule says."""
        warm = min(1.0, (self.steps + 1) / _WARMUP)
        part = max(self.done, self.passed)
        return self.options.rate * warm * level(self.options.schedule, part, _LAST) * self.eased

    def ease(self) -> None:
        """Halve the learning rate from here on, down to a hundredth: nothing has become better for a while."""
        self.eased = max(0.01, self.eased / 2)

    def learn(self, pixels: torch.Tensor, truth: np.ndarray) -> None:
        """Add the gradients of a piece of a page; with enough of them, take a step.

        Args:
            pixels: (channels, height, width) float 0..1, ink bright.
            truth: (3, height, width) uint8 as `targets.drawn` gives it.

        Raises:
            TrainingFailed: There is not enough memory for the smallest part of it.
        """
        began = time.monotonic()
        self._module.train()
        now = self._gather(pixels, truth)
        self._waiting += 1
        if math.isfinite(now):
            self.loss = now if math.isnan(self.loss) else 0.9 * self.loss + 0.1 * now
        if self._waiting >= self.options.gather:
            self.step()
        self.seconds += time.monotonic() - began

    def step(self) -> None:
        """Take a step with the gradients that wait, if any do."""
        if not self._waiting:
            return
        self._waiting = 0
        for group in self._optimizer.param_groups:
            group["lr"] = self.rate
        if self.options.frozen > self.steps:
            for weights in features(self._module):
                weights.grad = None
        norm = torch.nn.utils.clip_grad_norm_(self._module.parameters(), self.options.clip)
        if torch.isfinite(norm):
            self.norm = float(norm)
            self._optimizer.step()
            self._follow()
        self._optimizer.zero_grad(set_to_none=True)
        self.steps += 1

    def _gather(self, pixels: torch.Tensor, truth: np.ndarray) -> float:
        """Add the gradients of a piece and return its loss; when memory runs out, of twice as many parts of half the size."""
        parts = _parts(truth.shape[1:], self.parts)
        try:
            return sum(self._backward(pixels[:, y, x], truth[:, y, x], len(parts)) for y, x in parts)
        except (MemoryError, RuntimeError) as error:
            self._spare(error, truth[:, *parts[0]].shape[1:])
        return self._gather(pixels, truth)  # behind the block: until its end the error keeps what the failed attempt has made

    def _backward(self, pixels: torch.Tensor, truth: np.ndarray, count: int) -> float:
        """Add the gradients of one of so many parts, and return its share of the loss."""
        batch = pixels.unsqueeze(0).to(self.device, memory_format=torch.channels_last)
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.options.precision == "bf16"):
            logits = self._module(batch)[0].float()
            with torch.no_grad():
                wanted = self._before(batch)[0].float().sigmoid()
        loss = self._loss(logits, wanted, torch.from_numpy(truth)) / count
        (loss / self.options.gather).backward()
        return float(loss.detach())

    def _spare(self, error: MemoryError | RuntimeError, size: tuple[int, ...]) -> None:
        """Learn pieces in twice as many parts, when memory ran out with one of this size; raise any other error again."""
        if not runtime.ran_out_of_memory(error):
            raise error
        self._optimizer.zero_grad(set_to_none=True)
        self._waiting = 0
        if max(size) < 2 * _LEAST:
            raise TrainingFailed(
                f"There is not enough memory to learn even {size[1]} × {size[0]} pixels of a page at a time.",
                "Close other programs, or train on a machine with more memory.",
            ) from error
        self.parts *= 2
        if self.device != "cpu":
            torch.cuda.empty_cache()

    def _loss(self, logits: torch.Tensor, wanted: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        """Return kraken's loss of a piece, cross-entropy and half of soft Dice, reckoned on the cells of the network's map.

        kraken enlarges the map to the size of the picture; as both parts are linear in the truth, its mean over the pixels of
        a cell gives the same at a sixteenth of the work. Of classes that nobody has drawn, such as regions, the truth is what
        the network said before (arXiv:1606.09282).

        Args:
            logits: (1, classes, rows, columns).
            wanted: What the network said before, 0..1.
            truth: (3, height, width) 0 or 1.
        """
        cells = torch.nn.functional.adaptive_avg_pool2d(truth.to(self.device).float().unsqueeze(0), logits.shape[-2:])  # pyright: ignore[reportArgumentType] - a size is a tuple
        wanted[:, self._own] = cells
        said = logits[:, self._own].sigmoid().flatten(2)
        drawn = cells.flatten(2)
        shared = (2 * (said * drawn).sum(dim=2) + 1) / (said.sum(dim=2) + drawn.sum(dim=2) + 1)
        return torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted) + _DICE * (1 - shared.mean())

    def _follow(self) -> None:
        keep = min(self.options.average, (self.steps + 1) / (self.steps + 20))
        with torch.no_grad():
            for kept, now in zip(self._average.parameters(), self._module.parameters(), strict=True):
                kept.lerp_(now, 1 - keep)

    def averaged(self) -> TorchVGSLModel:
        """Return a copy of the network with the averaged weights, on the CPU."""
        result = copy.deepcopy(self.network)
        result.nn.load_state_dict(self._average.state_dict())
        result.nn.to("cpu").to(memory_format=torch.contiguous_format)  # pyright: ignore
        return result.eval()

    def finder(self) -> Finder:
        """Return what finds lines with the averaged weights as they are now."""
        return finder_of(self.averaged())

    def keep(self) -> dict[str, torch.Tensor]:
        """Return a copy of the averaged weights as they are now."""
        return {name: weights.detach().clone() for name, weights in self._average.state_dict().items()}

    def use(self, kept: Mapping[str, torch.Tensor]) -> None:
        """Take averaged weights that were kept in place of those of now."""
        self._average.load_state_dict(dict(kept))

    def save(self, path: Path, **more: object) -> None:
        """Write all that is needed to go on later, and `more` of the caller's; the file replaces an older one at once."""
        progress = {"seconds": self.seconds, "steps": self.steps, "parts": self.parts, "eased": self.eased}
        own = {"network": self._module.state_dict(), "average": self._average.state_dict()}
        checkpoints.write(path, {**more, **own, "optimizer": self._optimizer.state_dict(), "progress": progress})

    def resume(self, path: Path) -> dict[str, Any]:
        """Go on from a checkpoint of one's own, and return all that it holds; it is read without running any code from it."""
        state = checkpoints.read(path, self.device)
        seconds, steps, parts, eased = (state["progress"][name] for name in ("seconds", "steps", "parts", "eased"))
        self._module.load_state_dict(state["network"])
        self._average.load_state_dict(state["average"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.seconds, self.steps, self.parts, self.eased = float(seconds), int(steps), int(parts), float(eased)
        return state


def even(length: int, count: int) -> list[slice]:
    """Return the parts of a side, as equal as they can be."""
    edges = np.linspace(0, length, count + 1).astype(int).tolist()
    return [slice(low, high) for low, high in pairwise(edges)]


def _parts(size: tuple[int, ...], count: int) -> list[tuple[slice, slice]]:
    """Return rows and columns of the parts of a piece: its longer side is halved until they are enough, or small enough."""
    many = [1, 1]
    sides = list(size)
    while many[0] * many[1] < count and max(sides) >= 2 * _LEAST:
        longer = int(sides[1] > sides[0])
        many[longer] *= 2
        sides[longer] = size[longer] // many[longer]
    return [(rows, columns) for rows in even(size[0], many[0]) for columns in even(size[1], many[1])]
