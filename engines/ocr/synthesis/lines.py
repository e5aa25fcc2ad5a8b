"""Cuts single synthetic lines the way a recogniser gets them: along a polygon, what lies outside it black."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image
from scipy.ndimage import maximum_filter1d, minimum_filter1d, uniform_filter1d

from engines.ocr.synthesis import joints
from engines.ocr.synthesis.damage import Sheets, on_paper, scanned, spread
from engines.ocr.synthesis.drawing import PRESS, Bend, Hand, Ink, bent, draw
from engines.ocr.synthesis.fonts import Font, loaded

SYNTHESIS = 2
"""What lines look like: raised with every change to it. The first knew neither features of fonts nor wider letters nor joints."""


@dataclass(frozen=True, slots=True)
class LineImage:
    """One line of writing, cut out.

    Attributes:
        image: (height, width) uint8 grey; black outside the polygon that cut it out.
        text: What it says, logical order, NFC.
        font: The name of its font.
    """

    image: np.ndarray
    text: str
    font: str


def render_line(text: str, font: Font, sheets: Sheets, rng: random.Random) -> LineImage:
    """Render a line with neighbours, damage it and cut it out.

    Args:
        text: Logical order, NFC, covered by the font.
        font: What to write it in.
        sheets: The stock of paper textures.
        rng: Decides everything else.
    """
    size = rng.randrange(*font.script.ems)
    ink = _written(text, font, size, rng)
    mask = spread(ink.mask, rng)
    main = np.asarray(mask, np.float32) / 255
    top, bottom = outline(main, ink.baseline, size, rng)
    full = _with_neighbours(main, size, rng)
    _rule(full, ink.baseline, rng)
    grey = scanned(on_paper(full, sheets, rng), sheets, rng, font.script.binarised)
    first, last = _ends(main, size, rng)
    _taper(top[first:last], bottom[first:last], size, rng)
    return LineImage(cut(grey[:, first:last], top[first:last], bottom[first:last]), text, font.name)


def _written(text: str, font: Font, size: int, rng: random.Random) -> Ink:
    by_hand = font.group in font.script.hands
    ink = draw(text, loaded(font.path, size), rng, _hand(font, rng))
    if font.script.joins and rng.random() < 0.5:
        ink = joints.varied(ink, size, rng.uniform(0.03, 0.15), rng)
    lean = rng.gauss(0, 0.12 if by_hand else 0.04)
    bend = Bend(
        slant=lean if rng.random() < 0.5 else 0.0,
        slope=rng.gauss(0, 0.006),
        wave=rng.uniform(0, 0.05) * size,
        wavelength=rng.uniform(6, 25) * size,
        phase=rng.uniform(0, 6.28),
        stretch=rng.uniform(0.8, 1.25) if rng.random() < 0.6 else 1.0,
    )
    return bent(ink, bend)


def _hand(font: Font, rng: random.Random) -> Hand:
    steady = rng.random() < (0.3 if font.group in font.script.hands else 0.75)
    hand = PRESS if steady else Hand(rng.uniform(0, 0.06), rng.uniform(0, 0.14), rng.choice((0.0, 1.5)), rng.choice((0.0, 0.08)))
    spaced = not font.script.joins and rng.random() < 0.25
    tracking = rng.uniform(-0.01, 0.1) if spaced else 0.0
    return replace(hand, tracking=tracking, features=tuple(feature for feature in font.features if rng.random() < 0.25))


def outline(mask: np.ndarray, baseline: int, size: int, rng: random.Random) -> tuple[np.ndarray, np.ndarray]:
    """Return the upper and lower edge of the polygon around a line.

    Args:
        mask: (height, width) float32 ink of this line alone.
        baseline: Row of the baseline.
        size: Pixels to the em.
        rng: Chooses among polygons that hug the ink as a segmenter's do, boxes, and bands about the baseline.

    Returns:
        Two arrays of length width, rows; the lower edge is exclusive.
    """
    height, width = mask.shape
    inked = mask > 0.3
    some = inked.any(axis=0)
    first = np.where(some, inked.argmax(axis=0), baseline - 0.45 * size)
    last = np.where(some, height - inked[::-1].argmax(axis=0), baseline)
    kind = rng.random()
    if kind < 0.62:
        reach = max(3, int(math.exp(rng.uniform(math.log(0.25), math.log(1.8))) * size))
        upper = _smooth(minimum_filter1d(np.minimum(first, baseline - 0.4 * size), reach), reach // 2, rng, size)
        lower = _smooth(maximum_filter1d(np.maximum(last, baseline + 0.05 * size), reach), reach // 2, rng, size)
        upper, lower = upper - rng.uniform(-0.03, 0.16) * size, lower + rng.uniform(-0.03, 0.16) * size
    elif kind < 0.85:
        upper = np.full(width, first.min() - rng.uniform(-0.03, 0.3) * size)
        lower = np.full(width, last.max() + rng.uniform(-0.03, 0.3) * size)
    else:
        upper = np.full(width, min(first.min() + 0.06 * size, baseline - rng.uniform(0.75, 1.1) * size))
        lower = np.full(width, max(last.max() - 0.06 * size, baseline + rng.uniform(0.2, 0.5) * size))
    top = np.clip(upper, 0, baseline - 4).astype(int)
    return top, np.clip(lower, baseline + 2, height).astype(int)


def _ends(mask: np.ndarray, size: int, rng: random.Random) -> tuple[int, int]:
    columns = np.flatnonzero((mask > 0.3).any(axis=0))
    if len(columns) == 0 or rng.random() < 0.3:
        return 0, mask.shape[1]
    first = columns[0] - rng.uniform(-0.02, 0.5) * size
    last = columns[-1] + 1 + rng.uniform(-0.02, 0.5) * size
    return max(0, int(first)), min(mask.shape[1], int(last))


def _taper(top: np.ndarray, bottom: np.ndarray, size: int, rng: random.Random) -> None:
    """Let the polygon run out at its ends, in place: slanted, pointed or beyond what it holds, as found polygons do."""
    for edges in ((top, bottom), (top[::-1], bottom[::-1])):
        reach = min(len(top) // 4, int(rng.uniform(0, 0.4) * size))
        if reach < 2 or rng.random() < 0.4:
            continue
        blank = rng.choice((0, 0, reach // 3))
        run = np.clip((np.arange(reach) - blank) / max(1, reach - blank), 0, 1)
        meet = edges[1][reach] - rng.uniform(0.0, 1.0) * (edges[1][reach] - edges[0][reach])
        edges[0][:reach] = np.maximum(edges[0][:reach], meet + (edges[0][reach] - meet) * run)
        edges[1][:reach] = np.minimum(edges[1][:reach], meet + (edges[1][reach] - meet) * run)


def _smooth(edge: np.ndarray, reach: int, rng: random.Random, size: int) -> np.ndarray:
    knots = np.array([rng.gauss(0, 0.04) for _ in range(len(edge) // (2 * size) + 2)]) * size
    waves = np.interp(np.arange(len(edge)), np.linspace(0, len(edge), len(knots)), knots)
    return uniform_filter1d(edge.astype(float), max(1, reach)) + waves


def _with_neighbours(main: np.ndarray, size: int, rng: random.Random) -> np.ndarray:
    if rng.random() < 0.45:
        return main.copy()
    full = main.copy()
    other = np.roll(main[:, ::-1], rng.randrange(main.shape[1]), axis=1)
    pitch = int(rng.uniform(0.95, 1.7) * size)
    if rng.random() < 0.75:
        full[:-pitch] = np.maximum(full[:-pitch], other[pitch:]) if pitch < len(full) else full[:-pitch]
    if rng.random() < 0.75:
        full[pitch:] = np.maximum(full[pitch:], other[:-pitch]) if pitch < len(full) else full[pitch:]
    return full


def _rule(mask: np.ndarray, baseline: int, rng: random.Random) -> None:
    if rng.random() < 0.08:
        row = min(len(mask) - 2, baseline + rng.randrange(0, 5))
        mask[row : row + rng.choice((1, 1, 2))] = np.maximum(mask[row : row + 1], rng.uniform(0.15, 0.6))


def cut(grey: np.ndarray, top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Return the part of a grey image between two edges, black outside them, cropped to their extremes."""
    first, last = int(top.min()), int(bottom.max())
    rows = np.arange(first, last)[:, None]
    inside = (rows >= top) & (rows < bottom)
    return np.where(inside, grey[first:last], 0).astype(np.uint8)


def scaled(image: np.ndarray, height: int) -> np.ndarray:
    """Return a line image resized to `height` pixels with its proportions, as recognisers do it."""
    width = max(1, int(image.shape[1] * height / image.shape[0]))
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.LANCZOS))
