"""Finds the cheapest way through the edges of a picture beside a baseline: the seam along which a line is cut out.

The steps and figures are those of kraken's polygonizer (seam carving: Avidan and Shamir 2007), each taken once for whole
arrays; the seams are the same to the pixel.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

_FORBIDDEN = 99999.0  # cost of a pixel outside the polygon
_BIAS = 150  # how much less than an edge a pixel of distance from the baseline costs
_WIDEST = 600  # pixels; a wider line is squeezed to this before its seam is sought


def seam(baseline: np.ndarray, polygon: np.ndarray, angle: float, edges: np.ndarray) -> np.ndarray:
    """Return the points (n, 2) of the cheapest way along a baseline within a polygon, pixels.

    Args:
        baseline: (n, 2) whole numbers.
        polygon: (n, 2), where the way may lead: between the baseline and its neighbours.
        angle: Of the baseline, radians.
        edges: (height, width) strength of the edges of the whole picture.
    """
    left, top = polygon.min(axis=0).astype(int)
    right, bottom = polygon.max(axis=0).astype(int)
    patch = edges[top : bottom + 2, left : right + 2].copy()
    height, width = patch.shape
    inner = baseline - (left, top)
    forbidden = _outside(polygon - (left, top), (height, width))
    patch[forbidden] = _FORBIDDEN
    patch += _distance(inner, (height, width)) * (np.mean(patch[patch != _FORBIDDEN]) / _BIAS)
    turn, shift, level = _turned(patch, angle, min(1.0, _WIDEST / (right - left)))
    ends = np.sort(np.around((inner[[0, -1]] - shift) @ np.linalg.inv(turn).T)[:, 0].astype(int))
    level = level[:, ends[0] : ends[1] + 1]
    rows = cheapest(level)
    rows = np.clip(rows, rows.mean() - rows.std(), rows.mean() + rows.std()).astype(int)
    way = (np.stack([np.arange(len(rows)) + ends[0], rows], axis=1) @ turn.T + shift).astype(int)
    way = way[(way.min(axis=1) >= 0) & (way < (width, height)).all(axis=1)]
    return way[~forbidden[way[:, 1], way[:, 0]]] + (left, top)


def cheapest(costs: np.ndarray) -> np.ndarray:
    """Return the row in each column of the cheapest way from the left to the right, at most one row up or down a step.

    Args:
        costs: (rows, columns) of every pixel.
    """
    height, width = costs.shape
    sums = np.pad(costs.T, ((0, 0), (1, 1)), constant_values=np.inf)
    least, rounded = np.empty(height), np.empty(height, np.float32)  # kraken rounds so
    for before, here in zip(sums[:-1], sums[1:, 1:-1], strict=True):
        np.minimum(before[:-2], before[1:-1], out=least)
        np.minimum(least, before[2:], out=rounded, casting="same_kind")
        here += rounded
    rows = np.empty(width, int)
    rows[-1] = row = int(sums[-1, 1:-1].argmin())
    for column in range(width - 2, -1, -1):
        above, same, below = sums[column, row : row + 3].tolist()
        row += (0 if same <= below else 1) if same < above else (-1 if above <= below else 1)
        rows[column] = row
    return rows


def _distance(baseline: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return how far every pixel lies from a baseline, in moves of a king."""
    import cv2
    from skimage.draw import line

    free = np.ones(shape, np.uint8)
    for (x0, y0), (x1, y1) in pairwise(baseline.tolist()):
        free[line(y0, x0, y1, x1)] = 0
    return cv2.distanceTransform(free, cv2.DIST_C, 3)


def _outside(polygon: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return which pixels (height, width) lie outside a polygon and not on its rim."""
    import cv2
    from kraken.lib.segmentation import make_polygonal_mask

    mask = np.asarray(make_polygonal_mask(polygon, (shape[1], shape[0]))) <= 128
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    return cv2.erode(mask.astype(np.uint8), cross, iterations=2, borderType=cv2.BORDER_CONSTANT, borderValue=1).astype(bool)


def _turned(patch: np.ndarray, angle: float, across: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a patch turned level and squeezed, and how one comes back: point of the patch = matrix · point + shift.

    Args:
        patch: (height, width).
        angle: By which it is turned back, radians.
        across: Width afterwards over width before.

    Returns:
        The matrix (2, 2), the shift (2,) and the turned patch; beyond the rim of the patch all is forbidden.
    """
    height, width = patch.shape
    turn = np.array([[np.cos(angle) / across, -np.sin(angle)], [np.sin(angle) / across, np.cos(angle)]])
    corners = np.array([[0, 0], [0, height - 1], [width - 1, height - 1], [width - 1, 0]]) @ np.linalg.inv(turn).T
    least = corners.min(axis=0)
    columns, rows = np.around(corners.max(axis=0) - least + 1).astype(int)
    shift = turn @ least
    x, y = (
        np.floor(turn[axis, 0] * np.arange(columns) + turn[axis, 1] * np.arange(rows)[:, None] + (shift[axis] + 0.5)).astype(int)
        for axis in (0, 1)
    )
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    nearest = patch[y.clip(0, height - 1), x.clip(0, width - 1)]
    return turn, shift, np.where(inside, nearest, _FORBIDDEN)
