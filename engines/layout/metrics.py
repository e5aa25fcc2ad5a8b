"""How well lines were found: baselines within a tolerance, lines missed and invented, and the area of the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engines.learning import Outcome
from engines.types import Line

PART = 0.25
"""Of the distance between lines: how far a found baseline may lie from the true one, as in Diem et al. 2017."""

LEAST_SHARED = 0.5
"""From this coverage on two lines are the same one."""

_AREA_SIDE = 1000  # pixels of the longer side of the picture on which areas are counted


@dataclass(frozen=True, slots=True)
class Match:
    """Which found lines are which true ones.

    Attributes:
        pairs: (true, found), each line at most once.
        wrong: Points of baselines, true and found, that the line of their pair does not cover; of lines without a pair all.
        points: Of all baselines, true and found.
    """

    pairs: tuple[tuple[int, int], ...]
    wrong: int
    points: int


def outcome(key: str, document: str, truth: Sequence[Line], found: Sequence[Line]) -> Outcome:
    """Return how well the lines of a page were found, by the measures of the task.

    `baselines` is 1 − F1 = (T − Tc + F − Fc) / (T + F), where T and F are the points of all true and of all found baselines,
    set in equal steps, and Tc and Fc those that lie within the tolerance of the one line that they are matched with. It
    follows cBAD (Diem et al. 2017, arXiv:1705.03311), with a hard tolerance, one for a page, and one-to-one, so that a line
    in two pieces counts as an error. `missed` is true lines without a partner over true lines, `invented` found lines without
    one over found lines, `area` the pixels inside only one of the text areas over those inside at least one: 1 − IoU.

    Args:
        key: Of the example.
        document: Of the example.
        truth: The lines of the page.
        found: What was found in their place.
    """
    matched = match(truth, found)
    counts = {
        "baselines": (matched.wrong, matched.points),
        "missed": (len(truth) - len(matched.pairs), len(truth)),
        "invented": (len(found) - len(matched.pairs), len(found)),
        "area": _areas(truth, found),
    }
    return Outcome(key, document, f"{len(truth)} lines", f"{len(found)} lines", counts)


def match(truth: Sequence[Line], found: Sequence[Line]) -> Match:
    """Match found lines with true ones, greedily by how much of both baselines lies near the other, `LEAST_SHARED` at least."""
    tolerance = PART * line_distance(truth or found)
    ours = [_points(line, tolerance) for line in truth]
    theirs = [_points(line, tolerance) for line in found]
    total = sum(map(len, ours)) + sum(map(len, theirs))
    shared: list[tuple[float, int, int, int]] = []
    for i, one in enumerate(ours):
        for j, other in enumerate(theirs):
            covered = _covered(one, other, tolerance) + _covered(other, one, tolerance)
            if covered >= LEAST_SHARED * (len(one) + len(other)):
                shared.append((covered / (len(one) + len(other)), covered, i, j))
    pairs: dict[int, int] = {}
    right = 0
    for _, covered, i, j in sorted(shared, key=lambda entry: (-entry[0], entry[2], entry[3])):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
            right += covered
    return Match(tuple(sorted(pairs.items())), total - right, total)


def line_distance(lines: Sequence[Line]) -> float:
    """Return the usual distance from a baseline to the next one above or below it, pixels.

    That is the median over lines of the smallest distance to a line beside which it runs; where no line has one, the median
    height of the polygons.
    """
    gaps: list[float] = []
    for line in lines:
        apart = [_apart(line, other) for other in lines if other is not line]
        near = [gap for gap in apart if gap is not None]
        if near:
            gaps.append(min(near))
    if not gaps:
        gaps = [float(line.box[3] - line.box[1]) for line in lines] or [1.0]
    return max(4.0, float(np.median(gaps)))


def _apart(line: Line, other: Line) -> float | None:
    """Return how far two baselines run from one another, down the page; None where they do not run beside one another."""
    (x0, x1), (u0, u1) = (sorted((one.baseline[0][0], one.baseline[-1][0])) for one in (line, other))
    low, high = max(x0, u0), min(x1, u1)
    if high - low < 0.3 * min(x1 - x0, u1 - u0) or high <= low:
        return None
    gap = abs(_height_at(line, (low + high) / 2) - _height_at(other, (low + high) / 2))
    return gap if gap > 2 else None  # the same line twice


def _height_at(line: Line, x: float) -> float:
    points = np.array(sorted(line.baseline), float)
    return float(np.interp(x, points[:, 0], points[:, 1]))


def _points(line: Line, step: float) -> np.ndarray:
    """Return points (n, 2) along a baseline in equal steps of about that length, both ends among them."""
    way = np.asarray(line.baseline, float)
    along = np.concatenate([[0.0], np.hypot(*np.diff(way, axis=0).T).cumsum()])
    places = np.linspace(0, along[-1], max(2, round(along[-1] / step) + 1))
    return np.stack([np.interp(places, along, way[:, axis]) for axis in (0, 1)], axis=1)


def _covered(points: np.ndarray, way: np.ndarray, tolerance: float) -> int:
    """Return how many points lie within the tolerance of a way of points."""
    low, high = way.min(axis=0) - tolerance, way.max(axis=0) + tolerance
    if (points.max(axis=0) < low).any() or (points.min(axis=0) > high).any():
        return 0
    start, run = way[:-1], np.diff(way, axis=0)
    part = ((points[:, None] - start) * run).sum(axis=2) / np.maximum((run**2).sum(axis=1), 1e-9)
    nearest = start + np.clip(part, 0, 1)[..., None] * run
    return int((np.hypot(*np.moveaxis(points[:, None] - nearest, 2, 0)).min(axis=1) <= tolerance).sum())


def _areas(truth: Sequence[Line], found: Sequence[Line]) -> tuple[int, int]:
    """Return how many pixels lie inside only one of the text areas, and inside at least one, on a picture of one size."""
    import cv2

    corners = [point for line in (*truth, *found) for point in line.polygon]
    side = max((max(point) for point in corners), default=0) + 1
    scale = min(1.0, _AREA_SIDE / side)
    masks = [np.zeros((round(side * scale) + 1,) * 2, np.uint8) for _ in range(2)]
    for mask, lines in zip(masks, (truth, found), strict=True):
        for line in lines:
            cv2.fillPoly(mask, [np.round(np.asarray(line.polygon) * scale).astype(np.int32)], 1)
    return int((masks[0] != masks[1]).sum()), int((masks[0] | masks[1]).sum())
