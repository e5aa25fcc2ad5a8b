"""Saving is one compare-and-set; a revision is never overwritten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.store import Store
from workbench.store.errors import Conflict, NotFound
from workbench.store.lines import Entry
from workbench.store.schema import revisions

ENTRY = Entry(base=0, text="אחד", state="read", author="model", source="model", action="read")


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.upgrade()
    yield store
    store.close()


@pytest.fixture
def page_id(store):
    with store.begin() as connection:
        project = store.projects.add(connection, "local", "Book", engine=None, model=None)
        return store.pages.add(connection, project.id, {"name": "1", "source": "0" * 64, "state": "queued", "model": ""}).id


def add(store, page_id, position=0.0):
    with store.begin() as connection:
        values = {"position": position, "baseline": [[0, 9], [9, 9]], "polygon": [[0, 0], [9, 0], [9, 9]], "origin": "found"}
        return store.lines.add(connection, page_id, [values])[0]


def get(store, line_id):
    with store.connect() as connection:
        return store.lines.get(connection, "local", line_id)


def test_a_new_line_waits(store, page_id):
    line = get(store, add(store, page_id))
    assert (line.state, line.revision, line.text, line.current, line.reading, line.is_line) == (
        "waiting",
        0,
        "",
        None,
        None,
        True,
    )
    assert (line.baseline, line.polygon) == ([[0, 9], [9, 9]], [[0, 0], [9, 0], [9, 9]])


def test_compare_and_set(store, page_id):
    line_id = add(store, page_id)
    with store.begin() as connection:
        first = store.lines.save(connection, line_id, 0, ENTRY)
        assert store.lines.save(connection, line_id, 0, replace(ENTRY, text="zu spät")) is None
        assert store.lines.save(connection, line_id, 5, replace(ENTRY, text="zu früh")) is None
    line = get(store, line_id)
    assert first is not None
    assert line.current == first
    assert (line.revision, line.text, line.state, first.revision) == (1, "אחד", "read", 1)
    with store.connect() as connection:
        assert store.lines.revisions(connection, line_id) == [first]


def test_what_fails_in_the_middle_leaves_nothing(store, page_id):
    line_id = add(store, page_id)
    with pytest.raises(ZeroDivisionError), store.begin() as connection:
        assert store.lines.save(connection, line_id, 0, ENTRY).revision / 0
    assert get(store, line_id).revision == 0


def test_the_same_number_twice_is_refused(store, page_id):
    line_id = add(store, page_id)
    with store.begin() as connection:
        store.lines.save(connection, line_id, 0, ENTRY)
    row = {"line_id": line_id, "revision": 1, "base": 0, "text": "x", "state": "read", "author": "a", "source": "model"}
    with pytest.raises(Conflict), store.begin() as connection:
        connection.execute(revisions.insert().values(**row, action="read", created=0.0))


def test_order_and_places(store, page_id):
    ids = [add(store, page_id, position) for position in (2.0, 0.5, 0.5, 1.0)]
    with store.connect() as connection:
        found = [line.id for line in store.lines.of_page(connection, page_id)]
        places = [store.lines.index(connection, get(store, line_id)) for line_id in found]
    assert found == [ids[1], ids[2], ids[3], ids[0]]
    assert places == [0, 1, 2, 3]
    with store.begin() as connection:
        store.lines.place(connection, {line_id: float(place) for place, line_id in enumerate(ids)})
        store.lines.place(connection, {})
        assert [line.id for line in store.lines.of_pages(connection, [page_id])[page_id]] == ids


def test_the_latest_reading(store, page_id):
    line_id = add(store, page_id)
    row = {"engine": "fixed", "model": "", "confidence": 0.5, "reason": ""}
    with store.begin() as connection:
        store.lines.add_reading(connection, line_id, {**row, "text": "a", "chars": [["a", 0.5, [0, 0, 9, 9], [["b", 0.4]]]]})
        latest = store.lines.add_reading(connection, line_id, {**row, "text": "b", "chars": []})
    reading = get(store, line_id).reading
    assert reading is not None
    assert (reading.id, reading.text, list(reading.chars)) == (latest, "b", [])


def test_what_people_touched(store, page_id):
    plain, saved, denied, turned = [add(store, page_id, number) for number in range(4)]
    with store.begin() as connection:
        for line_id in (plain, saved, denied, turned):
            store.lines.save(connection, line_id, 0, ENTRY)
        store.lines.save(connection, saved, 1, replace(ENTRY, base=1, source="person", action="correct", state="saved"))
        store.lines.change(connection, denied, {"is_line": False})
        store.lines.change(connection, turned, {"direction": "ltr"})
        assert store.lines.touched(connection, page_id) == {saved, denied, turned}
        assert store.lines.sources_since(connection, saved, 1) == {"person"}
        assert store.lines.sources_since(connection, saved, 2) == set()
        store.lines.remove(connection, [plain, saved])
        store.lines.remove(connection, [])
        assert [line.id for line in store.lines.of_page(connection, page_id)] == [denied, turned]
    with pytest.raises(NotFound):
        get(store, saved)
