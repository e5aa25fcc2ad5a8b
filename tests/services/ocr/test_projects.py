"""Projects and pages: names, trash, search, purge."""

from __future__ import annotations

import time

import pytest

from tests.services.ocr.conftest import ANNA, BORIS, work
from workbench.services.errors import Invalid
from workbench.services.ocr.purging import EXPORT_SECONDS, TRASH_SECONDS
from workbench.services.ocr.searching import fold, places
from workbench.store.errors import NotFound


def test_names(services, page):
    project = services.ocr.create_project(ANNA, "  ספר\nזיכרון\x00 ", "fixed")
    assert (project.name, project.engine, project.pages_total) == ("ספר זיכרון", "fixed", 0)
    for name in ("", " \u200b\n", "x" * 201):
        with pytest.raises(Invalid):
            services.ocr.create_project(ANNA, name)
        with pytest.raises(Invalid):
            services.ocr.update_page(ANNA, page.id, name * 2)
    assert services.ocr.update_project(ANNA, project.id, name="'; DROP TABLE projects; --").name == "'; DROP TABLE projects; --"
    assert services.ocr.update_project(ANNA, project.id, engine="").engine is None
    assert services.ocr.update_page(ANNA, page.id, "עמוד ב").name == "עמוד ב"
    with pytest.raises(Invalid):
        services.ocr.update_project(ANNA, project.id, model="base/ocr/nothing")


def test_windows_of_pages(services, page, upload, scan):
    second = services.ocr.add_scans(ANNA, scan, "b.png", project_id=page.project_id, engine="fixed").page_ids[0]
    work(services)
    shown = services.ocr.project(ANNA, page.project_id, lines=False, offset=1, limit=1)
    assert [head.id for head in shown.pages] == [second]
    assert not hasattr(shown.pages[0], "lines")
    assert shown.pages_total == 2
    view = services.ocr.page(ANNA, second)
    assert (view.previous, view.next, view.number, view.of) == (page.id, None, 2, 2)
    for window in ({"offset": -1}, {"limit": 0}, {"limit": 10_000}):
        with pytest.raises(Invalid):
            services.ocr.project(ANNA, page.project_id, **window)


def test_trash_and_back(services, page):
    services.ocr.delete_page(ANNA, page.id)
    assert services.ocr.project(ANNA, page.project_id).pages == ()
    for call in (services.ocr.page, services.ocr.export_page):
        with pytest.raises(NotFound):
            call(ANNA, page.id, *(["page"] if call == services.ocr.export_page else []))
    with pytest.raises(NotFound):
        services.ocr.save_line(ANNA, page.lines[0].id, text="א", base_revision=1)
    (trash,) = services.ocr.projects(ANNA, trash=True)
    assert (trash.id, trash.deleted, [head.id for head in trash.pages]) == (page.project_id, None, [page.id])
    assert services.ocr.thumbnail(ANNA, page.id)
    assert services.ocr.restore_page(ANNA, page.id).lines_total == 3
    services.ocr.delete_project(ANNA, page.project_id)
    assert services.ocr.projects(ANNA) == []
    with pytest.raises(NotFound):
        services.ocr.page(ANNA, page.id)
    assert [found.id for found in services.ocr.projects(ANNA, trash=True)] == [page.project_id]
    services.ocr.restore_project(ANNA, page.project_id)
    assert services.ocr.page(ANNA, page.id).lines == page.lines


@pytest.mark.parametrize("what", ["page", "project"])
def test_what_waits_is_cancelled_with_the_trash_and_read_after_all(services, page, scan, what):
    added = services.ocr.add_scans(ANNA, scan, "late.png", engine="fixed", options={"text": "מאוחר"})
    (page_id,) = added.page_ids
    thing = page_id if what == "page" else added.project_id
    getattr(services.ocr, f"delete_{what}")(ANNA, thing)
    assert services.jobs.list(ANNA, "queued,running") == []
    assert services.jobs.list(ANNA, "failed") == []
    getattr(services.ocr, f"restore_{what}")(ANNA, thing)
    assert services.ocr.page(ANNA, page_id).state == "queued"
    work(services)
    assert services.ocr.page(ANNA, page_id).lines[0].text == "מאוחר"
    getattr(services.ocr, f"restore_{what}")(ANNA, thing)
    assert services.jobs.list(ANNA, "queued,running") == []


