"""Tells how far the writing around a baseline may reach to either side: up to its neighbours or the edge of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from shapely import LineString

_STEP = 10.0  # pixels along the baseline between two looks to its sides
_KEPT = 1.0  # pixels that are kept from a neighbour


def sides(
    way: LineString, direction: np.ndarray, neighbours: Sequence[LineString], size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return what bounds the writing of a line above and below it.

    From points along the baseline one looks square to it, until a neighbour or the edge of the picture is in the way.

    Args:
        way: The baseline.
        direction: Its unit vector (across, down).
        neighbours: Other baselines and the borders of regions, each one line.
        size: Width and height of the picture.

    Returns:
        For above and for below, (points, 2) whole pixels from the start of the baseline to its end.
    """
    import shapely

    along = np.arange(_STEP, way.length, _STEP)
    ends = np.asarray(way.coords)[[0, -1]]
    points = np.concatenate([ends[:1], shapely.get_coordinates(shapely.line_interpolate_point(way, along)), ends[1:]])
    up = np.array([direction[1], -direction[0]])
    limits = [_edge(points, across, size) for across in (up, -up)]
    lines = np.array(neighbours, dtype=object)
    # the ends are not turned round, as in kraken: what lies wholly beside the line does not bound it
    areas = [shapely.Polygon([*points, *limit]) for limit in limits]
    above = shapely.intersects(areas[0], lines) if len(lines) else np.zeros(0, bool)
    below = shapely.intersects(areas[1], lines) & ~above if len(lines) else above
    env = [
        _reach(points, limit, [shapely.LineString(limit), *lines[chosen]])
        for limit, chosen in zip(limits, (above, below), strict=True)
    ]
    return env[0], env[1]


def _edge(points: np.ndarray, across: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return where looks (points, 2) in one direction meet the edge of a picture, whole pixels."""
    with np.errstate(divide="ignore", invalid="ignore"):
        way = np.where(across > 0, (np.asarray(size) - points) / across, -points / across)
    least = np.where(across == 0, np.inf, way).min(axis=1)
    return (points + least[:, None] * across).astype(int)


def _reach(points: np.ndarray, limits: np.ndarray, lines: Sequence[LineString]) -> np.ndarray:
    """Return where looks from points (n, 2) towards limits (n, 2) come as near to any line as is kept, whole pixels."""
    import shapely

    coordinates, owner = shapely.get_coordinates(np.array(lines, dtype=object), return_index=True)
    same = owner[:-1] == owner[1:]
    look = limits - points
    look = look / np.linalg.norm(look, axis=1, keepdims=True)
    hits = [_of_ends(points, look, coordinates), _of_pieces(points, look, coordinates[:-1][same], coordinates[1:][same])]
    distance = np.nanmin(np.concatenate(hits, axis=1), axis=1)
    if not np.isfinite(distance).all():
        raise ValueError("a look meets nothing")
    return (points + distance[:, None] * look).astype(int)


def _of_ends(points: np.ndarray, look: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return how far (points, ends) it is along each look to the circle around each end of a piece; inf where it is missed."""
    away = points[:, None] - ends
    half = np.einsum("nsk,nk->ns", away, look)
    with np.errstate(invalid="ignore"):
        root = np.sqrt(half**2 - (away**2).sum(axis=2) + _KEPT**2)
    return _first(-half - root, -half + root)


def _of_pieces(points: np.ndarray, look: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return how far (points, pieces) it is along each look to the band beside each piece of a line; inf where it is missed."""
    length = np.linalg.norm(end - begin, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        along = (end - begin) / length[:, None]
        beside = np.stack([-along[:, 1], along[:, 0]], axis=1)
        away = points[:, None] - begin
        x, y = np.einsum("nsk,sk->ns", away, along), np.einsum("nsk,sk->ns", away, beside)
        dx, dy = look @ along.T, look @ beside.T
        ways = np.stack([-x / dx, (length - x) / dx]), np.stack([(-_KEPT - y) / dy, (_KEPT - y) / dy])
        enter = np.fmax(ways[0].min(axis=0), ways[1].min(axis=0))
        leave = np.fmin(ways[0].max(axis=0), ways[1].max(axis=0))
        return _first(enter, np.where(enter <= leave, leave, np.nan))


def _first(enter: np.ndarray, leave: np.ndarray) -> np.ndarray:
    """Return where a border is crossed first: on entering, on leaving for one who is inside, inf where never (nan) or behind."""
    first = np.where(enter > 0, enter, leave)
    return np.where((leave > 0) & (first > 0), first, np.inf)
