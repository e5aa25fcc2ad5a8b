"""Tiny layout networks and pages of blocks made on the spot, for tests that need lines found and not found well."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from engines.learning import Dataset, Example
from engines.types import Line, Page

SPEC = "[1,{height},0,3 Cr5,5,16,2,2 Gn4 Cr3,3,24,2,2 Gn4 Cr3,3,24 Gn4 Lbx12 Cr3,3,24 Gn4 O2l4]"
CLASSES = {"aux": {"_start_separator": 0, "_end_separator": 1}, "baselines": {"default": 2}, "regions": {"text": 3}}


def write_layout(path: Path, seed: int = 1, height: int = 288, classes: object = None, *, contrast: float = 1) -> Path:
    """Write a layout network with random weights, which sees pages `height` pixels high.

    Args:
        path: New .safetensors file.
        seed: Of the weights.
        height: At which it sees a page.
        classes: Its map; None = that of the shipped one.
        contrast: By which its last weights are multiplied; with 1 it sees no line, with 6 some where there are none.
    """
    from engines import runtime

    runtime.prepare()
    import torch
    from kraken.models import create_model
    from kraken.models.writers import write_safetensors

    torch.manual_seed(seed)
    network = create_model("TorchVGSLModel", vgsl=SPEC.format(height=height), model_type=["segmentation"])
    with torch.no_grad():
        for parameter in network.nn[-1].parameters():
            parameter.mul_(contrast)
    network.user_metadata["class_mapping"] = classes or CLASSES
    write_safetensors([network], path)
    return path


def page_of_blocks(seed: int, height: int = 288, width: int = 224) -> tuple[np.ndarray, Page]:
    """Return a page with rows of dark blocks, and where they lie; rows stand 48 pixels apart."""
    rng = random.Random(seed)
    image = np.full((height, width, 3), 235, np.uint8)
    lines = []
    for base in range(44 + rng.randrange(12), height - 12, 48):
        left, right = rng.randrange(8, 30), width - rng.randrange(8, 30)
        for x in range(left, right - 10, 13):
            image[base - rng.randrange(11, 17) : base, x : x + 10] = 30
        lines.append(
            Line(((left, base), (right, base)), ((left, base - 17), (right, base - 17), (right, base + 3), (left, base + 3)))
        )
    return image, Page(width, height, tuple(lines))


def pages_of_blocks(count: int = 5, held_out: int = 1) -> Dataset:
    """Return a dataset of such pages."""
    made = {str(number): page_of_blocks(number) for number in range(count)}
    examples = [Example(key, f"page {key}", key, page) for key, (_, page) in made.items()]
    split = {"train": examples[held_out:], "held_out": examples[:held_out], "test": ()}
    return Dataset("layout", split, lambda key: made[key][0])
