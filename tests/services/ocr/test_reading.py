"""From an upload to lines that can be corrected, and reading again without losing what people said."""

from __future__ import annotations

import pytest
from PIL import Image

from engines.errors import Cancelled, InvalidOptions, UnknownEngine
from tests.services.ocr.conftest import ANNA, BORIS, bars, work
from workbench.formats.scans import ScanError
from workbench.services.actors import Actor
from workbench.services.errors import Invalid, Refused
from workbench.services.ocr.recording import Recording
from workbench.store.errors import NotFound

ONE_TEXT = {"text": "אחד|שתיים|שלוש"}


def texts(page):
    return [line.text for line in page.lines]


def test_a_page_is_read(services, upload):
    page = upload()
    assert (page.state, page.width, page.height, page.engine, page.model) == ("read", 400, 300, "fixed", "")
    assert [line.index for line in page.lines] == [0, 1, 2]
    assert all(line.state == "read" and line.revision == 1 and line.text for line in page.lines)
    first = page.lines[0]
    assert first.author == "fixed"
    assert first.source == "model"
    assert first.reading is not None
    assert "".join(char[0] for char in first.reading.chars) == first.text
    assert not first.suggestion
    assert (page.lines_total, page.lines_done, page.number, page.of, page.previous) == (3, 0, 1, 1, None)
    assert services.ocr.image(ANNA, page.id)[1] == "image/jpeg"
    assert services.ocr.thumbnail(ANNA, page.id)[1] == "image/webp"
    assert page.job_id is None


def test_a_pdf_gives_a_page_each(services, upload, tmp_path):
    sheets = [Image.open(bars(tmp_path / f"{n}.png", 40 * n + 40)) for n in range(3)]
    path = tmp_path / "book.pdf"
    sheets[0].save(path, save_all=True, append_images=sheets[1:])
    first = upload(path=path, filename='../../ספר "א".pdf')
    project = services.ocr.project(ANNA, first.project_id)
    assert [page.name for page in project.pages] == ['ספר "א" · 1', 'ספר "א" · 2', 'ספר "א" · 3']
    assert [len(page.lines) for page in project.pages] == [1, 1, 1]
    assert project.name == 'ספר "א"'


def test_one_cut_line(upload, tmp_path):
    page = upload(path=bars(tmp_path / "line.png", 10, height=40), layout="line", options={"text": "שלום"})
    assert texts(page) == ["שלום"]
    assert page.lines[0].polygon[0] == [0, 0]


def test_an_empty_page_says_so(upload, tmp_path):
    page = upload(path=bars(tmp_path / "blank.png"))
    assert (page.state, page.lines) == ("read", ())
    assert "No line" in page.message
    assert page.hint


def test_names_of_people_reach_no_path(services, upload):
    page = upload(filename="x" * 400 + "'; DROP TABLE lines; --\x00\u202e.png")
    assert len(page.name) == 300
    assert "\x00" not in page.name
    page = upload(filename="'; DROP TABLE lines; --.png")
    assert page.name == "'; DROP TABLE lines; --"
    assert len(page.lines) == 3


def test_what_is_wrong_leaves_nothing_behind(services, scan, tmp_path):
    bad = tmp_path / "no.png"
    bad.write_bytes(b"no image")
    for error, path, wanted in [
        (ScanError, bad, {}),
        (UnknownEngine, scan, {"engine": "nobody"}),
        (InvalidOptions, scan, {"options": {"nothing": 1}}),
        (Invalid, scan, {"layout": "circle"}),
        (Invalid, scan, {"model": "base/ocr/none"}),
        (NotFound, scan, {"project_id": 12345}),
    ]:
        with pytest.raises(error):
            services.ocr.add_scans(ANNA, path, "a.png", **{"engine": "fixed", **wanted})
    assert services.ocr.projects(ANNA) == []


