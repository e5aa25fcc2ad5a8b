"""Lines as a network learns them, and how they are put together: batches of equal width, a stock that is renewed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from engines.ocr.kraken.network import PADDING, BaseDirection, display_order

if TYPE_CHECKING:
    from kraken.lib.codec import PytorchCodec


Vary = Callable[[np.ndarray], np.ndarray]
"""Returns another picture of a line, of the same shape."""

STEP = 48
"""Widths of batches are multiples of this, pixels."""


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


def batches(
    samples: Sequence[Sample], columns: int, rng: random.Random, *, shortest_first: bool = False
) -> Iterator[list[Sample]]:
    """Yield all samples in batches of similar width, in random order; `columns` pixels wide altogether.

    The size of a batch follows from the padded width of its widest line, so that few different shapes occur:
    a CPU compiles its kernels anew for every shape.

    Args:
        samples: Of one height.
        columns: Pixel columns of a batch.
        rng: Shuffles the batches.
        shortest_first: In the order of their texts' lengths instead: a network that knows nothing finds out with short texts
            where the characters are (SortaGrad, arXiv:1512.02595).
    """
    ordered = sorted(samples, key=lambda line: line.image.shape[1] + rng.uniform(-8, 8), reverse=True)
    groups: list[list[Sample]] = []
    while ordered:
        count = max(1, columns // padded(ordered[0].image.shape[1]))
        groups.append(ordered[:count])
        del ordered[:count]
    rng.shuffle(groups)
    if shortest_first:
        groups.sort(key=lambda group: max(len(line.labels) for line in group))
    yield from groups


def padded(width: int) -> int:
    """Return the width of a batch whose widest line is `width` pixels wide."""
    return -(-(width + 2 * PADDING) // STEP) * STEP


def stacked(lines: Sequence[Sample], device: str = "cpu", wide: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images as the network takes them, (lines, 1, height, width) float 0..1 with ink = 1, and their widths.

    All are as wide as the widest, with paper at their ends: lines of several widths would take torch's slow way through an
    LSTM, step by step, which on a CPU makes a training four times as long.

    Args:
        lines: Of one height.
        device: Torch device.
        wide: Least width of the result.
    """
    width = max(wide, *(line.image.shape[1] + 2 * PADDING for line in lines))
    grid = np.zeros((len(lines), 1, lines[0].image.shape[0], width), np.float32)
    for row, line in enumerate(lines):
        grid[row, 0, :, PADDING : PADDING + line.image.shape[1]] = 1.0 - line.image.astype(np.float32) / 255.0
    grid_on_device = torch.from_numpy(grid).to(device).contiguous(memory_format=torch.channels_last)
    return grid_on_device, torch.full((len(lines),), width)


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
