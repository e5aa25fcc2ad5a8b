"""Units of work: all or nothing, one writer after the other, and errors in the words of the store."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import insert, select, text, update

from workbench.config import PROGRAM
from workbench.store import Store
from workbench.store.database import Database
from workbench.store.errors import Conflict, DiskFull, SchemaOutdated, StoreError, Unreachable
from workbench.store.schema import workers, workspaces
from workbench.store.workers import Worker


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path}/new folder/workbench.db")
    store.upgrade()
    return store


def slugs(store: Store) -> list[str]:
    with store.connect() as connection:
        return list(connection.execute(select(workspaces.c.slug).order_by(workspaces.c.slug)).scalars())


def add(store: Store, *names: str) -> None:
    with store.begin() as connection:
        for slug in names:
            connection.execute(insert(workspaces).values(slug=slug, kind="user", created=0.0))


def test_a_unit_of_work_is_kept_whole_or_not_at_all(store: Store) -> None:
    add(store, "a", "b")
    with pytest.raises(Conflict):
        add(store, "c", "a")
    assert slugs(store) == ["a", "b", "local"]


def test_sqlite_is_durable_and_strict(store: Store) -> None:
    with store.connect() as connection:
        pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")}
        assert pragmas == {"journal_mode": "wal", "synchronous": 2}
    with pytest.raises(Conflict), store.begin() as connection:
        connection.execute(text("INSERT INTO projects (workspace, name, options, created) VALUES ('nobody', 'x', '{}', 0)"))


def test_read_then_write_loses_nothing_among_threads(store: Store) -> None:
    store.workers.register(worker("w", 0))

    def count() -> None:
        for _ in range(10):
            with store.begin() as connection:
                pid = connection.execute(select(workers.c.pid)).scalar_one()
                connection.execute(update(workers).values(pid=pid + 1))

    threads = [Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.workers.list()[0].pid == 80


@pytest.mark.slow
def test_read_then_write_loses_nothing_among_processes(store: Store) -> None:
    store.workers.register(worker("w", 0))
    command = [sys.executable, "-c", COUNTING, str(store.database.url)]
    counting = [subprocess.Popen(command, cwd=PROGRAM) for _ in range(3)]
    assert [process.wait(60) for process in counting] == [0, 0, 0]
    assert store.workers.list()[0].pid == 3 * 8 * 10


def worker(name: str, pid: int) -> Worker:
    return Worker(name, "ocr", "", "here", pid, 0.0, 0.0)


COUNTING = """
import sys
from threading import Thread
from sqlalchemy import select, update
from workbench.store import Store
from workbench.store.schema import workers

store = Store(sys.argv[1])

def count():
    for _ in range(10):
        with store.begin() as connection:
            pid = connection.execute(select(workers.c.pid)).scalar_one()
            connection.execute(update(workers).values(pid=pid + 1))

threads = [Thread(target=count) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_a_unit_of_work_within_another_is_a_fault_that_shows_at_once(store: Store) -> None:
    with pytest.raises(AssertionError, match="hand its connection on"), store.begin():
        add(store, "inner")
    add(store, "after")


def test_a_full_disk_is_explained_and_loses_nothing(store: Store) -> None:
    add(store, "before")
    with store.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    store.close()
    small = Store(str(store.database.url))

    def fill() -> None:
        with small.begin() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            connection.execute(insert(workspaces).values(slug="big" * 100_000, kind="user", created=0.0))

    with pytest.raises(DiskFull) as full:
        fill()
    assert full.value.message == "The disk is full. Nothing new can be saved."
    assert "Free some space" in full.value.hint
    assert slugs(store) == ["before", "local"]


def test_a_locked_database_is_explained(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.store.database.BUSY_SECONDS", 0.01)
    other = sqlite3.connect(tmp_path / "new folder" / "workbench.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = Store(str(store.database.url))
    with pytest.raises(Unreachable, match="busy"):
        add(waiting, "late")
    other.execute("ROLLBACK")
    add(waiting, "late")
    assert "late" in slugs(store)


def test_a_database_that_cannot_be_opened_is_explained(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="in memory"), Database("sqlite://").connect():
        pass
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(Unreachable) as refused, Database(f"sqlite:///{tmp_path}/folder.db").connect():
        pass
    assert "DATABASE_URL" in refused.value.hint


def test_a_home_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unreachable, match="Nothing can be written to") as refused:
        Store(f"sqlite:///{tmp_path}/file/data/workbench.db").upgrade()
    assert "WORKBENCH_HOME" in refused.value.hint


def test_a_database_without_tables_is_refused_with_a_hint(tmp_path: Path) -> None:
    empty = Store(f"sqlite:///{tmp_path}/workbench.db")
    with pytest.raises(SchemaOutdated) as refused:
        empty.schema.require()
    assert "workbench db upgrade" in refused.value.hint
    with pytest.raises(SchemaOutdated) as refused:
        empty.workers.list()
    assert "workbench db upgrade" in refused.value.hint
