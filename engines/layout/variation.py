"""Pictures of a page as it might have been scanned: turned, warped, in other light, stained; its baselines go along."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engines.ocr.variation import CHANGES

LOOKS = ("binary", "bleed", "blur", "fade", "jpeg", "light", "noise", "show-through", "stain")
"""Changes of lines that suit a whole page as well: they move nothing."""

MOST = 3
"""Of them on one page."""

SPREADS = {"turn": 1.2, "slant": 0.02, "stretch": 0.06, "warp": 3.5}
"""How far pages are moved at strength 1, standard deviations: degrees, width to height, logarithm of the scale, pixels."""

_STEP = 24  # pixels between points of a baseline that is bent
_CELL = 160  # pixels within which a warp moves everything alike


def varied(
    image: np.ndarray, baselines: Sequence[np.ndarray], strength: float, rng: random.Random
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return another picture of a page, and where its baselines lie there.

    Args:
        image: (height, width, 3) uint8 RGB.
        baselines: Each (points, 2) float, x and y in pixels.
        strength: How much is changed; 1 is what real scans differ by, 0 = nothing.
        rng: Decides.

    Returns:
        The picture, of the same shape; the baselines, with more points than before, some maybe beyond its edges.
    """
    if strength <= 0:
        return image, list(baselines)
    moved, ways = _moved(image, baselines, strength, rng)
    return _recast(moved, strength, rng), ways


def _moved(
    image: np.ndarray, baselines: Sequence[np.ndarray], strength: float, rng: random.Random
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Turn, stretch, slant and warp a page (Simard et al. 2003); beyond its edges it goes on as it ends."""
    import cv2

    height, width = image.shape[:2]
    turn = np.radians(rng.gauss(0, SPREADS["turn"] * strength))
    slant = rng.gauss(0, SPREADS["slant"] * strength)
    wide, high = (float(np.exp(rng.gauss(0, SPREADS["stretch"] * strength))) for _ in range(2))
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array([[wide, slant], [0, high]])
    middle = np.array([width / 2, height / 2])
    noise = np.random.default_rng(rng.randrange(2**31))
    coarse = noise.normal(0, SPREADS["warp"] * strength, (max(2, height // _CELL), max(2, width // _CELL), 2)).astype(np.float32)
    field = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    # every place of the result shows the place of the page that `back` and the field lead to
    back = np.linalg.inv(turned)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    places = np.stack([x, y], axis=2) - middle.astype(np.float32)
    source = (places @ back.T.astype(np.float32)) + middle.astype(np.float32) + field
    shown = cv2.remap(image, source[..., 0], source[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    def follow(way: np.ndarray) -> np.ndarray:
        points = _dense(way)
        there = (points - middle) @ turned.T + middle
        for _ in range(2):  # the field is slow: its value nearby is close to its value here
            row, column = np.clip(there[:, 1], 0, height - 1).astype(int), np.clip(there[:, 0], 0, width - 1).astype(int)
            there = (points - field[row, column] - middle) @ turned.T + middle
        return there

    return np.asarray(shown), [follow(way) for way in baselines]


def _dense(way: np.ndarray) -> np.ndarray:
    """Return a way (points, 2) with a point every few pixels, its own among them."""
    pieces = [way[:1]]
    for start, end in pairwise(way):
        count = max(1, int(np.hypot(*(end - start)) / _STEP))
        pieces.append(start + (end - start) * np.linspace(0, 1, count + 1)[1:, None])
    return np.concatenate(pieces)


def _recast(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Change light, paper, ink and scanner: what the grey of every place gains or loses, its colours do."""
    grey = image.mean(axis=2, dtype=np.float32) / 255
    changed = grey
    for name in rng.sample(LOOKS, rng.randrange(MOST + 1)):
        changed = np.clip(CHANGES[name](changed, strength, rng), 0, 1)
    return np.clip(image + 255 * (changed - grey)[..., None] + 0.5, 0, 255).astype(np.uint8)
