"""Runs the layout network that kraken ships: a page in, a map of where lines begin, end and run, and of regions, out.

The layers and weights are kraken's; they lie in memory and are reckoned in the way that a CPU does fastest: channels
last, and in numbers of 16 bits where it multiplies such at twice the speed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engines import runtime
from engines.ocr.kraken.weights import layout_network

if TYPE_CHECKING:
    import torch
    from PIL import Image


def heat(picture: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """Return the map of the network (classes, height, width) 0..1, and the grey picture (height, width) that it saw."""
    import torch
    from kraken.lib.dataset import ImageInputTransforms
    from torchvision.transforms import v2

    batch, channels, height, width = layout_network().input
    seen, grey = picture, np.empty(0)
    for transform in ImageInputTransforms(batch, height, width, channels, 0, valid_norm=False).transforms:
        if isinstance(transform, v2.PILToTensor):
            grey = np.array(seen.convert("L"))
        seen = transform(seen)
    network = _network()
    with torch.inference_mode():
        place = {"device": runtime.device(), "dtype": next(network.parameters()).dtype}
        pixels = torch.as_tensor(seen).unsqueeze(0).to(**place, memory_format=torch.channels_last)
        out = torch.sigmoid(network(pixels).float())
        return torch.nn.functional.interpolate(out, size=grey.shape).squeeze(0).cpu().numpy(), grey


@lru_cache(maxsize=1)
def _network() -> torch.nn.Module:
    """Return the layers of the layout network, ready to run."""
    import torch
    from kraken.lib.vgsl.layers import ActConv2D, GroupNorm, TransposedSummarizingRNN

    class Along(torch.nn.Module):
        """Runs a recurrent layer along one axis of a picture (1, channels, height, width); needs no copy to run down."""

        def __init__(self, layer: torch.nn.LSTM, *, down: bool) -> None:
            super().__init__()
            self.layer = layer
            self.layer.batch_first = False
            self.axis = 0 if down else 1

        def forward(self, picture: torch.Tensor) -> torch.Tensor:
            steps = picture[0].permute(1, 2, 0).transpose(0, self.axis).contiguous()
            return self.layer(steps)[0].transpose(0, self.axis).permute(2, 0, 1).unsqueeze(0)

    layers: list[torch.nn.Module] = []
    for layer in layout_network().nn.children():
        match layer:
            case ActConv2D():
                layers.append(layer.co)
                if layer.nl_name == "RELU":
                    layers.append(torch.nn.ReLU(inplace=True))
            case GroupNorm():
                layers.append(layer.layer)
            case TransposedSummarizingRNN():
                layers.append(Along(layer.layer, down=layer.transpose))
            case _:
                raise TypeError(f"the layout network has a layer of an unknown kind: {type(layer).__name__}")
    return torch.nn.Sequential(*layers).to(_precision()).to(memory_format=torch.channels_last)


def _precision() -> torch.dtype:
    """Return the numbers to reckon in: of 16 bits on a CPU that multiplies them itself; in others they would be slow."""
    import torch

    has = torch.cpu.get_capabilities()
    return torch.bfloat16 if runtime.device() == "cpu" and (has.get("avx512_bf16") or has.get("amx_bf16")) else torch.float32
