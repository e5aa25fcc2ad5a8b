"""Taking in a model that somebody brings, without trusting it: nothing of it is loaded in this process."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import engines
from engines.errors import EngineError
from workbench.config import MEGABYTE
from workbench.formats.errors import FormatError
from workbench.formats.weights import KINDS, PICKLES, check_kind, describe_apart
from workbench.formats.weights.kinds import PICKLES_ARE_REFUSED
from workbench.services.actors import Actor
from workbench.services.errors import Invalid, TooLarge
from workbench.services.models import folders
from workbench.services.models.exporting import ZIP
from workbench.services.models.publishing import Publishing
from workbench.services.models.unpacking import MOST_BYTES, unpack
from workbench.services.models.version import ModelVersion
from workbench.store.database import now, translated

LONGEST_TITLE = 200
_LONGEST_KEY = 100


class Importing(Publishing):
    """Takes models in; for the command line only, which owns the machine."""

    def take_in(self, actor: Actor, file: Path, name: str, title: str = "", *, task: str = "ocr") -> ModelVersion:
        """Make a file the next version of a model of the actor.

        What a ZIP says about figures and about learnt pages is kept, as pages are known by their content; ids of the
        workbench that it comes from are not. Nobody knows whether that is all: `learnt_from` is null.

        Args:
            actor: Whose model it will be.
            file: A .zip of a workbench, a .safetensors or a .mlmodel.
            name: Last part of the name of the model.
            title: How people call it; "" = what the file says.
            task: What it must be for.

        Raises:
            Invalid: The file is missing, of a refused kind, damaged, or made for something else.
            TooLarge: It is larger than a model may be.
            DiskFull: There is no room for it.
        """
        model = self._model(actor.workspace, task, name)
        _check_file(file)
        folder = model / f".import-{uuid4().hex}"
        try:
            with translated():
                folder.mkdir(parents=True)
                if file.suffix.lower() == ZIP:
                    unpack(file, folder)
                else:
                    shutil.copyfile(file, folder / f"model{file.suffix.lower()}")
            said = _described(folder, file, task)
            said["title"] = _displayed(title) or said["title"] or name
            said |= {"author": actor.name, "learnt_from": None}
            return self.publish(actor.workspace, task, name, folder, said)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _check_file(file: Path) -> None:
    """Look at the name and the size of a file, and at its first bytes."""
    if not file.is_file():
        raise Invalid(f"There is no file {file}.", "Check the path.")
    suffix = file.suffix.lower()
    if suffix in PICKLES:
        raise Invalid(f"Files of the kind '{suffix}' are refused.", PICKLES_ARE_REFUSED)
    if suffix not in (ZIP, *KINDS):
        raise Invalid(f"'{file.name[:80]}' is no model.", f"Give one of: {', '.join((ZIP, *KINDS))}.")
    if file.stat().st_size > MOST_BYTES:
        raise TooLarge(f"{file.name[:80]} is larger than {MOST_BYTES // MEGABYTE} MB.", "No model is as large as that.")


def _described(folder: Path, file: Path, task: str) -> dict[str, Any]:
    """Return what `model.json` is to say about the files in a folder; the weights are opened in a child process.

    Raises:
        Invalid: They are damaged or made for something else.
    """
    brought = _brought(folder, task) if file.suffix.lower() == ZIP else {}
    try:
        weights = _weights(folder, brought, task)
        check_kind(weights)
        _check_sum(weights, brought)
        found = describe_apart(weights, task, _text(brought.get("engine")) or None)
        engine = engines.get(task, str(found["engine"]))
        options = engine.options(_mapping(brought.get("options"))).model_dump(mode="json") if brought.get("options") else {}
    except (FormatError, EngineError) as error:
        raise Invalid(f"{file.name[:80]} cannot be imported. {error.message}", error.hint) from error
    return {
        "engine": engine.name,
        "title": _displayed(_text(brought.get("title"))) or _displayed(file.stem),
        "script": _text(found.get("script")) or _text(brought.get("script"))[:32],
        "parent": None,
        "weights": weights.name,
        "options": options,
        "alphabet": _text(found.get("alphabet")),
        "imported": {"file": _displayed(file.name), "at": now(), **_origin(brought)},
        **({"height": found["height"]} if "height" in found else {}),
        **_kept(brought),
    }


def _brought(folder: Path, task: str) -> Mapping[str, Any]:
    """Return what the `model.json` of a ZIP says.

    Raises:
        Invalid: It cannot be read, or the model is for something else.
    """
    try:
        said = json.loads((folder / folders.SAID).read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Invalid(f"The {folders.SAID} in the ZIP cannot be read.", "Export the model once more.") from error
    if not isinstance(said, dict) or not isinstance(said.get("engine"), str):
        raise Invalid(f"The {folders.SAID} in the ZIP names no engine.", "Export the model once more.")
    if said.get("task", task) != task:
        raise Invalid(f"The model is for {str(said['task'])[:40]}, not for {task}.", "Give a model for that task.")
    return said


def _weights(folder: Path, brought: Mapping[str, Any], task: str) -> Path:
    """Return the file of weights; there must be exactly one, or `model.json` names it."""
    if brought:
        return folders.weights(folder, engines.get(task, str(brought["engine"])), brought)
    return next(path for path in folder.iterdir() if path.suffix in KINDS)


def _check_sum(weights: Path, brought: Mapping[str, Any]) -> None:
    """Refuse weights that are not those that `model.json` was written for."""
    told = brought.get("sha256")
    if told is None:
        return
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != told:
        raise Invalid("The weights in the ZIP are not those that it describes.", "It is damaged: export the model once more.")


def _origin(brought: Mapping[str, Any]) -> dict[str, object]:
    """Return the name that a model had where it comes from."""
    version = brought.get("version")
    if not brought or not isinstance(version, int):
        return {}
    return {"name": _text(brought.get("name"))[:_LONGEST_KEY], "version": version, "author": _text(brought.get("author"))[:64]}


def _kept(brought: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stays true of a model in another workbench: no ids, no jobs, no names of people's lines."""
    kept: dict[str, Any] = {name: _mapping(brought.get(name)) for name in ("training", "split", "metrics") if brought.get(name)}
    dataset = _mapping(brought.get("dataset"))
    if dataset:
        kept["dataset"] = {name: dataset[name] for name in ("name", "sha256", "examples", "documents") if name in dataset}
    learnt, chosen = _mapping(brought.get("learnt")), _keys(brought.get("chosen_on"))
    documents = _keys(learnt.get("documents"))
    if brought.get("shared") is True or learnt.get("examples"):
        documents |= chosen  # lines of these were learnt, and have other names here
    if documents:
        kept["learnt"] = {"documents": sorted(documents), "examples": []}
    if chosen:
        kept["chosen_on"] = sorted(chosen)
    for name in ("created", "temperature"):
        if isinstance(brought.get(name), int | float):
            kept[name] = brought[name]
    return kept


def _displayed(words: str) -> str:
    """Return what may be shown of a text from outside, on one line."""
    from workbench.services.ocr.part import displayed  # late: reading needs the models

    return displayed(words[: 4 * LONGEST_TITLE])[:LONGEST_TITLE]


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _keys(value: object) -> set[str]:
    """Return the keys of documents in a list."""
    return {key for key in value if isinstance(key, str) and len(key) <= _LONGEST_KEY} if isinstance(value, list) else set()
