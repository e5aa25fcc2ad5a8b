"""Trains a recogniser with a plain loop: batches of equal width, a budget of time, averaged weights, checkpoints."""

from __future__ import annotations

import copy
import math
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from engines import runtime
from engines.ocr.kraken.network import PADDING, BaseDirection, display_order, logical_order

if TYPE_CHECKING:
    from kraken.lib.codec import PytorchCodec
    from kraken.lib.vgsl.model import TorchVGSLModel


Vary = Callable[[np.ndarray], np.ndarray]
"""Returns another picture of a line, of the same shape."""

STEP = 48
"""Widths of batches are multiples of this, pixels."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train.

    Attributes:
        rate: Peak learning rate of AdamW; it warms up, then falls along a cosine to a hundredth (arXiv:1608.03983).
        warmup: Steps until the peak.
        decay: Weight decay.
        clip: Largest norm of the gradient.
        columns: Pixel columns of a batch, so that its cost does not depend on the length of its lines.
        average: Decay of the running average of the weights, which is what is kept (arXiv:1803.05407).
    """

    rate: float = 2e-3
    warmup: int = 200
    decay: float = 1e-4
    clip: float = 1.0
    columns: int = 9000
    average: float = 0.998


@dataclass(frozen=True, slots=True)
class Sample:
    """A line ready for the network.

    Attributes:
        image: (height, width) uint8 grey at the height of the network.
        labels: int64 labels in display order.
        text: What it says, logical order.
    """

    image: np.ndarray
    labels: np.ndarray
    text: str


def sample(image: np.ndarray, text: str, codec: PytorchCodec, *, stride: float = 4, base: BaseDirection = "R") -> Sample | None:
    """Return a line as the network learns it; None when the text has no label or needs more frames than the line has.

    Args:
        image: (height, width) uint8 grey at the height of the network.
        text: What it says, logical order.
        codec: Turns it into labels.
        stride: Columns of the image that make a frame of the network.
        base: Direction of the line.
    """
    labels = np.asarray(codec.encode(display_order(text, base)), np.int64)
    repeats = int((labels[1:] == labels[:-1]).sum())
    frames = int((image.shape[1] + 2 * PADDING) / stride)
    return Sample(image, labels, text) if len(labels) > 0 and len(labels) + repeats < frames else None


