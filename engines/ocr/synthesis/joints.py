"""Varies how long the strokes are that join letters, as hands and compositors do."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image

from engines.ocr.synthesis.drawing import Ink


def joints(mask: np.ndarray, baseline: int, size: float) -> list[tuple[int, int]]:
    """Return where letters are joined: thin level strokes near the baseline between what stands higher.

    Args:
        mask: (height, width) uint8 ink.
        baseline: Row on which the letters stand.
        size: Pixels to the em.

    Returns:
        First column and the one after the last of each.
    """
    inked = mask > 96
    thick = inked.sum(axis=0)
    first, last = inked.argmax(axis=0), len(mask) - inked[::-1].argmax(axis=0)
    rise = baseline - (first + last) / 2
    thin = (thick > 0) & (thick == last - first) & (thick < 0.22 * size) & (rise > -0.1 * size) & (rise < 0.2 * size)
    level = (np.abs(np.diff(first)) <= 1) & (np.abs(np.diff(last)) <= 1)
    found: list[tuple[int, int]] = []
    start = 0
    for x in range(1, len(thin)):
        if thin[x] and thin[x - 1] and level[x - 1]:
            continue
        if thin[start] and x - start > 1 and start > 0 and min(thick[start - 1], thick[x]) > thick[start:x].max():
            found.append((start, x))
        start = x
    return found


def varied(ink: Ink, size: float, most: float, rng: random.Random) -> Ink:
    """Return a line with its joints up to a third shorter, or longer.

    Args:
        ink: The line, straight.
        size: Pixels to the em.
        most: By how much a joint may become longer, ems.
        rng: Decides about each joint.
    """
    mask = np.asarray(ink.mask)
    counts = np.ones(mask.shape[1], np.intp)
    for start, end in joints(mask, ink.baseline, size):
        more = round(rng.uniform(-(end - start) / 3, most * size))
        middle = (start + end) // 2
        if more > 0:
            counts[middle] += more
        else:
            counts[middle + more // 2 : middle + more // 2 - more] = 0
    return Ink(Image.fromarray(np.repeat(mask, counts, axis=1)), ink.baseline)
