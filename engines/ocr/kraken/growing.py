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
    added = "".join(sorted(wanted - set("".join(network.codec.c2l)))) if options.new_characters == "add" else ""
    return (_with_alphabet(network, added) if added else network), added


def characters(texts: Iterable[str]) -> set[str]:
    """Return the characters that a recogniser of these texts must be able to write."""
    return {char for text in texts for char in strict(text)}


def _with_alphabet(network: TorchVGSLModel, added: str) -> TorchVGSLModel:
    """Return the network with further labels, which it hardly ever writes at first; all else stays as it is.

    kraken's own way to resize an output layer writes a specification that it cannot read again.
    """
    import torch
    from kraken.lib.vgsl.model import TorchVGSLModel

    codec = network.codec.add_labels(list(added))
    old = network.nn.state_dict()
    spec, found = re.subn(r"(O(?:\{\w+\})?[210][lsc]a?)\d+\s*\]$", rf"\g<1>{codec.max_label + 1}]", network.spec)
    if not found:
        raise InvalidWeights("The alphabet of this model cannot grow.", "Leave new characters out, or start from another model.")
    grown = TorchVGSLModel(
        vgsl=spec,
        model_type=["recognition"],
        seg_type=network.seg_type,
        one_channel_mode=network.one_channel_mode,
        legacy_polygons=bool(network.use_legacy_polygons),
        codec=codec.c2l,
    )
    new = grown.nn.state_dict()
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
