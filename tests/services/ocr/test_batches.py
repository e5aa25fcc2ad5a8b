"""Many pages at once: what is taken in, how far they are, stopping, going on, and reading all of them again."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PIL import Image

from engines.errors import ReadingFailed, UnknownEngine
from engines.ocr import fixed
from tests.services.ocr.conftest import ANNA, bars, opened, work
from workbench.services.actors import Actor
from workbench.services.errors import Invalid, Refused
from workbench.store.errors import NotFound


@pytest.fixture
def folder(tmp_path: Path) -> list[tuple[str, Path]]:
    """Return four files: two images, a TIFF with two pages, and a note."""
    (tmp_path / "in").mkdir()
    one, two = bars(tmp_path / "in" / "1.png", 40), bars(tmp_path / "in" / "2.png", 40, 120)
    both = tmp_path / "in" / "scroll.tiff"
    Image.open(one).save(both, save_all=True, append_images=[Image.open(two)])
    note = tmp_path / "in" / "note.txt"
    note.write_text("no image")
    return [("book/page 10.png", two), ("book/page 2.png", one), ("scroll.tiff", both), ("note.txt", note)]


def add(services, files, **wanted):
    return services.ocr.add_batch(ANNA, files, **{"engine": "fixed", **wanted})


def figures(services, project_id: int) -> tuple[int, ...]:
    found = services.ocr.batch(ANNA, project_id)
    return found.total, found.read, found.queued, found.reading, found.failed


def names(services, project_id: int) -> list[str]:
    return [page.name for page in services.ocr.project(ANNA, project_id, lines=False).pages]


def test_files_become_one_project_in_natural_order_and_what_is_no_image_is_named(services, folder):
    added = add(services, folder, name="The book")
    assert names(services, added.project_id) == ["page 2", "page 10", "scroll · 1", "scroll · 2"]
    assert services.ocr.project(ANNA, added.project_id).name == "The book"
    assert [one.name for one in added.skipped] == ["note.txt"]
    assert added.skipped[0].reason
    assert (len(added.page_ids), len(added.job_ids), added.known) == (4, 4, 0)
    assert figures(services, added.project_id) == (4, 0, 4, 0, 0)
    assert services.ocr.batch(ANNA, added.project_id).seconds_left is None
    assert work(services) == 4
    assert figures(services, added.project_id) == (4, 4, 0, 0, 0)
    assert services.ocr.batch(ANNA, added.project_id).seconds_left == 0


def test_a_zip_is_a_folder(services, folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as archive:
        for name, path in folder:
            archive.write(path, name)
    added = add(services, [("book.zip", tmp_path / "book.zip")])
    assert names(services, added.project_id) == ["page 2", "page 10", "scroll · 1", "scroll · 2"]
    assert services.ocr.project(ANNA, added.project_id).name == "book"


def test_sent_again_only_what_is_missing_is_added(services, folder):
    first = add(services, folder[:1])
    again = add(services, folder, project_id=first.project_id)
    assert (again.known, len(again.page_ids)) == (1, 3)
    assert add(services, folder, project_id=first.project_id).known == 4
    assert sorted(names(services, first.project_id)) == ["page 10", "page 2", "scroll · 1", "scroll · 2"]


def test_what_is_wrong_leaves_nothing_behind(services, folder):
    for error, files, wanted in [
        (Invalid, folder[3:], {}),
        (Invalid, [], {}),
        (UnknownEngine, folder, {"engine": "nobody"}),
        (Invalid, folder, {"layout": "circle"}),
        (NotFound, folder, {"project_id": 12345}),
    ]:
        with pytest.raises(error):
            add(services, files, **wanted)
    demo = Actor(workspace="anna", name="visitor", kind="demo")
    object.__setattr__(services.settings, "demo_pages", 3)
    with pytest.raises(Refused):
        services.ocr.add_batch(demo, folder, engine="fixed")
    assert services.ocr.projects(ANNA) == []


def test_how_far_it_is_while_it_runs(services, folder, monkeypatch):
    added, seen, chars = add(services, folder), [], fixed._chars

    def look(*arguments, **named):
        seen.append(services.ocr.batch(ANNA, added.project_id))
        return chars(*arguments, **named)

    monkeypatch.setattr(fixed, "_chars", look)
    work(services)
    assert [(view.read, view.reading, view.queued) for view in seen] == [
        (0, 1, 3),
        (1, 1, 2),
        (1, 1, 2),
        (2, 1, 1),
        (3, 1, 0),
        (3, 1, 0),
    ]
    assert [view.running[0].name for view in seen][:2] == ["page 2", "page 10"]
    assert seen[0].seconds_left is None
    assert all(view.seconds_left > 0 for view in seen[1:])


def test_stopped_it_goes_on_with_the_same_engine_and_options(services, folder):
    added = add(services, folder, options={"text": "שלום"})
    assert services.jobs.run_one("worker-1", "ocr")
    assert services.ocr.stop_reading(ANNA, added.project_id) == 3
    assert (work(services), figures(services, added.project_id)) == (0, (4, 1, 0, 0, 0))
    stopped = services.ocr.batch(ANNA, added.project_id)
    assert stopped.cancelled == 3
    failure = stopped.failures[0]
    assert (failure.name, failure.message, failure.cancelled) == ("page 10", "Reading was cancelled.", True)
    assert services.ocr.read_project(ANNA, added.project_id) == 3
    assert services.ocr.read_project(ANNA, added.project_id) == 0  # they wait already
    services.ocr.stop_reading(ANNA, added.project_id)
    assert services.ocr.read_project(ANNA, added.project_id, layout="anew") == 3
    waiting = [job.parameters for job in services.jobs.list(ANNA, "queued")]
    assert [(told["layout"], told["options"]["text"]) for told in waiting] == [("anew", "שלום")] * 3
    assert (work(services), figures(services, added.project_id)) == (3, (4, 4, 0, 0, 0))
    pages = services.ocr.project(ANNA, added.project_id).pages
    assert {line.text for page in pages for line in page.lines} == {"שלום"}


def test_what_fails_is_told_and_read_when_the_cause_is_gone(services, folder, monkeypatch):
    added = add(services, folder)
    with monkeypatch.context() as patch:
        patch.setattr(fixed, "_chars", lambda *_, **__: (_ for _ in ()).throw(ReadingFailed("Out of ink.", "Wait.")))
        assert services.jobs.run_one("worker-1", "ocr")
    services.jobs.cancel(ANNA, added.job_ids[-1])
    work(services)
    assert figures(services, added.project_id) == (4, 2, 0, 0, 1)
    failure, stopped = services.ocr.batch(ANNA, added.project_id).failures
    assert (failure.cancelled, stopped.cancelled) == (False, True)
    assert (failure.page_id, failure.name, failure.message, failure.hint) == (added.page_ids[0], "page 2", "Out of ink.", "Wait.")
    assert services.ocr.read_project(ANNA, added.project_id) == 2
    work(services)
    assert figures(services, added.project_id) == (4, 4, 0, 0, 0)
    assert services.ocr.batch(ANNA, added.project_id).cancelled == 0


def test_another_engine_may_read_what_was_not_read(services, folder):
    added = add(services, folder, options={"text": "אחד"})
    services.ocr.stop_reading(ANNA, added.project_id)
    assert services.ocr.read_project(ANNA, added.project_id, engine="fixed", options={"text": "שתיים"}) == 4
    work(services)
    pages = services.ocr.project(ANNA, added.project_id).pages
    assert {line.text for page in pages for line in page.lines} == {"שתיים"}


def test_all_pages_are_read_again_with_the_lines_that_were_found_and_what_people_said_stays(services, folder):
    added = add(services, folder)
    work(services)
    line = services.ocr.page(ANNA, added.page_ids[0]).lines[0]
    services.ocr.save_line(ANNA, line.id, text="תוקן", base_revision=1)
    assert services.ocr.read_project(ANNA, added.project_id, "all", engine="fixed", options={"text": "חדש"}) == 4
    jobs = services.jobs.list(ANNA, "queued")
    work(services)
    assert {services.jobs.get(ANNA, job.id).result["layout"] for job in jobs} == {"kept"}
    texts = [line.text for page in services.ocr.project(ANNA, added.project_id).pages for line in page.lines]
    assert texts == ["תוקן", *["חדש"] * 5]
    services.ocr.read_project(ANNA, added.project_id, "all", layout="anew", engine="fixed")
    assert {job.parameters["layout"] for job in services.jobs.list(ANNA, "queued")} == {"anew"}


def test_pages_in_the_trash_are_no_part_of_it(services, folder):
    added = add(services, folder)
    services.ocr.delete_page(ANNA, added.page_ids[0])
    services.ocr.stop_reading(ANNA, added.project_id)
    assert figures(services, added.project_id) == (3, 0, 0, 0, 0)
    assert services.ocr.batch(ANNA, added.project_id).cancelled == 3
    assert services.ocr.read_project(ANNA, added.project_id, "all", engine="fixed") == 3


def test_other_projects_go_on(services, folder, page):
    added = add(services, folder)
    services.ocr.read_again(ANNA, page.id, engine="fixed")
    services.ocr.stop_reading(ANNA, added.project_id)
    assert work(services) == 1
    assert services.ocr.page(ANNA, page.id).state == "read"


def test_after_a_restart_it_is_where_it_was(services, folder):
    added = add(services, folder)
    services.jobs.run_one("worker-1", "ocr")
    services.close()
    with opened(services.settings.home) as restarted:
        assert figures(restarted, added.project_id) == (4, 1, 3, 0, 0)
        assert work(restarted) == 3
        assert figures(restarted, added.project_id) == (4, 4, 0, 0, 0)
