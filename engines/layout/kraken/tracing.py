"""Draws the map of the layout network as baselines and as borders of regions.

The steps and figures are those of kraken's vectorizer, with the filters and the contours of OpenCV in the place of plain
Python, and each stroke of the map taken by itself. `cv2` keeps to one thread: see `engines.runtime`.
"""

from __future__ import annotations

import numpy as np

from engines.types import Point as Place

_RIDGE = 0.17  # least strength of a ridge that is a stroke
_SCALES = range(1, 10, 2)  # pixels; half widths of the ridges that are sought
_REACH = 6  # standard deviations; beyond, the bell is 0 in numbers of 32 bits
_FAINT, _RIM = 0.01, 40  # least probability of a pixel of a stroke, and how far around such pixels ridges are sought
_AREA = 0.5  # least probability of a pixel of a region
_MOST_ENDS, _MOST_ENDS_OF_ONE = 400, 10  # of the strokes of a page; on a noisier page, of a stroke that is kept
_TOLERANCE, _AREA_TOLERANCE = 3, 10  # pixels that are made straight
_LEAST_AREA = 6  # pixels of a stroke whose lines are drawn out to its rim
_DRAWN_OUT = 10  # times the length of the outermost piece of a line
_SURE = 0.2  # by how much beginning must beat end, or end beginning, for a side of a line to be known
_NEAR = 10  # pixels around the end of a line where its beginning and end are looked up
_SHORTEST = 5  # pixels
_TRIANGLE = 3  # points of the smallest polygon


def baselines(beginnings: np.ndarray, ends: np.ndarray, strokes: np.ndarray) -> list[list[Place]]:
    """Return the baselines of a page, each from its beginning to its end, whole pixels.

    Args:
        beginnings: (height, width) float32 0..1, where lines begin.
        ends: The same, where they end.
        strokes: The same, where they run.
    """
    import cv2
    from shapely.geometry import LineString
    from skimage.measure import approximate_polygon
    from skimage.morphology import skeletonize

    left, top, wide, high = cv2.boundingRect((strokes > _FAINT).astype(np.uint8))
    left, top, right, bottom = max(left - _RIM, 0), max(top - _RIM, 0), left + wide + _RIM, top + high + _RIM
    solid = ridges(strokes[top:bottom, left:right]) > _RIDGE
    thin = skeletonize(solid)
    neighbours = cv2.boxFilter(thin.astype(np.uint8), -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT) - thin
    tips = thin & (neighbours == 1)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(solid.astype(np.uint8), connectivity=8, ltype=cv2.CV_32S)
    found: list[list[Place]] = []
    for way in _ways(thin, _starts(tips, labels)):
        label = int(labels[tuple(way[0].tolist())])
        x, y, width, height, area = stats[label].tolist()
        corner = np.array((y, x))
        line = approximate_polygon(way, _TOLERANCE) - corner
        if area >= _LEAST_AREA:
            line = _drawn_out(line, labels[y : y + height, x : x + width] == label)
        if LineString(line).length >= _SHORTEST:
            line = _turned(line + corner + (top, left), beginnings, ends)
            found.append([(across, down) for down, across in line.tolist()])
    return found


def borders(area: np.ndarray) -> list[np.ndarray]:
    """Return the borders of the regions of a kind, each (points, 2) whole pixels.

    Args:
        area: (height, width) 0..1, how likely every pixel belongs to one.
    """
    from shapely import LineString, Polygon, get_coordinates, get_parts, union_all

    rims = [rim for rim in _contours(area > _AREA) if len(rim) >= _TRIANGLE]
    whole = get_parts(union_all([Polygon(rim) for rim in rims]))
    rings = [get_coordinates(LineString(part.exterior.coords).simplify(_AREA_TOLERANCE)).astype(int)[:, ::-1] for part in whole]
    return [ring for ring in rings if len(ring) >= _TRIANGLE]


