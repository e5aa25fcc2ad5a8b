"""Tiny recognisers made on the spot, for tests that need one that reads something and not one that reads well."""

from __future__ import annotations

from pathlib import Path

SPEC = "[1,32,0,1 Cr3,5,24 Gn8 Mp2,2 Cr3,5,40 Gn8 Mp2,2 Cr3,3,64 Gn8 Mp2,1 S1(1x0)1,3 Lbx64 O1c{labels}]"
ALPHABET = 'אבגדהוזחטיכלמנסעפצקרשת םןץabcXYZ0123456789.,()[]"-\u05b7\u05c1\u05b0'


def write_recogniser(path: Path, seed: int = 3, *more: int, alphabet: str = ALPHABET, spec: str = SPEC) -> Path:
    """Write a recogniser with random weights that sees letters, marks, digits and brackets of both directions everywhere.

    Args:
        path: New .safetensors file.
        seed: Of the weights; the same seed reads the same.
        more: Seeds of further recognisers in the same file, which is an ensemble then.
        alphabet: What they can write.
        spec: VGSL of their layers.
    """
    from engines import runtime

    runtime.prepare()
    import torch
    from kraken.lib.codec import PytorchCodec
    from kraken.models import create_model
    from kraken.models.writers import write_safetensors

    networks = []
    for each in (seed, *more):
        torch.manual_seed(each)
        network = create_model(
            "TorchVGSLModel",
            vgsl=spec.format(labels=len(alphabet) + 1),
            model_type=["recognition"],
            seg_type="baselines",
            one_channel_mode="L",
            legacy_polygons=False,
            codec=PytorchCodec(alphabet).c2l,
        )
        with torch.no_grad():
            network.nn[-1].lin.weight.mul_(40)  # else it would be equally unsure of everything, and mostly blank
        networks.append(network)
    write_safetensors(networks, path)
    return path
