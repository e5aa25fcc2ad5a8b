"""What a network says about lines: about each alone, or about several of similar width together, which a GPU is faster at.

Together, a line must not feel the paper that makes it as wide as its neighbours. kraken's group normalisation leaves out what
lies beyond the end of a line, and its LSTM begins there (packed sequences); between its layers that part is made blank here,
for a bias would fill it and the next convolution would look into it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from engines import runtime

if TYPE_CHECKING:
    import numpy as np
    import torch

    from engines.ocr.kraken.weights import Recogniser

_log = logging.getLogger(__name__)

Failure = ValueError | RuntimeError | MemoryError
"""What a network raises at a line that is too narrow, or when memory runs out."""


def posteriors(
    inks: Sequence[torch.Tensor], recogniser: Recogniser, columns: int = 0
) -> Iterator[tuple[int, np.ndarray | Failure]]:
    """Yield the probability (labels, frames) of every label in every frame of each line, with its index; columns sum to 1.

    The widest lines come first. Lines that fail together are tried with half as many, down to one alone, whose error is
    yielded in the place of its probabilities.

    Args:
        inks: Lines as the network wants them, (channels, height, width) float 0..1, ink bright.
        recogniser: Loaded weights.
        columns: Pixel columns that go through the network together; 0 = each line alone.
    """
    if not _takes_several(recogniser.network):
        columns = 0
    waiting = sorted(range(len(inks)), key=lambda index: inks[index].shape[-1], reverse=True)
    while waiting:
        widest = inks[waiting[0]].shape[-1]
        group = waiting[: max(1, columns // widest)]
        found = _attempt([inks[index] for index in group], recogniser)
        if isinstance(found, Failure) and len(group) > 1:
            columns = widest * len(group) // 2
            _spare(found, recogniser.device, columns)
            continue
        yield from zip(group, [found] if isinstance(found, Failure) else found, strict=True)
        del waiting[: len(group)]


def _spare(error: Failure, device: str, columns: int) -> None:
    """Tell why lines go on in smaller groups, and give back what memory torch keeps for itself."""
    reason = "Out of memory" if runtime.ran_out_of_memory(error) else "Lines failed together"
    _log.warning("%s: going on with %d columns at a time.", reason, columns, exc_info=error)
    if device != "cpu":
        import torch

        torch.cuda.empty_cache()


def _attempt(inks: Sequence[torch.Tensor], recogniser: Recogniser) -> list[np.ndarray] | Failure:
    """Return what the network says about each of some lines, or why it could not."""
    import torch

    try:
        with torch.inference_mode():
            return _alone(inks[0], recogniser) if len(inks) == 1 else _together(inks, recogniser)
    except (ValueError, RuntimeError, MemoryError) as error:
        return error.with_traceback(None)  # which would keep the tensors that fill the memory


def _alone(ink: torch.Tensor, recogniser: Recogniser) -> list[np.ndarray]:
    """Return what the network says about one line; without a width, which would send it through the LSTM step by step."""
    logits, _ = recogniser.network(ink.unsqueeze(0).to(recogniser.device), None)
    return [*_chances(logits, recogniser)]


def _together(inks: Sequence[torch.Tensor], recogniser: Recogniser) -> list[np.ndarray]:
    """Return what the network says about several lines, the widest first."""
    import torch

    widths = torch.tensor([ink.shape[-1] for ink in inks])
    batch = inks[0].new_zeros(len(inks), *inks[0].shape)
    for row, ink in zip(batch, inks, strict=True):
        row[..., : ink.shape[-1]] = ink
    batch = batch.to(recogniser.device)
    for layer in recogniser.network.children():
        batch, widths = layer(batch, widths)
        if widths.min() < 1:  # alone, it could not pass this layer either
            raise ValueError("A line is too narrow for the network.")
        beyond = torch.arange(batch.shape[-1]) >= widths[:, None]
        batch = batch.masked_fill(beyond[:, None, None].to(recogniser.device), 0)
    return [chances[:, :frames] for chances, frames in zip(_chances(batch, recogniser), widths.tolist(), strict=True)]


def _chances(logits: torch.Tensor, recogniser: Recogniser) -> np.ndarray:
    """Return probabilities (lines, labels, frames) from logits (lines, labels, 1, frames)."""
    return (logits / recogniser.temperature).softmax(1).squeeze(2).float().cpu().numpy()


def _takes_several(network: torch.nn.Module) -> bool:
    """Say whether each layer keeps lines of several widths apart: all that recognisers are usually made of do."""
    from kraken.lib.vgsl import layers

    def apart(layer: torch.nn.Module) -> bool:
        if isinstance(layer, layers.ActConv2D):
            return not layer.transposed
        if isinstance(layer, layers.Reshape):
            return 3 not in (layer.src_dim, layer.high, layer.low)  # the width stays
        if isinstance(layer, layers.TransposedSummarizingRNN):
            return layer.legacy is None and (layer.transpose or (not layer.summarize and layer.output_shape[2] == 1))
        return isinstance(layer, layers.GroupNorm | layers.MaxPool | layers.Dropout | layers.LinSoftmax)

    return isinstance(network, layers.MultiParamSequential) and all(apart(layer) for layer in network.children())
