"""Sets text in ink: shaped right to left, word by word where a hand wrote it, bent as a sheet and a hand bend it."""

from __future__ import annotations

import math
import random
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bidi import get_display
from PIL import Image, ImageDraw, ImageFont

_LATIN = re.compile("[A-Za-zÄÖÜäöüßéè]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
_LEFT_TO_RIGHT = re.compile(rf"{_LATIN.pattern}|\d")


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
    """How a writer writes; lengths in ems. Nothing of it is a printing press that sets a font as it is.

    Attributes:
        rise: How far a word leaves the baseline.
        gap: How far the space between words varies.
        turn: How far a word is turned, degrees.
        growth: How far the size of a word varies, as a part of it.
        tracking: How much farther apart the letters stand; for letters that do not join.
        features: OpenType features of the font that are used, or with a `-` before them not used.
    """

    rise: float = 0.0
    gap: float = 0.0
    turn: float = 0.0
    growth: float = 0.0
    tracking: float = 0.0
    features: tuple[str, ...] = ()

    @property
    def word_by_word(self) -> bool:
        """Return whether words are written one by one."""
        return any((self.rise, self.gap, self.turn, self.growth, self.tracking))


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


@dataclass(frozen=True, slots=True)
class _Setting:
    """A font as a hand sets it.

    Without raqm the letters stand side by side in the order in which they are seen, unjoined, their points beside them.
    """

    font: ImageFont.FreeTypeFont
    hand: Hand

    @property
    def em(self) -> float:
        return float(self.font.size)

    @property
    def space(self) -> float:
        return self.length(" ") or self.em * 0.25

    def length(self, part: str) -> float:
        """Return how wide a piece is, pixels."""
        letters = self._letters(part)
        return sum(map(self._advance, letters)) + self.hand.tracking * self.em * (len(letters) - 1)

    def box(self, text: str) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of what is set as a whole, from its left end on the baseline."""
        shown, options = self.shown(text)
        return self.font.getbbox(shown, anchor="ls", **options)

    def write(self, mask: Image.Image, right: float, baseline: float, part: str) -> None:
        """Set a piece in ink."""
        pen = ImageDraw.Draw(mask)
        for letter in self._letters(part):
            shown, options = self.shown(letter)
            pen.text((right, baseline), shown, fill=255, font=self.font, anchor="rs", **options)
            right -= self._advance(letter) + self.hand.tracking * self.em

    def _letters(self, part: str) -> list[str]:
        """Return what is set one by one: letters, each with its points; what has a direction of its own stays whole."""
        if not self.hand.tracking or _LEFT_TO_RIGHT.search(part):
            return [part]
        letters: list[str] = []
        for char in part:
            if letters and unicodedata.combining(char):
                letters[-1] += char
            else:
                letters.append(char)
        return letters

    def _advance(self, text: str) -> float:
        shown, options = self.shown(text)
        return self.font.getlength(shown, **options)

    def shown(self, text: str) -> tuple[str, dict[str, Any]]:
        """Return what Pillow is given to set a text, and with what options."""
        if self.font.layout_engine == ImageFont.Layout.BASIC:
            return str(get_display(text, base_dir="R")), {}
        return text, {"direction": "rtl", "features": list(self.hand.features)}


def natural_width(text: str, font: ImageFont.FreeTypeFont) -> float:
    """Return how wide a line is without any stretching of its spaces, pixels."""
    setting, parts = _Setting(font, PRESS), pieces(text)
    return sum(map(setting.length, parts)) + setting.space * (len(parts) - 1)


def draw(text: str, font: ImageFont.FreeTypeFont, rng: random.Random, hand: Hand = PRESS, width: int | None = None) -> Ink:
    """Write one line.

    Args:
        text: Logical order; every character is covered by the font.
        font: Shaped by raqm, where there is one.
        rng: Decides about an unsteady hand.
        hand: How it is written.
        width: Pixels from edge to edge, reached by wider spaces; None = as wide as it is.
    """
    setting = _Setting(font, hand)
    if not hand.word_by_word and width is None:
        return _draw_whole(text, setting)
    parts, em, space = pieces(text), setting.em, setting.space
    lengths = list(map(setting.length, parts))
    if width is not None and len(parts) > 1:
        space = max(space * 0.6, (width - sum(lengths)) / (len(parts) - 1))
    gaps = [space + rng.uniform(-hand.gap, hand.gap) * em for _ in parts[1:]]
    margin = int(em)
    above, below = _room(text, setting, 1.6, 1.0)
    canvas = Image.new("L", (int(sum(lengths) + sum(gaps)) + 2 * margin, int(above + below)))
    baseline = int(above)
    right = float(canvas.width - margin)
    for index, (part, length) in enumerate(zip(parts, lengths, strict=True)):
        _place(canvas, part, setting, _Spot(right, baseline, rng.uniform(-hand.rise, hand.rise) * em, length), rng)
        right -= length + (gaps[index] if index < len(gaps) else 0.0)
    return _trimmed(Ink(canvas, baseline), em)


@dataclass(frozen=True, slots=True)
class _Spot:
    right: float
    baseline: int
    drop: float
    length: float


def _place(canvas: Image.Image, part: str, setting: _Setting, spot: _Spot, rng: random.Random) -> None:
    hand, em, base = setting.hand, setting.em, spot.baseline
    if not (hand.turn or hand.growth):
        setting.write(canvas, spot.right, base + spot.drop, part)
        return
    word = Image.new("L", (int(spot.length + em), canvas.height))
    setting.write(word, word.width - em / 2, base, part)
    angle = math.radians(rng.uniform(-hand.turn, hand.turn))
    scale = 1.0 / (1.0 + rng.uniform(-hand.growth, hand.growth))
    middle = word.width / 2
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    matrix = (cos, sin, middle - cos * middle - sin * base, -sin, cos, base + sin * middle - cos * base)
    word = word.transform(word.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    corner = (round(spot.right + em / 2 - word.width), round(spot.drop))
    canvas.paste(255, corner, word)


def _draw_whole(text: str, setting: _Setting) -> Ink:
    left, _, right, _ = setting.box(text)
    above, below = _room(text, setting, 1.3, 0.8)
    canvas = Image.new("L", (int(right - left + setting.em), int(above + below)))
    shown, options = setting.shown(text)
    pen = ImageDraw.Draw(canvas)
    pen.text((setting.em / 2 - left, int(above)), shown, fill=255, font=setting.font, anchor="ls", **options)
    return Ink(canvas, int(above))


def _room(text: str, setting: _Setting, above: float, below: float) -> tuple[float, float]:
    """Return how much a line needs above and below its baseline, pixels, and at least so many ems."""
    _, top, _, bottom = setting.box(text)
    return max(-top + setting.em * 0.5, above * setting.em), max(bottom + setting.em * 0.5, below * setting.em)


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
