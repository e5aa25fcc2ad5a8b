"""Looks at pages before a layout network learns from them: too few, without lines, lines that cannot be, how they are divided."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from engines.learning import Dataset, Example, Finding, Suspect
from engines.types import Line

FEW = 10
"""Pages with which little is learnt."""

_SHORTEST = 8  # pixels of a baseline that can be learnt


def findings(dataset: Dataset) -> list[Finding]:
    """Return what is worth knowing about pages before a training, the gravest kinds first.

    Args:
        dataset: Pages with their lines, by split.
    """
    learnt = [page for page in dataset.examples["train"] if page.target.lines]
    known = [page for split in ("train", "held_out") for page in dataset.examples[split]]
    return [_enough(learnt), _lines(known), _divided(dataset)]


def _enough(pages: Sequence[Example]) -> Finding:
    count = len(pages)
    if count == 0:
        return Finding("pages", "stop", "No page with lines is left to learn from.", 0)
    if count < FEW:
        return Finding("pages", "warn", f"{count} pages are few: expect little of them.", count)
    return Finding("pages", "ok", "Enough pages to learn from.", count)


def _lines(pages: Sequence[Example]) -> Finding:
    """Return the pages on which something about the lines is doubtful."""
    suspects = tuple(Suspect(page.key, why) for page in pages for why in _doubts(page.target.lines))
    if suspects:
        return Finding("layout", "warn", "On some pages lines are missing or cannot be.", len(suspects), None, suspects)
    return Finding("layout", "ok", "Every page has lines that can be.", sum(len(page.target.lines) for page in pages))


def _doubts(lines: Sequence[Line]) -> Iterator[str]:
    if not lines:
        yield "It has no line: the network learns that nothing is written here."
    short = sum(math.dist(line.baseline[0], line.baseline[-1]) < _SHORTEST for line in lines)
    if short:
        yield f"{short} baselines are shorter than {_SHORTEST} pixels."
    twice = len(lines) - len({line.baseline for line in lines})
    if twice:
        yield f"{twice} lines are there twice."


def _divided(dataset: Dataset) -> Finding:
    train, held_out = (len(dataset.examples[split]) for split in ("train", "held_out"))
    if held_out == 0:
        return Finding("split", "warn", "Nothing is held out: no figure will say how good the model is.", train, 0)
    return Finding("split", "ok", f"Split by page: {train} to learn, {held_out} held out.", train, held_out)
