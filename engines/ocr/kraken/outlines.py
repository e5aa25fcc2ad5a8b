"""Draws the outline around every baseline, as kraken does, one by one: so it can be followed, stopped, and loses no line."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import numpy as np

from engines.types import Point

_log = logging.getLogger(__name__)

_PLAIN_RISE, _PLAIN_FALL = 30, 10  # pixels of the network's picture, around a baseline without an outline


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
    from kraken.lib.segmentation import calculate_polygonal_environment, is_in_region
    from scipy.ndimage import gaussian_filter
    from shapely import geometry
    from skimage.filters import sobel

    edges = gaussian_filter(sobel(grey), 0.5)
    areas = [geometry.Polygon(border) for border in borders]
    drawn: list[list[Point]] = []
    for index, baseline in enumerate(baselines):
        step(index / len(baselines))
        way = geometry.LineString(baseline)
        around = [*baselines[:index], *baselines[index + 1 :]]  # all of them: leaving out far ones moves outlines by a pixel
        around += [border for border, area in zip(borders, areas, strict=True) if is_in_region(way, area)]
        outline = calculate_polygonal_environment(baselines=[baseline], im_feats=edges, suppl_obj=around, topline=topline)[0]
        if outline is None:
            _log.warning("No outline for the line at %s; it gets a plain band.", baseline[0])
            outline = _plain(baseline)
        drawn.append(outline)
    return drawn


def _plain(baseline: Sequence[Point]) -> list[Point]:
    """Return a band around a baseline."""
    return [(x, y - _PLAIN_RISE) for x, y in baseline] + [(x, y + _PLAIN_FALL) for x, y in reversed(baseline)]
