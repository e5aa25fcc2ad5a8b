"""Lines of the base that lie beside its weights, so that a training on a few others does not forget what it knew.

The file is a plain numpy archive: line images in 16 greys side by side, their widths, their texts, and how many of them
are for what. It goes with every version that is trained from the base.
"""

from __future__ import annotations

import random
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engines.ocr.kraken.batches import Sample, sample

if TYPE_CHECKING:
    from kraken.lib.codec import PytorchCodec

    from engines.ocr.kraken.network import BaseDirection

FILE = "replay.npz"
_GREYS = 17  # 255 / 15: the step between two of 16 greys


@dataclass(frozen=True, slots=True)
class Replay:
    """Lines of the base.

    Attributes:
        learning: Mixed into what is learnt.
        choosing: Of sentences that the base has not learnt; where lines of the base are mixed in they choose, with the
            held-out lines, the best epoch, and how much of it is taken.
        testing: Of such sentences too, and not chosen by; they say how much is forgotten.
    """

    learning: Sequence[Sample] = ()
    choosing: Sequence[Sample] = ()
    testing: Sequence[Sample] = ()

    def count(self, share: float, beside: int) -> int:
        """Return how many lines are mixed among others.

        Args:
            share: Part of the whole that they are to be, 0..0.9.
            beside: How many others there are.
        """
        return min(round(beside * share / (1 - share)), len(self.learning))

    def some(self, share: float, beside: int, rng: random.Random) -> list[Sample]:
        """Return lines to mix among others, chosen by chance; see `count`."""
        return rng.sample(list(self.learning), self.count(share, beside))


def write(folder: Path, replay: Replay) -> None:
    """Write lines of one height beside the weights of a model."""
    lines = [*replay.learning, *replay.choosing, *replay.testing]
    pixels = np.concatenate([(line.image // _GREYS).astype(np.uint8) for line in lines], axis=1)
    with (folder / FILE).open("wb") as file:
        np.savez_compressed(
            file,
            pixels=pixels,
            widths=np.array([line.image.shape[1] for line in lines], np.int32),
            texts=np.array([line.text for line in lines]),
            parts=np.array([len(replay.learning), len(replay.choosing), len(replay.testing)]),
        )


def load(weights: Path | None, codec: PytorchCodec, height: int, *, stride: float, base: BaseDirection) -> Replay:
    """Return the lines beside some weights; none where there is no such file, it is damaged, or of another height.

    Args:
        weights: Of the model that a training starts from.
        codec: Alphabet of the network; a line that it cannot write is left out.
        height: Of a line as the network sees it, pixels.
        stride: Columns of the image that make a frame of the network.
        base: Direction of the lines.
    """
    path = weights.with_name(FILE) if weights is not None else None
    if path is None or not path.is_file():
        return Replay()
    try:
        with np.load(path, allow_pickle=False) as kept:
            pixels, widths, texts, parts = (kept[name] for name in ("pixels", "widths", "texts", "parts"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return Replay()
    if pixels.ndim != 2 or pixels.shape[0] != height or len(widths) != len(texts) or int(widths.sum()) != pixels.shape[1]:
        return Replay()
    if parts.shape != (3,) or parts.min() < 0 or parts.sum() != len(texts):
        return Replay()
    known = set("".join(codec.c2l))
    edges = np.cumsum(widths)[:-1]
    lines: list[Sample | None] = []
    for image, text in zip(np.split(pixels, edges, axis=1), texts.tolist(), strict=True):
        writable = set(text) <= known
        lines.append(sample(image * np.uint8(_GREYS), text, codec, stride=stride, base=base) if writable else None)
    first, second = int(parts[0]), int(parts[0] + parts[1])
    return Replay(*([line for line in part if line] for part in (lines[:first], lines[first:second], lines[second:])))
