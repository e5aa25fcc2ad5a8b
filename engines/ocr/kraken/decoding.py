"""Turns what the network says about a line into characters with confidence, place and alternatives.

The network gives for every frame (a column of the line's picture) the probability of every label; label 0 is the blank
of CTC (Graves et al. 2006, Connectionist Temporal Classification). The best label of each frame is taken, equal
neighbours are one character, blanks separate: the same text as kraken's own greedy decoder.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from engines.ocr.characters import can_replace
from engines.ocr.kraken.beam import Search, best_path
from engines.types import Alternative, Direction

if TYPE_CHECKING:
    from kraken.lib.codec import PytorchCodec

_MOST_ALTERNATIVES = 4


@dataclass(frozen=True)
class Glyph:
    """One code point as it stands in the line.

    Attributes:
        text: One code point; a bracket looks as it does on the page.
        confidence: Highest probability of its label within its frames, 0..1.
        start: First frame of the label.
        end: Frame after its last one.
        alternatives: Other readings, best first.
    """

    text: str
    confidence: float
    start: int
    end: int
    alternatives: tuple[Alternative, ...] = ()


def glyphs(posterior: np.ndarray, codec: PytorchCodec, least: float, search: Search | None = None) -> list[Glyph]:
    """Return the characters of a line from left to right, as they stand on the page.

    Args:
        posterior: (labels, frames) probabilities, each column sums to 1.
        codec: Turns labels into code points; labels that it does not know are left out, as kraken does.
        least: Least probability of an alternative, 0..1.
        search: How their text is looked for; None = the best label of each frame.
    """
    runs = best_path(posterior) if search is None else search.runs(posterior, codec)
    labels = [(label, a, b - 1, float(posterior[label, a:b].max())) for label, a, b in runs]
    decoded = codec.decode(labels)
    label_of = {a: label for label, a, _ in runs}
    return [
        Glyph(
            text,
            min(float(confidence), 1.0),
            start,
            end + 1,
            _alternatives(posterior[:, start : end + 1], label_of[start], codec, least),
        )
        for text, start, end, confidence in decoded
    ]


def _alternatives(frames: np.ndarray, label: int, codec: PytorchCodec, least: float) -> tuple[Alternative, ...]:
    """Return what else may stand in the frames (labels, n) of a character, as seen where the character is surest.

    At the rims of a character the blank and its neighbours are high even when nothing is in doubt.
    """
    own = codec.l2c_single.get(label, "")
    if len(own) != 1:  # one label of several code points: nothing could be put in the place of one of them
        return ()
    chances = frames[:, int(frames[label].argmax())]
    likely = np.flatnonzero(chances >= least)
    ranked = [other for other in likely[np.argsort(-chances[likely], kind="stable")].tolist() if other != label]
    named = [("" if other == 0 else codec.l2c_single.get(other, "\u0000"), float(chances[other])) for other in ranked]
    usable = [Alternative(text, round(min(chance, 1.0), 4)) for text, chance in named if can_replace(text, own)]
    return tuple(usable[:_MOST_ALTERNATIVES])


def in_logical_order(shown: Sequence[Glyph], direction: Direction) -> list[Glyph]:
    """Return the characters in the order in which they are read, brackets as they are written.

    Args:
        shown: From left to right, as they stand on the page.
        direction: Base direction of the line. Unicode's bidirectional algorithm is its own inverse but for rare nestings.
    """
    from kraken.lib.bidi import get_display_map

    base = "R" if direction == "rtl" else "L"
    text, order = get_display_map("".join(glyph.text for glyph in shown), base)
    turned: list[Glyph] = []
    for point, index in zip(text, order, strict=True):
        glyph = shown[index]
        others = tuple(_turn(other, shown, index, base) for other in glyph.alternatives)
        turned.append(Glyph(point, glyph.confidence, glyph.start, glyph.end, _normal(others)))
    return turned


def _turn(other: Alternative, shown: Sequence[Glyph], index: int, base: Literal["R", "L"]) -> Alternative:
    """Return an alternative as it is written: a bracket that stands in a run to the left is mirrored."""
    from kraken.lib.bidi import get_display_map

    if not other.text or not unicodedata.mirrored(other.text):
        return other
    changed = "".join(other.text if at == index else glyph.text for at, glyph in enumerate(shown))
    text, order = get_display_map(changed, base)
    return Alternative(text[order.index(index)], other.confidence) if index in order else other


def _normal(others: Sequence[Alternative]) -> tuple[Alternative, ...]:
    """Return the alternatives in NFC."""
    return tuple(Alternative(unicodedata.normalize("NFC", other.text), other.confidence) for other in others)


def places(shown: Sequence[Glyph], scale: float, lead: float, width: float) -> list[tuple[float, float]]:
    """Return from where to where each character reaches, 0..1 along the picture of the line.

    The network fires in one or two frames of a letter, so the border lies half-way between the frames of two
    neighbours; the outermost characters reach as far out as half the usual distance of two.

    Args:
        shown: Characters in any order; those of one label have the same frames.
        scale: Columns of the network's input per frame.
        lead: Columns of padding before the line in that input.
        width: Columns of the line itself in that input.
    """
    spans = sorted({(glyph.start, glyph.end) for glyph in shown})
    if not spans:
        return []
    starts, ends = np.array(spans, dtype=float).T
    centres = (starts + ends) / 2
    half = float(np.median(np.diff(centres))) / 2 if len(spans) > 1 else width / scale / 2
    between = (ends[:-1] + starts[1:]) / 2
    borders = np.concatenate([[starts[0] - half], between, [ends[-1] + half]])
    borders = np.clip((borders * scale - lead) / width, 0.0, 1.0)
    reach = {span: (float(borders[index]), float(borders[index + 1])) for index, span in enumerate(spans)}
    return [reach[glyph.start, glyph.end] for glyph in shown]
