"""The index of datasets, what goes into one, and the file that holds it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
import sqlite_utils

from workbench.store import Store, snapshots
from workbench.store.errors import NotFound, StoreError
from workbench.store.lines import Entry
from workbench.store.schema import projects, workspaces
from workbench.store.snapshots import Snapshot, SnapshotDocument, SnapshotLine

READ = Entry(base=0, text="אחד", state="read", author="m", source="model", action="read")
SAVED = Entry(base=1, text="אחת", state="saved", author="anna", source="person", action="correct", seconds=3.5)
KEY = "ab" * 32

LINE = SnapshotLine(
    id=7,
    project_id=1,
    project="Book",
    page_id=3,
    page="Folio 4",
    number=2,
    document="abababababababab-0",
    split="train",
    text="שָׁלוֹם עולם",
    plain="שלום עולם",
    revision=2,
    author="anna",
    source="person",
    model="base/ocr/hebrew/v1",
    reading="שלום עולס",
    seconds=None,
    saved_at=5.0,
    baseline="[[0, 9], [9, 9]]",
    polygon="[[0, 0], [9, 0], [9, 9]]",
    direction="rtl",
    image=KEY,
    frame=0,
    layout="page",
)
DOCUMENT = SnapshotDocument(
    document="abababababababab-0",
    page_id=3,
    page="Folio 4",
    project="Book",
    split="train",
    width=None,
    height=None,
    direction="rtl",
    image=KEY,
    frame=0,
    layout="page",
)


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.upgrade()
    with store.begin() as connection:
        connection.execute(workspaces.insert().values(slug="anna", kind="user", created=0.0))
    yield store
    store.close()


def page_of(store, workspace="local", source=KEY, **values):
    with store.begin() as connection:
        project = store.projects.add(connection, workspace, "Book", engine=None, model=None)
        row = {"name": "1", "source": source, "state": "read", "model": "", **values}
        return project.id, store.pages.add(connection, project.id, row).id


def lines_of(store, page_id, *entries):
    """Add a line for each sequence of entries."""
    shape = {"baseline": [[0, 9], [9, 9]], "polygon": [[0, 0], [9, 0], [9, 9]], "origin": "found"}
    with store.begin() as connection:
        ids = store.lines.add(connection, page_id, [{"position": float(place), **shape} for place in range(len(entries))])
        for line_id, several in zip(ids, entries, strict=True):
            for number, entry in enumerate(several):
                assert store.lines.save(connection, line_id, number, entry)
    return ids


def row(**values):
    return {
        "task": "ocr",
        "name": "x",
        "sha256": "0" * 64,
        "sources": [],
        "documents": 1,
        "examples": 2,
        "author": "me",
        **values,
    }


def test_the_index(store):
    with store.begin() as connection:
        first = store.datasets.add(connection, "local", row(sources=[{"project": 1, "name": "ספר"}]), {KEY, "cd" * 32})
        second = store.datasets.add(connection, "local", row(name="y"), {KEY})
        store.datasets.add(connection, "anna", row(), ())
    with store.connect() as connection:
        assert [found.id for found in store.datasets.all(connection, "local")] == [second.id, first.id]
        assert store.datasets.get(connection, "local", first.id).sources == [{"project": 1, "name": "ספר"}]
        assert store.datasets.refers(connection, KEY)
        assert sorted(store.datasets.images(connection, "local")) == [KEY, "cd" * 32]
        assert store.datasets.images(connection, "anna") == []
        with pytest.raises(NotFound, match="dataset 1"):
            store.datasets.get(connection, "anna", first.id)
    with store.begin() as connection:
        assert store.datasets.remove(connection, first.id) == ["cd" * 32]
        assert [found.id for found in store.datasets.all(connection, "local")] == [second.id]
        assert store.datasets.remove(connection, second.id) == [KEY]
        assert not store.datasets.refers(connection, KEY)
        assert store.datasets.add(connection, "local", row(), ()).id > second.id


def test_which_lines_count(store):
    project_id, page_id = page_of(store, direction="ltr")
    unreadable = replace(SAVED, text="", state="unreadable")
    restored = replace(SAVED, base=2, source="model")
    empty = replace(SAVED, text="", source="import")
    ids = lines_of(
        store, page_id, [READ], [READ, SAVED], [READ, unreadable], [READ, SAVED, restored], [READ, empty], [READ, SAVED]
    )
    with store.begin() as connection:
        store.lines.change(connection, ids[5], {"is_line": False})
        store.lines.change(connection, ids[4], {"direction": "rtl"})
    with store.connect() as connection:
        first, second = store.datasets.corrected_lines(connection, "local", [project_id])
        (page,) = store.datasets.corrected_pages(connection, "local", [project_id])
    assert (first.id, first.number, first.text, first.revision, first.author, first.source) == (
        ids[1],
        2,
        "אחת",
        2,
        "anna",
        "person",
    )
    assert (first.seconds, first.baseline, first.direction, first.model, first.reading) == (
        3.5,
        "[[0, 9], [9, 9]]",
        "ltr",
        "",
        None,
    )
    assert (second.id, second.number, second.text, second.source, second.direction) == (ids[4], 5, "", "import", "rtl")
    assert (page.examples, page.texts, page.learnt, page.split, page.project) == (2, 1, False, None, "Book")


def test_who_had_read_a_line(store):
    project_id, page_id = page_of(store)
    reading = {"engine": "kraken", "model": "base/ocr/hebrew/v1", "confidence": 0.5, "reason": "", "chars": []}
    (first, second) = lines_of(store, page_id, [READ], [READ])
    with store.begin() as connection:
        seen = store.lines.add_reading(connection, first, {**reading, "text": "a"})
        store.lines.save(connection, first, 1, replace(SAVED, reading_id=seen))
        store.lines.add_reading(connection, first, {**reading, "model": "me/ocr/x/v1", "text": "b"})
        store.lines.add_reading(connection, second, {**reading, "engine": "tesseract", "model": "", "text": "c"})
        store.lines.save(connection, second, 1, SAVED)
    with store.connect() as connection:
        found = store.datasets.corrected_lines(connection, "local", [project_id])
    assert [(line.model, line.reading) for line in found] == [("base/ocr/hebrew/v1", "b"), ("tesseract", "c")]


def test_neither_trash_nor_other_workspaces(store):
    project_id, page_id = page_of(store)
    lines_of(store, page_id, [READ, SAVED])
    other, _ = page_of(store, "anna")
    with store.begin() as connection:
        for workspace, wanted, count in (
            ("local", [project_id], 1),
            ("local", None, 1),
            ("anna", [project_id], 0),
            ("local", [], 0),
        ):
            assert len(store.datasets.corrected_pages(connection, workspace, wanted)) == count
        assert store.datasets.corrected_lines(connection, "anna", [project_id, other]) == []
        store.pages.change(connection, page_id, {"deleted": 1.0})
        assert store.datasets.corrected_lines(connection, "local", [project_id]) == []
        store.pages.change(connection, page_id, {"deleted": None})
        connection.execute(projects.update().values(deleted=1.0))
        assert store.datasets.corrected_pages(connection, "local") == []


def test_splits_hold_for_all_pages_of_a_scan(store):
    _, first = page_of(store)
    _, twin = page_of(store)
    _, second_frame = page_of(store, frame=1)
    _, foreign = page_of(store, "anna")

    def splits():
        with store.connect() as connection:
            pages = [store.pages.known(connection, page_id) for page_id in (first, twin, second_frame, foreign)]
        return [(page.split, page.split_by) for page in pages]

    with store.begin() as connection:
        store.datasets.decide(connection, "local", {(KEY, 0): "train"})
        store.datasets.decide(connection, "local", {})
    assert splits() == [("train", None), ("train", None), (None, None), (None, None)]
    with store.begin() as connection:
        assert store.datasets.choose(connection, "local", (KEY, 0), "test", "you") == [first, twin]
        store.datasets.decide(connection, "local", {(KEY, 0): "train"})
        assert store.datasets.decided(connection, "local", [KEY]) == [(KEY, 0, "test", "you")] * 2
    assert splits()[:2] == [("test", "you")] * 2
    with store.begin() as connection:
        store.datasets.choose(connection, "local", (KEY, 0), None, None)
        assert store.datasets.decided(connection, "local", [KEY]) == []


def test_what_is_learnt_only_rises(store):
    _, page_id = page_of(store)
    (line_id,) = lines_of(store, page_id, [READ, SAVED])

    def learnt():
        with store.connect() as connection:
            return connection.exec_driver_sql("SELECT learnt_revision, learnt_by FROM lines").fetchall()

    with store.begin() as connection:
        store.datasets.learnt(connection, {line_id: 2, 999: 1}, "me/ocr/x/v1")
        store.datasets.learnt(connection, {line_id: 1}, "me/ocr/x/v2")
        store.datasets.learnt(connection, {}, "me/ocr/x/v3")
    assert learnt() == [(2, "me/ocr/x/v1")]
    with store.begin() as connection:
        store.datasets.learnt(connection, {line_id: 3}, "me/ocr/x/v2")
        (page,) = store.datasets.corrected_pages(connection, "local")
    assert learnt() == [(3, "me/ocr/x/v2")]
    assert page.learnt


def test_the_file_opens_in_other_programs(tmp_path):
    path = tmp_path / "it's [1].db"
    about = {"name": "ספר", "split": {"train": 1}}
    sha256 = snapshots.write(path, Snapshot([LINE, replace(LINE, id=8, text="אחר", plain="אחר")], [DOCUMENT], about))
    assert len(sha256) == 64
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rowid FROM lines_fts WHERE lines_fts MATCH ?"
        for words, found in (("שלום", [7]), ("שָׁלוֹם", [7]), ("אחר", [8]), ("Folio", [7, 8]), ("ש", [])):
            assert [row[0] for row in connection.execute(query, (words,))] == found
        assert connection.execute("SELECT value FROM about WHERE name = 'split'").fetchone() == ('{"train": 1}',)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database = sqlite_utils.Database(path)
    assert {"lines", "documents", "about", "lines_fts"} <= set(database.table_names())
    assert database["lines"].detect_fts() == "lines_fts"
    assert [found["id"] for found in database["lines"].search("עולם")] == [7]
    assert database["lines"].columns_dict["seconds"] is float
    database.close()
    assert snapshots.read(path, sha256).lines[0] == LINE


def test_a_file_without_lines(tmp_path):
    sha256 = snapshots.write(tmp_path / "a.db", Snapshot((), ()))
    assert snapshots.read(tmp_path / "a.db", sha256) == Snapshot([], [], {})


def test_a_file_that_is_gone_or_another(tmp_path):
    path = tmp_path / "a.db"
    sha256 = snapshots.write(path, Snapshot([LINE], [DOCUMENT]))
    assert snapshots.read(path, sha256).documents == [DOCUMENT]
    with path.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(StoreError, match="was changed"):
        snapshots.read(path, sha256)
    path.unlink()
    with pytest.raises(NotFound):
        snapshots.read(path, sha256)
    path.write_bytes(b"")
    with pytest.raises(StoreError, match="cannot be used"):
        snapshots.read(path, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
