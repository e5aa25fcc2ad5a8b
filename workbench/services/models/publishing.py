"""Publishing a version: written in a folder of its own, then there at once and whole, under the next free number."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import engines
from engines.errors import EngineError
from workbench.services.errors import Invalid
from workbench.services.models import folders
from workbench.services.models.finding import Finding
from workbench.services.models.version import BASE, ModelVersion, checked_slug, is_slug, number_of
from workbench.store.database import now, translated

STAGING = ".training-"
"""Begins the name of a folder in which a training works; followed by the id of its job."""

_log = logging.getLogger(__name__)
_TAKEN = {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}
_NO_LINKS = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES}


class Publishing(Finding):
    """Makes new versions."""

    def staging(self, workspace: str, task: str, name: str, job_id: int, *, asked: float = 0.0) -> Path:
        """Return the folder in which a training works; it is made, and it is the same for every attempt of a job.

        Args:
            workspace: The owner of the model.
            task: Such as `ocr`.
            name: Last part of the name of the model.
            job_id: Of the training.
            asked: When that job was asked for, seconds since the epoch: what is older was left by another one of that id,
                as after a database was begun anew.

        Raises:
            Invalid: The name cannot be that of a model.
            UnknownEngine: There is no such task.
            DiskFull: There is no room for it.
        """
        folder = self.staged(workspace, task, name, job_id)
        with translated():
            if folder.is_dir() and folder.stat().st_mtime < asked:
                shutil.rmtree(folder)
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def staged(self, workspace: str, task: str, name: str, job_id: int) -> Path:
        """Return the folder in which a training works, or worked; nothing is made. See `staging` for what it raises."""
        return self._model(workspace, task, name) / f"{STAGING}{job_id}"

    def hand_over(self, workspace: str, task: str, name: str, job_id: int, heir: int) -> None:
        """Give the folder of a training that has ended to another job: it is moved, so that never two jobs work in one.

        Raises:
            FileNotFoundError: There is none any more: it was removed, or handed over already.
        """
        folder = self.staged(workspace, task, name, heir)
        shutil.rmtree(folder, ignore_errors=True)  # of a job of another database, see `staging`
        self.staged(workspace, task, name, job_id).rename(folder)
        young = now() + 1  # younger than its job, however coarse the clock of the file system is
        os.utime(folder, (young, young))

    def publish(self, workspace: str, task: str, name: str, folder: Path, said: Mapping[str, object]) -> ModelVersion:
        """Make a folder the next version of a model; a second call for the same job returns what the first one made.

        The number is claimed by renaming the whole folder to `v<N>`, which fails while something lies there; then the next
        N is tried. Making an empty `v<N>` first and filling it would need two steps: a kill between them would leave a
        version without content, and readers would meet one that is half written. With the rename, nothing of a version
        is there before all of it is; two that publish at once get two numbers; and whatever fails before it leaves the
        versions as they were. `model.json` names the number, so it is written anew before each try.

        Args:
            workspace: The owner of the model.
            task: Such as `ocr`.
            name: Last part of the name of the model.
            folder: Weights and reports, on the same file system; it is gone afterwards.
            said: What `model.json` is to say beside task, name, version, sha256 and the time; with `job`, publishing
                is done once.

        Returns:
            The version.

        Raises:
            Invalid: The name cannot be that of a model, or there are no weights.
            DiskFull: There is no room; the folder stays, and the older versions are as they were.
        """
        model = self._model(workspace, task, name)
        number = self._published(model, said.get("job"), said.get("asked"))
        if number is None:
            number = self._claim_once(model, folder, {**said, "task": task, "name": name})
        else:
            shutil.rmtree(folder, ignore_errors=True)
        renew_latest(model, task)
        with self._services.store.begin() as connection:
            self._services.store.changes.add(connection, workspace, "model", 0)
        version = folders.read(model / f"v{number}", f"{workspace}/{task}/{name}", number)
        if version is None:
            raise Invalid(
                f"The model '{workspace}/{task}/{name}/v{number}' was deleted as soon as it was there.", "Make it again."
            )
        return version

    def published(
        self, workspace: str, task: str, name: str, job_id: int, *, asked: float | None = None
    ) -> ModelVersion | None:
        """Return the version that a job, asked for at that time, has published already; None when it has not."""
        model = self._model(workspace, task, name)
        number = self._published(model, job_id, asked)
        return None if number is None else folders.read(model / f"v{number}", f"{workspace}/{task}/{name}", number)

    def next_number(self, workspace: str, task: str, name: str) -> int:
        """Return the number that the next version of a model gets, if nobody else is quicker."""
        return next_number(self._model(workspace, task, name))

    def _model(self, workspace: str, task: str, name: str) -> Path:
        """Return the folder of a model of a workspace."""
        engines.classes(task)
        if workspace == BASE or not is_slug(workspace):
            raise Invalid(f"The workspace '{workspace[:80]}' can have no models of its own.", "Log in with another name.")
        return self._root(workspace) / task / checked_slug(name)

    def _published(self, model: Path, job: object, asked: object) -> int | None:
        """Return the number of the version that a job has made; None when it has made none.

        Ids of jobs begin again with a new database; the time at which a job was asked for tells them apart.
        """
        if job is None:
            return None
        made = (number for number in sorted(folders.numbers(model), reverse=True))
        saids = ((number, folders.said_in(model / f"v{number}")) for number in made)
        return next((number for number, said in saids if (said.get("job"), said.get("asked")) == (job, asked)), None)

    def _claim_once(self, model: Path, folder: Path, said: dict[str, object]) -> int:
        """Return the number that the folder gets; the one it got when another attempt of the same job took it away meanwhile."""
        try:
            with translated():
                return self._claim(model, folder, said)
        except (EngineError, FileNotFoundError) as error:
            number = self._published(model, said.get("job"), said.get("asked"))
            if number is not None:
                return number
            if isinstance(error, EngineError):
                raise Invalid(f"The model cannot be published. {error.message}", error.hint) from error
            raise

    def _claim(self, model: Path, folder: Path, said: dict[str, object]) -> int:
        """Write `model.json` and rename the folder to the next free number, which is returned."""
        weights = folders.weights(folder, engines.get(str(said["task"]), str(said.get("engine"))), said)
        with weights.open("rb") as file:
            os.fsync(file.fileno())
            said = {**said, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
        said = {**said, "created": said.get("created") or now()}
        number = next_number(model)
        while True:
            _write_said(folder, {**said, "version": number})
            try:
                os.rename(folder, model / f"v{number}")  # noqa: PTH104 - Path.replace reads as if it might replace a version
            except OSError as error:
                if error.errno not in _TAKEN:
                    raise
                number = max(number + 1, next_number(model))
                continue
            _sync(model)
            return number


def next_number(model: Path) -> int:
    """Return the number after the highest that a version has, or had before it was deleted: no name ever means another thing."""
    deleted = [number for path in model.glob(".v*") if (number := number_of(path.name[1:])) is not None]
    return max([0, *folders.numbers(model), *deleted]) + 1


def renew_latest(model: Path, task: str) -> None:
    """Make `latest.*` beside the versions of a model the weights of its newest; none when there is no version.

    It is only a convenience for people who look into the folder: a failure is logged.
    """
    try:
        _renew_latest(model, task)
    except OSError:
        _log.exception("The file latest.* in %s is not that of the newest version", model)


def _renew_latest(model: Path, task: str) -> None:
    """Replace `latest.*` at once, by a hard link where there can be one; look again whether a newer version came meanwhile."""
    newest, done = _newest(model, task), None
    while newest != done:
        latest = None if newest is None else model / f"latest{newest.suffix}"
        if newest is not None and latest is not None:
            staged = model / f".latest-{uuid4().hex}"
            try:
                _link(newest, staged)
                staged.replace(latest)
            finally:
                staged.unlink(missing_ok=True)
        for other in model.glob("latest.*"):
            if other != latest:
                other.unlink(missing_ok=True)
        done, newest = newest, _newest(model, task)


def _newest(model: Path, task: str) -> Path | None:
    """Return the weights of the newest version that can be used."""
    for number in sorted(folders.numbers(model), reverse=True):
        version = folders.read(model / f"v{number}", f"x/{task}/{model.name}", number)
        if version is not None and not version.problem:
            return version.path
    return None


def _link(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system knows no such thing."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copyfile(source, target)


def _write_said(folder: Path, said: Mapping[str, object]) -> None:
    """Write `model.json` so that it is whole, and on the disk together with what else lies in the folder."""
    staged = folder / f".{folders.SAID}"
    with staged.open("w", encoding="utf-8") as file:
        json.dump(said, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    staged.replace(folder / folders.SAID)
    _sync(folder)


def _sync(folder: Path) -> None:
    """Have the names in a folder on the disk; a file system that cannot do that does it by itself."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
