"""The history of the tables: every version reaches the newest, which is what the program describes; a copy is kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from workbench.store import Store
from workbench.store.errors import SchemaOutdated
from workbench.store.migrations import HEAD
from workbench.store.schema import metadata
from workbench.store.upgrade import known_versions, migrate


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path}/workbench.db")


def differences(store: Store) -> list[object]:
    with store.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))


def definitions(store: Store) -> set[str]:
    """Return the statements that would make the tables, without their spacing."""
    with store.connect() as connection:
        rows = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").scalars()
        return {"".join(sorted("".join(row.split()).replace('"', ""))) for row in rows}


def test_the_newest_version_is_the_one_of_the_program() -> None:
    assert known_versions()[0] == HEAD


def test_tables_made_at_once_are_those_of_the_program(store: Store) -> None:
    store.upgrade()
    assert store.schema.version() == HEAD
    assert differences(store) == []
    store.schema.require()
    store.upgrade()


@pytest.mark.parametrize("version", known_versions())
def test_every_version_reaches_the_newest(store: Store, tmp_path: Path, version: str) -> None:
    with store.begin() as connection:
        migrate(connection, version)
    store.upgrade()
    assert differences(store) == []
    fresh = Store(f"sqlite:///{tmp_path}/fresh.db")
    fresh.upgrade()
    assert definitions(store) == definitions(fresh)


def test_an_older_database_is_refused_then_upgraded_after_a_copy(store: Store, tmp_path: Path) -> None:
    store.upgrade()
    set_version(tmp_path, "0000")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbench.store.upgrade.known_versions", lambda: (HEAD, "0000"))
        patch.setattr("workbench.store.upgrade.migrate", lambda _: None)
        with pytest.raises(SchemaOutdated, match="this program needs") as refused:
            store.schema.require()
        store.upgrade()
    assert "workbench db upgrade" in refused.value.hint
    copy = tmp_path / f"workbench.db.before-{HEAD}-of-0000"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT slug FROM workspaces").fetchall() == [("local",)]


def test_a_newer_database_is_left_alone(store: Store, tmp_path: Path) -> None:
    store.upgrade()
    set_version(tmp_path, "9999")
    for call in (store.schema.require, store.upgrade):
        with pytest.raises(SchemaOutdated, match="newer than this program"):
            call()
    assert store.schema.version() == "9999"


def test_several_upgrade_at_once(tmp_path: Path) -> None:
    stores = [Store(f"sqlite:///{tmp_path}/workbench.db") for _ in range(6)]
    faults: list[Exception] = []

    def upgrade(store: Store) -> None:
        try:
            store.upgrade()
        except Exception as error:
            faults.append(error)

    threads = [Thread(target=upgrade, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert stores[0].schema.version() == HEAD


def set_version(folder: Path, version: str) -> None:
    with closing(sqlite3.connect(folder / "workbench.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        connection.commit()
