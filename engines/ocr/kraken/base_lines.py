"""Chooses fonts and texts for the lines from which the first model learns and on which it is tested."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engines.ocr.kraken.network import HEIGHT, reversible
from engines.ocr.kraken.training import Sample, sample
from engines.ocr.synthesis.damage import Sheets
from engines.ocr.synthesis.fonts import Font
from engines.ocr.synthesis.lines import render_line, scaled
from engines.ocr.synthesis.texts import ALPHABET, Split, Texts, fitted

if TYPE_CHECKING:
    from kraken.lib.codec import PytorchCodec

HELD_OUT = ("Hadasim CLM", "Bona Nova", "Suez One", "Miriam Libre", "Yehuda CLM", "Ellinia CLM", "Makabi YG")
"""Families that training never sees; they say how well the model reads a font that it does not know."""

SHARES: Mapping[str, float] = {"print": 0.5, "cursive": 0.19, "rashi": 0.11, "sephardi": 0.09, "hand": 0.07, "stam": 0.04}
"""How many of the lines are written in fonts of each group."""

POINTED = 0.45
"""How many of the lines are pointed, of those in fonts that place points."""


def divided(fonts: Sequence[Font]) -> tuple[list[Font], list[Font]]:
    """Return the fonts to learn from and those kept for testing."""
    return [font for font in fonts if font.family not in HELD_OUT], [font for font in fonts if font.family in HELD_OUT]


@dataclass(frozen=True, slots=True)
class Writing:
    """What lines are made from.

    Attributes:
        fonts: Fonts to choose from.
        texts: Sentences to choose from.
        sheets: Paper textures.
        codec: The alphabet of the network.
    """

    fonts: Sequence[Font]
    texts: Texts
    sheets: Sheets
    codec: PytorchCodec

    @classmethod
    def load(cls, fonts: Sequence[Font], folder: Path, split: Split, codec: PytorchCodec) -> Writing:
        """Return a writing of the sentences of one split, on its own paper."""
        return cls(fonts, Texts.load(folder, split), Sheets(100 if split == "train" else 200), codec)

    def sample(self, rng: random.Random, words: int, font: Font | None = None, points: bool | None = None) -> Sample:
        """Return a new line as the network takes it.

        Args:
            rng: Decides.
            words: About how many words.
            font: Take this one; None = choose by `SHARES`.
            points: With vowel points or without; None = choose by `POINTED`.
        """
        while True:
            chosen = font or self._font(rng)
            pointed = chosen.points and (rng.random() < POINTED if points is None else points)
            text = fitted(self.texts.line(rng, words, pointed), chosen.characters & ALPHABET)
            if len(text) < 2 or not reversible(text):
                continue
            line = sample(scaled(render_line(text, chosen, self.sheets, rng).image, HEIGHT), text, self.codec)
            if line is not None:
                return line

    def _font(self, rng: random.Random) -> Font:
        groups = sorted({font.group for font in self.fonts})
        group = rng.choices(groups, [SHARES[name] for name in groups])[0]
        family = rng.choice(sorted({font.family for font in self.fonts if font.group == group}))
        return rng.choice([font for font in self.fonts if font.group == group and font.family == family])