def test_equal_pages_are_read_once(services, page, scan, upload):
    services.ocr.save_line(ANNA, page.lines[0].id, text="אנה כתבה", base_revision=1)
    added = services.ocr.add_scans(BORIS, scan, "page.png", engine="fixed", options=ONE_TEXT)
    assert work(services) == 1
    copy = services.ocr.page(BORIS, added.page_ids[0])
    assert services.jobs.get(BORIS, added.job_ids[0]).result["copied"] is True
    assert texts(copy) == [page.lines[0].reading.text, *texts(page)[1:]]
    assert copy.lines[0].reading.chars == page.lines[0].reading.chars
    assert copy.image.partition("?")[2] == page.image.partition("?")[2]
    other = upload(BORIS, options={"text": "אחר"})
    assert texts(other)[0] == "אחר"


def test_reading_again_keeps_what_people_said(services, page):
    one, two, three = page.lines
    services.ocr.save_line(ANNA, one.id, text="תוקן", base_revision=1)
    services.ocr.save_line(ANNA, two.id, text="", base_revision=1, action="unreadable", reason="torn")
    job = services.ocr.read_again(ANNA, page.id, engine="fixed", options={"text": "חדש א|חדש ב|חדש ג"})
    assert services.ocr.page(ANNA, page.id).job_id == job.id
    with pytest.raises(Invalid):
        services.ocr.read_again(ANNA, page.id, engine="fixed")
    work(services)
    page = services.ocr.page(ANNA, page.id)
    assert [line.id for line in page.lines] == [one.id, two.id, three.id]
    assert texts(page) == ["תוקן", "", "חדש ג"]
    assert [line.suggestion for line in page.lines] == [True, True, False]
    assert [line.reading.text for line in page.lines] == ["חדש א", "חדש ב", "חדש ג"]
    assert (page.lines[1].state, page.lines[1].reason) == ("unreadable", "torn")
    assert [line.revision for line in page.lines] == [2, 2, 2]
    services.ocr.save_line(ANNA, one.id, text="חדש א", base_revision=2)
    assert not services.ocr.line(ANNA, one.id).suggestion


def test_a_new_layout_is_matched_to_the_old_one(services, page):
    services.ocr.save_line(ANNA, page.lines[0].id, text="נשאר", base_revision=1)
    services.ocr.set_is_line(ANNA, page.lines[1].id, False)
    services.ocr.read_again(ANNA, page.id, engine="fixed", options={"lines": 9, "text": "x"})
    work(services)
    again = services.ocr.page(ANNA, page.id)
    ids = [line.id for line in again.lines]
    assert page.lines[0].id in ids
    assert services.ocr.line(ANNA, page.lines[0].id).text == "נשאר"
    assert not services.ocr.line(ANNA, page.lines[1].id).is_line
    middles = [sum(y for _, y in line.baseline) / len(line.baseline) for line in again.lines]
    assert middles == sorted(middles)
    services.ocr.read_again(ANNA, page.id, engine="fixed", options=ONE_TEXT)
    work(services)
    last = services.ocr.page(ANNA, page.id)
    assert [line.id for line in last.lines][:2] == [page.lines[0].id, page.lines[1].id]
    assert len(last.lines) == 3
    assert last.lines_total == 2


def test_a_save_during_reading_wins(services, page, monkeypatch):
    place = Recording.place

    def save_then_place(self, traces):
        place(self, traces)
        services.ocr.save_line(ANNA, page.lines[0].id, text="באמצע", base_revision=1)

    finish = Recording.finish

    def finish_then_save(self, traces, reads, values):
        self.flush()
        services.ocr.save_line(ANNA, page.lines[1].id, text="גם באמצע", base_revision=1)
        finish(self, traces, reads, values)

    monkeypatch.setattr(Recording, "place", save_then_place)
    monkeypatch.setattr(Recording, "finish", finish_then_save)
    services.ocr.read_again(ANNA, page.id, engine="fixed", options={"text": "חדש"})
    work(services)
    page = services.ocr.page(ANNA, page.id)
    assert texts(page) == ["באמצע", "גם באמצע", "חדש"]
    assert [line.suggestion for line in page.lines] == [True, True, False]
    history = services.ocr.revisions(ANNA, page.lines[1].id)
    assert [(row["source"], row["base"]) for row in history] == [("model", 0), ("model", 1), ("person", 1)]


