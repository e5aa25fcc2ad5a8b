"""How far a recogniser's confidences can be believed, and the temperature by which they become probabilities.

Networks that are trained until they make hardly an error are surer than they are right (Guo et al. 2017, On calibration of
modern neural networks, arXiv:1706.04599). Their logits are divided by one number, the temperature: the order of the labels
in a frame stays as it is, and so does the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kraken.lib.vgsl.model import TorchVGSLModel

    from engines.ocr.kraken.batches import Sample

COOLEST, HOTTEST = 0.25, 8.0
"""Bounds of a temperature."""

LEAST_WRONG = 10
"""Wrong characters without which nothing can be said."""

BINS = 15  # as in the paper
_SURE = 1e-6  # how near to 0 and 1 a confidence may come, so that one wrong character does not decide alone


@dataclass(frozen=True)
class Judged:
    """Characters that a network has read, and whether they are right.

    Attributes:
        logits: (frames, labels) float, of the frames in which a character was read.
        labels: (frames,) int, the label that was read there.
        starts: (characters,) int, the first frame of each.
        right: (characters,) bool.
        halves: (characters,) bool, to which half of the documents each belongs.
    """

    logits: np.ndarray
    labels: np.ndarray
    starts: np.ndarray
    right: np.ndarray
    halves: np.ndarray

    def confidences(self, temperature: float = 1.0) -> np.ndarray:
        """Return how sure the network is of each character at a temperature, (characters,) 0..1."""
        cooled = self.logits / temperature
        cooled = cooled - cooled.max(axis=1, keepdims=True)
        own = cooled[np.arange(len(cooled)), self.labels]
        return np.maximum.reduceat(np.exp(own - np.log(np.exp(cooled).sum(axis=1))), self.starts)


@dataclass(frozen=True)
class Calibration:
    """What was found.

    Attributes:
        temperature: By which logits are divided.
        before: Expected calibration error without it, 0..1.
        after: With the temperature of the other half of the documents: no character has a part in its own figure.
        n: Characters.
        wrong: How many of them are wrong.
        bars_before: For each interval of confidence with characters in it: mean confidence, share that is right, how many.
        bars_after: The same with the temperature.
    """

    temperature: float
    before: float
    after: float
    n: int
    wrong: int
    bars_before: list[tuple[float, float, int]]
    bars_after: list[tuple[float, float, int]]


def calibrate(judged: Judged) -> Calibration | None:
    """Return the temperature of a network; None when it made too few errors to tell."""
    wrong = int((~judged.right).sum())
    if wrong < LEAST_WRONG:
        return None
    everything = np.ones(len(judged.right), bool)
    crossed = np.empty(len(judged.right))
    for half in (judged.halves, ~judged.halves):
        other = ~half if half.any() and (~half).any() else everything
        crossed[half] = judged.confidences(temperature(judged, other))[half]
    plain = judged.confidences()
    return Calibration(
        temperature=round(temperature(judged, everything), 3),
        before=error(plain, judged.right),
        after=error(crossed, judged.right),
        n=len(plain),
        wrong=wrong,
        bars_before=bars(plain, judged.right),
        bars_after=bars(crossed, judged.right),
    )


def temperature(judged: Judged, chosen: np.ndarray) -> float:
    """Return the temperature at which what is right of the chosen characters (characters,) bool is likeliest."""
    from scipy.optimize import minimize_scalar

    def loss(log: float) -> float:
        sure = np.clip(judged.confidences(float(np.exp(log)))[chosen], _SURE, 1 - _SURE)
        return -float(np.log(np.where(judged.right[chosen], sure, 1 - sure)).mean())

    found = minimize_scalar(loss, bounds=(np.log(COOLEST), np.log(HOTTEST)), method="bounded", options={"xatol": 0.005})
    return float(np.exp(found.x))


def error(confidences: np.ndarray, right: np.ndarray) -> float:
    """Return the expected calibration error: by how much confidence and share of right ones differ, on average."""
    return sum(count * abs(sure - share) for sure, share, count in bars(confidences, right)) / len(right)


def bars(confidences: np.ndarray, right: np.ndarray) -> list[tuple[float, float, int]]:
    """Return mean confidence, share that is right, and number of characters for each of 15 equal intervals that has any."""
    places = np.minimum((confidences * BINS).astype(int), BINS - 1)
    inside = [places == place for place in range(BINS)]
    return [(float(confidences[here].mean()), float(right[here].mean()), int(here.sum())) for here in inside if here.any()]


def judge(network: TorchVGSLModel, lines: Sequence[tuple[Sample, str]]) -> Judged | None:
    """Return what a network reads on lines whose text is known; None when that is nothing.

    Args:
        network: On the CPU, as it will be written.
        lines: With their documents, which are divided into two halves; the lines are, where there is one document.
    """
    import torch

    from engines.ocr.kraken.batches import stacked

    documents = list(dict.fromkeys(document for _, document in lines))
    found: list[tuple[np.ndarray, int, int, bool, bool]] = []  # logits, label, frames, right, half
    with torch.inference_mode():
        for number, (line, document) in enumerate(lines):
            logits, _ = network.eval().nn(*stacked([line]))
            half = bool((documents.index(document) if len(documents) > 1 else number) % 2)
            found += [(*run, half) for run in _runs(logits[0, :, 0].float().numpy().T, line.labels)]
    if not found:
        return None
    logits, labels, lengths, right, halves = zip(*found, strict=True)
    return Judged(
        np.concatenate(logits),
        np.repeat(labels, lengths),
        np.cumsum([0, *lengths[:-1]]),
        np.array(right, bool),
        np.array(halves, bool),
    )


def _runs(logits: np.ndarray, truth: np.ndarray) -> list[tuple[np.ndarray, int, int, bool]]:
    """Return the logits (n, labels), label, n and rightness of each character that is read in (frames, labels)."""
    from itertools import pairwise

    from rapidfuzz.distance import Levenshtein

    best = logits.argmax(axis=1)
    borders = np.flatnonzero(np.diff(best, prepend=-1, append=-1))
    runs = [(int(first), int(last)) for first, last in pairwise(borders) if best[first] != 0]
    read = [int(best[first]) for first, _ in runs]
    wrong = {step.dest_pos for step in Levenshtein.editops(truth.tolist(), read) if step.tag != "delete"}
    return [(logits[a:b], label, b - a, at not in wrong) for at, (label, (a, b)) in enumerate(zip(read, runs, strict=True))]
