"""Trains a recogniser with a plain loop: a budget of time, gathered gradients, averaged weights, checkpoints."""

from __future__ import annotations

import copy
import logging
import math
import random
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from engines import checkpoints, runtime
from engines.errors import TrainingFailed
from engines.ocr.kraken.batches import Sample, Vary, batches, padded, stacked
from engines.ocr.kraken.network import BaseDirection, laid_out, logical_order
from engines.ocr.kraken.rates import groups
from engines.ocr.kraken.recipe import Recipe
from engines.rates import features, level

if TYPE_CHECKING:
    from kraken.lib.vgsl.model import TorchVGSLModel

_log = logging.getLogger(__name__)

LEAST_COLUMNS = 400
"""Pixel columns below which a batch is not made smaller when memory runs out."""


class Trainer:
    """A network in training: its optimiser, its average, and how far it is."""

    def __init__(self, network: TorchVGSLModel, recipe: Recipe, budget_s: float, budget_lines: float = math.inf) -> None:
        """Start with a fresh network.

        Args:
            network: Has a codec.
            recipe: How to train.
            budget_s: Seconds over which the learning rate runs its course.
            budget_lines: Lines after which it has run it at the latest.
        """
        self.device = runtime.device()
        self.network = network
        self.recipe = recipe
        self.budget_s = budget_s
        self.budget_lines = budget_lines
        self.seconds = 0.0
        self.steps = 0
        self.lines = 0
        self.loss = self.norm = math.nan
        self.eased = 1.0  # of the learning rate, by a plateau
        self._waiting = 0  # batches whose gradients wait for a step
        self._module = laid_out(network.nn.to(self.device), torch.channels_last)
        self._average = copy.deepcopy(self._module).eval()
        self._optimizer = torch.optim.AdamW(groups(self._module, recipe.layer_decay), lr=recipe.rate, weight_decay=recipe.decay)

    @property
    def done(self) -> bool:
        """Return whether the budget is spent."""
        return self.seconds >= self.budget_s

    def learn(
        self,
        samples: Sequence[Sample],
        rng: random.Random,
        vary: Vary | None = None,
        told: Callable[[], None] | None = None,
        *,
        shortest_first: bool = False,
    ) -> None:
        """Train once on every sample, or on fewer when the budget ends before.

        Args:
            samples: To learn from.
            rng: Shuffles the batches.
            vary: Returns another picture of the same line, each time it is learnt; None = as it is.
            told: Called before each step; what it raises ends the training.
            shortest_first: See `batches`.
        """
        self._module.train()
        waiting = deque(batches(samples, self.recipe.columns, rng, shortest_first=shortest_first))
        while waiting and not self.done:
            if told is not None:
                told()
            began = time.monotonic()
            group = waiting.popleft()
            try:
                self._gather(group if vary is None else [replace(line, image=vary(line.image)) for line in group])
            except (MemoryError, RuntimeError) as error:
                self.spare(error)
                rest = [line for remaining in (group, *waiting) for line in remaining]
                waiting = deque(batches(rest, self.recipe.columns, rng, shortest_first=shortest_first))
            self.seconds += time.monotonic() - began
        self._step()

    def spend(self, seconds: float) -> None:
        """Charge work beside the steps, such as making lines, to the budget."""
        self.seconds += seconds

    def _gather(self, group: Sequence[Sample]) -> None:
        """Add the gradients of a batch; with enough of them, take a step."""
        loss = self._backward(group)
        self._waiting += 1
        self.lines += len(group)
        self.loss = loss if math.isnan(self.loss) else 0.98 * self.loss + 0.02 * loss
        if self._waiting >= self.recipe.gather:
            self._step()

    def _backward(self, group: Sequence[Sample]) -> float:
        """Add the gradients of a batch and return its loss."""
        images, widths = stacked(group, self.device, padded(max(line.image.shape[1] for line in group)))
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.recipe.precision == "bf16"):
            logits, frames = self._module(images, widths)
        loss = self._loss(logits, frames, group)
        (loss / self.recipe.gather).backward()
        return float(loss.detach())

    def _step(self) -> None:
        """Take a step with the gradients that wait, if any do."""
        if not self._waiting:
            return
        self._waiting = 0
        self._set_rate(self.rate)
        if self.recipe.frozen > self.steps:
            for weights in features(self._module):
                weights.grad = None
        norm = torch.nn.utils.clip_grad_norm_(self._module.parameters(), self.recipe.clip)
        if torch.isfinite(norm):
            self.norm = float(norm)
            self._optimizer.step()
            self._follow()
        self._optimizer.zero_grad(set_to_none=True)
        self.steps += 1

    def spare(self, error: MemoryError | RuntimeError) -> None:
        """Make the batches half as large and gather twice as many of them, when memory ran out; raise any other error again.

        Raises:
            TrainingFailed: They are as small as they can be.
        """
        if not runtime.ran_out_of_memory(error):
            raise error
        self._optimizer.zero_grad(set_to_none=True)
        self._waiting = 0
        if self.recipe.columns // 2 < LEAST_COLUMNS:
            raise TrainingFailed(
                "There is not enough memory to learn even a single line at a time.",
                "Close other programs, or train on a machine with more memory.",
            ) from error
        self.recipe = replace(self.recipe, columns=self.recipe.columns // 2, gather=self.recipe.gather * 2)
        if self.device != "cpu":
            torch.cuda.empty_cache()
        _log.warning("Out of memory: batches of %d columns, %d to a step.", self.recipe.columns, self.recipe.gather)

    def _set_rate(self, rate: float) -> None:
        for parameters in self._optimizer.param_groups:
            parameters["lr"] = rate * parameters["share"]

    def tried(self, group: Sequence[Sample], rate: float) -> float:
        """Take a step with this learning rate, whatever the schedule says, and return the loss before it."""
        self._module.train()
        loss = self._backward(group)
        self._set_rate(rate)
        torch.nn.utils.clip_grad_norm_(self._module.parameters(), self.recipe.clip)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return loss

    def _loss(self, logits: torch.Tensor, frames: torch.Tensor, group: Sequence[Sample]) -> torch.Tensor:
        """Return the CTC loss of some lines, averaged over their labels."""
        scores = logits.squeeze(2).float().log_softmax(1).permute(2, 0, 1)
        targets = torch.from_numpy(np.concatenate([line.labels for line in group]))
        lengths = torch.tensor([len(line.labels) for line in group])
        return torch.nn.functional.ctc_loss(scores, targets.to(self.device), frames, lengths, zero_infinity=True)

    @property
    def rate(self) -> float:
        """Return the learning rate of the next step, of the layer next to the output."""
        part = max(self.seconds / self.budget_s, self.lines / self.budget_lines)
        warm = min(1.0, (self.steps + 1) / max(1, self.recipe.warmup))
        return self.recipe.rate * level(self.recipe.schedule, part) * self.eased * warm

    def ease(self) -> None:
        """Halve the learning rate from here on, down to a hundredth: nothing has become better for a while."""
        self.eased = max(0.01, self.eased / 2)

    def _follow(self) -> None:
        keep = min(self.recipe.average, (self.steps + 1) / (self.steps + 20))
        with torch.no_grad():
            for kept, now in zip(self._average.parameters(), self._module.parameters(), strict=True):
                kept.lerp_(now, 1 - keep)

    def read(self, samples: Sequence[Sample], base: BaseDirection = "R") -> list[str]:
        """Return what the averaged network reads, logical order, one line at a time as in use."""
        return [self.judge(line, base)[0] for line in samples]

    def judge(self, line: Sample, base: BaseDirection = "R") -> tuple[str, float]:
        """Return what the averaged network reads on a line, logical order, and its loss there."""
        from kraken.lib.ctc_decoder import greedy_decoder

        images, widths = stacked([line], self.device)
        with torch.inference_mode(), torch.autocast(self.device, dtype=torch.bfloat16):
            logits, frames = self._average(images, widths)
            loss = float(self._loss(logits, frames, [line])) if len(line.labels) else math.nan
        found = greedy_decoder(logits.float().softmax(1).squeeze(2).cpu(), frames.cpu())[0]
        return logical_order("".join(char for char, *_ in self.network.codec.decode(found)), base), loss

    def keep(self) -> dict[str, torch.Tensor]:
        """Return a copy of the averaged weights as they are now."""
        return {name: weights.detach().clone() for name, weights in self._average.state_dict().items()}

    def use(self, kept: Mapping[str, torch.Tensor]) -> None:
        """Take averaged weights that were kept in place of those of now."""
        self._average.load_state_dict(dict(kept))

    def averaged(self) -> TorchVGSLModel:
        """Return a copy of the network with the averaged weights, on the CPU, ready to be written."""
        result = copy.deepcopy(self.network)
        result.nn.load_state_dict(self._average.state_dict())
        laid_out(result.nn.to("cpu"), torch.contiguous_format)
        return result.eval()

    def state(self) -> dict[str, Any]:
        """Return all that is needed to go on later."""
        progress = {"seconds": self.seconds, "steps": self.steps, "lines": self.lines, "eased": self.eased}
        return {
            "network": self._module.state_dict(),
            "average": self._average.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "progress": {**progress, "rate": self.recipe.rate, "columns": self.recipe.columns, "gather": self.recipe.gather},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to, or on from, a state."""
        progress = {name: float(value) for name, value in state["progress"].items()}
        rate, columns, gather = progress["rate"], int(progress["columns"]), int(progress["gather"])
        eased, steps, lines = (
            progress["eased"],
            int(progress["steps"]),
            int(progress["lines"]),
        )  # all is there, or nothing changes
        self._module.load_state_dict(state["network"])
        self._average.load_state_dict(state["average"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.seconds, self.eased, self.steps, self.lines = progress["seconds"], eased, steps, lines
        self.recipe = replace(self.recipe, rate=rate, columns=columns, gather=gather)

    def save(self, path: Path, **more: object) -> None:
        """Write all that is needed to go on later, and `more` of the caller's; the file replaces an older one at once."""
        checkpoints.write(path, {**more, **self.state()})

    def resume(self, path: Path) -> dict[str, Any]:
        """Go on from a checkpoint of one's own, and return all that it holds; it is read without running any code from it."""
        state = checkpoints.read(path, self.device)
        self.restore(state)
        return state
