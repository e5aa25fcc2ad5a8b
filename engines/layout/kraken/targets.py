"""Draws what the map of a layout network is to be: where lines begin, end and run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from shapely import Geometry

WIDTH = 8
"""Pixels: how high a baseline is drawn on a page as the network sees it; kraken's own figure."""

_END = 5  # pixels of a baseline that are its beginning, or its end


def own_classes(classes: Mapping[str, Mapping[str, int]]) -> tuple[int, int, int]:
    """Return the indexes of the classes that are learnt: beginnings, ends, baselines; of several kinds of baselines the usual.

    Args:
        classes: As `Finder.classes`.
    """
    kinds = classes["baselines"]
    usual = kinds.get("default", next(iter(kinds.values())))
    return classes["aux"]["_start_separator"], classes["aux"]["_end_separator"], usual


def drawn(baselines: Sequence[np.ndarray], shape: tuple[int, int]) -> np.ndarray:
    """Return the map of a page, (3, height, width) uint8 0 or 1: beginnings, ends, baselines; step by step as kraken draws it.

    Args:
        baselines: Each (points, 2) float, x and y in pixels of the map; one that runs to the left is turned round.
        shape: Height and width.
    """
    from shapely import LineString
    from shapely.ops import substring
    from skimage.draw import polygon

    result = np.zeros((3, *shape), np.uint8)
    for way in baselines:
        line = LineString(way if way[0][0] <= way[-1][0] else way[::-1])
        if line.length < 1:
            continue
        end = min(_END, line.length / 2)
        body = [polygon(*rim.T[::-1], shape=shape) for rim in _rims(line, WIDTH / 2, "flat")]
        for index, part in enumerate((substring(line, 0, end), substring(line, line.length - end, line.length))):
            for rim in _rims(part, WIDTH, "square"):
                result[index][polygon(*rim.T[::-1], shape=shape)] = 1
            for rows, columns in body:
                result[index, rows, columns] = 0
        for rows, columns in body:
            result[2, rows, columns] = 1
    return result


def _rims(line: Geometry, distance: float, cap: Literal["flat", "square"]) -> list[np.ndarray]:
    """Return the rims (points, 2) of all places that near to a line, whole pixels."""
    from shapely import buffer, get_parts

    return [np.array(part.exterior.coords, dtype=int) for part in get_parts(buffer(line, distance, cap_style=cap))]
