"""Sets text in ink: shaped right to left, word by word where a hand wrote it, bent as a sheet and a hand bend it."""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

_LATIN = re.compile("[A-Za-zÄÖÜäöüßéè]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")


@dataclass(frozen=True, slots=True)
class Ink:
    """Ink without paper.

    Attributes:
        mask: Mode L, 255 where the ink is full.
        baseline: The row on which the letters stand.
    """

    mask: Image.Image
    baseline: int


@dataclass(frozen=True, slots=True)
class Hand:
    """How unsteady a writer is; lengths in ems. All zero is a printing press.

    Attributes:
        rise: How far a word leaves the baseline.
        gap: How far the space between words varies.
        turn: How far a word is turned, degrees.
        growth: How far the size of a word varies, as a part of it.
    """

    rise: float = 0.0
    gap: float = 0.0
    turn: float = 0.0
    growth: float = 0.0


PRESS = Hand()


@dataclass(frozen=True, slots=True)
class Bend:
    """How a line is bent.

    Attributes:
        slant: Run per rise; positive leans to the right.
        slope: Rise per run of the whole line.
        wave: Height of the waves of the baseline, pixels.
        wavelength: Their length, pixels.
        phase: Where they begin, radians.
        stretch: Width after by width before.
    """

    slant: float = 0.0
    slope: float = 0.0
    wave: float = 0.0
    wavelength: float = 400.0
    phase: float = 0.0
    stretch: float = 1.0

    def lift(self, x: float) -> float:
        """Return how many pixels the baseline lies below its place at column x."""
        return self.wave * math.sin(2 * math.pi * x / self.wavelength + self.phase) - self.slope * x


def pieces(text: str) -> list[str]:
    """Return what is written from right to left: every word or number of such a script, and every run of Latin as one piece."""
    found: list[str] = []
    latin = False
    for word in text.split(" "):
        joins = latin and not _RIGHT_TO_LEFT.search(word)
        if joins and (_LATIN.search(word) or word[:1].isdigit()):
            found[-1] += " " + word
        else:
            found.append(word)
            latin = bool(_LATIN.search(word)) and not _RIGHT_TO_LEFT.search(word)
    return found


def natural_width(text: str, font: ImageFont.FreeTypeFont) -> float:
    """Return how wide a line is without any stretching of its spaces, pixels."""
    space = font.getlength(" ", direction="rtl") or font.size * 0.25
    parts = pieces(text)
    return sum(font.getlength(part, direction="rtl") for part in parts) + space * (len(parts) - 1)


def draw(text: str, font: ImageFont.FreeTypeFont, rng: random.Random, hand: Hand = PRESS, width: int | None = None) -> Ink:
    """Write one line.

    Args:
        text: Logical order; every character is covered by the font.
        font: Shaped by raqm.
        rng: Decides about an unsteady hand.
        hand: How unsteady it is.
        width: Pixels from edge to edge, reached by wider spaces; None = as wide as it is.
    """
    if hand == PRESS and width is None:
        return _draw_whole(text, font)
    parts = pieces(text)
    em = float(font.size)
    space = font.getlength(" ", direction="rtl") or em * 0.25
    lengths = [font.getlength(part, direction="rtl") for part in parts]
    if width is not None and len(parts) > 1:
        space = max(space * 0.6, (width - sum(lengths)) / (len(parts) - 1))
    gaps = [space + rng.uniform(-hand.gap, hand.gap) * em for _ in parts[1:]]
    margin = int(em)
    canvas = Image.new("L", (int(sum(lengths) + sum(gaps)) + 2 * margin, int(em * 2.6)))
    baseline = int(em * 1.6)
    right = float(canvas.width - margin)
    for index, (part, length) in enumerate(zip(parts, lengths, strict=True)):
        _place(canvas, part, font, _Spot(right, baseline + rng.uniform(-hand.rise, hand.rise) * em, length, hand), rng)
        right -= length + (gaps[index] if index < len(gaps) else 0.0)
    return _trimmed(Ink(canvas, baseline), em)


@dataclass(frozen=True, slots=True)
class _Spot:
    right: float
    baseline: float
    length: float
    hand: Hand


def _place(canvas: Image.Image, part: str, font: ImageFont.FreeTypeFont, spot: _Spot, rng: random.Random) -> None:
    hand = spot.hand
    if not (hand.turn or hand.growth):
        pen = ImageDraw.Draw(canvas)
        pen.text((spot.right, spot.baseline), part, fill=255, font=font, anchor="rs", direction="rtl")
        return
    em = float(font.size)
    word = Image.new("L", (int(spot.length + em), canvas.height))
    base = int(em * 1.6)
    pen = ImageDraw.Draw(word)
    pen.text((word.width - em / 2, base), part, fill=255, font=font, anchor="rs", direction="rtl")
    angle = math.radians(rng.uniform(-hand.turn, hand.turn))
    scale = 1.0 / (1.0 + rng.uniform(-hand.growth, hand.growth))
    middle = word.width / 2
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    matrix = (cos, sin, middle - cos * middle - sin * base, -sin, cos, base + sin * middle - cos * base)
    word = word.transform(word.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    corner = (round(spot.right + em / 2 - word.width), round(spot.baseline - base))
    canvas.paste(255, corner, word)


def _draw_whole(text: str, font: ImageFont.FreeTypeFont) -> Ink:
    left, top, right, bottom = font.getbbox(text, anchor="ls", direction="rtl")
    em = float(font.size)
    above, below = max(-top, em * 0.8) + em * 0.5, max(bottom, em * 0.3) + em * 0.5
    canvas = Image.new("L", (int(right - left + em), int(above + below)))
    pen = ImageDraw.Draw(canvas)
    pen.text((em / 2 - left, int(above)), text, fill=255, font=font, anchor="ls", direction="rtl")
    return Ink(canvas, int(above))


def _trimmed(ink: Ink, em: float) -> Ink:
    box = ink.mask.getbbox()
    if box is None:
        return ink
    left, right = int(box[0] - em / 2), int(box[2] + em / 2)
    top = min(int(box[1] - em / 2), int(ink.baseline - em * 1.3))
    bottom = max(int(box[3] + em / 2), int(ink.baseline + em * 0.8))
    return Ink(ink.mask.crop((left, top, right, bottom)), ink.baseline - top)


def bent(ink: Ink, bend: Bend) -> Ink:
    """Return the line slanted, sloped, waved and stretched about its baseline; room is added where it needs it."""
    height = ink.mask.height
    width = max(8, round(ink.mask.width * bend.stretch))
    columns = [round(width * index / 12) for index in range(13)]
    reach = math.ceil(max(abs(bend.lift(x)) for x in columns))
    lean = math.ceil(abs(bend.slant) * height)
    size = (width + 2 * lean, height + 2 * reach)
    mesh = []
    for x0, x1 in pairwise([0, *(x + lean for x in columns[1:-1]), size[0]]):
        corners: list[float] = []
        for x, y in ((x0, 0), (x0, size[1]), (x1, size[1]), (x1, 0)):
            row = y - reach - bend.lift(x - lean)
            corners += [(x - lean - bend.slant * (ink.baseline - row)) / bend.stretch, row]
        mesh.append(((x0, 0, x1, size[1]), tuple(corners)))
    mask = ink.mask.transform(size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    return Ink(mask, ink.baseline + reach)
