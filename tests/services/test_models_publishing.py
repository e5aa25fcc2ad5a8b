"""A version is there whole or not at all: kills, two at once, a full disk."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.services.homes import ANNA, home_of
from workbench.config import PROGRAM
from workbench.services import Services
from workbench.services.errors import Invalid
from workbench.services.models import publishing
from workbench.store.errors import DiskFull

SAID = {"engine": "fixed", "title": "Mine", "script": "Hebrew"}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Return a workbench in which Anna has a workspace."""
    with home_of(tmp_path, "anna") as built:
        yield built


def trained(services: Services, job: int, content: bytes = b"weights") -> Path:
    """Return the folder of a training that has ended well."""
    folder = services.models.staging("anna", "ocr", "mine", job)
    (folder / "model.safetensors").write_bytes(content)
    return folder


def publish(services: Services, job: int, content: bytes = b"weights"):
    return services.models.publish("anna", "ocr", "mine", trained(services, job, content), {**SAID, "job": job})


def own(services: Services) -> list[str]:
    return [version.full_name for version in services.models.list(ANNA) if version.owner == "anna"]


def test_a_version_is_published(services, tmp_path):
    folder = services.models.staging("anna", "ocr", "mine", 7)
    assert folder == tmp_path / "home" / "models" / "anna" / "ocr" / "mine" / ".training-7"
    assert services.models.staging("anna", "ocr", "mine", 7) == folder
    assert services.models.next_number("anna", "ocr", "mine") == 1
    made = publish(services, 7)
    assert (made.full_name, made.problem, made.job_id, made.title) == ("anna/ocr/mine/v1", "", 7, "Mine")
    said = json.loads((folder.parent / "v1" / "model.json").read_text())
    assert (said["task"], said["name"], said["version"]) == ("ocr", "mine", 1)
    assert said["sha256"] == made.fingerprint == hashlib.sha256(b"weights").hexdigest()
    assert said["created"] > 0
    assert (folder.parent / "latest.safetensors").read_bytes() == b"weights"
    assert publish(services, 8, b"better").full_name == "anna/ocr/mine/v2"
    assert (folder.parent / "latest.safetensors").read_bytes() == b"better"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["latest.safetensors", "v1", "v2"]
    assert {change.kind for change in services.store.changes.since(0)} == {"model"}


def test_a_job_publishes_once(services):
    made = publish(services, 7)
    assert services.models.published("anna", "ocr", "mine", 7) == made
    assert services.models.published("anna", "ocr", "mine", 8) is None
    assert publish(services, 7, b"again") == made
    assert own(services) == ["anna/ocr/mine/v1"]
    assert not (made.path.parents[1] / ".training-7").exists()


def test_names_reach_no_other_folder(services):
    for workspace, name in (("base", "mine"), ("../x", "mine"), ("anna", "../mine"), ("anna", ""), ("anna", "v 1")):
        with pytest.raises(Invalid):
            services.models.staging(workspace, "ocr", name, 1)


def test_without_weights_nothing_is_published(services):
    folder = services.models.staging("anna", "ocr", "mine", 7)
    with pytest.raises(Invalid, match="no weights"):
        services.models.publish("anna", "ocr", "mine", folder, SAID)
    assert own(services) == []
    assert folder.is_dir()


CHILD = """
import json, os, signal, sys
from pathlib import Path
from workbench.config import Settings
from workbench.services import build
from workbench.services.models import publishing

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

home, folder, moment, job = sys.argv[1:]
write, rename, renew = publishing._write_said, os.rename, publishing.renew_latest
if moment == "before":
    publishing._write_said = die
if moment == "written":
    os.rename = die
if moment == "renamed":
    publishing.renew_latest = die
if moment == "after":
    publishing.renew_latest = lambda *given: (renew(*given), die())
models = build(Settings(home=Path(home))).models
version = models.publish("anna", "ocr", "mine", Path(folder), {"engine": "fixed", "job": int(job)})
print(version.full_name)
"""


