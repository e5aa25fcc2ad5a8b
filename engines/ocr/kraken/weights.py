"""Loads the weights of recognisers: once per process, never a pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from engines import runtime
from engines.errors import EngineUnavailable, InvalidWeights
from engines.layout.kraken.weights import check, load
from engines.ocr.kraken.calibration import COOLEST, HOTTEST
from engines.ocr.kraken.network import laid_out
from engines.ocr.text import main_script

if TYPE_CHECKING:
    import torch
    from kraken.lib.codec import PytorchCodec
    from kraken.lib.vgsl.model import TorchVGSLModel

LEAST_LETTERS = 15
"""Of a script in an alphabet that is for it, and not for Latin with some signs of another."""

BASE_WEIGHTS = Path(__file__).resolve().parents[3] / "models" / "base" / "ocr" / "hebrew" / "v1" / "model.safetensors"
"""What reads when nobody says otherwise: the model that ships with the program."""


@dataclass(frozen=True)
class Recogniser:
    """A line recogniser, ready to read.

    Attributes:
        network: (1, channels, height, width) float, ink = 1 → (1, labels, 1, frames) logits; and widths → frames, None = whole.
        codec: Turns labels into code points.
        channels: Channels of its input, 1 or 3.
        height: Height of its input, pixels.
        width: Width of its input, pixels; 0 = any.
        bilevel: It has learnt from black-and-white images.
        boxes: It has learnt from upright boxes, not from lines that were cut along a baseline.
        old_cut: It has learnt from lines that were cut out the way kraken did before version 5.
        device: Torch device that it lies on.
        temperature: By which logits are divided, so that confidences are how often it is right.
    """

    network: torch.nn.Module
    codec: PytorchCodec
    channels: int
    height: int
    width: int
    bilevel: bool
    boxes: bool
    old_cut: bool
    device: str
    temperature: float = 1.0


def recogniser(path: Path | None = None) -> Recogniser:
    """Return the recogniser of a file; the last few stay loaded.

    Args:
        path: A .safetensors or .mlmodel file; None = the model that ships with the program.

    Raises:
        EngineUnavailable: No path was given and the shipped model is not there.
        InvalidWeights: The file is missing, corrupt, of a refused format or no recogniser.
    """
    if path is None and not BASE_WEIGHTS.is_file():
        raise EngineUnavailable(
            "The model that ships with kraken's engine is not there.", "Give other weights, or make it with: make base-models"
        )
    chosen = check(path or BASE_WEIGHTS)
    state = chosen.stat()
    return _load_recogniser(str(chosen.resolve()), state.st_mtime_ns, state.st_size, temperature(chosen))


def temperature(path: Path) -> float:
    """Return the temperature that the model.json beside weights tells; 1 where there is none."""
    told = _said(path).get("temperature")
    return float(told) if isinstance(told, int | float) and COOLEST <= told <= HOTTEST else 1.0


def _said(path: Path) -> Mapping[str, object]:
    """Return what the model.json beside weights says; nothing when there is none, as weights may come alone."""
    try:
        said = json.loads(path.with_name("model.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


@lru_cache(maxsize=3)
def _load_recogniser(path: str, changed_ns: int, size: int, warmth: float) -> Recogniser:  # noqa: ARG001 - a changed file is another one
    """Load a recogniser; see `recogniser`."""
    return replace(ready(load(path, "recognition")[0]), temperature=warmth)


def ready(network: TorchVGSLModel) -> Recogniser:
    """Return a network as a recogniser on the device of this process; it is only to read from now on.

    Raises:
        InvalidWeights: It has no alphabet or no fixed height.
    """
    import torch

    device = runtime.device()
    network.nn.to(device)
    if device == "cpu":
        laid_out(network.nn, torch.channels_last)
    return recogniser_of(network, device)


def recogniser_of(network: TorchVGSLModel, device: str) -> Recogniser:
    """Return a network as a recogniser; it lies on `device` already.

    Raises:
        InvalidWeights: It has no alphabet or no fixed height.
    """
    _, channels, height, width = network.input
    codec = getattr(network, "codec", None)
    if codec is None or height == 0:
        raise InvalidWeights("The model has no alphabet or no fixed height.", "Give a trained recogniser of lines.")
    return Recogniser(
        network=network.nn.eval(),
        codec=codec,
        channels=channels,
        height=height,
        width=width,
        bilevel=network.one_channel_mode == "1",
        boxes=network.seg_type == "bbox",
        old_cut=bool(network.use_legacy_polygons),
        device=device,
    )


def fresh(path: Path) -> TorchVGSLModel:
    """Return a recogniser of a file as a network of one's own, to train.

    Raises:
        InvalidWeights: The file is missing, corrupt, of a refused format or no recogniser.
    """
    return every(path)[0]


def every(path: Path) -> list[TorchVGSLModel]:
    """Return all recognisers of a file, as networks of one's own on the CPU; most files hold one.

    Raises:
        InvalidWeights: The file is missing, corrupt, of a refused format, or one of its networks is no recogniser.
    """
    networks = load(str(check(path)), "recognition")
    for network in networks:
        recogniser_of(network, "cpu")
    return networks


def alphabet(path: Path) -> str | None:
    """Return the characters that a recogniser can write, without loading it; None when that cannot be told.

    The model.json beside the weights says it, or the head of a safetensors file, which is JSON.
    """
    said = _said(path).get("alphabet")
    if isinstance(said, str) and said:
        return said
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            head = json.loads(file.read(min(size, 1 << 20)))
        networks = json.loads(head["__metadata__"]["kraken_meta"]).values()
        return "".join(sorted({char for network in networks for text in network["codec"] for char in text}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def describe(path: Path) -> dict[str, object]:
    """Return `alphabet`, `script` and `height` (pixels) of a recogniser, after loading it.

    Raises:
        InvalidWeights: The file is missing, corrupt, of a refused format or no recogniser.
    """
    runtime.prepare()
    return described(every(path)[:1])


def described(networks: Sequence[TorchVGSLModel]) -> dict[str, object]:
    """Return what one or more recognisers can write together: `alphabet`, `script`, and the `height` of the first, pixels."""
    written = {char for network in networks for text in network.codec.c2l for char in text}
    return {"alphabet": "".join(sorted(written)), "script": _script(written), "height": networks[0].input[2]}


def _script(alphabet: set[str]) -> str:
    """Return the script that an alphabet is for: Latin letters stand in most alphabets, so that any other counts first."""
    others = [letter for letter in alphabet if main_script(letter) != "Latin"]
    return main_script(others if sum(map(str.isalpha, others)) >= LEAST_LETTERS else alphabet)
