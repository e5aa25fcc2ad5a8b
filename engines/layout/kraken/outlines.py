"""Draws the outline around every baseline, one by one: so it can be followed, stopped, and loses no line.

The steps and figures are those of kraken's polygonizer. Where it asks a geometry library about one point at a time,
all points of a baseline are reckoned at once, and only with what lies around it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engines.layout.kraken.seams import seam
from engines.layout.kraken.sides import sides
from engines.types import Point

if TYPE_CHECKING:
    from shapely import LineString

_log = logging.getLogger(__name__)

_PLAIN_RISE, _PLAIN_FALL = 30, 10  # pixels of the network's picture, around a baseline without an outline
_OFFSET = 8  # pixels from the baseline within which no seam runs on the side of the letters
_TOLERANCE = 5  # pixels of a seam that are made straight


def outlines(
    grey: np.ndarray,
    baselines: Sequence[Sequence[Point]],
    borders: Sequence[Sequence[Point]],
    *,
    topline: bool,
    step: Callable[[float], None],
) -> list[list[Point]]:
    """Return the polygon around each baseline.

    Args:
        grey: (height, width) uint8, the picture that the layout network saw.
        baselines: In pixels of that picture.
        borders: Outlines of regions of text; that of the region in which a line lies bounds it.
        topline: The lines that the network draws lie above the letters.
        step: Is told how far the work is, 0..1, before every line.

    Returns:
        One polygon for each baseline; a plain band where none can be computed.
    """
    from kraken.lib.segmentation import is_in_region
    from scipy.ndimage import gaussian_filter
    from shapely import geometry
    from skimage.filters import sobel

    edges = gaussian_filter(sobel(grey), 0.5)
    areas = [geometry.Polygon(border) for border in borders]
    ways = [geometry.LineString(way) for way in (*baselines, *borders)]
    drawn: list[list[Point]] = []
    for index, baseline in enumerate(baselines):
        step(index / len(baselines))
        near = [number for number, area in enumerate(areas, len(baselines)) if is_in_region(ways[index], area)]
        around = [ways[other] for other in (*range(index), *range(index + 1, len(baselines)), *near)]
        try:
            outline = _outline(ways[index], around, edges, topline=topline)
        except Exception as error:  # shapely, OpenCV, skimage and kraken each raise their own on odd geometry
            _log.warning("No outline for the line at %s; it gets a plain band: %s", baseline[0], error)
            outline = _plain(baseline)
        drawn.append(outline)
    return drawn


def _outline(way: LineString, around: Sequence[LineString], edges: np.ndarray, *, topline: bool) -> list[Point]:
    """Return the polygon around a baseline.

    Args:
        way: The baseline.
        around: What bounds it: the other baselines, and the border of its region.
        edges: (height, width) strength of the edges of the picture.
        topline: The baseline lies above the letters.

    Raises:
        Exception: No polygon can be computed.
    """
    import shapely

    pieces = np.diff(np.asarray(way.coords), axis=0)
    mean = (pieces * np.linalg.norm(pieces, axis=1, keepdims=True)).sum(axis=0)
    direction = mean / np.linalg.norm(mean)
    angle = float(np.arctan2(direction[1], direction[0]))
    own = np.asarray(way.coords).astype(int)
    apart = np.asarray(way.parallel_offset(_OFFSET, side="left" if topline else "right").coords).astype(int)
    above, below = sides(way, direction, around, edges.shape[::-1])
    roi = shapely.union_all([shapely.Polygon(np.concatenate([own, side[::-1]])) for side in (above, below)])
    starts = (own, apart) if topline else (apart, own)
    seams = [
        seam(start, np.concatenate([start, side[::-1]]), angle, edges) for start, side in zip(starts, (above, below), strict=True)
    ]
    upper, lower = _moved(seams[0], "right")[::-1], _moved(seams[1], "left")
    first, last = own[:1], own[-1:]
    polygon = shapely.Polygon(np.concatenate([first, upper, last, lower[::-1]]))
    if not polygon.is_valid:
        polygon = shapely.Polygon(np.concatenate([last, upper, first, lower]))
    if not polygon.is_valid:
        raise ValueError("the seams cross")
    ring = roi.intersection(polygon).boundary
    return [(x, y) for x, y in np.asarray(ring.coords).astype(int).tolist()]


def _moved(seam: np.ndarray, side: str) -> np.ndarray:
    """Return the points of a seam made straighter and moved to one side, not moved where that would tear it."""
    from shapely import LineString

    line = LineString(LineString(seam).simplify(_TOLERANCE).coords)
    moved = line.parallel_offset(_OFFSET // 2, side=side)
    kept = line if moved.geom_type == "MultiLineString" else moved
    return np.asarray(kept.coords).astype(int)


def _plain(baseline: Sequence[Point]) -> list[Point]:
    """Return a band around a baseline."""
    return [(x, y - _PLAIN_RISE) for x, y in baseline] + [(x, y + _PLAIN_FALL) for x, y in reversed(baseline)]
