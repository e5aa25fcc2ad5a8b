"""The sample pages with which a new workspace begins."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, TypeAdapter

import engines
from engines.base import Engine
from engines.errors import EngineError
from workbench.config import PROGRAM
from workbench.formats import scans
from workbench.services.actors import Actor
from workbench.services.errors import ServiceError
from workbench.services.jobs import BACKGROUND
from workbench.services.ocr.copying import copy_twin
from workbench.services.ocr.reading import Choice
from workbench.services.ocr.uploading import Uploading
from workbench.store.database import Connection

FOLDER = PROGRAM / "data" / "samples"
PROJECT = "Samples"

_log = logging.getLogger(__name__)


class Row(BaseModel):
    """What the list of samples says about one of them."""

    file: str = Field(pattern=r"^[A-Za-z0-9_-]+\.(png|jpg|jpeg|webp)$")
    title: str
    engine: str
    direction: Literal["rtl", "ltr"] = "rtl"
    languages: tuple[str, ...] = ()
    options: dict[str, object] = {}


_ROWS = TypeAdapter(tuple[Row, ...])


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample page and who is to read it."""

    path: Path
    title: str
    direction: str
    choice: Choice


class Samples(Uploading):
    """What a new workspace begins with."""

    samples_folder = FOLDER

    def ensure_samples(self, actor: Actor) -> int | None:
        """Give a workspace that never had a project one with the sample pages; return its id, else None.

        Pages that were read before anywhere in this workbench are there with their lines at once, the others are queued.
        """
        if not self._services.settings.samples:
            return None
        with self._store.connect() as connection:
            if self._has_projects(connection, actor):
                return None
        samples = self._samples(actor)
        if not samples:
            return None
        keys = [self._services.blobs.put_file(sample.path) for sample in samples]
        with self._store.begin() as connection:
            if self._has_projects(connection, actor):  # somebody was quicker
                return None
            project = self._new_project(connection, actor, PROJECT)
        for key, sample in zip(keys, samples, strict=True):  # one by one, so that nobody who saves meanwhile waits long
            frame = scans.inspect(sample.path)[0]
            with self._store.begin() as connection:
                self._add_sample(connection, actor, project.id, (key, sample, frame))
        return project.id

    def _has_projects(self, connection: Connection, actor: Actor) -> bool:
        found = self._store.projects.all(connection, actor.workspace)
        return bool(found or self._store.projects.all(connection, actor.workspace, trash=True))

    def _add_sample(self, connection: Connection, actor: Actor, project_id: int, found: tuple[str, Sample, scans.Frame]) -> None:
        key, sample, frame = found
        row: dict[str, object] = {"name": sample.title, "source": key, "state": "queued", "direction": sample.direction}
        row |= {"width": frame.width, "height": frame.height}
        page = self._store.pages.add(connection, project_id, row)
        reader, reading_key = sample.choice.reader, sample.choice.key(page)
        if copy_twin(self._store, connection, page, reader=reader, key=reading_key) is None:
            self._submit_page(connection, actor, page, sample.choice, priority=BACKGROUND)
        else:
            self._tell_page(connection, actor, page.id)

    def _samples(self, actor: Actor) -> list[Sample]:
        """Return the sample pages that can be read here."""
        try:
            said = (self.samples_folder / "samples.json").read_text("utf-8")
        except FileNotFoundError:
            return []
        found = [self._sample(actor, row) for row in _ROWS.validate_json(said)]
        return [sample for sample in found if sample is not None]

    def _sample(self, actor: Actor, row: Row) -> Sample | None:
        """Return a sample, or None where the engine, its model or its language data is missing."""
        try:
            options = _options(engines.get("ocr", row.engine), row)
            choice = None if options is None else self.choose(actor, None, engine=row.engine, options=options)
        except (EngineError, ServiceError) as error:
            _log.info("The sample '%s' is left out: %s", row.title, error)
            return None
        return None if choice is None else Sample(self.samples_folder / row.file, row.title, row.direction, choice)


def _options(known: type[Engine], row: Row) -> dict[str, object] | None:
    """Return the options with which a sample is read; None when the data of one of its languages is not installed."""
    if "languages" not in known.option_fields() or not row.languages:
        return row.options
    installed: Callable[[], Collection[str]] | None = getattr(known, "languages", None)
    if installed is not None and not set(row.languages) <= set(installed()):
        return None
    return {"languages": "+".join(row.languages), **row.options}
