"""The ledger as the faces ask for it: parts, filters that make no sense, and files that other programs open."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.services.ocr.conftest import bars, opened, work
from workbench.formats import scans
from workbench.services import Services
from workbench.services.actors import LOCAL, Actor
from workbench.services.errors import Invalid
from workbench.services.feedback.writing import COLUMNS

TEXTS = ("=SUM(A1)", "שָׁלוֹם, עולם", "@home\t+1")


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Return a workbench whose one page of three lines was corrected from its last line to its first."""
    monkeypatch.setattr(scans, "inspect_apart", partial(scans.inspect, decode=True))
    with opened(tmp_path / "home") as services:
        services.store.upgrade()
        actor = services.users.local()
        scan = bars(tmp_path / "scan.png", 40, 120, 200)
        added = services.ocr.add_scans(actor, scan, "page.png", engine="fixed", options={"text": "אחד|שתיים|שלוש"})
        work(services)
        lines = services.ocr.page(actor, added.page_ids[0]).lines
        for line, text in reversed(list(zip(lines, TEXTS, strict=True))):
            services.ocr.save_line(actor, line.id, text=text, base_revision=1, seconds=2.5)
        yield services


def test_parts_lead_to_one_another(services: Services) -> None:
    first = services.feedback.entries(LOCAL, limit=2)
    assert [entry.line.number for entry in first.entries] == [1, 2]
    assert first.next == first.entries[-1].id
    last = services.feedback.entries(LOCAL, before=first.next, limit=2)
    assert [entry.line.number for entry in last.entries] == [3]
    assert last.next is None
    entry = first.entries[1]
    assert (entry.before, entry.after, entry.model, entry.person) == ("שתיים", TEXTS[1], "fixed", "you")
    assert entry.image == f"/lines/{entry.line.id}/image"


def test_unreadable_and_import_are_entries_too(services: Services) -> None:
    page = services.ocr.page(LOCAL, 1)
    services.ocr.save_line(LOCAL, page.lines[0].id, text="", base_revision=2, action="unreadable", reason="ink washed out")
    services.ocr.import_text(LOCAL, 1, "\nחדש\n\n".encode())
    entries = services.feedback.entries(LOCAL).entries
    assert [(entry.action, entry.reason, entry.before) for entry in entries[:2]] == [
        ("import", "", TEXTS[1]),
        ("unreadable", "ink washed out", TEXTS[0]),
    ]
    assert services.feedback.entries(LOCAL, action="import").entries == entries[:1]


def test_nobody_sees_another_workspace(services: Services) -> None:
    stranger = Actor("elsewhere", "stranger")
    assert services.feedback.entries(stranger).entries == ()
    assert services.feedback.totals(stranger).entries == 0
    assert services.feedback.choices(stranger).projects == []


def test_text_is_found_however_it_was_typed(services: Services) -> None:
    for text in ("  שָׁלוֹם ", "שׁ" + "\u05b8" + "לוֹם"):  # another order of the same points
        assert len(services.feedback.entries(LOCAL, text=text).entries) == 1
    assert len(services.feedback.entries(LOCAL, text="  ").entries) == 3


@pytest.mark.parametrize(
    "wanted",
    [
        {"task": "weather"},
        {"action": "guess"},
        {"since": float("nan")},
        {"until": float("inf")},
        {"text": "x" * 201},
        {"limit": 0},
        {"limit": 501},
    ],
)
def test_what_makes_no_sense_is_refused(services: Services, wanted) -> None:
    with pytest.raises(Invalid):
        services.feedback.entries(LOCAL, **wanted)


def test_choices(services: Services) -> None:
    choices = services.feedback.choices(LOCAL)
    assert [project["id"] for project in choices.projects] == [1]
    assert (choices.people, choices.models, choices.tasks) == (["you"], ["fixed"], ["ocr"])


def test_csv_opens_in_a_spreadsheet_and_computes_nothing(services: Services) -> None:
    path = services.feedback.export(LOCAL, "csv")
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["after"] for row in rows] == ["'=SUM(A1)", TEXTS[1], "'@home +1"]  # a tab in a line is a blank
    assert [(row["line"], row["seconds"], row["model"]) for row in rows] == [(number, "2.5", "fixed") for number in "123"]
    assert rows[0]["time"].endswith("+00:00")


def test_jsonl_is_what_rest_gives(services: Services) -> None:
    lines = services.feedback.export(LOCAL, "jsonl", text="SUM").read_text(encoding="utf-8").splitlines()
    (entry,) = [json.loads(line) for line in lines]
    assert (entry["after"], entry["page"]["name"], entry["line"]["number"]) == (TEXTS[0], "page", 1)


def test_sqlite_can_be_searched(services: Services) -> None:
    with closing(sqlite3.connect(services.feedback.export(LOCAL, "sqlite"))) as database:
        found = database.execute("SELECT rowid FROM entries_fts WHERE entries_fts MATCH ?", ("שָׁלוֹם",)).fetchall()
        (row,) = database.execute("SELECT after, line, person FROM entries WHERE id = ?", found[0]).fetchall()
        assert database.execute("SELECT count(*) FROM entries").fetchone() == (3,)
    assert row == (TEXTS[1], 2, "you")


@pytest.mark.parametrize("format", ["csv", "jsonl", "sqlite"])
def test_an_export_of_nothing_is_a_file(services: Services, format: str) -> None:
    path = services.feedback.export(LOCAL, format, person="nobody")
    assert path.exists()
    if format == "sqlite":
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("SELECT count(*) FROM entries").fetchone() == (0,)


def test_an_export_is_not_cut_at_any_number(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.services.feedback._EXPORTED_AT_ONCE", 1)
    assert len(services.feedback.export(LOCAL, "jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_an_export_that_fails_leaves_nothing(services: Services) -> None:
    with pytest.raises(Invalid, match="'xlsx'"):
        services.feedback.export(LOCAL, "xlsx")
    with pytest.raises(Invalid):
        services.feedback.export(LOCAL, "csv", action="guess")
    assert not list((services.settings.data / "exports").glob("*"))
