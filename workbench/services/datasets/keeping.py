"""Datasets that are there: list, open, delete, and what a model has learnt from one."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.services.actors import Actor
from workbench.services.datasets.content import content, counts
from workbench.services.datasets.views import Counts, DatasetHead, DatasetView, Look, Opened, Skipped, head, view
from workbench.services.errors import Invalid
from workbench.store import Store, snapshots
from workbench.store.database import Connection, translated
from workbench.store.datasets import Dataset
from workbench.store.errors import StoreError
from workbench.store.snapshots import Snapshot

if TYPE_CHECKING:
    from workbench.services import Services

STAGED_SECONDS = 24 * 3600.0
LONGEST_NAME = 200


class Keeping:
    """The datasets of a workspace: rows in the database, each with a file of its own."""

    def __init__(self, services: Services) -> None:
        """Remember the services; nothing is opened yet."""
        self._services = services

    @property
    def _store(self) -> Store:
        return self._services.store

    @property
    def _folder(self) -> Path:
        return self._services.settings.data / "datasets"

    def path(self, dataset: Dataset) -> Path:
        """Return where the file of a dataset lies."""
        return self._folder / dataset.workspace / f"{dataset.id}.db"

    def list(self, actor: Actor) -> list[DatasetHead]:
        """Return the datasets of the workspace, newest first."""
        with self._store.connect() as connection:
            return [head(dataset) for dataset in self._store.datasets.all(connection, actor.workspace)]

    def get(self, actor: Actor, dataset_id: int) -> DatasetView:
        """Return a dataset with how it is divided.

        Raises:
            NotFound: The workspace has no such dataset.
            Invalid: Its file is gone or was changed.
        """
        dataset, snapshot = self._read(actor, dataset_id)
        return _view(dataset, snapshot.about, counts(snapshot.lines))

    def glance(self, actor: Actor, dataset_id: int) -> DatasetView:
        """Return the same as `get` at little cost: as the file tells it of itself, without a look at its lines.

        Raises:
            NotFound: The workspace has no such dataset.
            Invalid: Its file is gone or none.
        """
        with self._store.connect() as connection:
            dataset = self._store.datasets.get(connection, actor.workspace, dataset_id)
        with _explained(dataset):
            about = snapshots.read_about(self.path(dataset))
        return _view(dataset, about, json.loads(about["split"]))

    def open(self, actor: Actor, dataset_id: int) -> Opened:
        """Return the content of a dataset, as a training sees it.

        Raises:
            NotFound: The workspace has no such dataset.
            Invalid: Its file is gone or was changed.
        """
        dataset, snapshot = self._read(actor, dataset_id)
        shown = _view(dataset, snapshot.about, counts(snapshot.lines))
        learnable, rows = content(dataset.task, snapshot, self._services.blobs, shared=shown.shared)
        return Opened(dataset=learnable, rows=rows, split=shown.split, view=shown)

    def delete(self, actor: Actor, dataset_id: int) -> None:
        """Delete a dataset with its file, and the images that nothing else needs; models made from it stay.

        Raises:
            NotFound: The workspace has no such dataset.
            Conflict: A training learns from it, or waits to.
        """
        self._services.training.require_unused(actor, dataset_id=dataset_id)
        with self._store.begin() as connection:
            dataset = self._store.datasets.get(connection, actor.workspace, dataset_id)
            self._remove(connection, dataset)
            self._store.changes.add(connection, actor.workspace, "dataset", dataset_id)

    def forget(self, workspace: str) -> int:
        """Delete all datasets of a workspace that ends; return how many."""
        with self._store.begin() as connection:
            found = self._store.datasets.all(connection, workspace)
            for dataset in found:
                self._remove(connection, dataset)
        if found:
            shutil.rmtree(self._folder / workspace, ignore_errors=True)
        return len(found)

    def sweep(self, ended: Sequence[str]) -> None:
        """Delete the datasets of workspaces that end, and what a killed process left half written more than a day ago."""
        for workspace in ended:
            self.forget(workspace)
        for path in (self._folder / ".staged").glob("*"):
            if path.stat().st_mtime < time.time() - STAGED_SECONDS:
                path.unlink(missing_ok=True)

    def learnt(self, connection: Connection, opened: Look, model: str) -> None:
        """Note on the lines of a dataset that a model has learnt from them; only newer revisions count.

        Args:
            connection: Of a unit of work.
            opened: The content of the dataset.
            model: Full name of the model.
        """
        rows = (opened.rows[example.key] for example in opened.dataset.examples["train"])
        revisions = {row.line_id: row.revision for row in rows if row.line_id is not None}
        self._store.datasets.learnt(connection, revisions, model)

    def _remove(self, connection: Connection, dataset: Dataset) -> None:
        """Delete row, file and images, within a unit of work: an upload of the same bytes waits for it."""
        for key in self._store.datasets.remove(connection, dataset.id):
            if not self._store.pages.refers(connection, key):
                self._services.blobs.delete(key)
        self.path(dataset).unlink(missing_ok=True)

    def _read(self, actor: Actor, dataset_id: int) -> tuple[Dataset, Snapshot]:
        with self._store.connect() as connection:
            dataset = self._store.datasets.get(connection, actor.workspace, dataset_id)
        return dataset, self._snapshot(dataset)

    def _snapshot(self, dataset: Dataset) -> Snapshot:
        with _explained(dataset):
            return snapshots.read(self.path(dataset), dataset.sha256)

    def _keep(
        self, actor: Actor, snapshot: Snapshot, values: Mapping[str, object], skipped: Sequence[Skipped] = ()
    ) -> DatasetView:
        """Write a dataset: first its file, then its row; a kill in between leaves nothing that is listed.

        Args:
            actor: Who makes it.
            snapshot: What it holds.
            values: name, task and sources, as the row keeps them.
            skipped: What was left out of an import.
        """
        split = counts(snapshot.lines)
        shared = snapshot.about["shared"] == "1"
        figures = {"documents": len({line.document for line in snapshot.lines}), "examples": len(snapshot.lines)}
        with self._staged() as staged:
            sha256 = snapshots.write(staged, snapshot)
            row = {**values, **figures, "sha256": sha256, "author": actor.name}
            with self._store.begin() as connection:
                dataset = self._store.datasets.add(connection, actor.workspace, row, snapshot.images)
                path = self.path(dataset)
                with translated():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    staged.replace(path)
                self._store.changes.add(connection, actor.workspace, "dataset", dataset.id)
        return view(dataset, split, shared=shared, skipped=skipped)

    @contextmanager
    def _staged(self) -> Iterator[Path]:
        """Give the path of a file that is gone after the block, unless it was moved."""
        path = self._folder / ".staged" / f"{uuid.uuid4().hex}.db"
        with translated():
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


@contextmanager
def _explained(dataset: Dataset) -> Iterator[None]:
    """Say which dataset cannot be opened."""
    try:
        yield
    except StoreError as error:
        raise Invalid(f"Dataset {dataset.id} cannot be opened. {error.message}", "Make the dataset again.") from error


def _view(dataset: Dataset, about: Mapping[str, object], split: Counts) -> DatasetView:
    skipped = [Skipped(**found) for found in json.loads(str(about.get("skipped", "[]")))]
    return view(dataset, split, shared=about.get("shared") == "1", skipped=skipped)
