"""Freezing: exactly the revisions of one moment, divided by document."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing

import pytest

from engines.errors import InvalidImage
from tests.services.books import add_book, add_page, scan, two_workspaces
from tests.services.ocr.conftest import ANNA, BORIS
from workbench.services.errors import Invalid
from workbench.store.errors import NotFound


@pytest.fixture
def services(tmp_path):
    """Return a workbench with two workspaces and nothing in them."""
    with two_workspaces(tmp_path / "home") as services:
        yield services


def file_of(services, dataset, actor=ANNA):
    return services.settings.data / "datasets" / actor.workspace / f"{dataset.id}.db"


def splits(services, project_id, actor=ANNA):
    return {page.name: page.split for page in services.datasets.pages(actor, [project_id])}


def texts(opened_dataset, split="train"):
    return [example.target.text for example in opened_dataset.dataset.examples[split]]


def test_a_dataset(services):
    project_id = add_book(services, ANNA, 12)
    view = services.datasets.freeze(ANNA, [project_id])
    assert (view.name, view.task, view.documents, view.examples, view.author) == ("Book", "ocr", 12, 36, "anna")
    assert view.sources == [{"project": project_id, "name": "Book"}]
    assert sum(counts["examples"] for counts in view.split.values()) == 36
    assert (view.shared, view.split["test"]) == (False, {"documents": 0, "examples": 0})
    assert view.split["held_out"]["documents"] >= 1
    assert services.datasets.get(ANNA, view.id) == view
    assert [head.id for head in services.datasets.list(ANNA)] == [view.id]
    assert services.datasets.list(BORIS) == []
    change = services.store.changes.since(0)[-1]
    assert (change.workspace, change.kind, change.ref) == ("anna", "dataset", view.id)
    with closing(sqlite3.connect(file_of(services, view))) as connection:
        about = dict(connection.execute("SELECT name, value FROM about"))
        by_split = dict(connection.execute("SELECT split, count(*) FROM lines GROUP BY split"))
        found = connection.execute(
            "SELECT lines.page FROM lines JOIN lines_fts ON lines.id = lines_fts.rowid WHERE lines_fts MATCH 'שורה'"
        )
        assert len(found.fetchall()) == 36
    assert {"made", "author", "program", "split", "plain", "shared", "name"} <= set(about)
    assert by_split == {split: counts["examples"] for split, counts in view.split.items() if counts["examples"]}


def test_what_a_training_sees(services):
    project_id = add_book(services, ANNA, 3)
    view = services.datasets.freeze(ANNA, [project_id], name="  Three\n folios ")
    seen = services.datasets.open(ANNA, view.id)
    assert (seen.view, seen.view.name, seen.split) == (view, "Three folios", view.split)
    example = seen.dataset.examples["train"][0]
    row = seen.rows[example.key]
    assert str(row.line_id) == example.key
    assert example.name == f"{row.page}, line {row.number}"
    assert (row.text, row.revision, row.direction, row.reading, row.layout) == (example.target.text, 1, "rtl", None, "page")
    assert example.target.polygon == ((5, 10), (194, 10), (194, 45), (5, 45))
    assert [len(seen.dataset.documents(split)) for split in ("train", "held_out", "test")] == [2, 1, 0]
    image = seen.dataset.load(example.document)
    assert (image.shape, str(image.dtype)) == ((140, 200, 3), "uint8")
    assert seen.dataset.load(example.document) is image
    with pytest.raises(InvalidImage, match="no document"):
        seen.dataset.load("x-0")


def test_a_look_is_the_same_and_writes_nothing(services):
    project_id = add_book(services, ANNA, 6)
    look = services.datasets.look(ANNA, [project_id])
    assert look.view is None
    assert set(splits(services, project_id).values()) == {None}
    assert services.datasets.list(ANNA) == []
    seen = services.datasets.open(ANNA, services.datasets.freeze(ANNA, [project_id]).id)
    assert (seen.rows, seen.split, seen.dataset.examples) == (look.rows, look.split, look.dataset.examples)
    assert set(splits(services, project_id).values()) == {"train", "held_out"}


def test_later_corrections_change_nothing(services):
    project_id = add_book(services, ANNA, 2)
    view = services.datasets.freeze(ANNA, [project_id])
    before = services.datasets.open(ANNA, view.id)
    line_id = next(iter(before.rows.values())).line_id
    services.ocr.save_line(ANNA, line_id, text="אחרת", base_revision=1)
    assert services.datasets.open(ANNA, view.id).rows == before.rows
    after = services.datasets.open(ANNA, services.datasets.freeze(ANNA, [project_id]).id)
    assert (after.rows[str(line_id)].text, after.rows[str(line_id)].revision) == ("אחרת", 2)


def test_nothing_to_freeze(services):
    with services.store.begin() as connection:
        empty = services.store.projects.add(connection, "anna", "Empty", engine=None, model=None).id
    full = add_book(services, ANNA, 1)
    for wanted in ([], [empty]):
        with pytest.raises(Invalid, match="Nothing is corrected") as refused:
            services.datasets.freeze(ANNA, wanted)
        assert refused.value.hint
    for wanted in ([full, 999], [full]):
        with pytest.raises(NotFound):
            services.datasets.freeze(BORIS, wanted)
    with pytest.raises(Invalid, match="no datasets for 'audio'"):
        services.datasets.freeze(ANNA, [full], task="audio")
    with pytest.raises(Invalid, match="characters"):
        services.datasets.freeze(ANNA, [full], name="x" * 201)
    assert services.datasets.list(ANNA) == []
    assert not list((services.settings.data / "datasets").glob("**/*.db"))


def test_a_name_never_becomes_a_path(services):
    project_id = add_book(services, ANNA, 1, name="../../../etc/passwd")
    view = services.datasets.freeze(ANNA, [project_id], name="../../x\x00\u202e.db")
    assert file_of(services, view).is_file()
    path = services.datasets.export(ANNA, view.id, "sqlite")
    assert path.parent.parent == services.settings.data / "exports"
    assert "/" not in path.name
    assert ".." not in path.parent.parts


def test_a_scan_is_one_document_wherever_it_lies(services):
    first, second = add_book(services, ANNA, 4), add_book(services, ANNA, 4, name="Again")
    view = services.datasets.freeze(ANNA, [first, second])
    assert (view.documents, view.examples) == (4, 24)
    assert splits(services, first) == splits(services, second)
    later = add_book(services, ANNA, 4, name="Later")
    services.datasets.freeze(ANNA, [later])
    assert splits(services, later) == splits(services, first)
    stranger = add_book(services, BORIS, 4)
    assert set(splits(services, stranger, BORIS).values()) == {None}


def test_a_person_decides(services):
    project_id = add_book(services, ANNA, 5)
    ids = [page.page_id for page in services.datasets.pages(ANNA)]
    told = services.datasets.set_split(ANNA, ids[0], "test")
    assert (told.split, told.split_by, told.examples, told.project) == ("test", "anna", 3, "Book")
    for page_id in ids[1:]:
        services.datasets.set_split(ANNA, page_id, "train")
    view = services.datasets.freeze(ANNA, [project_id])
    assert (view.split["test"]["documents"], view.split["train"]["documents"]) == (1, 4)
    assert view.shared
    services.datasets.set_split(ANNA, ids[1], "held_out")
    view = services.datasets.freeze(ANNA, [project_id])
    assert (view.shared, view.split["held_out"]) == (False, {"documents": 1, "examples": 3})
    for page_id in ids:
        assert services.datasets.set_split(ANNA, page_id, "auto").split is None
    assert services.datasets.freeze(ANNA, [project_id]).split["test"]["documents"] == 0
    assert {page.split_by for page in services.datasets.pages(ANNA)} == {None}
    with pytest.raises(Invalid, match="no split 'never'"):
        services.datasets.set_split(ANNA, ids[0], "never")
    with pytest.raises(NotFound):
        services.datasets.set_split(BORIS, ids[0], "test")


def test_one_document_measures_within_itself(services):
    project_id = add_book(services, ANNA, 1, 12)
    view = services.datasets.freeze(ANNA, [project_id])
    assert view.shared
    assert view.split["held_out"]["examples"] >= 1
    assert view.split["train"]["examples"] + view.split["held_out"]["examples"] == 12
    assert set(splits(services, project_id).values()) == {"train"}
    seen = services.datasets.open(ANNA, view.id)
    assert seen.dataset.shared
    assert texts(seen) == texts(services.datasets.open(ANNA, services.datasets.freeze(ANNA, [project_id]).id))
    single = add_book(services, ANNA, 1, 1, first=50)
    assert services.datasets.freeze(ANNA, [single]).split["train"]["examples"] == 1


def test_one_more_document_measures_the_next_time(services):
    project_id = add_book(services, ANNA, 1)
    view = services.datasets.freeze(ANNA, [project_id])
    with services.store.begin() as connection:
        services.datasets.learnt(connection, services.datasets.open(ANNA, view.id), "anna/ocr/x/v1")
    add_page(services, ANNA, project_id, scan(70, 3), ["א", "ב", "ג"], name="New")
    view = services.datasets.freeze(ANNA, [project_id])
    assert splits(services, project_id) == {"Folio 0": "train", "New": "held_out"}
    assert not view.shared


def test_cut_lines(services):
    with services.store.begin() as connection:
        project_id = services.store.projects.add(connection, "anna", "Lines", engine=None, model=None).id
    for number in range(20):
        add_page(services, ANNA, project_id, scan(number, 1), ["שורה"], name=f"{number}", layout="line")
    view = services.datasets.freeze(ANNA, [project_id])
    assert (view.shared, view.documents) == (True, 20)
    assert 1 <= view.split["held_out"]["examples"] <= 9
    example = services.datasets.open(ANNA, view.id).dataset.examples["train"][0]
    assert example.name.isdigit()


def test_empty_texts_come_along(services):
    with services.store.begin() as connection:
        project_id = services.store.projects.add(connection, "anna", "Book", engine=None, model=None).id
    add_page(services, ANNA, project_id, scan(0, 2), ["", "א"])
    add_page(services, ANNA, project_id, scan(1, 2), ["", ""])
    view = services.datasets.freeze(ANNA, [project_id])
    assert (view.examples, view.shared) == (4, True)


def test_corrections_while_it_is_frozen(services):
    """Two people freeze and one decides at the same time: every dataset is whole, and all agree with the pages."""
    project_id = add_book(services, ANNA, 8)
    ids = [page.page_id for page in services.datasets.pages(ANNA)]
    made, failed = [], []

    def freeze():
        try:
            made.extend(services.datasets.freeze(ANNA, [project_id]) for _ in range(3))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=freeze) for _ in range(2)]
    for thread in threads:
        thread.start()
    for page_id in ids:
        services.datasets.set_split(ANNA, page_id, "train")
    for thread in threads:
        thread.join()
    assert not failed
    assert len({view.id for view in made}) == 6
    for view in made:
        seen = services.datasets.open(ANNA, view.id)
        assert len(seen.rows) == 24
        sides = [set(seen.dataset.documents(split)) for split in ("train", "held_out")]
        assert view.shared or not sides[0] & sides[1]
    assert {page.split for page in services.datasets.pages(ANNA)} == {"train"}


def test_many_lines_take_no_time(services):
    project_id = add_book(services, ANNA, 8, 50)
    start = time.process_time()
    view = services.datasets.freeze(ANNA, [project_id])
    assert view.examples == 400
    assert time.process_time() - start < 3
