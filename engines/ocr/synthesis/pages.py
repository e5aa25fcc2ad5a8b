"""Lays out whole pages: lines of text on a sheet, with the ground truth of where each line lies and what it says."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from scipy.ndimage import gaussian_filter

from engines.errors import InvalidOptions
from engines.ocr.synthesis.damage import texture
from engines.ocr.synthesis.drawing import PRESS, Bend, Hand, Ink, bent, draw, natural_width
from engines.ocr.synthesis.fonts import loaded
from engines.ocr.synthesis.paper import Colour, Paper, ruled, sheet
from engines.types import Line, Page


@dataclass(frozen=True, slots=True)
class Look:
    """What a page looks like; lengths in pixels.

    Attributes:
        size: Of the letters, pixels to the em.
        pitch: From baseline to baseline.
        width: Of the page.
        height: Of the page.
        margins: Right, top, left.
        ink: Colour of the ink.
        hand: How unsteady the writer is.
        justified: Whether lines are stretched to the left margin.
        stroke: Weight of the strokes; 0 as the font has it, positive bolder, negative finer.
        fading: How unevenly the ink covers, 0..1.
        slope: Rise per run of the lines.
        wave: Height of the waves of a baseline.
        verso: How strongly the other side of the leaf shows through, 0..1.
        ruling: Colour of ruled lines; None = none.
        paper: The sheet.
    """

    size: int = 40
    pitch: int = 76
    width: int = 1200
    height: int = 1700
    margins: tuple[int, int, int] = (150, 190, 150)
    ink: Colour = (48, 36, 28)
    hand: Hand = PRESS
    justified: bool = True
    stroke: float = 0.0
    fading: float = 0.2
    slope: float = 0.0
    wave: float = 0.0
    verso: float = 0.05
    ruling: Colour | None = None
    paper: Paper = field(default_factory=Paper)

    @property
    def measure(self) -> int:
        """Return the width of the text."""
        return self.width - self.margins[0] - self.margins[2]


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page and its ground truth.

    Attributes:
        image: (height, width, 3) uint8 RGB.
        page: The lines with text, baseline and polygon.
    """

    image: np.ndarray
    page: Page


def wrapped(text: str, font: Path, look: Look) -> list[str]:
    """Return a text broken into lines that fit between the margins; an empty line between paragraphs gives an empty line."""
    shaped = loaded(font, look.size)
    lines: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        lines += [""] if lines else []
        lines.append("")
        for word in paragraph.split():
            longer = f"{lines[-1]} {word}".strip()
            if natural_width(longer, shaped) <= look.measure:
                lines[-1] = longer
            else:
                lines.append(word)
    return lines


def render_page(texts: Sequence[str], font: Path, look: Look, rng: random.Random) -> RenderedPage:
    """Write lines of text onto a sheet.

    Args:
        texts: Lines, logical order; an empty one leaves a gap. The line before a gap and the last one are not justified.
        font: The font file; covers all of the text.
        look: What the page looks like.
        rng: Decides everything else.

    Raises:
        InvalidOptions: The text does not fit on the page.
    """
    needed = look.margins[1] + look.pitch * len(texts)
    if needed > look.height:
        raise InvalidOptions(
            f"{len(texts)} lines need {needed} pixels, the page has {look.height}.", "Give fewer lines or a smaller pitch."
        )
    ink = np.zeros((look.height, look.width), np.float32)
    lines: list[Line] = []
    for index, text in enumerate(texts):
        if text:
            ends = index + 1 == len(texts) or not texts[index + 1]
            written = _written(text, font, look, rng, None if ends or not look.justified else look.measure)
            lines.append(_put(ink, written, text, look, look.margins[1] + index * look.pitch))
    image = sheet(look.height, look.width, look.paper, rng)
    if look.ruling is not None:
        rows = [look.margins[1] + index * look.pitch + 3 for index in range(len(texts))]
        ruled(image, rows, (look.margins[2] - 30, look.width - look.margins[0] + 30), look.ruling, 0.22)
    _show_through(image, ink, look)
    _ink(image, ink, look, rng)
    pixels = (np.clip(gaussian_filter(image, (0.45, 0.45, 0)), 0, 1) * 255).round().astype(np.uint8)
    return RenderedPage(pixels, Page(look.width, look.height, tuple(lines), "rtl"))


