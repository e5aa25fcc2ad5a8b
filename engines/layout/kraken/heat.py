"""Runs a layout network of kraken: a page in, a map of where lines begin, end and run, and of regions, out.

The layers and weights are kraken's; they lie in memory and are reckoned in the way that a CPU does fastest: channels
last, and in numbers of 16 bits where it multiplies such at twice the speed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engines import runtime

if TYPE_CHECKING:
    import torch
    from kraken.lib.vgsl.layers import TransposedSummarizingRNN
    from kraken.lib.vgsl.model import TorchVGSLModel
    from PIL import Image

    from engines.layout.kraken.weights import Finder


def heat(picture: Image.Image, finder: Finder) -> tuple[np.ndarray, np.ndarray]:
    """Return the map of the network (classes, height, width) 0..1, and the grey picture (height, width) that it saw."""
    import torch

    pixels, grey = seen(picture, finder.input)
    with torch.inference_mode():
        pixels = pixels.unsqueeze(0).to(runtime.device(), memory_format=torch.channels_last)
        for part in (finder.wide, finder.deep):
            pixels = part(pixels.to(next(part.parameters()).dtype))
        out = torch.nn.functional.interpolate(torch.sigmoid(pixels), size=grey.shape)
    return out.squeeze(0).cpu().numpy(), grey


def seen(picture: Image.Image, shape: tuple[int, ...]) -> tuple[torch.Tensor, np.ndarray]:
    """Return a picture as a network sees it, (channels, height, width) float 0..1 with ink bright, and in grey (height, width).

    Args:
        picture: RGB, any size.
        shape: Batch, channels, height and width of the input of the network.
    """
    import torch
    from kraken.lib.dataset import ImageInputTransforms
    from torchvision.transforms import v2

    batch, channels, height, width = shape
    now, grey = picture, np.empty(0)
    for transform in ImageInputTransforms(batch, height, width, channels, 0, valid_norm=False).transforms:
        if isinstance(transform, v2.PILToTensor):
            grey = np.array(now.convert("L"))
        now = transform(now)
    return torch.as_tensor(now), grey


def parts(network: TorchVGSLModel) -> tuple[torch.nn.Module, torch.nn.Module]:
    """Return a layout network in two parts, ready to run: the convolutions, and all from the first recurrent layer on.

    It takes the layers of the network for itself. The second part stays in 32 bits: in 16 its rounding would move
    outlines more than that of all convolutions.
    """
    import torch
    from kraken.lib.vgsl.layers import ActConv2D, GroupNorm, TransposedSummarizingRNN

    layers: list[torch.nn.Module] = []
    recurrent: list[int] = []
    output = list(network.nn.children())[-1]
    for layer in network.nn.children():
        if isinstance(layer, ActConv2D) and (layer is output or layer.nl_name in ("RELU", "LINEAR")):
            layers.append(layer.co)
            if layer.nl_name == "RELU":
                layers.append(torch.nn.ReLU(inplace=True))
        elif isinstance(layer, GroupNorm):
            layers.append(layer.layer)
        elif isinstance(layer, TransposedSummarizingRNN):
            recurrent.append(len(layers))
            layers.append(_along(layer))
        else:
            layers.append(_alone(layer))
    first = recurrent[0] if recurrent else len(layers) - 1
    wide = torch.nn.Sequential(*layers[:first]).to(_precision())
    wide.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue] - its stub knows no such call
    return wide, torch.nn.Sequential(*layers[first:])


def _alone(layer: torch.nn.Module) -> torch.nn.Module:
    """Return a layer of any other kind so that it takes a picture and gives one."""
    import torch

    class Alone(torch.nn.Module):
        """Leaves out the lengths of lines that kraken's layers pass on."""

        def __init__(self) -> None:
            super().__init__()
            self.layer = layer

        def forward(self, picture: torch.Tensor) -> torch.Tensor:
            return self.layer(picture)[0]

    return Alone()


def _along(layer: TransposedSummarizingRNN) -> torch.nn.Module:
    """Return a recurrent layer that runs along one axis of a picture (1, channels, height, width) with few copies."""
    import torch

    class Along(torch.nn.Module):
        """Shows the layer (steps, lines beside one another, channels), which is how a picture lies in memory to run down."""

        def __init__(self) -> None:
            super().__init__()
            self.layer = layer.layer
            setattr(self.layer, "batch_first", False)  # noqa: B010 - torch declares its attributes as modules

        def forward(self, picture: torch.Tensor) -> torch.Tensor:
            first = 1 if layer.transpose else 2
            steps = picture[0].permute(first, 3 - first, 0).contiguous()
            return self.layer(steps)[0].permute(2, first - 1, 2 - first).unsqueeze(0)

    return Along()


def _precision() -> torch.dtype:
    """Return the numbers to reckon in: of 16 bits on a CPU that multiplies them itself; in others they would be slow."""
    import torch

    has = torch.cpu.get_capabilities()
    return torch.bfloat16 if runtime.device() == "cpu" and (has.get("avx512_bf16") or has.get("amx_bf16")) else torch.float32
