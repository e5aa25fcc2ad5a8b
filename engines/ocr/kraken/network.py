"""Builds and writes the small recogniser that ships with the program: convolutions with group normalisation and one LSTM."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engines import runtime

if TYPE_CHECKING:
    import torch
    from kraken.lib.vgsl.model import TorchVGSLModel

HEIGHT = 48
"""Height of a line as the network sees it, pixels. Vowel points are two pixels high at this size."""

PADDING = 16
"""White columns on either side of a line, as kraken adds them when it reads."""

SPEC = (
    "[1,{height},0,1 Cr5,5,24,2,2 Gn8 Cr3,3,32 Gn8 Mp2,2 Cr3,3,64 Gn8 Mp2,1 Cr3,3,64 Gn8 Mp2,1 "
    "S1(1x0)1,3 Lbx160 Do0.2,2 O1c{labels}]"
)
"""VGSL: a frame for every 4 columns. Group normalisation makes it learn from small batches; without it it hardly learns."""

BaseDirection = Literal["L", "R"]


def build(alphabet: Iterable[str]) -> TorchVGSLModel:
    """Return a fresh network for lines cut along their baselines, grey, that can write these characters.

    It begins with kraken's own values: an LSTM with orthogonal weights that remembers at first learns from the first epoch on;
    with torch's values it may take ten.

    Args:
        alphabet: Single characters; label 0 is the blank of CTC.
    """
    runtime.prepare()
    from kraken.lib.codec import PytorchCodec
    from kraken.lib.vgsl.model import TorchVGSLModel

    codec = PytorchCodec(sorted(set(alphabet)))
    network = TorchVGSLModel(
        vgsl=SPEC.format(height=HEIGHT, labels=codec.max_label + 1),
        model_type=["recognition"],
        seg_type="baselines",
        one_channel_mode="L",
        legacy_polygons=False,
        codec=codec.c2l,
    )
    network.init_weights()
    return network


def laid_out(module: torch.nn.Module, layout: torch.memory_format) -> torch.nn.Module:
    """Return the module with the weights of its convolutions in another memory layout; channels last is faster on a CPU."""
    for weights in module.parameters():
        if weights.dim() == 4:
            weights.data = weights.data.contiguous(memory_format=layout)
    return module


def write(network: TorchVGSLModel, path: Path, *more: TorchVGSLModel) -> None:
    """Write the weights of one network or more with all that kraken needs to load them; an older file is replaced at once."""
    from kraken.models.writers import write_safetensors

    staged = path.with_name(f".{os.getpid()}-{path.name}")
    staged.unlink(missing_ok=True)
    write_safetensors([network, *more], staged)
    staged.replace(path)


def display_order(text: str, base: BaseDirection = "R") -> str:
    """Return a text as it stands from left to right, which is the order in which a recogniser writes it."""
    from kraken.lib.bidi import get_display

    return get_display(text, base_dir=base)


def logical_order(text: str, base: BaseDirection = "R") -> str:
    """Return what stands from left to right in the order in which it is read; undoes `display_order` for usual lines."""
    from kraken.lib.bidi import get_display

    return get_display(text, base_dir=base)


def reversible(text: str) -> bool:
    """Return whether a text survives both reorderings; rare mixtures of numbers and signs do not."""
    return logical_order(display_order(text)) == text
