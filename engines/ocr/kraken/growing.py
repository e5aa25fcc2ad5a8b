"""The network that a training starts with: that of a model, whose alphabet grows where it must, or a fresh one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from engines.errors import InvalidWeights
from engines.learning import Dataset
from engines.ocr.kraken.options import KrakenTraining
from engines.ocr.text import strict

if TYPE_CHECKING:
    from kraken.lib.codec import PytorchCodec
    from kraken.lib.vgsl.model import TorchVGSLModel


def start(dataset: Dataset, options: KrakenTraining, weights: Path | None) -> tuple[TorchVGSLModel, str]:
    """Return the network to train and the characters that were added to its alphabet.

    Args:
        dataset: Lines with their texts; those held out count too.
        options: Say whether new characters are added.
        weights: Of the model to start from; None = from nothing.

    Raises:
        InvalidWeights: They are missing, corrupt, no recogniser, or of one that reads colour.
    """
    from engines.ocr.kraken.network import build
    from engines.ocr.kraken.weights import fresh

    wanted = characters(example.target.text for split in ("train", "held_out") for example in dataset.examples[split])
    if weights is None:
        return build(wanted), ""
    network = fresh(weights)
    if network.input[1] != 1:
        raise InvalidWeights("This model reads colour images, which cannot be trained here.", "Start from another model.")
    known = set("".join(network.codec.c2l))
    if options.new_characters == "only these":
        return _with_only(network, wanted), "".join(sorted(wanted - known))
    added = "".join(sorted(wanted - known)) if options.new_characters == "add" else ""
    return (_with_alphabet(network, added) if added else network), added


def characters(texts: Iterable[str]) -> set[str]:
    """Return the characters that a recogniser of these texts must be able to write."""
    return {char for text in texts for char in strict(text)}


def _with_alphabet(network: TorchVGSLModel, added: str) -> TorchVGSLModel:
    """Return the network with further labels, which it hardly ever writes at first; all else stays as it is.

    kraken's own way to resize an output layer writes a specification that it cannot read again.
    """
    import torch

    grown = _resized(network, network.codec.add_labels(list(added)))
    old, new = network.nn.state_dict(), grown.nn.state_dict()
    for name, value in old.items():
        if new[name].shape == value.shape:
            new[name] = value
        else:  # the output layer: known labels keep their weights, new ones begin quiet
            new[name] = torch.zeros_like(new[name]) if value.dim() > 1 else torch.full_like(new[name], float(value.min()) - 2.0)
            new[name][: value.shape[0]] = value
            if value.dim() > 1:
                torch.nn.init.xavier_uniform_(new[name][value.shape[0] :])
    grown.nn.load_state_dict(new)
    return grown


def _with_only(network: TorchVGSLModel, wanted: set[str]) -> TorchVGSLModel:
    """Return the network with a new alphabet: what it knows of these characters it keeps, the others begin quiet."""
    import torch
    from kraken.lib.codec import PytorchCodec

    codec = PytorchCodec(sorted(wanted))
    smaller = _resized(network, codec)
    kept = {
        label[0]: network.codec.c2l[char][0] for char, label in codec.c2l.items() if len(network.codec.c2l.get(char, ())) == 1
    }
    old, new = network.nn.state_dict(), smaller.nn.state_dict()
    for name, value in old.items():
        if name.rsplit(".", 2)[0] != _output(network):
            new[name] = value
            continue
        new[name] = torch.full_like(new[name], float(value.min()) - 2.0) if value.dim() == 1 else new[name]
        new[name][0] = value[0]  # the blank
        for to, source in kept.items():
            new[name][to] = value[source]
    smaller.nn.load_state_dict(new)
    return smaller


def _output(network: TorchVGSLModel) -> str:
    """Return the name of the output layer among the weights."""
    return str(list(network.nn.state_dict())[-1].rsplit(".", 2)[0])


def _resized(network: TorchVGSLModel, codec: PytorchCodec) -> TorchVGSLModel:
    """Return a network like this one with an output layer for another alphabet, with fresh weights."""
    from kraken.lib.vgsl.model import TorchVGSLModel

    spec, found = re.subn(r"(O(?:\{\w+\})?[210][lsc]a?)\d+\s*\]$", rf"\g<1>{codec.max_label + 1}]", network.spec)
    if not found:
        raise InvalidWeights("The alphabet of this model cannot grow.", "Leave new characters out, or start from another model.")
    return TorchVGSLModel(
        vgsl=spec,
        model_type=["recognition"],
        seg_type=network.seg_type,
        one_channel_mode=network.one_channel_mode,
        legacy_polygons=bool(network.use_legacy_polygons),
        codec=codec.c2l,
    )