def ridges(image: np.ndarray) -> np.ndarray:
    """Return how much every pixel lies on a bright ridge, the greatest of several widths.

    Sato et al. 1998, Three-dimensional multi-scale line filter, doi:10.1016/S1361-8415(98)80009-1: the greater
    eigenvalue of the Hessian of the negative, times the variance. Beyond the image all is 0.

    Args:
        image: (height, width) float32.
    """
    import cv2

    def smoothed(picture: np.ndarray, across: np.ndarray, down: np.ndarray) -> np.ndarray:
        return cv2.sepFilter2D(picture, cv2.CV_32F, across, down, borderType=cv2.BORDER_CONSTANT)

    negative = -image
    best = np.zeros_like(negative)
    for scale in _SCALES:
        sigma = scale / np.sqrt(2)  # smoothed twice
        x = np.arange(-np.ceil(_REACH * sigma), np.ceil(_REACH * sigma) + 1)
        bell = np.exp(-(x**2) / (2 * sigma**2))
        bell /= bell.sum()
        slope = bell * x / sigma**2
        gx, gy = smoothed(negative, slope, bell), smoothed(negative, bell, slope)
        xx, xy, yy = smoothed(gx, slope, bell), smoothed(gy, slope, bell), smoothed(gy, bell, slope)
        greater = cv2.magnitude((xx - yy) / 2, xy) + (xx + yy) / 2
        np.maximum(best, scale**2 * greater, out=best)
    return best


def _starts(tips: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the tips (n, 2), row and column, between which lines are sought; of a very noisy page only those of few strokes.

    Args:
        tips: (height, width), which pixels are ends of thin strokes.
        labels: (height, width), the stroke of each pixel.
    """
    starts = np.argwhere(tips)
    strokes, counts = np.unique(labels[tips], return_counts=True)
    if len(starts) > _MOST_ENDS:
        strokes, counts = strokes[counts <= _MOST_ENDS_OF_ONE], counts[counts <= _MOST_ENDS_OF_ONE]
        largest = np.argsort(-np.bincount(labels.ravel())[strokes], kind="stable")
        strokes = strokes[largest[np.cumsum(counts[largest]) <= _MOST_ENDS]]
    return starts[np.isin(labels[tips], strokes)]


def _ways(thin: np.ndarray, starts: np.ndarray) -> list[np.ndarray]:
    """Return the ways (points, 2) of row and column along thin strokes that join their tips."""
    from kraken.lib.segmentation import LineMCP

    if not len(starts):
        return []
    search = LineMCP(~thin)
    search.find_costs(starts)
    return search.get_connections()


def _contours(mask: np.ndarray) -> list[np.ndarray]:
    """Return the outermost pixels (points, 2) of row and column of each part of a mask, clockwise from its first one."""
    import cv2

    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return [np.roll(rim[::-1, 0, ::-1], 1, axis=0).astype(int) for rim in reversed(found)]


def _drawn_out(line: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return a line with both ends moved to the rim of its stroke, a mask; as it is where it leaves the stroke."""
    from shapely import LineString, Point, Polygon

    (rim,) = _contours(own)
    stroke = Polygon(rim).buffer(0) if len(rim) > _TRIANGLE else Polygon()
    if not stroke.contains(LineString(line)):
        return line
    moved = line.copy()
    for outer, inner in ((0, 1), (-1, -2)):
        ray = LineString([moved[outer] - _DRAWN_OUT * (moved[inner] - moved[outer]), moved[outer]])
        met = stroke.boundary.intersection(ray)
        if isinstance(met, Point):
            moved[outer] = (met.x, met.y)
    return moved


def _turned(line: np.ndarray, beginnings: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return a line (points, 2) of row and column from its beginning to its end; from left to right where that is not known."""

    def beginning(y: int, x: int) -> float:
        near = np.s_[max(y - _NEAR, 0) : y + _NEAR, max(x - _NEAR, 0) : x + _NEAR]
        return float(beginnings[near].max() - ends[near].max())

    first, last = beginning(*line[0]), beginning(*line[-1])
    if first > _SURE and last < -_SURE:
        return line
    if first < -_SURE and last > _SURE:
        return line[::-1]
    return line[::-1] if line[0][1] > line[-1][1] else line
