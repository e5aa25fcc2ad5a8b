"""What the tests of kraken's engine share: a recogniser and a trainer made on the spot."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engines import runtime
from tests.recognisers import write_recogniser

if TYPE_CHECKING:
    from engines.ocr.kraken.batches import Sample
    from engines.ocr.kraken.training import Trainer

LETTERS = "אבגד"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the weights of a tiny recogniser that reads nonsense, the same each time."""
    return write_recogniser(tmp_path_factory.mktemp("tiny") / "tiny.safetensors")


def bars(text: str, seed: int) -> np.ndarray:
    """Return a line image in which every letter is a bar pattern of its own."""
    image = np.full((48, 20 * len(text) + 16), 230.0) + np.random.default_rng(seed).normal(0, 4, (48, 20 * len(text) + 16))
    for index, char in enumerate(text):
        left = 8 + 20 * (len(text) - 1 - index)
        for bit in range(5):
            if (ord(char) >> bit) & 1:
                image[6 + bit * 8 : 12 + bit * 8, left : left + 14] = 20
    return np.clip(image, 0, 255).astype(np.uint8)


@pytest.fixture
def make() -> Callable[..., tuple[Trainer, list[Sample]]]:
    """Return a function that makes a trainer of a recipe with 16 lines."""
    runtime.prepare()

    def made(**recipe: object) -> tuple[Trainer, list[Sample]]:
        import torch

        from engines.ocr.kraken.batches import sample
        from engines.ocr.kraken.network import build
        from engines.ocr.kraken.training import Recipe, Trainer

        torch.manual_seed(0)
        network, rng = build(LETTERS), random.Random(0)
        texts = ["".join(rng.choices(LETTERS, k=4)) for _ in range(16)]
        lines = [line for number, text in enumerate(texts) if (line := sample(bars(text, number), text, network.codec))]
        return Trainer(network, Recipe(**{"warmup": 1, "columns": 700, **recipe}), 1e6), lines  # pyright: ignore

    return made