def test_an_export_that_nobody_fetched_is_removed(services, page):
    folder = services.ocr.export_project(ANNA, page.project_id, "text").parent
    services.ocr.purge(time.time())
    assert folder.exists()
    services.ocr.purge(time.time() + EXPORT_SECONDS + 1)
    assert not folder.exists()


def test_purge_removes_rows_and_blobs_that_nobody_needs(services, page, scan):
    other = services.ocr.add_scans(BORIS, scan, "same.png", engine="fixed").page_ids[0]
    work(services)
    with services.store.connect() as connection:
        stored = services.store.pages.get(connection, "anna", page.id)
    services.ocr.delete_page(ANNA, page.id)
    assert services.ocr.purge(time.time()) == 0
    assert services.ocr.purge(time.time() + TRASH_SECONDS + 1) == 1
    assert services.ocr.projects(ANNA, trash=True) == []
    assert services.blobs.exists(stored.source)
    assert services.ocr.image(BORIS, other)
    services.ocr.delete_project(BORIS, services.ocr.page(BORIS, other).project_id)
    assert services.ocr.purge(time.time() + TRASH_SECONDS + 1) == 1
    assert not any(services.blobs.exists(key) for key in (stored.source, stored.scan, stored.thumbnail))
    with services.store.connect() as connection:
        for table in ("lines", "revisions", "readings"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


def test_forgetting_a_workspace(services, page):
    assert services.ocr.forget("boris") == 0
    assert services.ocr.forget("anna") == 1
    assert services.ocr.projects(ANNA) == services.ocr.projects(ANNA, trash=True) == []


def test_a_throw_away_workspace_goes_when_its_time_is_over(services, page):
    with services.store.begin() as connection:
        connection.exec_driver_sql("UPDATE workspaces SET kind = 'demo', expires = 1000 WHERE slug = 'anna'")
    assert services.ocr.purge(999) == 0
    assert services.ocr.page(ANNA, page.id)
    assert services.ocr.purge(1001) == 1
    assert services.ocr.projects(ANNA) == []


def test_search(services, page):
    services.ocr.save_line(ANNA, page.lines[0].id, text="בְּרֵאשִׁ֖ית בָּרָ֣א Hello", base_revision=1)
    (hit,) = services.ocr.search(ANNA, page.project_id, "ראשית בר")
    assert hit.text[hit.start : hit.end] == "רֵאשִׁ֖ית בָּרָ֣"
    assert (hit.page_id, hit.line_id) == (page.id, page.lines[0].id)
    assert len(services.ocr.search(ANNA, page.project_id, "hELLO")) == 1
    assert len(services.ocr.search(ANNA, page.project_id, "ש")) == 4
    for nothing in ("", " ", "\u0591", "%", "_", "' OR 1=1 --"):
        assert services.ocr.search(ANNA, page.project_id, nothing) == []
    with pytest.raises(Invalid):
        services.ocr.search(ANNA, page.project_id, "א" * 300)
    services.ocr.set_is_line(ANNA, page.lines[0].id, False)
    assert services.ocr.search(ANNA, page.project_id, "hello") == []


def test_folding_keeps_places():
    folded, origins = fold("ＡßֱX")
    assert folded == "assx"
    assert origins == [0, 1, 1, 3]
    assert places("aXaXa", "axa") == [(0, 3)]
    assert places("בַּיִת־ספר", fold("בית-ספר")[0]) == [(0, 10)]
