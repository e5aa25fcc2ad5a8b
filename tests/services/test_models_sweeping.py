"""What nobody comes back to is removed, and nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.config import Settings
from workbench.services import Services, build, housekeeping
from workbench.services.models import sweeping
from workbench.store.job import NewJob

WEEK = 7 * 86_400


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Return a workbench with a throw-away workspace whose time is over, and one that goes on."""
    built = build(Settings(home=tmp_path / "home"))
    built.store.upgrade()
    with built.store.begin() as connection:
        for slug, expires in (("over", time.time() - 5), ("on", time.time() + 500)):
            values = (slug, expires)
            connection.exec_driver_sql("INSERT INTO workspaces (slug, kind, created, expires) VALUES (?, 'demo', 0, ?)", values)
    yield built
    built.close()


def job(services: Services, *, ended: bool) -> int:
    with services.store.begin() as connection:
        made = services.store.jobs.add(connection, NewJob("train.run", "train", "on", "noa", {}))
        return services.store.jobs.cancel(connection, made.id, "on").id if ended else made.id


def old(path: Path, seconds: float = WEEK + 60) -> Path:
    """Make a folder with a checkpoint, or a file, look as if it was written long ago."""
    if path.suffix:
        path.write_bytes(b"x")
    else:
        path.mkdir(parents=True, exist_ok=True)
        (path / "best.safetensors").write_bytes(b"weights")
        os.utime(path / "best.safetensors", (time.time() - seconds,) * 2)
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def publish(services: Services, workspace: str) -> Path:
    folder = services.models.staging(workspace, "ocr", "mine", 1)
    (folder / "model.safetensors").write_bytes(b"weights")
    return services.models.publish(workspace, "ocr", "mine", folder, {"engine": "fixed"}).path.parent


def test_folders_of_trainings(services):
    version = publish(services, "on")
    staging = services.models.staging
    ended, running = job(services, ended=True), job(services, ended=False)
    gone = [
        old(staging("on", "ocr", "mine", ended)),
        old(staging("on", "ocr", "mine", 999_999)),
        old(version.parent / ".import-x"),
    ]
    gone += [old(version.parent / ".latest-1.tmp", 2 * 86_400)]
    stay = [old(staging("on", "ocr", "mine", running)), old(staging("on", "ocr", "other", ended), WEEK - 60), old(version)]
    services.models.sweep()
    assert [path.exists() for path in gone] == [False] * 4
    assert [path.exists() for path in stay] == [True] * 3
    (stay[1] / "best.safetensors").touch()
    os.utime(stay[1], (1, 1))
    services.models.sweep()
    assert stay[1].exists()


def test_a_deletion_that_was_killed_is_finished_and_its_number_kept(services, monkeypatch):
    version = publish(services, "on")
    version.rename(version.parent / ".v1")
    services.models.sweep()
    assert list((version.parent / ".v1").iterdir()) == []
    assert publish(services, "on").name == "v2"


def test_a_workspace_that_ends_takes_its_models_along(services):
    over, on = publish(services, "over"), publish(services, "on")
    results = services.settings.data / "comparisons" / "over"
    results.mkdir(parents=True)
    housekeeping.sweep(services)
    assert not services.models._root("over").exists()
    assert not results.exists()
    assert on.is_dir()
    assert not over.exists()


def test_no_other_folder_is_touched(services, tmp_path, monkeypatch):
    monkeypatch.setattr(sweeping, "TRAINING_SECONDS", -1.0)
    monkeypatch.setattr(sweeping, "STAGED_SECONDS", -1.0)
    home = services.settings.models_home
    outside = old(tmp_path / "home" / "secret")
    kept = [old(home / "base" / "ocr" / "hebrew" / ".training-1"), old(home / ".git" / "a" / "b" / ".x"), outside]
    services.models.sweep()
    for workspace in ("../secret", "base", "", ".", ".."):
        services.models.forget(workspace)
    assert all(path.is_dir() for path in kept)
