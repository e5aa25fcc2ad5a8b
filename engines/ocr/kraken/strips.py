"""Cuts the lines of a dataset out of their pages as the network will see them when it reads."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engines.errors import InvalidImage
from engines.learning import Dataset, Example, Suspect
from engines.ocr import variation
from engines.ocr.kraken.weights import Recogniser

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True, slots=True)
class Strip:
    """A line as the network sees it: (height, width) uint8 grey without padding, and the example it is of."""

    example: Example
    image: np.ndarray


def cut(
    dataset: Dataset, examples: Sequence[Example], recogniser: Recogniser, told: Callable[[int], None]
) -> tuple[list[Strip], list[Suspect]]:
    """Return the strips of all examples with text, page by page, and those that could not be cut.

    Args:
        dataset: Loads the pages.
        examples: Lines with their texts.
        recogniser: Says how a line is cut and scaled.
        told: Told how many lines are done.

    Raises:
        InvalidImage: No page of them can be opened; the message is that of the first.
    """
    strips: list[Strip] = []
    suspects: list[Suspect] = []
    gone: list[InvalidImage] = []
    documents: dict[str, list[Example]] = {}
    for example in examples:
        documents.setdefault(example.document, []).append(example)
    for document, members in documents.items():
        try:
            for strip in _of_page(dataset.load(document), members, recogniser):
                if isinstance(strip, Suspect):
                    suspects.append(strip)
                else:
                    strips.append(strip)
                told(len(strips) + len(suspects))
        except InvalidImage as error:
            gone.append(error)
            suspects += [Suspect(example.key, error.message) for example in members]
    if gone and not strips:
        raise gone[0]
    return strips, suspects


def _of_page(image: np.ndarray, members: Sequence[Example], recogniser: Recogniser) -> Iterator[Strip | Suspect]:
    """Yield the strip of every line of a page, or why there is none."""
    from PIL import Image

    page = Image.fromarray(image)
    for example in members:
        pixels = _strip(page, example, recogniser)
        yield Strip(example, pixels) if pixels is not None else Suspect(example.key, "It cannot be cut out of its page.")


def _strip(page: Image.Image, example: Example, recogniser: Recogniser) -> np.ndarray | None:
    """Return a line as it is scaled for reading, without its padding; None when nothing of it is left."""
    from engines.ocr.geometry import clip
    from engines.ocr.kraken import reading

    baseline, polygon = clip(example.target, *page.size)
    try:
        strip = reading.cut(page, baseline, polygon, recogniser)
        if strip is None:
            return None
        ink = reading.scale(strip, recogniser, 0)
    except (ValueError, RuntimeError, ZeroDivisionError, OverflowError):  # what cutting and scaling raise
        return None
    return np.asarray((1.0 - ink[0].numpy()) * 255.0 + 0.5, np.uint8)


def varied(part: float, strength: float, seed: str) -> Callable[[np.ndarray], np.ndarray] | None:
    """Return what bends, stains or blurs a line each time it is learnt.

    Args:
        part: How many of the lines are changed, 0..1; 0 = None comes back.
        strength: How strongly.
        seed: Of what is changed.
    """
    if part == 0:
        return None
    rng = random.Random(seed)
    return lambda image: variation.varied(image, strength, rng) if rng.random() < part else image
