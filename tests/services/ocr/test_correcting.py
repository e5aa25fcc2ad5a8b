"""What people say about lines is kept, or refused with both sides; never lost silently."""

from __future__ import annotations

import pytest

from tests.services.ocr.conftest import ANNA, BORIS
from workbench.services.errors import Conflict, Invalid, NotFound
from workbench.store.errors import DiskFull
from workbench.store.errors import NotFound as NotStored

EVIL = "<img src=x onerror=alert(1)> ${7*7} {{x}} '; DROP TABLE lines; --"


def test_saving(services, page):
    line = page.lines[0]
    saved = services.ocr.save_line(
        ANNA, line.id, text=" תוקן\n", base_revision=1, seconds=4.5, page_id=page.id, project_id=page.project_id
    )
    assert saved.revision == 2
    assert (saved.line.text, saved.line.state, saved.line.author, saved.line.source) == ("תוקן", "saved", "anna", "person")
    assert saved.line.confidence is None
    assert services.ocr.revisions(ANNA, line.id)[-1]["seconds"] == 4.5
    assert services.ocr.page(ANNA, page.id).lines_done == 1
    assert services.ocr.project(ANNA, page.project_id).lines_done == 1


def test_a_stale_base_is_refused_with_both_sides(services, page):
    line = page.lines[0].id
    services.ocr.save_line(ANNA, line, text="שלהם", base_revision=1)
    with pytest.raises(Conflict) as refused:
        services.ocr.save_line(ANNA, line, text="שלי", base_revision=1)
    detail = refused.value.detail
    assert detail["yours"] == "שלי"
    assert {name: detail["theirs"][name] for name in ("text", "revision", "author", "source")} == {
        "text": "שלהם",
        "revision": 2,
        "author": "anna",
        "source": "person",
    }
    assert detail["before"] == {"text": "אחד", "revision": 1}
    for base in (0, 7):
        with pytest.raises(Conflict):
            services.ocr.save_line(ANNA, line, text="שלי", base_revision=base)
    assert services.ocr.line(ANNA, line).text == "שלהם"


def test_a_retry_gives_the_same_revision(services, page):
    line = page.lines[0].id
    first = services.ocr.save_line(ANNA, line, text="תוקן", base_revision=1)
    again = services.ocr.save_line(ANNA, line, text="תוקן", base_revision=1)
    assert (first.revision, again.revision) == (2, 2)
    assert len(services.ocr.revisions(ANNA, line)) == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\x00b", "ab"),
        ("\ud800שלום\udfff", "שלום"),
        ("\u202eevil\u202c", "evil"),
        ("בְּ֑", "בְּ֑"),
        ("א\u200fב", "א\u200fב"),
        (EVIL, EVIL),
        ("", ""),
    ],
)
def test_text_is_cleaned_not_interpreted(services, page, given, kept):
    assert services.ocr.save_line(ANNA, page.lines[0].id, text=given, base_revision=1).line.text == kept
    assert services.ocr.page(ANNA, page.id).lines[0].text == kept


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "א" * 1_000_000},
        {"base_revision": -1},
        {"base_revision": 2**40},
        {"action": "destroy"},
        {"seconds": float("nan")},
        {"seconds": -1.0},
    ],
)
def test_what_makes_no_sense_is_refused(services, page, wrong):
    with pytest.raises(Invalid) as refused:
        services.ocr.save_line(ANNA, page.lines[0].id, **{"text": "א", "base_revision": 1, **wrong})
    assert refused.value.hint
    assert services.ocr.line(ANNA, page.lines[0].id).revision == 1


def test_ids_must_belong_together(services, page, upload):
    line, other = page.lines[0].id, upload()
    for wrong in ({"page_id": other.id}, {"project_id": other.project_id}, {"page_id": 99999}):
        with pytest.raises(NotFound):
            services.ocr.save_line(ANNA, line, text="א", base_revision=1, **wrong)
    with pytest.raises(NotStored):
        services.ocr.save_line(BORIS, line, text="א", base_revision=1)


def test_accept_unreadable_restore(services, page):
    one, two, _ = [line.id for line in page.lines]
    assert services.ocr.save_line(ANNA, one, text="אחד", base_revision=1, action="accept").line.action == "accept"
    saved = services.ocr.save_line(ANNA, two, text="", base_revision=1, action="unreadable", reason="ink blot").line
    assert (saved.state, saved.reason) == ("unreadable", "ink blot")
    back = services.ocr.restore(ANNA, two, 1, 2).line
    assert (back.revision, back.text, back.state, back.reason, back.action) == (3, "שתיים", "saved", "", "restore")
    again = services.ocr.restore(ANNA, two, 2, 3).line
    assert (again.state, again.reason) == ("unreadable", "ink blot")
    with pytest.raises(NotFound):
        services.ocr.restore(ANNA, two, 9, 4)
    with pytest.raises(Conflict):
        services.ocr.restore(ANNA, two, 1, 1)


def test_direction_and_what_is_no_line(services, page):
    line = page.lines[1].id
    assert services.ocr.set_direction(ANNA, line, "ltr").direction == "ltr"
    with pytest.raises(Invalid):
        services.ocr.set_direction(ANNA, line, "up")
    assert services.ocr.set_is_line(ANNA, line, False).is_line is False
    assert services.ocr.page(ANNA, page.id).lines_total == 2
    assert services.ocr.set_is_line(ANNA, line, True).text == "שתיים"


def test_a_full_disk_loses_nothing(services, page):
    line = page.lines[0].id
    revision = services.ocr.save_line(ANNA, line, text="לפני", base_revision=1).revision
    with services.store.connect() as connection:
        size = connection.exec_driver_sql("PRAGMA page_count").scalar()
    engine = services.store.database.engine
    engine.dispose()

    from sqlalchemy import event

    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count={size}")

    event.listen(engine, "connect", limit)
    with pytest.raises(DiskFull) as refused:  # noqa: PT012  # which save meets the end of the disk depends on free pages
        for number in range(200):
            revision = services.ocr.save_line(ANNA, line, text="ת" * 1900 + str(number), base_revision=revision).revision
    assert "disk is full" in refused.value.message
    event.remove(engine, "connect", limit)
    engine.dispose()
    history = services.ocr.revisions(ANNA, line)
    assert [row["revision"] for row in history] == list(range(1, revision + 1))
    assert services.ocr.line(ANNA, line).revision == revision
    assert services.ocr.save_line(ANNA, line, text="אחרי", base_revision=revision).revision == revision + 1
