"""Measures a model in training on fonts and texts that it has not learnt from."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engines.ocr.metrics import Sample as Reading
from engines.ocr.metrics import Score, score

if TYPE_CHECKING:
    from engines.ocr.kraken.base_lines import Writing
    from engines.ocr.kraken.batches import Sample
    from engines.ocr.kraken.training import Trainer
    from engines.ocr.synthesis.fonts import Font


def check_sets(writing: Writing, unseen: Sequence[Font], count: int, seed: int) -> dict[str, list[Sample]]:
    """Return test lines by set: every group in unseen fonts where there are some, and in fonts that were learnt.

    Args:
        writing: With the sentences of the test split; its fonts are those learnt from.
        unseen: Fonts that were not.
        count: Lines of each set.
        seed: Of the lines.
    """
    sets: dict[str, list[Sample]] = {}
    for kind, fonts in (("unseen", list(unseen)), ("learnt", list(writing.fonts))):
        for group in sorted({font.group for font in fonts}):
            members = [font for font in fonts if font.group == group]
            sets[f"{group}, {kind} fonts"] = _lines(writing, members, count, seed, points=False)
            pointed = [font for font in members if font.points]
            if group == "print" and pointed:
                sets[f"{group} with points, {kind} fonts"] = _lines(writing, pointed, count, seed, points=True)
    return sets


def _lines(writing: Writing, fonts: Sequence[Font], count: int, seed: int, points: bool) -> list[Sample]:
    rng = random.Random(f"{seed} {fonts[0].group} {points}")
    return [writing.sample(rng, rng.randrange(2, 9), rng.choice(fonts), points) for _ in range(count)]


def measured(trainer: Trainer, sets: Mapping[str, Sequence[Sample]]) -> dict[str, Score]:
    """Return the score of the averaged network on every set, every character and point counted."""
    return {name: score(_read(trainer, lines), "strict") for name, lines in sets.items()}


def _read(trainer: Trainer, lines: Sequence[Sample]) -> list[Reading]:
    return [Reading(line.text, read) for line, read in zip(lines, trainer.read(lines), strict=True)]
