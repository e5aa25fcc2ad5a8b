"""`doctor`."""

from __future__ import annotations

import os
import platform
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import typer

from workbench.cli.wiring import services

if TYPE_CHECKING:
    from workbench.services import Services


class Finding(NamedTuple):
    """What one check found; `problem` is empty when all is well, a warning does not stop anything from working."""

    what: str
    found: str
    problem: str = ""
    is_warning: bool = False


def doctor() -> None:
    """Check what the workbench needs and say what is missing; the exit code is 1 when a page cannot be read."""
    failed = False
    with services(database=False) as built:
        for finding in _findings(built):
            mark = "ok  " if not finding.problem else "warn" if finding.is_warning else "FAIL"
            typer.echo(f"{mark}  {finding.what}: {finding.found}{' – ' if finding.problem else ''}{finding.problem}")
            failed = failed or (finding.problem != "" and not finding.is_warning)
    if failed:
        raise typer.Exit(1)


def _findings(built: Services) -> Iterator[Finding]:
    version = platform.python_version()
    wrong = "" if version.startswith("3.11.") else "The pinned packages are tested with Python 3.11."
    yield Finding("python", version, wrong, is_warning=True)
    yield _home(built)
    yield _disk(built)
    yield _database(built)
    yield _port(built)
    yield from _engines(built)
    yield _languages()
    yield _workers(built)


def _home(built: Services) -> Finding:
    home = built.settings.home
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    problem = "" if os.access(existing, os.W_OK | os.X_OK) else "It cannot be written to. Set WORKBENCH_HOME to another folder."
    return Finding("home", str(home), problem)


def _disk(built: Services) -> Finding:
    from workbench.services.health import LEAST_DISK, free_bytes

    free = free_bytes(built.settings.home)
    problem = "The disk is full. Free some space." if free < LEAST_DISK else "" if free > 10 * LEAST_DISK else "Nearly full."
    return Finding("disk", f"{free / 1e9:.1f} GB free", problem, is_warning=free >= LEAST_DISK)


def _database(built: Services) -> Finding:
    from workbench.store.errors import StoreError

    try:
        version = built.store.schema.version()
        if version is None:
            return Finding("database", "not made yet", "`workbench serve` makes it.", is_warning=True)
        built.store.schema.require()
    except StoreError as error:
        return Finding("database", "not usable", f"{error.message} {error.hint}")
    return Finding("database", f"version {version}")


def _port(built: Services) -> Finding:
    settings = built.settings
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            problem = f"{error.strerror}. A workbench may be running there already."
            return Finding("port", f"{settings.host}:{settings.port}", problem, is_warning=True)
    return Finding("port", f"{settings.host}:{settings.port} is free")


def _engines(built: Services) -> Iterator[Finding]:
    import engines
    from engines.errors import EngineError
    from workbench.services.actors import LOCAL
    from workbench.services.errors import ServiceError

    for name, engine in engines.classes("ocr").items():
        problem = engine.unavailable()
        if problem is not None:
            yield Finding(f"engine {name}", "not available", f"{problem.message} {problem.hint}", is_warning=True)
            continue
        try:
            model = built.models.resolve(LOCAL, None, None, name)
            yield Finding(f"engine {name}", model.full_name if model else "needs no model")
        except (ServiceError, EngineError) as error:
            yield Finding(f"engine {name}", "no model", f"{error.message} {error.hint}", is_warning=True)
    try:
        yield Finding("reads by default", built.models.default_engine(LOCAL))
    except ServiceError as error:
        yield Finding("reads by default", "nothing", f"{error.message} {error.hint}")


def _languages() -> Finding:
    import engines

    listed = getattr(engines.classes("ocr").get("tesseract"), "languages", None)
    told = listed() if callable(listed) else ()
    found = list(told) if isinstance(told, tuple) else []
    missing = "" if "heb" in found else "No Hebrew for Tesseract: install tesseract-ocr-heb."
    return Finding("tesseract languages", ", ".join(found) or "none", missing, is_warning=True)


def _workers(built: Services) -> Finding:
    wanted = built.settings.workers
    words = f"{wanted} for reading, started by the server" if wanted else "started elsewhere (WORKBENCH_WORKERS=0)"
    return Finding("workers", words)
