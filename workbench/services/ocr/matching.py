"""Which lines of a new layout are lines that a page has already: by the overlap of their baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engines.types import Box

Points = Sequence[Sequence[int]]

SAME = 0.3
"""From this overlap on (0..1) two baselines are the same line."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a line lies: baseline and polygon, pixels, as they are stored or as an engine gives them."""

    baseline: Points
    polygon: Points

    def is_at(self, other: Trace) -> bool:
        """Say whether both have the same points, in lists or in tuples."""
        mine = [tuple(point) for point in (*self.baseline, *self.polygon)]
        return mine == [tuple(point) for point in (*other.baseline, *other.polygon)]

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


def merged_order(new: Sequence[tuple[int, Trace]], kept: Sequence[tuple[int, Trace]]) -> list[int]:
    """Return one reading order of the lines of a new layout and of old ones that are not in it.

    Args:
        new: (id, place on the page) in the new order, which counts.
        kept: The others, in the order until now; each goes beside the line that is nearest to it.
    """
    order = list(new)
    for line_id, trace in kept:
        order.insert(insertion(trace, [other for _, other in order]), (line_id, trace))
    return [line_id for line_id, _ in order]


def insertion(new: Trace, lines: Sequence[Trace]) -> int:
    """Return where a line belongs in a reading order: just before or behind the line that is nearest to it, by height.

    Args:
        new: The line.
        lines: The others, in reading order.

    Returns:
        The index that it gets.
    """
    if not lines:
        return 0
    nearest = min(range(len(lines)), key=lambda place: distance(new, lines[place]))
    middle = sum(_ends(new)) / 2
    return nearest + 1 if new.y_at(middle) >= lines[nearest].y_at(middle) else nearest


def distance(one: Trace, other: Trace) -> float:
    """Return how far two lines are apart, pixels: along y, and along x where they do not overlap."""
    left, right = _ends(one)
    other_left, other_right = _ends(other)
    middle = (left + right) / 2
    beside = max(0, other_left - right, left - other_right)
    return abs(one.y_at(middle) - other.y_at(middle)) + beside


def _ends(trace: Trace) -> tuple[int, int]:
    xs = [point[0] for point in trace.baseline]
    return min(xs), max(xs)


def _meets(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
