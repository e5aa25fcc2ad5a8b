"""What keeps files and images of datasets, and what ends them."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import update

from engines.errors import InvalidImage
from tests.services.books import add_book, two_workspaces
from tests.services.ocr.conftest import ANNA, BORIS
from workbench.services import housekeeping
from workbench.services.errors import Invalid, translate
from workbench.services.ocr.purging import TRASH_SECONDS
from workbench.store.database import now
from workbench.store.errors import Conflict, NotFound
from workbench.store.schema import workspaces


@pytest.fixture
def services(tmp_path):
    """Return a workbench with two workspaces and nothing in them."""
    with two_workspaces(tmp_path / "home") as services:
        yield services


def file_of(services, dataset, actor=ANNA):
    return services.settings.data / "datasets" / actor.workspace / f"{dataset.id}.db"


def test_what_was_learnt_is_noted_on_lines_that_are_there(services):
    project_id = add_book(services, ANNA, 2)
    view = services.datasets.freeze(ANNA, [project_id])
    seen = services.datasets.open(ANNA, view.id)
    gone = services.datasets.open(ANNA, view.id).rows[seen.dataset.examples["train"][0].key].line_id
    with services.store.begin() as connection:
        services.store.lines.remove(connection, [gone])
        services.datasets.learnt(connection, seen, "anna/ocr/x/v1")
        services.datasets.learnt(connection, seen, "anna/ocr/x/v2")
        learnt = connection.exec_driver_sql("SELECT learnt_revision, learnt_by FROM lines WHERE learnt_by IS NOT NULL").fetchall()
    assert learnt == [(1, "anna/ocr/x/v1")] * 2


def test_a_file_that_is_gone_or_another(services):
    view = services.datasets.freeze(ANNA, [add_book(services, ANNA, 2)])
    path = file_of(services, view)
    path.write_bytes(path.read_bytes() + b"\0")
    for call in (services.datasets.open, services.datasets.get):
        with pytest.raises(Invalid, match="was changed"):
            call(ANNA, view.id)
    path.unlink()
    with pytest.raises(Invalid, match="no file of this dataset"):
        services.datasets.open(ANNA, view.id)
    with pytest.raises(NotFound):
        services.datasets.open(BORIS, view.id)
    services.datasets.delete(ANNA, view.id)
    assert services.datasets.list(ANNA) == []


def test_a_kill_leaves_nothing_that_is_listed(services, monkeypatch):
    project_id = add_book(services, ANNA, 2)
    monkeypatch.setattr(services.store.datasets, "add", lambda *_: (_ for _ in ()).throw(Conflict("no")))
    with pytest.raises(Conflict):
        services.datasets.freeze(ANNA, [project_id])
    assert not list((services.settings.data / "datasets").glob("**/*.db"))
    assert services.datasets.list(ANNA) == []
    left = services.settings.data / "datasets" / ".staged" / "left.db"
    left.write_bytes(b"half")
    services.datasets.sweep([])
    assert left.exists()
    monkeypatch.setattr(time, "time", lambda: left.stat().st_mtime + 25 * 3600)
    services.datasets.sweep([])
    assert not left.exists()


def test_images_stay_while_a_dataset_needs_them(services):
    project_id = add_book(services, ANNA, 2)
    view = services.datasets.freeze(ANNA, [project_id])
    with services.store.connect() as connection:
        keys = services.store.datasets.images(connection, "anna")
    services.ocr.delete_project(ANNA, project_id)
    assert services.ocr.purge(now() + TRASH_SECONDS + 1) == 2
    assert all(services.blobs.exists(key) for key in keys)
    seen = services.datasets.open(ANNA, view.id)
    assert seen.dataset.load(seen.dataset.examples["train"][0].document).shape == (140, 200, 3)
    second = services.datasets.take_in(ANNA, [services.datasets.export(ANNA, view.id, "page")], name="copy")
    services.datasets.delete(ANNA, view.id)
    assert not file_of(services, view).exists()
    assert services.datasets.open(ANNA, second.id).split == second.split
    services.datasets.delete(ANNA, second.id)
    assert not any(services.blobs.exists(key) for key in keys)


def test_images_of_pages_outlive_their_datasets(services):
    project_id = add_book(services, ANNA, 2)
    view = services.datasets.freeze(ANNA, [project_id])
    services.datasets.delete(ANNA, view.id)
    look = services.datasets.look(ANNA, [project_id])
    assert look.dataset.load(look.dataset.examples["train"][0].document).shape == (140, 200, 3)


def test_an_image_that_is_gone_is_named(services):
    view = services.datasets.freeze(ANNA, [add_book(services, ANNA, 2)])
    seen = services.datasets.open(ANNA, view.id)
    with services.store.connect() as connection:
        for key in services.store.datasets.images(connection, "anna"):
            services.blobs.delete(key)
    with pytest.raises(InvalidImage, match=r"The scan of 'Folio \d' is gone") as gone:
        seen.dataset.load(seen.dataset.examples["train"][0].document)
    assert "Upload it again" in gone.value.hint
    with pytest.raises(Invalid, match=r"The scan of 'Folio \d' is gone"):
        services.datasets.export(ANNA, view.id, "pairs")
    assert not list((services.settings.data / "exports").glob("*"))


def test_a_visitor_leaves_nothing(services):
    project_id = add_book(services, ANNA, 2)
    kept = services.datasets.freeze(BORIS, [add_book(services, BORIS, 2)])
    view = services.datasets.freeze(ANNA, [project_id])
    with services.store.connect() as connection:
        keys = set(services.store.datasets.images(connection, "anna"))
        shared = set(services.store.datasets.images(connection, "boris"))
    with services.store.begin() as connection:
        connection.execute(update(workspaces).where(workspaces.c.slug == "anna").values(expires=1.0))
    housekeeping.sweep(services)
    assert not file_of(services, view).parent.exists()
    with services.store.connect() as connection:
        assert services.store.datasets.all(connection, "anna") == []
        assert not connection.execute(workspaces.select().where(workspaces.c.slug == "anna")).first()
    assert keys == shared
    assert all(services.blobs.exists(key) for key in shared)
    assert services.datasets.open(BORIS, kept.id).split == kept.split


def test_errors_are_told(services):
    with pytest.raises(NotFound) as missing:
        services.datasets.get(ANNA, 5)
    told = translate(missing.value)
    assert told is not None
    assert (told.status, told.message) == (404, "There is no dataset 5.")


def test_at_a_glance_it_is_the_same(services):
    view = services.datasets.freeze(ANNA, [add_book(services, ANNA, 3)])
    assert services.datasets.glance(ANNA, view.id) == services.datasets.get(ANNA, view.id)
    with pytest.raises(NotFound):
        services.datasets.glance(BORIS, view.id)
    file_of(services, view).unlink()
    with pytest.raises(Invalid, match="no file of this dataset"):
        services.datasets.glance(ANNA, view.id)
