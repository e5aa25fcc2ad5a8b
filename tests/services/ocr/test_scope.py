"""Nothing of another workspace can be reached: for every method it is as if it were not there."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services.ocr.conftest import ANNA, BORIS
from workbench.services.errors import NotFound
from workbench.services.ocr import Ocr
from workbench.store.errors import NotFound as NotStored


@dataclass(frozen=True)
class At:
    """Ids of Anna's things, and a scan."""

    project: int
    page: int
    line: int
    scan: Path


Call = Callable[[Ocr, At], object]

CALLS: dict[str, Call] = {
    "project": lambda ocr, at: ocr.project(BORIS, at.project),
    "update_project": lambda ocr, at: ocr.update_project(BORIS, at.project, name="mine"),
    "delete_project": lambda ocr, at: ocr.delete_project(BORIS, at.project),
    "restore_project": lambda ocr, at: ocr.restore_project(BORIS, at.project),
    "search": lambda ocr, at: ocr.search(BORIS, at.project, "א"),
    "add_scans": lambda ocr, at: ocr.add_scans(BORIS, at.scan, "a.png", project_id=at.project, engine="fixed"),
    "page": lambda ocr, at: ocr.page(BORIS, at.page),
    "line": lambda ocr, at: ocr.line(BORIS, at.line),
    "crop": lambda ocr, at: ocr.crop(BORIS, at.line, 88),
    "image": lambda ocr, at: ocr.image(BORIS, at.page),
    "thumbnail": lambda ocr, at: ocr.thumbnail(BORIS, at.page),
    "update_page": lambda ocr, at: ocr.update_page(BORIS, at.page, "mine"),
    "delete_page": lambda ocr, at: ocr.delete_page(BORIS, at.page),
    "restore_page": lambda ocr, at: ocr.restore_page(BORIS, at.page),
    "read_again": lambda ocr, at: ocr.read_again(BORIS, at.page, engine="fixed"),
    "read_line": lambda ocr, at: ocr.read_line(BORIS, at.line, engine="fixed"),
    "add_line": lambda ocr, at: ocr.add_line(BORIS, at.page, [[10, 10], [90, 10]]),
    "save_line": lambda ocr, at: ocr.save_line(BORIS, at.line, text="א", base_revision=1),
    "revisions": lambda ocr, at: ocr.revisions(BORIS, at.line),
    "restore": lambda ocr, at: ocr.restore(BORIS, at.line, 1, 1),
    "set_direction": lambda ocr, at: ocr.set_direction(BORIS, at.line, "ltr"),
    "set_is_line": lambda ocr, at: ocr.set_is_line(BORIS, at.line, False),
    "export_page": lambda ocr, at: ocr.export_page(BORIS, at.page, "page"),
    "export_project": lambda ocr, at: ocr.export_project(BORIS, at.project, "page"),
    "import_text": lambda ocr, at: ocr.import_text(BORIS, at.page, b"a"),
    "add_batch": lambda ocr, at: ocr.add_batch(BORIS, [("a.png", at.scan)], project_id=at.project, engine="fixed"),
    "batch": lambda ocr, at: ocr.batch(BORIS, at.project),
    "read_project": lambda ocr, at: ocr.read_project(BORIS, at.project, engine="fixed"),
    "stop_reading": lambda ocr, at: ocr.stop_reading(BORIS, at.project),
    "import_files": lambda ocr, at: ocr.import_files(BORIS, at.project, [("a.png", at.scan)]),
}
WITHOUT_IDS = {
    "projects",
    "create_project",
    "engines",
    "export_workspace",
    "ensure_samples",
    "handlers",
    "purge",
    "forget",
    "choose",
    "cut",
    "samples_folder",
}
"""Methods that take no id of a person; they see only the actor's workspace, or are for the keeper."""


@pytest.mark.parametrize("name", CALLS)
def test_other_workspaces_are_not_there(services, page, scan, name):
    before = services.ocr.project(ANNA, page.project_id)
    with pytest.raises((NotFound, NotStored)) as refused:
        CALLS[name](services.ocr, At(page.project_id, page.id, page.lines[0].id, scan))
    assert "There is no" in refused.value.message
    assert services.ocr.project(ANNA, page.project_id) == before
    assert services.jobs.list(BORIS) == []


def test_every_method_is_tried():
    public = {name for name, _ in inspect.getmembers(Ocr) if not name.startswith("_")}
    assert public == CALLS.keys() | WITHOUT_IDS


def test_lists_show_only_the_own_workspace(services, page):
    assert services.ocr.projects(BORIS) == []
    assert services.ocr.projects(BORIS, trash=True) == []
    assert services.ocr.create_project(BORIS, "mine").id != page.project_id
    assert len(services.ocr.projects(ANNA)) == 1


@pytest.mark.parametrize("wrong", [0, -1, 2**63 - 1, 2**40])
def test_ids_that_nobody_has(services, wrong):
    for call in (services.ocr.page, services.ocr.line, services.ocr.project, services.ocr.image, services.ocr.revisions):
        with pytest.raises((NotFound, NotStored)):
            call(ANNA, wrong)
