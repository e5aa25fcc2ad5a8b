"""Gives the layout network what it knows: something of the shape and size of a page.

The network sees every image 1800 pixels high. A strip of one line would become tens of thousands of pixels wide and a
scroll so small that its lines vanish; so the one is laid on a page, the other is looked at in overlapping bands. Writing
that is large on its page breaks: a line comes in pieces, with words lost between them; such a page is looked at once more,
laid on a larger one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image

from engines.types import Line

SEEN = 1800
"""Pixels: the height at which the network that kraken ships sees every image."""

_WIDEST = 1.6  # width over height of the widest image that is taken as it is: an open book
_TALLEST = 2.4  # height over width of the tallest one
_BAND = 1.5  # height over width of a band of a taller image
_OVERLAP = 0.25  # of two bands that follow one another, over the width
_SLACK = 0.01  # of the height of a band: two bands do not place a line on the very same pixel
_HIGHEST_PAPER = 4000  # pixels; on more the writing of a very long strip would become too small
_SHORTEST = 480  # pixels; a smaller scrap is laid on a page as high as this
_WELL_SEEN = 28  # pixels of these; the height of a line that comes whole
_LEAST_LARGER, _MOST_LARGER = 1.3, 4.0  # times as high as it was; less changes nothing
_NEAR = 1.5  # heights of a line; what is closer on the same baseline is a piece of it, what is farther another column
_LEAST_CONTRAST = 40  # of 255, between dark and bright on a page that has writing
_MANY = 0.1  # of all lines, that are pieces


@dataclass(frozen=True)
class Band:
    """A part of the image that is looked at by itself.

    Attributes:
        top: Where it begins, pixels.
        bottom: Where it ends, exclusive.
        first: Lines whose middle lies above this are left to the band before, pixels.
        last: Lines whose middle lies on or below this are left to the band after, pixels.
    """

    top: int
    bottom: int
    first: float
    last: float

    def owns(self, line: Line) -> bool:
        """Say whether a line of the page is this band's. A line on a border may be of two: see `without_doubles`."""
        slack = _SLACK * (self.bottom - self.top)
        return self.first - slack <= middle(line) < self.last + slack


def bands(width: int, height: int) -> list[Band]:
    """Return the bands of an image from top to bottom: one, unless it is much taller than a page."""
    if height <= _TALLEST * width or height <= _SHORTEST:
        return [Band(0, height, 0, height)]
    size, step = round(_BAND * width), round((_BAND - _OVERLAP) * width)
    size, step = max(size, _SHORTEST), max(step, round(_SHORTEST * step / size))
    tops = list(range(0, max(height - size, 0), step))
    tops.append(max(height - size, 0))
    borders = [(above + size + below) / 2 for above, below in pairwise(tops)]
    return [
        Band(top, min(top + size, height), a, b)
        for top, a, b in zip(tops, [0.0, *borders], [*borders, float(height)], strict=True)
    ]


def page_like(picture: Image.Image) -> Image.Image:
    """Return the picture, laid at the top left of a page of the colour of its edges where it is a strip or a scrap."""
    width, height = picture.size
    wanted_height = max(height, min(round(width / _WIDEST), _HIGHEST_PAPER), _SHORTEST)
    wanted_width = max(width, round(wanted_height / _TALLEST))
    if (wanted_width, wanted_height) == (width, height):
        return picture
    page = Image.new("RGB", (wanted_width, wanted_height), _edge_colour(picture))
    page.paste(picture, (0, 0))
    return page


def scaled(picture: Image.Image, height: int = SEEN) -> tuple[np.ndarray, float]:
    """Return a page so high, (height, width, 3) uint8, laid on paper where it is no page, and how much it was enlarged."""
    page = page_like(picture)
    scale = height / page.height
    return np.asarray(page.resize((max(1, round(page.width * scale)), height), Image.Resampling.LANCZOS)), scale


def pieces(lines: Sequence[Line]) -> int:
    """Return how many lines are pieces rather than lines: the next one on the same baseline is close, or overlaps."""
    return sum(any(_next_to(line, other) for other in lines if other is not line) for line in lines)


def larger(picture: Image.Image, lines: Sequence[Line]) -> Image.Image | None:
    """Return the picture laid on so large a page that its writing is seen small enough; None when its lines came whole.

    Args:
        picture: As the network saw it.
        lines: What it found.
    """
    if lines and pieces(lines) < max(2, _MANY * len(lines)):
        return None
    if not lines and np.ptp(np.percentile(np.asarray(picture.convert("L")), (1, 99))) < _LEAST_CONTRAST:
        return None
    seen = float(np.median([_height(line) for line in lines])) * SEEN / picture.height if lines else np.inf
    times = min(max(seen / _WELL_SEEN, _LEAST_LARGER), _MOST_LARGER)
    page = Image.new("RGB", (picture.width, round(times * picture.height)), _edge_colour(picture))
    page.paste(picture, (0, 0))
    return page


def _next_to(one: Line, other: Line) -> bool:
    """Say whether two lines go on in one another."""
    height = max(_height(one), _height(other), 1)
    gap = max(one.box[0], other.box[0]) - min(one.box[2], other.box[2])
    return abs(middle(one) - middle(other)) < height / 2 and gap < _NEAR * height


def _height(line: Line) -> int:
    return line.box[3] - line.box[1]


def without_doubles(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without those that two bands have both found."""
    kept: list[Line] = []
    for line in lines:
        if not any(_same(line, other) for other in kept[-40:]):
            kept.append(line)
    return kept


def _same(one: Line, other: Line) -> bool:
    """Say whether two lines have the same place: baselines close to one another, over most of the shorter one."""
    a, b = one.box, other.box
    shared = min(a[2], b[2]) - max(a[0], b[0])
    apart = abs(middle(one) - middle(other))
    return shared > 0.6 * min(a[2] - a[0], b[2] - b[0]) and apart < 0.3 * min(a[3] - a[1], b[3] - b[1])


def middle(line: Line) -> float:
    """Return the mean height of a baseline, pixels from the top."""
    return sum(y for _, y in line.baseline) / len(line.baseline)


def _edge_colour(picture: Image.Image) -> tuple[int, int, int]:
    """Return the median colour of the outermost pixels."""
    pixels = np.asarray(picture)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = (int(value) for value in np.median(edge, axis=0))
    return red, green, blue
