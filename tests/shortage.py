"""Memory that runs out: torch's own error, raised by asking for more than any machine has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass
class Shortage:
    """Numbers of a picture, or of several in a batch, with which memory runs out while a network learns; and how often it did."""

    most: float
    times: int = 0


@contextmanager
def shortage(most: float, channels: int) -> Iterator[Shortage]:
    """Let memory run out for the length of a block whenever a network in training is shown more than so much at once.

    Args:
        most: Numbers that it can still be shown; it may be changed meanwhile.
        channels: Of the pictures that it is shown.
    """
    import torch

    state = Shortage(most)

    def ask(_module: torch.nn.Module, inputs: tuple[Any, ...]) -> None:
        shown = inputs[0] if inputs and torch.is_grad_enabled() else None
        if isinstance(shown, torch.Tensor) and shown.shape[1] == channels and shown.numel() > state.most:
            state.times += 1
            torch.empty(2**50, dtype=torch.uint8, device=shown.device)

    hook = torch.nn.modules.module.register_module_forward_pre_hook(ask)
    try:
        yield state
    finally:
        hook.remove()