def batches(samples: Sequence[Sample], columns: int, rng: random.Random) -> Iterator[list[Sample]]:
    """Yield all samples in batches of similar width, in random order; `columns` pixels wide altogether.

    The size of a batch follows from the padded width of its widest line, so that few different shapes occur:
    a CPU compiles its kernels anew for every shape.
    """
    ordered = sorted(samples, key=lambda line: line.image.shape[1] + rng.uniform(-8, 8), reverse=True)
    groups: list[list[Sample]] = []
    while ordered:
        count = max(1, columns // padded(ordered[0].image.shape[1]))
        groups.append(ordered[:count])
        del ordered[:count]
    rng.shuffle(groups)
    yield from groups


def padded(width: int) -> int:
    """Return the width of a batch whose widest line is `width` pixels wide."""
    return -(-(width + 2 * PADDING) // STEP) * STEP


def stacked(lines: Sequence[Sample], device: str = "cpu", wide: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images as the network takes them, (lines, 1, height, width) float 0..1 with ink = 1, and their widths.

    Args:
        lines: Of one height.
        device: Torch device.
        wide: Least width of the result.
    """
    widths = [line.image.shape[1] + 2 * PADDING for line in lines]
    widths[widths.index(max(widths))] = max(wide, *widths)  # the LSTM wants one line as long as the batch is wide
    grid = np.zeros((len(lines), 1, lines[0].image.shape[0], max(widths)), np.float32)
    for row, line in enumerate(lines):
        grid[row, 0, :, PADDING : PADDING + line.image.shape[1]] = 1.0 - line.image.astype(np.float32) / 255.0
    return torch.from_numpy(grid).to(device).contiguous(memory_format=torch.channels_last), torch.tensor(widths)


def laid_out(module: torch.nn.Module, layout: torch.memory_format) -> torch.nn.Module:
    """Return the module with the weights of its convolutions in another memory layout; channels last is faster on a CPU."""
    for weights in module.parameters():
        if weights.dim() == 4:
            weights.data = weights.data.contiguous(memory_format=layout)
    return module


class Trainer:
    """A network in training: its optimiser, its average, and how far it is."""

    def __init__(self, network: TorchVGSLModel, recipe: Recipe, budget_s: float) -> None:
        """Start with a fresh network.

        Args:
            network: Has a codec.
            recipe: How to train.
            budget_s: Seconds over which the learning rate runs its course.
        """
        self.device = runtime.device()
        self.network = network
        self.recipe = recipe
        self.budget_s = budget_s
        self.seconds = 0.0
        self.steps = 0
        self.lines = 0
        self.loss = math.nan
        self._module = laid_out(network.nn.to(self.device), torch.channels_last)
        self._average = copy.deepcopy(self._module).eval()
        self._optimizer = torch.optim.AdamW(self._module.parameters(), lr=recipe.rate, weight_decay=recipe.decay)

    @property
    def done(self) -> bool:
        """Return whether the budget is spent."""
        return self.seconds >= self.budget_s

    def learn(
        self, samples: Sequence[Sample], rng: random.Random, vary: Vary | None = None, told: Callable[[], None] | None = None
    ) -> None:
        """Train once on every sample, or on fewer when the budget ends before.

        Args:
            samples: To learn from.
            rng: Shuffles the batches.
            vary: Returns another picture of the same line, each time it is learnt; None = as it is.
            told: Called before each step; what it raises ends the training.
        """
        self._module.train()
        for group in batches(samples, self.recipe.columns, rng):
            if self.done:
                return
            if told is not None:
                told()
            began = time.monotonic()
            self._step(group if vary is None else [replace(line, image=vary(line.image)) for line in group])
            self.seconds += time.monotonic() - began

    def spend(self, seconds: float) -> None:
        """Charge work beside the steps, such as making lines, to the budget."""
        self.seconds += seconds

    def _step(self, group: Sequence[Sample]) -> None:
        for parameters in self._optimizer.param_groups:
            parameters["lr"] = self._rate()
        images, widths = stacked(group, self.device, padded(max(line.image.shape[1] for line in group)))
        with torch.autocast(self.device, dtype=torch.bfloat16):
            logits, frames = self._module(images, widths)
        loss = self._loss(logits, frames, group)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self._module.parameters(), self.recipe.clip)
        if torch.isfinite(norm):
            self._optimizer.step()
            self._follow()
        self.steps += 1
        self.lines += len(group)
        self.loss = float(loss.detach()) if math.isnan(self.loss) else 0.98 * self.loss + 0.02 * float(loss.detach())

    def _loss(self, logits: torch.Tensor, frames: torch.Tensor, group: Sequence[Sample]) -> torch.Tensor:
        """Return the CTC loss of some lines, averaged over their labels."""
        scores = logits.squeeze(2).float().log_softmax(1).permute(2, 0, 1)
        targets = torch.from_numpy(np.concatenate([line.labels for line in group]))
        lengths = torch.tensor([len(line.labels) for line in group])
        return torch.nn.functional.ctc_loss(scores, targets.to(self.device), frames, lengths, zero_infinity=True)

    def _rate(self) -> float:
        part = min(1.0, self.seconds / self.budget_s)
        falling = 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * part))
        return self.recipe.rate * falling * min(1.0, (self.steps + 1) / self.recipe.warmup)

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

    def averaged(self, kept: Mapping[str, torch.Tensor] | None = None) -> TorchVGSLModel:
        """Return a copy of the network with the averaged weights, or those that were kept, on the CPU, ready to be written."""
        result = copy.deepcopy(self.network)
        result.nn.load_state_dict(dict(kept) if kept is not None else self._average.state_dict())
        laid_out(result.nn.to("cpu"), torch.contiguous_format)
        return result.eval()

    def save(self, path: Path, **more: object) -> None:
        """Write all that is needed to go on later, and `more` of the caller's; the file replaces an older one at once."""
        state = {
            **more,
            "network": self._module.state_dict(),
            "average": self._average.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "progress": {"seconds": self.seconds, "steps": self.steps, "lines": self.lines},
        }
        staged = path.with_name(path.name + ".part")
        try:
            with staged.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            staged.replace(path)
        finally:
            staged.unlink(missing_ok=True)

    def resume(self, path: Path) -> dict[str, Any]:
        """Go on from a checkpoint of one's own, and return all that it holds; it is read without running any code from it."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        self._module.load_state_dict(state["network"])
        self._average.load_state_dict(state["average"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.seconds = float(state["progress"]["seconds"])
        self.steps, self.lines = int(state["progress"]["steps"]), int(state["progress"]["lines"])
        return state


class Pool:
    """A stock of samples that is renewed while it is used: each line is learnt a few times, then thrown away."""

    def __init__(self, make: Callable[[], Sample], size: int) -> None:
        """Remember how to make a sample and how many to keep."""
        self._make = make
        self._size = size
        self._samples: list[Sample] = []
        self._oldest = 0

    def renew(self, count: int) -> None:
        """Make `count` new samples in place of the oldest."""
        for _ in range(count):
            if len(self._samples) < self._size:
                self._samples.append(self._make())
            else:
                self._samples[self._oldest] = self._make()
                self._oldest = (self._oldest + 1) % self._size

    def pick(self, count: int, rng: random.Random) -> list[Sample]:
        """Return different samples at random, at most `count`."""
        return rng.sample(self._samples, min(count, len(self._samples)))
