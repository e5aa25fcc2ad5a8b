"""Chooses fonts and texts for the lines from which the first model learns and on which it is tested."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engines.ocr.kraken.batches import Sample, sample
from engines.ocr.kraken.network import HEIGHT, reversible
from engines.ocr.synthesis.damage import Sheets
from engines.ocr.synthesis.fonts import Font
from engines.ocr.synthesis.lines import render_line, scaled
from engines.ocr.synthesis.scripts import Script
from engines.ocr.synthesis.texts import Split, Texts, fitted, stretched

if TYPE_CHECKING:
    from kraken.lib.codec import PytorchCodec

STRETCHED = 0.25
"""How many of the Arabic lines have long joints."""


def divided(fonts: Sequence[Font]) -> tuple[list[Font], list[Font]]:
    """Return the fonts to learn from and those kept for testing."""
    unseen = [font for font in fonts if font.family in font.script.held_out]
    return [font for font in fonts if font not in unseen], unseen


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
    def load(cls, fonts: Sequence[Font], folder: Path, split: Split, codec: PytorchCodec, script: Script) -> Writing:
        """Return a writing of the sentences of one split, on its own paper."""
        return cls(fonts, Texts.load(folder, split, script), Sheets(100 if split == "train" else 200), codec)

    def sample(self, rng: random.Random, words: int, font: Font | None = None, points: bool | None = None) -> Sample:
        """Return a new line as the network takes it.

        Args:
            rng: Decides.
            words: About how many words.
            font: Take this one; None = choose by the shares of the script.
            points: With vowel points or without; None = choose by its share of pointed lines.
        """
        script = self.texts.script
        while True:
            chosen = font or self._font(rng)
            pointed = chosen.points and (rng.random() < script.pointed if points is None else points)
            text = fitted(self.texts.line(rng, words, pointed), chosen.characters & script.alphabet, script)
            if len(text) < 2 or not reversible(text):
                continue
            drawn = stretched(text, rng) if "\u0640" in chosen.characters and rng.random() < STRETCHED else text
            line = sample(scaled(render_line(drawn, chosen, self.sheets, rng).image, HEIGHT), text, self.codec)
            if line is not None:
                return line

    def _font(self, rng: random.Random) -> Font:
        groups = sorted({font.group for font in self.fonts})
        group = rng.choices(groups, [self.texts.script.shares[name] for name in groups])[0]
        family = rng.choice(sorted({font.family for font in self.fonts if font.group == group}))
        return rng.choice([font for font in self.fonts if font.group == group and font.family == family])
