"""Reading the folder of a version: its `model.json` and its weights. The folder is the truth."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import engines
from engines.base import Engine
from engines.errors import EngineError
from workbench.services.models.version import Headline, ModelVersion, is_slug, number_of

SAID = "model.json"

_log = logging.getLogger(__name__)


def versions(folder: Path, owner: str, task: str) -> Iterator[ModelVersion]:
    """Yield the versions in the folder of a task by name, the newest first; what is not named like a model is left out."""
    for model in sorted(path for path in _folders(folder) if is_slug(path.name)):
        for number in sorted(numbers(model), reverse=True):
            version = read(model / f"v{number}", f"{owner}/{task}/{model.name}", number)
            if version is not None:
                yield version


def numbers(model: Path) -> list[int]:
    """Return the numbers of the folders of versions in the folder of a model."""
    return [number for path in _folders(model) if (number := number_of(path.name)) is not None]


def _folders(path: Path) -> list[Path]:
    return [child for child in path.iterdir() if child.is_dir()] if path.is_dir() else []


def read(folder: Path, name: str, number: int) -> ModelVersion | None:
    """Return the version in a folder; one that cannot be used says why instead of hiding. None for an empty folder."""
    said, problem = _said(folder)
    if problem and not _has_content(folder):
        return None
    engine, path, fingerprint = str(said.get("engine", "")), folder, ""
    if not problem:
        try:
            path = weights(folder, engines.get(_task(name), engine), said)
            fingerprint = str(said.get("sha256") or _fingerprint(path))
        except EngineError as error:
            problem = f"{error.message} {error.hint}".strip()
        except OSError:
            problem = "its weights cannot be read."
    if problem:
        _log.warning("The model %s/v%d is broken: %s", name, number, problem)
    metrics, dataset = _mapping(said.get("metrics")), _mapping(said.get("dataset"))
    parent = said.get("parent")
    return ModelVersion(
        name=name,
        version=number,
        path=path,
        folder=folder,
        engine=engine,
        title=str(said.get("title") or name.rpartition("/")[2]),
        card=_card(folder),
        metrics=metrics,
        script=str(said.get("script") or ""),
        fingerprint=fingerprint,
        problem=problem,
        parent=parent if isinstance(parent, str) else None,
        created=_number(said.get("created")),
        examples=_whole(dataset.get("examples")),
        documents=_whole(dataset.get("documents")),
        headline=_headline(_mapping(metrics.get("headline"))),
        dataset_id=_whole(dataset.get("id")),
        job_id=_whole(said.get("job")),
        said=said,
    )


def said_in(folder: Path) -> Mapping[str, object]:
    """Return what the `model.json` of a folder says; nothing when it cannot be read."""
    return _said(folder)[0]


def _said(folder: Path) -> tuple[Mapping[str, object], str]:
    """Return what `model.json` says and what is wrong with it."""
    try:
        said = json.loads((folder / SAID).read_text("utf-8"))
    except FileNotFoundError:
        return {}, "its model.json is missing."
    except (OSError, ValueError, RecursionError):
        return {}, "its model.json cannot be read."
    if not isinstance(said, dict) or not isinstance(said.get("engine"), str):
        return {}, "its model.json names no engine."
    return said, ""


def _has_content(folder: Path) -> bool:
    """Tell whether anything lies in a folder; an empty one is what a copy leaves that has just begun."""
    try:
        return any(folder.iterdir())
    except OSError:  # it was removed meanwhile
        return False


def _card(folder: Path) -> str:
    try:
        return (folder / "card.md").read_text("utf-8", "replace")
    except OSError:
        return ""


def weights(folder: Path, engine: type[Engine], said: Mapping[str, object] | None = None) -> Path:
    """Return the file of weights: the one that `model.json` names, else `model.*`, else the first of a kind the engine takes,
    else those that its library brings.

    Raises:
        EngineError: There is none of a kind that the engine takes.
    """
    named = (said or {}).get("weights")
    if isinstance(named, str) and _is_plain(named, engine.suffixes) and (folder / named).is_file():
        return folder / named
    for suffix in engine.suffixes:
        found = [path for path in sorted(folder.glob(f"*{suffix}")) if not path.name.startswith(".")]
        for path in sorted(found, key=lambda path: path.stem != "model"):
            return path
    own = engine.own_weights()
    if own is not None:  # a version that only tells about weights which its library brings
        return own
    raise EngineError(f"There are no weights ({', '.join(engine.suffixes) or 'none needed'}) in its folder.")


def _is_plain(name: str, suffixes: Sequence[str]) -> bool:
    """Tell whether a name is that of a file in the same folder, of one of these kinds."""
    return Path(name).name == name and Path(name).suffix in suffixes


def _fingerprint(weights: Path) -> str:
    state = weights.stat()
    return f"{state.st_size}-{state.st_mtime_ns}"


def _task(name: str) -> str:
    return name.split("/")[1]


def _headline(said: Mapping[str, object]) -> Headline | None:
    """Return the figure that a training wrote; None when there is none."""
    value = _number(said.get("value"))
    if value is None or not isinstance(said.get("measure"), str):
        return None
    return Headline(str(said["measure"]), value, _number(said.get("low")), _number(said.get("high")), _whole(said.get("n")))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:  # a whole number of hundreds of digits
        return None


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None else None
