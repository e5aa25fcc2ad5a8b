"""Lines that were found on an image are not looked for again: kept, found anew by choice, and gone in time."""

from __future__ import annotations

import time

import pytest

from engines.errors import ReadingFailed
from engines.ocr import fixed
from tests.services.ocr.conftest import ANNA, bars, work
from workbench.services.housekeeping import LAYOUTS_SECONDS, sweep
from workbench.services.ocr.purging import TRASH_SECONDS
from workbench.store.layouts import KEPT


@pytest.fixture
def looked(monkeypatch) -> list[int]:
    """Return a list that grows whenever the fake looks for lines."""
    calls, by_ink = [], fixed._by_ink
    monkeypatch.setattr(fixed, "_by_ink", lambda image: calls.append(1) or by_ink(image))
    return calls


def read_again(services, page, text="חדש", **wanted) -> dict:
    """Read a page again and return what its job says; other options come before the text."""
    options = {"text": text, **wanted.pop("options", {})}
    job = services.ocr.read_again(ANNA, page.id, engine="fixed", options=options, **wanted)
    work(services)
    assert services.jobs.get(ANNA, job.id).state == "done"
    return services.jobs.get(ANNA, job.id).result


def kept(services) -> list[tuple[int, str]]:
    with services.store.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT page_id, finder FROM layouts ORDER BY created")]


def test_with_another_text_the_lines_are_those_that_were_found(services, page, looked):
    assert read_again(services, page)["layout"] == "kept"
    again = services.ocr.page(ANNA, page.id)
    assert [(line.id, line.baseline, line.polygon) for line in again.lines] == [
        (line.id, line.baseline, line.polygon) for line in page.lines
    ]
    assert [line.text for line in again.lines] == ["חדש"] * 3
    assert looked == []


def test_a_person_can_have_them_looked_for_anew(services, page, looked):
    assert read_again(services, page, layout="anew")["layout"] == "found"
    assert looked == [1]
    assert len(kept(services)) == 1


def test_what_finds_in_another_way_looks_for_itself_and_few_layouts_are_kept(services, page, looked):
    for lines in range(1, KEPT + 1):
        assert read_again(services, page, options={"lines": lines})["layout"] == "found"
    assert kept(services) == [(page.id, f"fixed {lines}") for lines in range(1, KEPT + 1)]
    assert read_again(services, page, options={"lines": 2})["layout"] == "kept"
    assert read_again(services, page)["layout"] == "found"  # that of the first reading was the oldest
    assert looked == [1]


def test_what_people_said_about_lines_stays(services, page, looked):
    services.ocr.save_line(ANNA, page.lines[0].id, text="תוקן", base_revision=1)
    services.ocr.set_is_line(ANNA, page.lines[1].id, False)
    added, _ = services.ocr.add_line(ANNA, page.id, [(20, 270), (380, 270)])
    work(services)
    read_again(services, page)
    again = services.ocr.page(ANNA, page.id)
    assert [(line.id, line.is_line) for line in again.lines] == [
        (page.lines[0].id, True),
        (page.lines[1].id, False),
        (page.lines[2].id, True),
        (added.id, True),
    ]
    assert (again.lines[0].text, again.lines[2].text) == ("תוקן", "חדש")
    assert looked == []


def test_the_same_image_elsewhere_needs_no_second_look(services, page, scan, looked):
    added = services.ocr.add_scans(ANNA, scan, "again.png", engine="fixed", options={"text": "אחר"})
    work(services)
    assert services.jobs.get(ANNA, added.job_ids[0]).result["layout"] == "kept"
    assert looked == []


def test_another_page_of_a_file_is_another_image(services, tmp_path, upload, looked):
    from PIL import Image

    sheets = [Image.open(bars(tmp_path / f"{number}.png", 40 * number + 40)) for number in range(2)]
    sheets[0].save(tmp_path / "book.tiff", save_all=True, append_images=sheets[1:])
    first = upload(path=tmp_path / "book.tiff", filename="book.tiff")
    second = services.ocr.page(ANNA, first.next)
    read_again(services, second)
    assert services.ocr.page(ANNA, second.id).lines[0].baseline == second.lines[0].baseline != first.lines[0].baseline
    assert looked == [1, 1]


def test_when_reading_fails_what_was_found_is_not_lost(services, upload, scan, looked, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(fixed, "_chars", lambda *_, **__: (_ for _ in ()).throw(ReadingFailed("Out of ink.", "Wait.")))
        page = upload(path=scan)
        assert page.state == "failed"
    assert read_again(services, page)["layout"] == "kept"
    assert looked == [1]


def test_a_cut_line_has_no_layout(services, upload, tmp_path):
    upload(path=bars(tmp_path / "line.png", 10, height=40), layout="line")
    assert kept(services) == []


def test_it_goes_with_the_page(services, page):
    assert [page_id for page_id, _ in kept(services)] == [page.id]
    services.ocr.delete_page(ANNA, page.id)
    assert len(kept(services)) == 1
    services.ocr.purge(time.time() + TRASH_SECONDS + 1)
    assert kept(services) == []


def test_it_is_swept_in_time(services, page):
    sweep(services)
    assert len(kept(services)) == 1
    with services.store.begin() as connection:
        connection.exec_driver_sql(f"UPDATE layouts SET created = created - {LAYOUTS_SECONDS + 1}")
    sweep(services)
    assert kept(services) == []
