"""The child process of `describe_apart`: loads one file of weights under limits and tells its parent by standard output.

    python -m workbench.formats.weights LIMITS PATH TASK ENGINE     JSON of what it is; ENGINE may be empty

An error is JSON too, with exit status 1. LIMITS is a JSON object.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import engines
from engines.base import Engine
from engines.errors import EngineError, InvalidWeights
from workbench.formats.confinement import confine
from workbench.formats.weights.apart import Limits

_OPEN_FILES = 256
_WRITTEN_BYTES = 16 * 1024 * 1024  # libraries try out their temporary folder


def main(arguments: list[str]) -> int:
    """Load a file under limits and write what it is to standard output.

    Args:
        arguments: As the module says.

    Returns:
        Exit status: 0 = done, 1 = an error was written, 2 = wrong arguments.
    """
    if len(arguments) != 4:
        sys.stderr.write("usage: python -m workbench.formats.weights LIMITS PATH TASK ENGINE\n")
        return 2
    limits, path, task, name = arguments
    answer = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no answer
    most = Limits(**json.loads(limits))
    confine(
        {
            "RLIMIT_DATA": most.memory_bytes,  # not RLIMIT_AS: libraries map gigabytes of files
            "RLIMIT_CPU": most.cpu_seconds,
            "RLIMIT_FSIZE": _WRITTEN_BYTES,
            "RLIMIT_NOFILE": _OPEN_FILES,
        }
    )
    try:
        told, code = _described(Path(path), task, name), 0
    except MemoryError:
        told, code = _error("The weights need more memory than a model may.", "Give a smaller model."), 1
    except EngineError as error:
        told, code = _error(error.message, error.hint), 1
    os.write(answer, json.dumps(told).encode() + b"\n")
    return code


def _described(path: Path, task: str, name: str) -> dict[str, object]:
    """Return what the weights are, by the engine of that name, or the first one that can load them."""
    known = {name: engines.get(task, name)} if name else engines.classes(task)
    fitting = {name: engine for name, engine in known.items() if path.suffix.lower() in engine.suffixes}
    failures: list[EngineError] = []
    for engine_name, engine in fitting.items():
        try:
            return {**_looked(engine, path), "engine": engine_name}
        except EngineError as error:
            failures.append(error)
    if not failures:
        raise InvalidWeights(f"No engine here takes files of the kind '{path.suffix}'.", "Give another file.")
    raise failures[-1]


def _looked(engine: type[Engine], path: Path) -> dict[str, object]:
    """Return what an engine says about weights."""
    problem = engine.unavailable()
    if problem is not None:
        raise problem
    return dict(engine.describe(path))


def _error(message: str, hint: str) -> dict[str, object]:
    return {"error": True, "message": message, "hint": hint}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
