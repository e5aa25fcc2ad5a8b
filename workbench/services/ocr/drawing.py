"""Lines that a person adds: two clicks give the baseline, the lines around it give the height."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

from workbench.services.actors import Actor
from workbench.services.errors import Invalid
from workbench.services.ocr.correcting import Correcting
from workbench.services.ocr.matching import Trace, distance, insertion
from workbench.services.ocr.reading import Reading
from workbench.services.ocr.views import LineView
from workbench.store.jobs import Job
from workbench.store.lines import Line

if TYPE_CHECKING:
    from workbench.store.pages import Page

SHORTEST = 8
MOST_POINTS = 200
_ASCENT, _DESCENT = 0.75, 0.3
"""Of the height of a line, where nothing else is known."""


class Drawing(Correcting, Reading):
    """Lines that people add."""

    def add_line(self, actor: Actor, page_id: int, baseline: Sequence[Sequence[float]]) -> tuple[LineView, Job]:
        """Add a line that no engine found, and have it read.

        Args:
            actor: Who adds it.
            page_id: Where.
            baseline: Two or more points [x, y] in pixels of the page image, in any direction.

        Returns:
            The line, still waiting, and the job that reads it.

        Raises:
            NotFound: The workspace has no such page.
            Invalid: The points do not lie on the page, or too near to each other, or the page was not opened yet.
        """
        with self._store.connect() as connection:
            page = self._store.pages.get(connection, actor.workspace, page_id)
            project = self._store.projects.get(connection, actor.workspace, page.project_id)
        points = _checked(baseline, page)
        choice = self._choice_of_page(actor, page, project)
        with self._store.begin() as connection:
            self._store.pages.get(connection, actor.workspace, page_id)
            lines = self._store.lines.of_pages(connection, [page_id])[page_id]
            values = {
                "position": place_of(points, lines),
                "baseline": points,
                "polygon": outline(points, lines, page),
                "origin": "added",
            }
            (line_id,) = self._store.lines.add(connection, page_id, [values])
            job = self._submit_lines(connection, actor, page, line_ids=[line_id], choice=choice)
            self._tell_page(connection, actor, page_id)
            return self._line_view(connection, actor, line_id), job


def _checked(baseline: Sequence[Sequence[float]], page: Page) -> list[list[int]]:
    """Return the points as whole pixels from left to right."""
    if page.width is None or page.height is None:
        raise Invalid("The image of this page was not opened yet.", "Wait until its reading has begun.")
    if not 2 <= len(baseline) <= MOST_POINTS or any(len(point) != 2 for point in baseline):
        raise Invalid(f"A baseline has 2 to {MOST_POINTS} points [x, y].", "Click where the line begins and where it ends.")
    if not all(math.isfinite(value) for point in baseline for value in point):
        raise Invalid("A point of the baseline is no number.", "Give x and y in pixels of the page image.")
    points = sorted([round(x), round(y)] for x, y in baseline)
    if any(not (0 <= x < page.width and 0 <= y < page.height) for x, y in points):
        raise Invalid(f"The baseline leaves the page of {page.width} × {page.height} pixels.", "Click on the page.")
    if points[-1][0] - points[0][0] < SHORTEST:
        raise Invalid(f"The baseline is shorter than {SHORTEST} pixels.", "Click where the line begins, then where it ends.")
    return points


def place_of(points: Sequence[Sequence[int]], lines: Sequence[Line]) -> float:
    """Return the position of a new line in the reading order.

    Args:
        points: Its baseline, pixels, left to right.
        lines: Of the page, in reading order.
    """
    at = insertion(Trace(points, points), [Trace(line.baseline, line.polygon) for line in lines])
    before = lines[at - 1].position if at > 0 else None
    behind = lines[at].position if at < len(lines) else None
    if before is None:
        return 0.0 if behind is None else behind - 1.0
    return before + 1.0 if behind is None else (before + behind) / 2


def outline(points: Sequence[Sequence[int]], lines: Sequence[Line], page: Page) -> list[list[int]]:
    """Return a polygon around a baseline, as high as the lines around it stand above and below theirs.

    Args:
        points: The baseline, pixels, left to right.
        lines: Of the page; without any, a thirtieth of the page's height counts as a line.
        page: Its image was opened.

    Returns:
        [[x, y], …] pixels within the image: above the baseline from left to right, below it back.
    """
    width, height = page.width or 1, page.height or 1
    above, below = _reach(points, lines, height)
    top = [[x, max(0, round(y - above))] for x, y in points]
    bottom = [[x, min(height - 1, round(y + below))] for x, y in reversed(points)]
    return [[min(x, width - 1), y] for x, y in (*top, *bottom)]


def _reach(points: Sequence[Sequence[int]], lines: Sequence[Line], height: int) -> tuple[float, float]:
    """Return how far writing reaches above and below a baseline, pixels: the median of the five nearest lines."""
    new = Trace(points, points)
    traces = [Trace(line.baseline, line.polygon) for line in lines if line.is_line]
    near = sorted(traces, key=lambda trace: distance(new, trace))[:5]
    if not near:
        size = max(12.0, height / 30)
        return _ASCENT * size, _DESCENT * size
    above = median(_middle(trace) - trace.box[1] for trace in near)
    below = median(trace.box[3] - _middle(trace) for trace in near)
    return max(4.0, above), max(2.0, below)


def _middle(trace: Trace) -> float:
    left, _, right, _ = trace.box
    return trace.y_at((left + right) / 2)