def _written(text: str, font: Path, look: Look, rng: random.Random, width: int | None) -> Ink:
    ink = draw(text, loaded(font, look.size), rng, look.hand, width)
    if not (look.slope or look.wave):
        return ink
    bend = Bend(
        slope=look.slope + rng.gauss(0, 0.0012), wave=look.wave, wavelength=rng.uniform(500, 1100), phase=rng.uniform(0, 6.28)
    )
    return bent(ink, bend)


def _put(page: np.ndarray, ink: Ink, text: str, look: Look, row: int) -> Line:
    box = ink.mask.getbbox() or (0, 0, ink.mask.width, ink.mask.height)
    left = min(look.width - look.margins[0] - box[2], look.width - ink.mask.width)
    x0, y0 = max(0, left), max(0, row - ink.baseline)
    mask = np.asarray(ink.mask, np.float32)[: page.shape[0] - y0, : page.shape[1] - x0] / 255
    area = page[y0 : y0 + mask.shape[0], x0 : x0 + mask.shape[1]]
    np.maximum(area, mask, out=area)
    return Line(*_geometry(mask, ink.baseline, (x0, y0), look), text=unicodedata.normalize("NFC", text))


def _geometry(
    mask: np.ndarray, baseline: int, corner: tuple[int, int], look: Look
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Return baseline and polygon of a line from its ink, in pixels of the page."""
    columns = np.flatnonzero((mask > 0.3).any(axis=0))
    x0, x1 = int(columns[0]), int(columns[-1]) + 1
    margin = max(3, look.size // 10)
    marks = np.linspace(x0, x1, 9).astype(int)
    upper: list[tuple[int, int]] = []
    lower: list[tuple[int, int]] = []
    for first, last in pairwise(marks):
        rows = np.flatnonzero((mask[:, first:last] > 0.3).any(axis=1))
        top, bottom = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (baseline - look.size // 2, baseline)
        for x in (int(first), int(last)):
            upper.append((x, min(top, baseline - look.size // 2) - margin))
            lower.append((x, max(bottom, baseline) + margin))

    def moved(x: int, y: int) -> tuple[int, int]:
        return min(max(x + corner[0], 0), look.width - 1), min(max(y + corner[1], 0), look.height - 1)

    return (moved(x0, baseline), moved(x1, baseline)), tuple(moved(*point) for point in [*upper, *reversed(lower)])


def _show_through(image: np.ndarray, ink: np.ndarray, look: Look) -> None:
    if look.verso:
        other = gaussian_filter(np.roll(ink[:, ::-1], look.pitch // 2, axis=0), 2.2)
        image *= 1 - look.verso * other[..., None] * np.array([0.8, 0.95, 1.1], np.float32)


def _ink(image: np.ndarray, ink: np.ndarray, look: Look, rng: random.Random) -> None:
    uneven = texture(look.height, look.width, rng.randrange(2**31))
    flow = gaussian_filter(np.random.default_rng(rng.randrange(2**31)).standard_normal(ink.shape), 9)
    flow = (flow / flow.std()).astype(np.float32)
    soft = np.asarray(Image.fromarray((ink * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8)), np.float32) / 255
    cover = np.clip((soft - 0.42 + 0.18 * look.stroke + 0.05 * uneven) * 3.0 + 0.5, 0, 1)
    cover *= np.clip(1 - look.fading * (0.45 + 0.35 * flow + 0.2 * uneven), 0.25, 1)
    colour = np.asarray(look.ink, np.float32) / 255
    image += cover[..., None] * (colour * (0.75 + 0.25 * image) - image)
