"""Homes of workbenches that tests of models use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.config import Settings
from workbench.services import Services, build
from workbench.services.actors import Actor

ANNA = Actor(workspace="anna", name="anna")


@contextmanager
def home_of(path: Path, *people: str) -> Iterator[Services]:
    """Give a workbench in which these people have workspaces."""
    built = build(Settings(home=path / "home"))
    built.store.upgrade()
    with built.store.begin() as connection:
        for slug in people:
            connection.exec_driver_sql("INSERT INTO workspaces (slug, kind, created) VALUES (?, 'user', 0)", (slug,))
    yield built
    built.close()