def child(services: Services, folder: Path, moment: str, job: int) -> subprocess.Popen[str]:
    """Publish in another process, which kills itself at a moment."""
    words = [sys.executable, "-c", CHILD, str(services.settings.home), str(folder), moment, str(job)]
    return subprocess.Popen(words, cwd=PROGRAM, text=True, stdout=subprocess.PIPE)


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "written", "renamed", "after"])
def test_a_kill_leaves_all_of_a_version_or_nothing(services, moment):
    publish(services, 1, b"old")
    folder = trained(services, 2, b"new")
    killed = child(services, folder, moment, 2)
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    done = moment in ("renamed", "after")
    assert own(services) == (["anna/ocr/mine/v2", "anna/ocr/mine/v1"] if done else ["anna/ocr/mine/v1"])
    assert all(not version.problem for version in services.models.list(ANNA))
    assert folder.exists() != done
    again = services.models.publish("anna", "ocr", "mine", folder, {**SAID, "job": 2})
    assert (again.full_name, again.said["version"]) == ("anna/ocr/mine/v2", 2)
    assert own(services) == ["anna/ocr/mine/v2", "anna/ocr/mine/v1"]
    assert (folder.parent / "latest.safetensors").read_bytes() == b"new"


@pytest.mark.slow
def test_two_processes_get_two_numbers(services):
    both = [child(services, trained(services, job), "never", job) for job in (1, 2)]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in both)
    assert said == ["anna/ocr/mine/v1", "anna/ocr/mine/v2"]


def test_many_threads_get_a_number_each(services):
    folders = [trained(services, job, str(job).encode()) for job in range(12)]

    def one(job: int) -> None:
        services.models.publish("anna", "ocr", "mine", folders[job], {**SAID, "job": job})

    threads = [Thread(target=one, args=(job,)) for job in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [version for version in services.models.list(ANNA) if version.owner == "anna"]
    assert [version.version for version in found] == list(range(12, 0, -1))
    assert all(version.said["version"] == version.version for version in found)
    assert all(version.path.read_bytes() == str(version.job_id).encode() for version in found)
    assert (folders[0].parent / "latest.safetensors").read_bytes() == found[0].path.read_bytes()


def test_a_number_that_is_taken_is_not_taken_again(services, monkeypatch):
    publish(services, 1)
    monkeypatch.setattr(publishing, "next_number", lambda _model: 1)
    made = publish(services, 2)
    assert (made.version, made.said["version"]) == (2, 2)


def test_another_attempt_was_quicker(services, monkeypatch):
    folder = trained(services, 3)
    sync = os.fsync

    def overtaken(descriptor: int) -> None:
        monkeypatch.setattr(os, "fsync", sync)
        services.models.publish("anna", "ocr", "mine", folder, {**SAID, "job": 3})

    monkeypatch.setattr(os, "fsync", overtaken)
    made = services.models.publish("anna", "ocr", "mine", folder, {**SAID, "job": 3})
    assert made.full_name == "anna/ocr/mine/v1"
    assert own(services) == ["anna/ocr/mine/v1"]


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_full_disk_leaves_the_old_versions(services, monkeypatch, call):
    publish(services, 1, b"old")
    folder = trained(services, 2)

    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, call, full)
        with pytest.raises(DiskFull):
            services.models.publish("anna", "ocr", "mine", folder, {**SAID, "job": 2})
    assert own(services) == ["anna/ocr/mine/v1"]
    assert (folder.parent / "latest.safetensors").read_bytes() == b"old"
    assert services.models.publish("anna", "ocr", "mine", folder, {**SAID, "job": 2}).version == 2


def test_where_there_are_no_hard_links_the_latest_is_a_copy(services, monkeypatch):
    def forbidden(*_given: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", forbidden)
    made = publish(services, 1)
    latest = made.path.parents[1] / "latest.safetensors"
    assert latest.read_bytes() == b"weights"
    assert latest.stat().st_ino != made.path.stat().st_ino
