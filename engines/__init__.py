"""Engines turn pixels and sound into predictions. They know nothing of the workbench and work in a notebook.

`classes(task)` and `get(task, name)` are the only door; an engine is one file or package in the folder of its task.
Engines from outside are found too: the variable WORKBENCH_ENGINES names folders (separated as in PATH) whose files and
packages are engines of any task. Being a variable of the environment, it reaches worker processes as well.
"""

from __future__ import annotations

import logging
import os
import pkgutil
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from inspect import isabstract
from pathlib import Path
from types import ModuleType
from typing import Any

from engines.base import Engine
from engines.errors import UnknownEngine

TASKS = ("ocr", "layout")
FOLDERS_VARIABLE = "WORKBENCH_ENGINES"

_log = logging.getLogger(__name__)


def classes(task: str) -> dict[str, type[Engine[Any]]]:
    """Return the engine classes of a task by name, in alphabetical order. Imports no heavy library.

    A broken engine from outside is logged and left out; a broken one of our own raises, so that nobody overlooks it.

    Raises:
        UnknownEngine: There is no such task.
    """
    if task not in TASKS:
        raise UnknownEngine(f"There is no task '{task}'.", f"Known tasks: {', '.join(TASKS)}.")
    return dict(_discover(task, os.environ.get(FOLDERS_VARIABLE, "")))


def get(task: str, name: str) -> type[Engine[Any]]:
    """Return the engine class of that name.

    Raises:
        UnknownEngine: No engine has this name.
    """
    known = classes(task)
    if name not in known:
        raise UnknownEngine(f"There is no {task} engine '{name}'.", f"Known engines: {', '.join(known)}.")
    return known[name]


@cache
def _discover(task: str, folders: str) -> dict[str, type[Engine[Any]]]:
    """Return the engines of a task: the shipped ones and those of the named folders."""
    found: dict[str, type[Engine[Any]]] = {}
    package = import_module(f"engines.{task}")
    for info in pkgutil.iter_modules(package.__path__):
        found.update(_engines_in(import_module(f"engines.{task}.{info.name}"), info.name, task))
    for folder in filter(None, folders.split(os.pathsep)):
        for name, module in _outside_modules(Path(folder)):
            if name in found:
                _log.warning("The engine in %s is left out: the name '%s' is taken.", folder, name)
                continue
            found.update(_engines_in(module, name, task))
    return dict(sorted(found.items()))


def _engines_in(module: ModuleType, name: str, task: str) -> dict[str, type[Engine[Any]]]:
    """Return the engine that a module defines, under the name of its file; nothing when it defines none of this task."""
    for value in vars(module).values():
        if not (isinstance(value, type) and issubclass(value, Engine)) or isabstract(value):
            continue
        if value.__module__ == module.__name__ and getattr(value, "task", None) == task:
            value.name = name
            return {name: value}
    return {}


def _outside_modules(folder: Path) -> Iterator[tuple[str, ModuleType]]:
    """Yield the modules of a folder that is no package, by name; a broken one is logged and left out."""
    if not folder.is_dir():
        _log.warning("%s names %s, which is no folder.", FOLDERS_VARIABLE, folder)
        return
    for path in sorted([*folder.glob("[!_.]*.py"), *folder.glob("[!_.]*/__init__.py")]):
        name = path.parent.name if path.name == "__init__.py" else path.stem
        try:
            yield name, _load(path, name)
        except Exception:
            _log.exception("The engine in %s is left out: it cannot be imported.", path)


def _load(path: Path, name: str) -> ModuleType:
    """Import a file under a name of its own, so that equal names of two folders do not meet; once per process."""
    unique = f"engines_outside_{sha256(str(path.resolve()).encode()).hexdigest()[:12]}_{name}"
    if unique in sys.modules:
        return sys.modules[unique]
    spec = spec_from_file_location(unique, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python module")
    module = module_from_spec(spec)
    sys.modules[unique] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[unique]
        raise
    return module
