"""Looks for the likeliest text of a line among several, and may ask a language model about each.

Prefix beam search (Hannun et al. 2014, First-pass large vocabulary continuous speech recognition using bi-directional
recurrent DNNs, arXiv:1408.2873): all ways through the frames that spell the same text count together, while the best path
counts one way alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kraken.lib.codec import PytorchCodec

    from engines.ocr.kraken.language import Language

Run = tuple[int, int, int]
"""A label, its first frame, and the frame after its last one."""

_LEAST = 1e-4  # least probability of a label in a frame that is looked at
_NEVER = -math.inf


@dataclass(frozen=True)
class Search:
    """How texts are looked for.

    Attributes:
        width: Texts that are kept from frame to frame, 1 or more.
        language: Says which character follows which; None = the network alone decides.
        weight: Of what it says, 0 or more.
    """

    width: int
    language: Language | None = None
    weight: float = 0.0

    def runs(self, posterior: np.ndarray, codec: PytorchCodec) -> list[Run]:
        """Return the labels of the likeliest text and where they stand.

        Args:
            posterior: (labels, frames) probabilities; label 0 is the blank.
            codec: Says which characters labels are.
        """
        labels = self._labels(posterior, codec)
        straight = best_path(posterior)
        return straight if labels == [label for label, *_ in straight] else aligned(posterior, labels)

    def _labels(self, posterior: np.ndarray, codec: PytorchCodec) -> list[int]:
        """Return the labels of the likeliest text."""
        texts = codec.l2c_single
        beams: dict[tuple[int, ...], _Beam] = {(): _Beam(blank=0.0)}
        for frame in posterior.T:
            usual = np.flatnonzero(frame >= _LEAST)
            chances = {int(label): math.log(float(frame[label])) for label in usual}
            following: dict[tuple[int, ...], _Beam] = {}
            for prefix, beam in beams.items():
                for label, chance in chances.items():
                    self._step(following, (prefix, beam), (label, chance), texts)
            ranked = sorted(following.items(), key=lambda item: -item[1].score)
            beams = dict(ranked[: self.width])
        return [*max(beams.items(), key=lambda item: item[1].score)[0]]

    def _step(
        self,
        following: dict[tuple[int, ...], _Beam],
        come_from: tuple[tuple[int, ...], _Beam],
        seen: tuple[int, float],
        texts: dict[int, str],
    ) -> None:
        """Put what becomes of a prefix, when a label is seen, among those of the next frame."""
        (prefix, beam), (label, chance) = come_from, seen
        if label == 0:
            same = following.setdefault(prefix, _Beam(text=beam.text, told=beam.told))
            same.blank = _sum(same.blank, beam.total + chance)
            return
        ways = beam.total
        if prefix and label == prefix[-1]:
            same = following.setdefault(prefix, _Beam(text=beam.text, told=beam.told))
            same.label = _sum(same.label, beam.label + chance)
            ways = beam.blank  # the same character again only after a blank
        if ways == _NEVER:
            return
        longer = (*prefix, label)
        if longer not in following:
            char = texts.get(label, "")
            following[longer] = _Beam(text=beam.text + char, told=beam.told + self._told(beam.text, char))
        following[longer].label = _sum(following[longer].label, ways + chance)

    def _told(self, before: str, text: str) -> float:
        """Return what the language model thinks of a label after a text; an average character costs nothing."""
        if self.language is None:
            return 0.0
        found = 0.0
        for char in text:
            found += self.weight * (self.language.chance(before, char) + self.language.surprise)
            before += char
        return found


@dataclass(slots=True)
class _Beam:
    """A text on its way: the logarithms of the ways that end with a blank and with its last label, and what was told of it."""

    blank: float = _NEVER
    label: float = _NEVER
    text: str = ""
    told: float = 0.0

    @property
    def total(self) -> float:
        """Return the logarithm of all ways."""
        return _sum(self.blank, self.label)

    @property
    def score(self) -> float:
        """Return by what texts are ranked."""
        return self.total + self.told


def _sum(one: float, other: float) -> float:
    """Return the logarithm of the sum of two probabilities that are given as logarithms."""
    high, low = (one, other) if one >= other else (other, one)
    return high if low == _NEVER else high + math.log1p(math.exp(low - high))


def best_path(posterior: np.ndarray) -> list[Run]:
    """Return the best label of each frame (labels, frames), equal neighbours together, without the blanks."""
    best = posterior.argmax(axis=0)
    borders = np.flatnonzero(np.diff(best, prepend=-1, append=-1))
    return [(int(best[a]), int(a), int(b)) for a, b in pairwise(borders) if best[a] != 0]


def aligned(posterior: np.ndarray, labels: Sequence[int]) -> list[Run]:
    """Return where labels stand on the likeliest way through the frames that spells just them (Viterbi).

    Args:
        posterior: (labels, frames) probabilities.
        labels: With enough frames for them, and for the blanks between equal ones.
    """
    states = np.zeros(2 * len(labels) + 1, int)  # a blank, a label, a blank …
    states[1::2] = labels
    chances = np.log(np.maximum(posterior[states], 1e-30))
    skips = np.zeros(len(states), bool)
    skips[3::2] = states[3::2] != states[1:-2:2]
    scores = np.full(len(states), _NEVER)
    scores[:2] = chances[:2, 0]
    came = np.zeros(chances.shape, int)
    for frame in range(1, chances.shape[1]):
        ways = np.full((3, len(states)), _NEVER)
        ways[0], ways[1, 1:] = scores, scores[:-1]
        ways[2, 2:] = np.where(skips[2:], scores[:-2], _NEVER)
        came[:, frame] = ways.argmax(axis=0)
        scores = ways.max(axis=0) + chances[:, frame]
    state = len(states) - 1 if len(states) == 1 or scores[-1] >= scores[-2] else len(states) - 2
    path = [state]
    for frame in range(chances.shape[1] - 1, 0, -1):
        state -= int(came[state, frame])
        path.append(state)
    path.reverse()
    found: list[Run] = []
    for place, label in enumerate(labels):
        frames = [frame for frame, at in enumerate(path) if at == 2 * place + 1]
        found.append((int(label), frames[0], frames[-1] + 1))
    return found
