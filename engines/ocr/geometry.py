"""Where on the page the pieces of a line lie, when their places are known only along its baseline."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engines.types import Box, Line, Point

_STEP = 4.0  # pixels between the points along a polygon's edge


def clip(line: Line, width: int, height: int) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """Return the baseline and the polygon of a line, kept inside the image, the baseline running to the right.

    Args:
        line: May reach beyond the image; its baseline may run to the left, as some programs write it.
        width: Width of the image, pixels.
        height: Height of the image, pixels.
    """

    def inside(points: Sequence[Point]) -> tuple[Point, ...]:
        return tuple((min(max(x, 0), width - 1), min(max(y, 0), height - 1)) for x, y in points)

    baseline = _without_repeats(inside(line.baseline))
    across, down = baseline[-1][0] - baseline[0][0], baseline[-1][1] - baseline[0][1]
    if across < 0 and abs(across) > abs(down):
        baseline = baseline[::-1]
    return baseline, inside(line.polygon)


def cells(baseline: Sequence[Point], polygon: Sequence[Point], spans: Sequence[tuple[float, float]]) -> list[Box]:
    """Return the box of every piece of a line that is cut across its baseline.

    The line is looked at as it is when its baseline is pulled straight: `along` is the way along the baseline, `off`
    the distance from it. A piece reaches as far up and down as the polygon does above and below it.

    Args:
        baseline: Two or more points.
        polygon: Three or more points around the line.
        spans: From where to where each piece reaches, 0..1 from the one end of the polygon to the other.

    Returns:
        A box in pixels for each span, at least one pixel wide and high.
    """
    if not spans:
        return []
    line = np.asarray(baseline, dtype=float)
    along, off = _straighten(line, _densify(np.asarray(polygon, dtype=float)))
    start, length = along.min(), max(along.max() - along.min(), 1.0)
    places = start + np.asarray(spans, dtype=float) * length
    reach = np.array([_reach(along, off, float(first), float(last)) for first, last in places])
    corners = np.stack([_bend(line, places[:, side], reach[:, end]) for side in (0, 1) for end in (0, 1)])
    lows, highs = np.floor(corners.min(axis=0)).astype(int), np.ceil(corners.max(axis=0)).astype(int)
    return [_box(low, high) for low, high in zip(np.maximum(lows, 0).tolist(), highs.tolist(), strict=True)]


def _box(low: Sequence[int], high: Sequence[int]) -> Box:
    """Return the box of two opposite corners, at least one pixel wide and high."""
    return low[0], low[1], max(high[0], low[0] + 1), max(high[1], low[1] + 1)


def _reach(along: np.ndarray, off: np.ndarray, first: float, last: float) -> tuple[float, float]:
    """Return how far the outline lies above (negative) and below the baseline between two places along it."""
    inside = off[(along >= first - _STEP) & (along <= last + _STEP)]
    chosen = inside if inside.size else off
    return float(chosen.min()), float(chosen.max())


def _straighten(line: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the way along the line and the signed distance from it, pixels, of points (n, 2); each (n,)."""
    steps = np.diff(line, axis=0)
    lengths = np.maximum(np.linalg.norm(steps, axis=1), 1e-9)
    directions = steps / lengths[:, None]
    offsets = points[None] - line[:-1, None]
    forward = np.einsum("kpm,km->kp", offsets, directions)
    sideways = directions[:, :1] * offsets[..., 1] - directions[:, 1:] * offsets[..., 0]
    beyond = np.maximum(np.maximum(-forward, forward - lengths[:, None]), 0.0)
    nearest = np.argmin(beyond**2 + sideways**2, axis=0)
    index = np.arange(len(points))
    before = np.concatenate([[0.0], np.cumsum(lengths)])[:-1]
    return before[nearest] + forward[nearest, index], sideways[nearest, index]


def _bend(line: np.ndarray, along: np.ndarray, off: np.ndarray) -> np.ndarray:
    """Return the points (n, 2) of the page at ways along the line and distances from it: undoes `_straighten`."""
    steps = np.diff(line, axis=0)
    lengths = np.maximum(np.linalg.norm(steps, axis=1), 1e-9)
    before = np.concatenate([[0.0], np.cumsum(lengths)])[:-1]
    segment = np.clip(np.searchsorted(before, along, side="right") - 1, 0, len(steps) - 1)
    direction = (steps / lengths[:, None])[segment]
    sideways = np.column_stack([-direction[:, 1], direction[:, 0]])
    return line[segment] + (along - before[segment])[:, None] * direction + off[:, None] * sideways


def _densify(polygon: np.ndarray) -> np.ndarray:
    """Return the closed polygon (n, 2) with a point at least every few pixels."""
    closed = np.vstack([polygon, polygon[:1]])
    way = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    places = np.union1d(np.arange(0.0, way[-1], _STEP), way)
    return np.column_stack([np.interp(places, way, closed[:, axis]) for axis in (0, 1)])


def _without_repeats(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return the points without those that repeat the one before; two at least stay."""
    kept = [points[0], *(point for previous, point in pairwise(points) if point != previous)]
    return tuple(kept) if len(kept) > 1 else (points[0], points[-1])
