"""Points as the formats write them, and a line's baseline and polygon where a file tells only one of them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

from engines.types import Box, Point
from workbench.formats.errors import MalformedFile

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_LARGEST = 1_000_000
_ABOVE_BASELINE = 0.75  # of the height of a line, where a file does not tell


def number(text: str | None, what: str) -> float:
    """Return a coordinate or length.

    Args:
        text: As it stands in the file; None = it is missing.
        what: What it is, for the message.

    Raises:
        MalformedFile: It is missing, no number, or beyond any image.
    """
    try:
        value = float(text or "")
    except ValueError as error:
        raise MalformedFile(f"{what} is '{(text or '')[:40]}', not a number.", "Export the file again.") from error
    if not math.isfinite(value) or abs(value) > _LARGEST:
        raise MalformedFile(f"{what} is {value}, beyond any image.", "Export the file again.")
    return value


def parse_points(text: str | None, what: str) -> tuple[Point, ...]:
    """Return the points of `x,y x,y …` or `x y x y …`, without those that repeat the one before; () for None.

    Raises:
        MalformedFile: There is half a point, or one beyond any image.
    """
    values = [round(number(found, what)) for found in _NUMBER.findall(text or "")]
    if len(values) % 2:
        raise MalformedFile(f"{what} has an odd number of coordinates.", "Export the file again.")
    points = list(zip(values[::2], values[1::2], strict=True))
    return tuple(point for index, point in enumerate(points) if index == 0 or point != points[index - 1])


def format_points(points: Sequence[Point]) -> str:
    """Return `x,y x,y …`; no format knows points left of or above the image, they move to its edge."""
    return " ".join(f"{max(0, x)},{max(0, y)}" for x, y in points)


def box_of(points: Sequence[Point]) -> Box:
    """Return the corners around one or more points; the last point lies on x1, y1."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def corners(box: Box) -> tuple[Point, Point, Point, Point]:
    """Return the four corners of a box, clockwise from the top left."""
    x0, y0, x1, y1 = box
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


def around(boxes: Sequence[Box]) -> Box:
    """Return the box around one or more boxes."""
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def baseline_in(polygon: Sequence[Point]) -> tuple[Point, Point]:
    """Return a straight baseline for a polygon: a quarter of its height above its lower edge, from its left to its right.

    Args:
        polygon: Three or more points.
    """
    x0, y0, x1, y1 = box_of(polygon)
    inset = (x1 - x0) / 50
    left, right = (_span(polygon, x) or (y0, y1) for x in (x0 + inset, x1 - inset))
    return (x0, _on_baseline(left)), (max(x1, x0 + 1), _on_baseline(right))


def _on_baseline(span: tuple[float, float]) -> int:
    """Return where the baseline lies between top and bottom."""
    return round(span[0] + _ABOVE_BASELINE * (span[1] - span[0]))


def _span(polygon: Sequence[Point], x: float) -> tuple[float, float] | None:
    """Return the uppermost and lowest y at which a vertical line crosses the polygon; None where it does not."""
    ys: list[float] = []
    for (ax, ay), (bx, by) in pairwise([*polygon, polygon[0]]):
        if ax != bx and min(ax, bx) <= x <= max(ax, bx):
            ys.append(ay + (by - ay) * (x - ax) / (bx - ax))
    return (min(ys), max(ys)) if ys else None


def polygon_around(baseline: Sequence[Point], height: float) -> tuple[Point, ...]:
    """Return a band around a baseline, three quarters of it above.

    Args:
        baseline: Two or more points.
        height: Height of the line, pixels.
    """
    above, below = max(1, round(height * _ABOVE_BASELINE)), max(1, round(height * (1 - _ABOVE_BASELINE)))
    upper = [(x, max(0, y - above)) for x, y in baseline]
    lower = [(x, y + below) for x, y in reversed(baseline)]
    return tuple(upper + lower)


def line_height(baselines: Sequence[Sequence[Point]], page_height: int) -> float:
    """Return the likely height of a line: 80 % of the median distance between baselines, at most a tenth of the page.

    Args:
        baselines: All that are known of a page.
        page_height: Pixels.
    """
    middles = sorted(sum(y for _, y in baseline) / len(baseline) for baseline in baselines)
    gaps = sorted(b - a for a, b in pairwise(middles) if b - a > page_height / 500)
    usual = gaps[len(gaps) // 2] if gaps else page_height / 30
    return max(4.0, min(0.8 * usual, page_height / 10))
