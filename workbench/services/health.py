"""Whether a page can be read here and now, and if not, why."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import engines
from engines.errors import EngineError
from workbench.config import MEGABYTE
from workbench.services.actors import LOCAL
from workbench.services.errors import ServiceError
from workbench.services.workers import LaneStatus
from workbench.store.errors import StoreError

if TYPE_CHECKING:
    from workbench.services import Services

LEAST_DISK = 100 * MEGABYTE
"""Bytes below which a disk counts as full."""


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """An engine, and what it lacks; "" when it can work."""

    name: str
    problem: str
    hint: str


@dataclass(frozen=True, slots=True)
class Health:
    """How the workbench does.

    Attributes:
        status: `ready` when a page can be read, else `not ready`.
        problems: Why not, a sentence each.
        engines: All engines.
        default_engine: The one that reads where nobody names one; "" when none can.
        queue: How each lane of workers does.
        free_megabytes: Room on the disk of the home.
    """

    status: str
    problems: tuple[str, ...]
    engines: tuple[EngineHealth, ...]
    default_engine: str
    queue: tuple[LaneStatus, ...]
    free_megabytes: int


def check(services: Services) -> Health:
    """Look at the database, the engines, the workers and the disk. Imports nothing heavy and reads no page."""
    problems: list[str] = []
    lanes: tuple[LaneStatus, ...] = ()
    try:
        services.store.schema.require()
        with services.store.begin():
            pass
        lanes = tuple(services.workers.status())
    except StoreError as error:
        problems.append(f"{error.message} {error.hint}")
    default = ""
    try:
        default = services.models.default_engine(LOCAL)
        problem = engines.get("ocr", default).unavailable()
        if problem is not None:
            problems.append(f"{problem.message} {problem.hint}")
    except (ServiceError, EngineError, StoreError) as error:
        problems.append(f"{error.message} {error.hint}")
    problems = list(dict.fromkeys(problems))  # the same store may have failed twice
    problems += [_of_lane(lane) for lane in lanes if _of_lane(lane)]
    free = free_bytes(services.settings.data)
    if free < LEAST_DISK:
        problems.append("The disk is full. Free some space.")
    status = "not ready" if problems else "ready"
    return Health(status, tuple(problems), _engines(), default, lanes, free // MEGABYTE)


def free_bytes(folder: Path) -> int:
    """Return how much room there is on the disk of a folder, which need not exist yet."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _engines() -> tuple[EngineHealth, ...]:
    found = []
    for name, engine in engines.classes("ocr").items():
        problem = engine.unavailable()
        found.append(EngineHealth(name, problem.message if problem else "", problem.hint if problem else ""))
    return tuple(found)


def _of_lane(lane: LaneStatus) -> str:
    if lane.problem:
        return lane.problem
    if lane.limit == 0 and lane.workers == 0:
        return f"No worker of the lane '{lane.lane}' runs. Start one: workbench worker --lane {lane.lane}."
    return ""
