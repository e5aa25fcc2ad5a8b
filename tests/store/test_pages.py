"""Pages of a workspace: in order, counted, in the trash, and found by no other."""

from __future__ import annotations

import pytest

from workbench.store import Store
from workbench.store.errors import NotFound
from workbench.store.jobs import NewJob
from workbench.store.lines import Entry
from workbench.store.projects import Counts

PAGE = {"source": "0" * 64, "state": "queued", "model": ""}


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.upgrade()
    yield store
    store.close()


@pytest.fixture
def project(store):
    with store.begin() as connection:
        return store.projects.add(connection, "local", "'; DROP TABLE pages; --", engine="fixed", model=None)


def add(store, project, name="1", **values):
    with store.begin() as connection:
        return store.pages.add(connection, project.id, {**PAGE, "name": name, **values})


def test_order_and_scope(store, project):
    one, two = add(store, project), add(store, project, "2")
    assert (one.position, two.position) == (0.0, 1.0)
    with store.begin() as connection:
        assert store.pages.ids(connection, project.id) == [one.id, two.id]
        assert store.pages.of_project(connection, project.id, offset=1, limit=1) == [two]
        assert store.pages.get(connection, "local", one.id) == one
        assert store.pages.owner(connection, one.id) == "local"
        assert store.pages.owner(connection, 99) is None
        with pytest.raises(NotFound):
            store.pages.get(connection, "other", one.id)
        store.projects.change(connection, project.id, {"deleted": 1.0})
        with pytest.raises(NotFound):
            store.pages.get(connection, "local", one.id)
        assert store.pages.get(connection, "local", one.id, trash=True) == one
        assert store.pages.discarded(connection, "local") == []


def test_counts(store, project):
    page = add(store, project)
    states = ["waiting", "read", "saved", "unreadable", "saved"]
    with store.begin() as connection:
        for number, state in enumerate(states):
            values = {"position": number, "baseline": [], "polygon": [], "origin": "found", "is_line": number < 4}
            (line_id,) = store.lines.add(connection, page.id, [values])
            if state != "waiting":
                entry = Entry(base=0, text="", state=state, author="a", source="person", action="correct")
                store.lines.save(connection, line_id, 0, entry)
        assert store.pages.counts(connection, [page.id]) == {page.id: Counts(1, 4, 2)}
        assert store.projects.counts(connection, "local") == {project.id: Counts(1, 4, 2)}
        store.pages.change(connection, page.id, {"deleted": 1.0})
        assert store.projects.counts(connection, "local") == {}
        assert [found.id for found in store.pages.expired(connection, 2.0)] == [page.id]
        assert store.pages.sources(connection, "local") == ["0" * 64]
        store.pages.remove(connection, page.id)
        assert not store.pages.refers(connection, "0" * 64)


def test_the_job_that_works_on_a_page(store, project):
    page = add(store, project)
    new = NewJob(kind="x", lane="ocr", workspace="local", owner="you", parameters={}, subject=f"page:{page.id}")
    with store.begin() as connection:
        assert store.pages.jobs(connection, [page.id]) == {}
        first = store.jobs.add(connection, new)
        assert store.pages.jobs(connection, [page.id]) == {page.id: first.id}
        store.jobs.cancel(connection, first.id, "local")
        assert store.pages.jobs(connection, [page.id]) == {}
