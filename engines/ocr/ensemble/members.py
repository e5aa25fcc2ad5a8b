"""The members of an ensemble: several networks in one file of weights, written, loaded once, grouped by what they share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from engines import runtime
from engines.errors import InvalidWeights
from engines.learning import Learnt
from engines.ocr.kraken.averaging import WEIGHTS, cooled, together
from engines.ocr.kraken.weights import Recogniser, check, described, every, ready, temperature

MOST = 16
"""Members of an ensemble: each takes as long for a line as a model by itself."""


def networks(path: Path) -> list[Any]:
    """Return the networks of an ensemble, as kraken has them, on the CPU.

    Raises:
        InvalidWeights: The file is missing, damaged, or holds fewer than two recognisers.
    """
    found = every(path)
    if len(found) < 2:
        raise InvalidWeights(f"{path.name} holds one recogniser, and an ensemble has several.", "Read with the engine kraken.")
    return found


def gather(paths: Sequence[Path], out: Path) -> Learnt:
    """Write the networks of several files into one.

    Args:
        paths: Files of weights; one that is an ensemble itself brings all its members.
        out: Folder for the new file.

    Raises:
        InvalidWeights: One is no recogniser, or there are too many.
    """
    runtime.prepare()
    from engines.ocr.kraken.network import write

    found = [cooled(network, temperature(path)) for path in paths for network in every(path)]
    if len(found) > MOST:
        raise InvalidWeights(f"These are {len(found)} networks, and an ensemble has at most {MOST}.", "Take fewer models.")
    write(found[0], out / WEIGHTS, *found[1:])
    return Learnt(WEIGHTS, described(found), {})


def members(path: Path, *, averaged: bool) -> list[tuple[Recogniser, int]]:
    """Return the recognisers of an ensemble that vote, with the number of networks in each; the last one stays loaded.

    Args:
        path: File of weights.
        averaged: Those that see and write alike become one.

    Raises:
        InvalidWeights: As for `networks`.
    """
    state = check(path).stat()
    found = _members(path.resolve(), state.st_mtime_ns, state.st_size)
    return together(found) if averaged else [(recogniser, 1) for recogniser in found]


@lru_cache(maxsize=1)
def _members(path: Path, changed_ns: int, size: int) -> list[Recogniser]:  # noqa: ARG001 - a changed file is another one
    """Load an ensemble; see `members`."""
    return [ready(network) for network in networks(path)]