def test_a_second_attempt_doubles_nothing(services, upload, monkeypatch):
    finish = Recording.finish

    def die_once(self, traces, reads, values):
        monkeypatch.setattr(Recording, "finish", finish)
        for index, read in enumerate(reads[:2]):
            self.take(index, read)
        self.flush()
        with services.store.begin() as connection:
            services.store.jobs.release(connection, services.store.jobs.active()[0], lost=True)
        raise Cancelled("the worker is gone")

    monkeypatch.setattr(Recording, "finish", die_once)
    page = upload(options=ONE_TEXT)
    assert page.state == "read"
    assert texts(page) == ["אחד", "שתיים", "שלוש"]
    assert [line.revision for line in page.lines] == [1, 1, 1]


def test_a_given_up_worker_changes_nothing(services, page, monkeypatch):
    place = Recording.place

    def lose(self, traces):
        with services.store.begin() as connection:
            services.store.jobs.fail(connection, services.store.jobs.active()[0], "The worker was killed.")
        place(self, traces)

    monkeypatch.setattr(Recording, "place", lose)
    services.ocr.read_again(ANNA, page.id, engine="fixed", options={"text": "אסור"})
    work(services)
    assert texts(services.ocr.page(ANNA, page.id)) == ["אחד", "שתיים", "שלוש"]


def test_a_failure_is_told_on_the_page(services, upload, scan, monkeypatch):
    added = services.ocr.add_scans(ANNA, scan, "a.png", engine="fixed")
    monkeypatch.setattr(
        "workbench.formats.scans.load", lambda *_: (_ for _ in ()).throw(ScanError("It is torn.", "Scan it again."))
    )
    work(services)
    page = services.ocr.page(ANNA, added.page_ids[0])
    assert (page.state, page.message, page.hint) == ("failed", "It is torn.", "Scan it again.")
    monkeypatch.undo()
    services.ocr.read_again(ANNA, page.id, engine="fixed")
    work(services)
    page = services.ocr.page(ANNA, page.id)
    assert (page.state, page.message, page.hint, len(page.lines)) == ("read", "", "", 3)


def test_cancelling(services, upload, scan):
    added = services.ocr.add_scans(ANNA, scan, "a.png", engine="fixed")
    services.jobs.cancel(ANNA, added.job_ids[0])
    page = services.ocr.page(ANNA, added.page_ids[0])
    assert (page.state, page.message) == ("failed", "Reading was cancelled.")
    page = upload(path=scan)
    job = services.ocr.read_again(ANNA, page.id, engine="fixed")
    services.jobs.cancel(ANNA, job.id)
    assert services.ocr.page(ANNA, page.id).state == "read"


def test_a_deleted_page_is_not_read(services, scan):
    added = services.ocr.add_scans(ANNA, scan, "a.png", engine="fixed")
    services.ocr.delete_page(ANNA, added.page_ids[0])
    assert work(services) == 0
    assert services.jobs.get(ANNA, added.job_ids[0]).state == "cancelled"


def test_a_demo_has_limits(services, tmp_path):
    demo = Actor(workspace="anna", name="visitor", kind="demo")
    object.__setattr__(services.settings, "demo_pages", 1)
    services.ocr.add_scans(demo, bars(tmp_path / "a.png", 30), "a.png", engine="fixed")
    with pytest.raises(Refused, match="1 pages"):
        services.ocr.add_scans(demo, bars(tmp_path / "b.png", 50), "b.png", engine="fixed")
    object.__setattr__(services.settings, "demo_pages", 10)
    object.__setattr__(services.settings, "demo_megabytes", 0.001)
    with pytest.raises(Refused, match="MB"):
        services.ocr.add_scans(demo, bars(tmp_path / "c.png", 70), "c.png", engine="fixed")


def test_a_model_of_lines_from_left_to_right_reads_so_until_somebody_says_otherwise(services):
    folder = services.models.staging("anna", "ocr", "latin", 1)
    (folder / "model.safetensors").write_bytes(b"weights")
    said = {"engine": "fixed", "options": {"direction": "ltr", "unheard": 1}}
    latin = services.models.publish("anna", "ocr", "latin", folder, said).full_name
    assert services.ocr.choose(ANNA, None, engine="fixed", model=latin).options["direction"] == "ltr"
    assert (
        services.ocr.choose(ANNA, None, engine="fixed", model=latin, options={"direction": "rtl"}).options["direction"] == "rtl"
    )
