"""Removing what nobody comes back to: folders of trainings that ended long ago, and all models of workspaces that end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from workbench.services.models.finding import Finding
from workbench.services.models.promoting import empty
from workbench.services.models.publishing import STAGING
from workbench.services.models.version import BASE, is_slug, number_of
from workbench.store.database import now
from workbench.store.errors import NotFound
from workbench.store.jobs import ENDED

TRAINING_SECONDS = 7 * 24 * 3600.0
"""How long the folder of a training that failed or was cancelled stays, with its best checkpoint."""

STAGED_SECONDS = 24 * 3600.0


class Sweeping(Finding):
    """Keeps the models folder tidy."""

    def sweep(self) -> None:
        """Remove the leftovers of killed processes and of trainings that ended long ago."""
        for path in self._hidden():
            number = number_of(path.name[1:])
            if number is not None:  # a version that was being deleted
                empty(path)
            elif _age(path) > (TRAINING_SECONDS if path.name.startswith(STAGING) else STAGED_SECONDS) and self._is_over(path):
                _remove(path)

    def forget(self, workspace: str) -> None:
        """Remove all models of a workspace that ends."""
        if is_slug(workspace) and workspace != BASE:
            shutil.rmtree(self._home / workspace, ignore_errors=True)

    def _hidden(self) -> Iterator[Path]:
        """Yield what lies beside the versions of models and is none itself."""
        for model in self._home.glob("*/*/*/"):
            if is_slug(model.parent.parent.name) and model.parent.parent.name != BASE:
                yield from sorted(model.glob(".*"))

    def _is_over(self, folder: Path) -> bool:
        """Tell whether the job of a folder has ended; what is not of a job is over."""
        number = folder.name.removeprefix(STAGING)
        if not folder.name.startswith(STAGING) or not (number.isascii() and number.isdigit() and len(number) < 18):
            return True
        try:
            return self._services.store.jobs.get(int(number)).state in ENDED
        except NotFound:
            return True


def _age(path: Path) -> float:
    """Return how long ago anything in a folder, or a file, was written; in seconds."""
    times = [found.stat().st_mtime for found in (path, *path.glob("*")) if found.exists()]
    return now() - max(times, default=now())


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
