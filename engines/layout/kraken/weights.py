"""Loads kraken's files of weights, never a pickle, and the network that finds lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines import runtime
from engines.errors import EngineUnavailable, InvalidWeights

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from kraken.lib.vgsl.model import TorchVGSLModel

SUFFIXES = (".safetensors", ".mlmodel")


@dataclass(frozen=True)
class Finder:
    """A network that finds lines, ready to run.

    Attributes:
        wide: Its convolutions, which may reckon in 16 bits.
        deep: All from the first recurrent layer on.
        input: Batch, channels, height and width of its input; the width is 0 = any.
        classes: Index of each class of its map by kind (`aux`, `baselines`, `regions`) and name.
        topline: It finds the upper edge of letters that hang, in the place of a baseline.
    """

    wide: torch.nn.Module
    deep: torch.nn.Module
    input: tuple[int, ...]
    classes: Mapping[str, Mapping[str, int]]
    topline: bool


def shipped() -> Path | None:
    """Return the layout network inside kraken's own package; None where that is missing. Imports nothing of kraken."""
    package = find_spec("kraken")
    path = Path(package.origin).with_name("blla.mlmodel") if package is not None and package.origin else None
    return path if path is not None and path.is_file() else None


def finder(path: Path | None = None) -> Finder:
    """Return the layout network of a file; the last ones stay loaded.

    Args:
        path: A .safetensors or .mlmodel file; None = the network that kraken ships.

    Raises:
        EngineUnavailable: No path was given and kraken's own file is missing or unreadable.
        InvalidWeights: The file is missing, corrupt, of a refused format or finds no lines.
    """
    chosen = _chosen(path)
    state = chosen.stat()
    try:
        return _load_finder(str(chosen.resolve()), state.st_mtime_ns, state.st_size)
    except InvalidWeights as error:
        raise _explained(path, error) from error


def fresh(path: Path | None = None) -> TorchVGSLModel:
    """Return the layout network of a file as a network of one's own on the CPU, to train; see `finder`."""
    try:
        network = load(str(_chosen(path)), "segmentation")[0]
        _require_layout(network)
    except InvalidWeights as error:
        raise _explained(path, error) from error
    return network


def finder_of(network: TorchVGSLModel) -> Finder:
    """Return a network as a finder, which takes its layers for itself.

    Args:
        network: As `fresh` gives it.
    """
    from engines.layout.kraken.heat import parts

    network.nn.eval().to(runtime.device())
    facts = network.user_metadata
    wide, deep = parts(network)
    return Finder(wide, deep, tuple(network.input), facts["class_mapping"], bool(facts.get("topline", False)))


def describe(path: Path) -> dict[str, object]:
    """Return the `height` at which the network sees a page, pixels, and the names of the `baselines` and `regions` it finds.

    Raises:
        InvalidWeights: The file is missing, corrupt, of a refused format or finds no lines.
    """
    runtime.prepare()
    network = fresh(path)
    classes = network.user_metadata["class_mapping"]
    return {"height": network.input[2], **{kind: sorted(classes[kind]) for kind in ("baselines", "regions")}}


def check(path: Path) -> Path:
    """Return the path of weights after a look at its name and kind, before anything is read.

    Raises:
        InvalidWeights: There is no such file, or its format is refused.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InvalidWeights(
            f"Weights of the kind '{path.suffix or path.name}' are refused.",
            f"Give {' or '.join(SUFFIXES)}; kraken's own tools convert checkpoints. Pickles could run foreign code.",
        )
    if not path.is_file():
        raise InvalidWeights(f"There are no weights at {path}.", "Choose another model, or import it again.")
    return path


def load(path: str, task: str) -> list[TorchVGSLModel]:
    """Return the networks of a file that were made for a task, one at least.

    Args:
        path: As `check` lets it pass.
        task: As kraken calls it: `recognition` or `segmentation`.

    Raises:
        InvalidWeights: The file is corrupt, made for something else, or holds numbers that are none.
    """
    import torch
    from kraken.lib.vgsl.model import TorchVGSLModel
    from kraken.models import load_models

    name = Path(path).name
    try:
        networks = load_models(path)
    except Exception as error:  # kraken, safetensors, coremltools and protobuf each raise their own
        raise InvalidWeights(
            f"{name} cannot be loaded: it is damaged, or no model of kraken.", "Give the original file."
        ) from error
    fitting = [network for network in networks if isinstance(network, TorchVGSLModel) and task in network.model_type]
    if any(not torch.isfinite(weights).all() for network in fitting for weights in network.state_dict().values()):
        raise InvalidWeights(
            f"{name} holds numbers that are none (NaN or infinite), as of a training that went wrong.",
            "Give an earlier version, or train it again with a lower learning rate.",
        )
    if fitting:
        return fitting
    tasks = ", ".join(sorted({task for network in networks for task in network.model_type})) or "nothing known"
    raise InvalidWeights(f"{name} is made for {tasks}, not for {task}.", f"Give weights that were trained for {task}.")


def _chosen(path: Path | None) -> Path:
    """Return the file of weights, kraken's own where none is given."""
    if path is not None:
        return check(path)
    own = shipped()
    if own is None:
        raise _missing()
    return own


def _missing() -> EngineUnavailable:
    return EngineUnavailable("kraken's layout model cannot be loaded.", "Install kraken again: pip install kraken==7.1.1")


def _explained(path: Path | None, error: InvalidWeights) -> InvalidWeights | EngineUnavailable:
    """Return what is wrong with weights; where nobody gave any, kraken is."""
    return error if path is not None else _missing()


@lru_cache(maxsize=2)
def _load_finder(path: str, changed_ns: int, size: int) -> Finder:  # noqa: ARG001 - a changed file is another one
    """Load a layout network; see `finder`."""
    return finder_of(fresh(Path(path)))


def _require_layout(network: TorchVGSLModel) -> None:
    """Refuse a network whose map does not say where lines begin, end and run.

    Raises:
        InvalidWeights: It is one.
    """
    classes: Any = network.user_metadata.get("class_mapping")
    try:
        named = {**classes["aux"], **classes["baselines"], **classes["regions"]}
        fits = {"_start_separator", "_end_separator"} <= set(classes["aux"]) and len(classes["baselines"]) > 0
        fits = fits and all(isinstance(index, int) and 0 <= index < network.output[1] for index in named.values())
    except (KeyError, TypeError):
        fits = False
    if not fits or network.input[2] == 0 or network.input[1] not in (1, 3):
        raise InvalidWeights("The model does not say where lines begin, end and run.", "Give a layout model of kraken.")
