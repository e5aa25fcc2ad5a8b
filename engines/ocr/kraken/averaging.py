"""Makes one recogniser of several: averaged weights of networks of one kind, or their averaged answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engines import runtime
from engines.errors import InvalidWeights
from engines.learning import Learnt

if TYPE_CHECKING:
    import torch
    from kraken.lib.vgsl.model import TorchVGSLModel

    from engines.ocr.kraken.weights import Recogniser

WEIGHTS = "model.safetensors"


def average(paths: Sequence[Path], out: Path) -> Learnt:
    """Write the network whose weights are the mean of those of others: a model soup (Wortsman et al. 2022, arXiv:2203.05482).

    It reads as fast as one. The paper finds it better than each where all were tuned a little from one model; of networks
    that went far from one another the mean reads badly.

    Args:
        paths: Files of weights, one network each.
        out: Folder for the new file.

    Raises:
        InvalidWeights: One is no recogniser, or they differ in architecture or alphabet.
    """
    runtime.prepare()
    import torch

    from engines.ocr.kraken.network import write
    from engines.ocr.kraken.weights import described, fresh

    networks = [fresh(path) for path in paths]
    first = networks[0]
    for path, other in zip(paths, networks, strict=True):
        if _kind(other) != _kind(first):
            hint = "Average versions that were trained from one model on the same characters, or combine them without averaging."
            raise InvalidWeights(f"{path.parent.name}/{path.name} has another architecture or alphabet than the first one.", hint)
    states = [network.nn.state_dict() for network in networks]
    mean = {name: torch.stack([state[name].double() for state in states]).mean(0).to(states[0][name].dtype) for name in states[0]}
    first.nn.load_state_dict(mean)
    write(first, out / WEIGHTS)
    return Learnt(WEIGHTS, described([first]), {})


def cooled(network: TorchVGSLModel, temperature: float) -> TorchVGSLModel:
    """Return a network with its temperature built into its last layer, so that its weights may go on alone."""
    import torch

    with torch.no_grad():
        for weights in [*network.nn.children()][-1].parameters():
            weights.div_(temperature)
    return network


def _kind(network: TorchVGSLModel) -> tuple[object, ...]:
    """Return what networks must have in common for their weights to mean the same."""
    return network.spec, network.codec.c2l, network.one_channel_mode, network.seg_type, bool(network.use_legacy_polygons)


def together(recognisers: Sequence[Recogniser]) -> list[tuple[Recogniser, int]]:
    """Return recognisers with how many networks each is made of: those that agree in all but their weights become one.

    They agree when they see a line in the same way, have the same labels and give as many frames for it; then the
    probabilities of a frame can be averaged.
    """
    groups: dict[tuple[object, ...], list[Recogniser]] = {}
    for recogniser in recognisers:
        groups.setdefault(_sight(recogniser), []).append(recogniser)
    return [(_mean(group) if len(group) > 1 else group[0], len(group)) for group in groups.values()]


def _sight(recogniser: Recogniser) -> tuple[object, ...]:
    """Return all that must be equal in recognisers whose answers are averaged frame by frame."""
    import torch

    columns = 480
    with torch.inference_mode():
        picture = torch.zeros(1, recogniser.channels, recogniser.height, recogniser.width or columns, device=recogniser.device)
        _, frames = recogniser.network(picture, torch.tensor([picture.shape[-1]]))
    labels = tuple(sorted((text, *map(int, of)) for text, of in recogniser.codec.c2l.items()))
    shown = recogniser.channels, recogniser.height, recogniser.width, recogniser.bilevel, recogniser.boxes, recogniser.old_cut
    return *shown, int(frames[0]), labels


def _mean(group: Sequence[Recogniser]) -> Recogniser:
    """Return a recogniser whose probabilities are the mean of those of others that agree in all but their weights."""
    import torch

    class Mean(torch.nn.Module):
        """Logs of the mean probabilities: their softmax is the mean itself."""

        def __init__(self) -> None:
            super().__init__()
            self.members = torch.nn.ModuleList(recogniser.network for recogniser in group)

        def forward(self, lines: torch.Tensor, widths: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            answers = [member(lines, widths) for member in self.members]
            chances = torch.stack([logits.float().softmax(1) for logits, _ in answers]).mean(0)
            return chances.clamp_min(torch.finfo(chances.dtype).tiny).log(), answers[0][1]

    return replace(group[0], network=Mean())
