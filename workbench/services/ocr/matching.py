"""Which lines of a new layout are lines that a page has already: by the overlap of their baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from engines.types import Box

Points = Sequence[Sequence[int]]

SAME = 0.3
"""From this overlap on (0..1) two baselines are the same line."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a line lies: baseline and polygon, pixels, as they are stored or as an engine gives them."""

    baseline: Points
    polygon: Points

    @property
    def box(self) -> Box:
        """Return the smallest box around the polygon and the baseline, pixels."""
        xs = [point[0] for point in (*self.polygon, *self.baseline)]
        ys = [point[1] for point in (*self.polygon, *self.baseline)]
        return min(xs), min(ys), max(xs) + 1, max(ys) + 1

    @property
    def height(self) -> float:
        """Return the height of the writing, pixels: the area of the polygon over the width of its box."""
        area = 0.0
        for (x0, y0), (x1, y1) in zip(self.polygon, (*self.polygon[1:], self.polygon[0]), strict=True):
            area += x0 * y1 - x1 * y0
        left, _, right, _ = self.box
        return max(4.0, abs(area) / 2 / max(1, right - left))

    def y_at(self, x: float) -> float:
        """Return the height of the baseline at x; beyond its ends that of the nearer end."""
        points = sorted((point[0], point[1]) for point in self.baseline)
        if x <= points[0][0]:
            return points[0][1]
        for (x0, y0), (x1, y1) in pairwise(points):
            if x <= x1:
                return y0 + (y1 - y0) * (x - x0) / max(1, x1 - x0)
        return points[-1][1]


def overlap(one: Trace, other: Trace) -> float:
    """Return how much two lines are the same, 0..1.

    The shared part of the baselines along x over their union, lessened by their distance along y:
    half the height of the lower line apart, nothing is left.
    """
    left = max(_ends(one)[0], _ends(other)[0])
    right = min(_ends(one)[1], _ends(other)[1])
    union = max(_ends(one)[1], _ends(other)[1]) - min(_ends(one)[0], _ends(other)[0])
    if right <= left:
        return 0.0
    places = [left + (right - left) * share / 4 for share in range(5)]
    apart = sum(abs(one.y_at(x) - other.y_at(x)) for x in places) / len(places)
    near = 1.0 - apart / (0.5 * min(one.height, other.height))
    return max(0.0, near) * (right - left) / max(1, union)


def matches(old: Sequence[Trace], new: Sequence[Trace]) -> dict[int, int]:
    """Return for lines of the new layout which old line they are, one to one, the best pairs first.

    Args:
        old: The lines that the page has.
        new: The lines that an engine has found now.

    Returns:
        Index in `new` to index in `old`; what matches nothing is left out.
    """
    boxes = [trace.box for trace in old]
    pairs: list[tuple[float, int, int]] = []
    for number, trace in enumerate(new):
        box = trace.box
        near = [place for place, other in enumerate(boxes) if _meets(box, other)]
        scored = [(overlap(trace, old[place]), number, place) for place in near]
        pairs += [pair for pair in scored if pair[0] >= SAME]
    found: dict[int, int] = {}
    for _, number, place in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if number not in found and place not in found.values():
            found[number] = place
    return found


def covers(region: Trace, line: Trace) -> bool:
    """Say whether the middle of the line's baseline lies within the box of the region."""
    left, top, right, bottom = region.box
    middle = sum(_ends(line)) / 2
    return left <= middle < right and top <= line.y_at(middle) < bottom


def merged_order(old: Sequence[int], new: Sequence[int]) -> list[int]:
    """Return one reading order of old and new lines.

    The new order counts; an old line that is not in it keeps its place behind the line that it followed.

    Args:
        old: Ids in the order until now.
        new: Ids in the new order, some of them old ones.
    """
    order = list(new)
    before: int | None = None
    for line_id in old:
        if line_id not in new:
            order.insert(order.index(before) + 1 if before is not None else 0, line_id)
        before = line_id
    return order


def typical_height(traces: Sequence[Trace], around: float | None = None) -> float | None:
    """Return the median height of the lines, pixels; of the five nearest ones to the height `around` when given."""
    if around is not None:
        traces = sorted(traces, key=lambda trace: abs(trace.y_at(_ends(trace)[0]) - around))[:5]
    return median(trace.height for trace in traces) if traces else None


def _ends(trace: Trace) -> tuple[int, int]:
    xs = [point[0] for point in trace.baseline]
    return min(xs), max(xs)


def _meets(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
