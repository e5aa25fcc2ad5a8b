"""Projects of a workspace: in the trash or not, and found by no other."""

from __future__ import annotations

import pytest

from workbench.store import Store
from workbench.store.errors import NotFound


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


def test_projects(store, project):
    with store.begin() as connection:
        assert store.projects.get(connection, "local", project.id) == project
        assert store.projects.all(connection, "local") == [project]
        assert store.projects.all(connection, "other") == []
        for workspace, wanted in (("other", project.id), ("local", project.id + 1), ("' OR 1=1 --", project.id)):
            with pytest.raises(NotFound):
                store.projects.get(connection, workspace, wanted)
        store.projects.change(connection, project.id, {"name": "Neu", "deleted": 5.0})
        store.projects.change(connection, project.id, {})
        with pytest.raises(NotFound):
            store.projects.get(connection, "local", project.id)
        assert store.projects.get(connection, "local", project.id, trash=True).name == "Neu"
        assert [found.id for found in store.projects.all(connection, "local", trash=True)] == [project.id]
        assert store.projects.discarded(connection, 5.0) == []
        assert [found.id for found in store.projects.discarded(connection, 6.0)] == [project.id]
        store.projects.remove(connection, project.id)
        assert store.projects.all(connection, "local", trash=True) == []
