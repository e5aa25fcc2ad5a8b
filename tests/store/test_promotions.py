"""Promotions are only added, and belong to one workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.store import Store
from workbench.store.errors import NotFound


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path}/workbench.db")
    store.upgrade()
    return store


def test_the_newest_comes_first(store: Store) -> None:
    with store.begin() as connection:
        store.promotions.lock(connection, "local")
        for version in (1, 2, None):
            store.promotions.add(connection, "local", "local/ocr/mine", version, script="Hebrew", author="you", reason="why")
    with store.connect() as connection:
        rows = store.promotions.all(connection, "local")
        assert store.promotions.all(connection, "other") == []
    assert [row.version for row in rows] == [None, 2, 1]
    assert (rows[0].model, rows[0].script, rows[0].author, rows[0].reason) == ("local/ocr/mine", "Hebrew", "you", "why")
    assert rows[0].created > 0


def test_a_workspace_says_who_promotes(store: Store) -> None:
    with store.begin() as connection:
        assert store.promotions.policy(connection, "local") == "hand"
        store.promotions.set_policy(connection, "local", "auto")
        assert store.promotions.policy(connection, "local") == "auto"
        assert store.promotions.policy(connection, "nobody") == "hand"
        with pytest.raises(NotFound):
            store.promotions.lock(connection, "nobody")
