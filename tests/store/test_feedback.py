"""The ledger: every word of a person on a line, with what stood there before, whoever reads it next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.store import Store
from workbench.store.feedback import Filter
from workbench.store.lines import Entry
from workbench.store.schema import revisions

READ = Entry(base=0, text="שלוס", state="read", author="base/ocr/hebrew/v1", source="model", action="read")
SAID = Entry(base=1, text="שלום", state="saved", author="noa", source="person", action="correct", seconds=4.0)
EVERYTHING = Filter()


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
        values = {"name": "Folio 1", "source": "0" * 64, "state": "read", "model": "", "direction": "rtl"}
        return store.pages.add(connection, project.id, values).id


def line(store, page_id, *entries, position=0.0, model="base/ocr/hebrew/v1", **changed):
    """Add a line, read by a model, with what was said about it after; its id."""
    with store.begin() as connection:
        values = {"position": position, "baseline": [[0, 9], [9, 9]], "polygon": [], "origin": "found"}
        line_id = store.lines.add(connection, page_id, [values])[0]
        row = {"engine": "kraken", "model": model, "text": READ.text, "chars": [], "confidence": 0.5, "reason": ""}
        reading = store.lines.add_reading(connection, line_id, row)
        for number, entry in enumerate((replace(READ, reading_id=reading), *entries)):
            assert store.lines.save(connection, line_id, number, entry)
        if changed:
            store.lines.change(connection, line_id, changed)
    return line_id


def found(store, wanted=EVERYTHING, **more):
    with store.connect() as connection:
        return store.feedback.of_lines(connection, "local", wanted, **more)


def totals(store, wanted=EVERYTHING):
    with store.connect() as connection:
        return store.feedback.totals_of_lines(connection, "local", wanted)


def test_an_entry_tells_all(store, page_id):
    line(store, page_id, position=1.0)
    line_id = line(store, page_id, replace(SAID, reading_id=2), position=2.0)
    (entry,) = found(store)
    assert (entry.before, entry.after, entry.model, entry.person) == ("שלוס", "שלום", "base/ocr/hebrew/v1", "noa")
    assert (entry.line_id, entry.number, entry.page, entry.project) == (line_id, 2, "Folio 1", "Book")
    assert (entry.action, entry.seconds, entry.revision, entry.direction) == ("correct", 4.0, 2, "rtl")
    assert (entry.learnt_by, entry.to_learn) == (None, True)


def test_what_is_no_line_has_no_number_and_none_counts_it(store, page_id):
    line(store, page_id, SAID, position=0.0, is_line=False, direction="ltr")
    line(store, page_id, SAID, position=0.0)
    assert [(entry.number, entry.direction, entry.to_learn) for entry in found(store)] == [(1, "rtl", True), (None, "ltr", False)]


@pytest.mark.parametrize(
    ("said", "model", "expected"),
    [
        (SAID, "", "base/ocr/hebrew/v1"),  # no reading is named: who wrote the revision it was made from
        (replace(SAID, reading_id=1), "noa/ocr/x/v2", "noa/ocr/x/v2"),
        (replace(SAID, reading_id=1), "", "kraken"),  # an engine without models
        (replace(SAID, base=0), "", ""),
    ],
)
def test_whose_reading_the_author_had_seen(store, page_id, said, model, expected):
    line(store, page_id, said, model=model)
    (entry,) = found(store)
    assert entry.model == expected
    assert entry.before == ("" if said.base == 0 else "שלוס")
    assert len(found(store, Filter(model=expected))) == 1
    assert found(store, Filter(model="another")) == []


def test_learnt_up_to_a_revision(store, page_id):
    later = replace(SAID, base=2, text="שלום רב")
    line(store, page_id, SAID, later, learnt_revision=2, learnt_by="noa/ocr/x/v2")
    assert [(entry.learnt_by, entry.to_learn) for entry in found(store)] == [(None, True), ("noa/ocr/x/v2", False)]
    assert totals(store).not_learnt == 1


def test_what_no_model_can_learn_from_waits_for_none(store, page_id):
    line(store, page_id, replace(SAID, action="unreadable", state="unreadable", text="", reason="ink washed out"))
    line(store, page_id, replace(SAID, text=""))
    line(store, page_id, SAID, replace(SAID, base=2, text="שלום שלום"))
    assert [entry.to_learn for entry in found(store)] == [True, False, False, False]
    assert totals(store).not_learnt == 1


def test_the_newest_first_in_parts(store, page_id):
    for number in range(7):
        source = "import" if number % 2 else "person"
        line(store, page_id, replace(SAID, source=source), position=float(number))
    ids = [entry.id for entry in found(store)]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 7
    first = found(store, limit=3)
    assert [entry.id for entry in first] == ids[:3]
    assert [entry.id for entry in found(store, before=first[-1].id, limit=3)] == ids[3:6]


def test_totals(store, page_id):
    line(store, page_id, SAID)
    line(store, page_id, replace(SAID, action="accept", text="שלוס", seconds=1.0))
    line(store, page_id, replace(SAID, text="שלוס", seconds=None))  # saved as it was: nobody changed it
    line(store, page_id, replace(SAID, action="unreadable", state="unreadable", text="", seconds=9.0, author="dan"))
    line(store, page_id, replace(SAID, source="import", action="import", seconds=7.0))
    sums = totals(store)
    assert (sums.entries, sums.corrected, sums.accepted, sums.unreadable, sums.people) == (5, 2, 2, 1, 2)
    assert sums.median_seconds == 5.5
    assert totals(store, Filter(person="dan")).median_seconds == 9.0
    none = totals(store, Filter(person="nobody"))
    assert (none.entries, none.median_seconds, none.not_learnt) == (0, None, 0)


@pytest.mark.parametrize(
    ("text", "count"),
    [("לום", 1), ("לוס", 1), ("folio 1", 1), ("NOA", 1), ("100%", 0), ("_", 0), ("\\", 0), ("%", 0), ("שלום_", 0)],
)
def test_search_takes_every_sign_as_it_is(store, page_id, text, count):
    line(store, page_id, SAID)
    assert len(found(store, Filter(text=text))) == count
    assert totals(store, Filter(text=text)).entries == count


def test_search_finds_wildcards_and_points_where_they_stand(store, page_id):
    line(store, page_id, replace(SAID, text="50%_שָׁלוֹם"))
    for text in ("50%", "%_", "שָׁל"):
        assert len(found(store, Filter(text=text))) == 1


def test_filters_by_time_action_and_project(store, page_id):
    line(store, page_id, SAID)
    line(store, page_id, replace(SAID, action="accept"))
    with store.begin() as connection:
        connection.execute(revisions.update().where(revisions.c.action == "correct").values(created=100.0))
    assert [entry.action for entry in found(store, Filter(until=200.0))] == ["correct"]
    assert [entry.action for entry in found(store, Filter(since=100.0, until=100.0))] == []
    assert [entry.action for entry in found(store, Filter(since=100.5))] == ["accept"]
    assert [entry.action for entry in found(store, Filter(action="accept"))] == ["accept"]
    assert len(found(store, Filter(project=1))) == 2
    assert found(store, Filter(project=2)) == []


def test_nothing_of_the_trash_or_of_others(store, page_id):
    line(store, page_id, SAID)
    with store.connect() as connection:
        assert store.feedback.of_lines(connection, "elsewhere", EVERYTHING) == []
        assert store.feedback.choices_of_lines(connection, "elsewhere").people == []
    with store.begin() as connection:
        store.pages.change(connection, page_id, {"deleted": 1.0})
    assert found(store) == []
    with store.begin() as connection:
        store.pages.change(connection, page_id, {"deleted": None})
        store.projects.change(connection, 1, {"deleted": 1.0})
    assert found(store) == []
    assert totals(store).entries == 0


def test_choices(store, page_id):
    line(store, page_id, SAID, replace(SAID, base=2, author="Dan", text="א"))
    line(store, page_id, replace(SAID, reading_id=2), model="noa/ocr/x/v2")
    with store.connect() as connection:
        choices = store.feedback.choices_of_lines(connection, "local")
    assert (choices.projects, choices.people) == ([(1, "Book")], ["Dan", "noa"])
    assert choices.models == ["base/ocr/hebrew/v1", "noa/ocr/x/v2"]
