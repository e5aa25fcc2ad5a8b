"""The list of changes: in order, once, only what was kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.store import Store
from workbench.store.database import now


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path}/workbench.db")
    store.upgrade()
    return store


def add(store: Store, ref: int) -> None:
    with store.begin() as connection:
        store.changes.add(connection, "local", "line", ref, page_id=5)


def test_changes_come_in_order_from_where_one_stopped(store: Store) -> None:
    assert store.changes.latest() == 0
    for ref in (7, 8, 9):
        add(store, ref)
    first, *rest = store.changes.since(0)
    assert (first.ref, first.kind, first.workspace, first.page_id) == (7, "line", "local", 5)
    assert [change.ref for change in rest] == [8, 9]
    assert store.changes.since(0, limit=2) == [first, rest[0]]
    assert store.changes.since(first.id) == rest
    assert store.changes.latest() == rest[-1].id


def test_ids_never_come_again(store: Store) -> None:
    add(store, 1)
    last = store.changes.latest()
    assert store.changes.prune(now() + 1) == 1
    assert store.changes.since(0) == []
    add(store, 2)
    assert store.changes.since(0)[0].id > last


def test_only_old_changes_are_forgotten(store: Store) -> None:
    add(store, 1)
    assert store.changes.prune(now() - 60) == 0
    assert len(store.changes.since(0)) == 1
