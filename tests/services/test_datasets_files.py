"""Datasets go out in every format and come in again; what comes from elsewhere may be broken or hostile."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tests.services.books import add_book, add_page, inspect_near, scan, two_workspaces
from tests.services.ocr.conftest import ANNA
from workbench.formats import scans
from workbench.formats.arrow import read
from workbench.services.actors import Actor
from workbench.services.datasets.cutting import cut_png
from workbench.services.errors import Invalid, Refused

TEXTS = ("שָׁלוֹם, עולם!", "abc 123", "مرحبا", "שורה")


@pytest.fixture(autouse=True)
def near(request, monkeypatch):
    """Look at images in this process; tests marked `slow` do it in a child as the workbench does."""
    if request.node.get_closest_marker("slow") is None:
        monkeypatch.setattr(scans, "inspect_all_apart", inspect_near)


@pytest.fixture
def services(tmp_path):
    """Return a workbench with two workspaces and nothing in them."""
    with two_workspaces(tmp_path / "home") as services:
        yield services


@pytest.fixture
def dataset(services):
    """Return a dataset of four pages, one of them never learnt from."""
    with services.store.begin() as connection:
        project_id = services.store.projects.add(connection, "anna", "ספר: א/ב", engine=None, model=None).id
    for number in range(4):
        add_page(services, ANNA, project_id, scan(number, 4), TEXTS, name="עמוד/1" if number else "../x")
    services.datasets.set_split(ANNA, services.datasets.pages(ANNA)[0].page_id, "test")
    return services.datasets.freeze(ANNA, [project_id])


@pytest.fixture
def folder(tmp_path):
    """Return an empty folder."""
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def line(folder, name, text, seed=0, *, image=None):
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.png").write_bytes(scan(seed, 1) if image is None else image)
    if text is not None:
        (folder / f"{name}.gt.txt").write_text(text, encoding="utf-8")


def texts(services, view, *, empty=True):
    rows = services.datasets.open(ANNA, view.id).rows.values()
    return sorted(row.text for row in rows if row.text or empty)


@pytest.mark.parametrize("format", ["pairs", "page", pytest.param("alto", marks=pytest.mark.slow), "arrow"])
def test_round_trip(services, dataset, format):
    path = services.datasets.export(ANNA, dataset.id, format)
    back = services.datasets.take_in(ANNA, [path], name=format)
    assert texts(services, back) == texts(services, dataset)
    assert back.skipped == ()
    assert back.sources == [{"folder": path.name}]
    assert back.documents == (4 if format in {"page", "alto"} else 16)
    seen = services.datasets.open(ANNA, back.id)
    example = next(iter(seen.rows))
    assert (seen.rows[example].line_id, seen.rows[example].page_id) == (None, None)
    for split in ("train", "held_out"):
        for found in seen.dataset.examples[split]:
            image = seen.dataset.load(found.document)
            assert max(y for _, y in found.target.polygon) < image.shape[0]
    again = services.datasets.export(ANNA, back.id, format)
    assert texts(services, services.datasets.take_in(ANNA, [again], name="again")) == texts(services, dataset)


def test_what_lies_in_the_files(services, dataset, tmp_path):
    names = {format: zipfile.ZipFile(services.datasets.export(ANNA, dataset.id, format)) for format in ("pairs", "page", "arrow")}
    for archive in names.values():
        assert archive.testzip() is None
        assert not [name for name in archive.namelist() if name.startswith("/") or ".." in name.split("/") or "\\" in name]
        assert len({name.casefold() for name in archive.namelist()}) == len(archive.namelist())
    assert {name.split("/")[0] for name in names["pairs"].namelist()} == {"train", "held_out", "test"}
    assert sorted(names["arrow"].namelist()) == ["held_out.arrow", "test.arrow", "train.arrow"]
    assert "test/_x.page.xml" in names["page"].namelist()
    assert "test/_x.png" in names["page"].namelist()
    assert names["pairs"].read("test/_x-0001.gt.txt").decode() == f"{TEXTS[0]}\n"
    image = Image.open(io.BytesIO(names["pairs"].read("test/_x-0001.png")))
    assert (image.size, image.mode) == ((190, 36), "L")
    held = [name.removesuffix(".gt.txt") for name in names["pairs"].namelist() if name.endswith(".gt.txt")]
    assert len(held) == dataset.examples
    path = services.datasets.export(ANNA, dataset.id, "sqlite")
    assert path.name == "ספר_ א_ב.db"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (4,)
    assert list((tmp_path / "home" / "data" / "exports").iterdir())
    with pytest.raises(Invalid, match="no format 'docx'"):
        services.datasets.export(ANNA, dataset.id, "docx")


def test_one_split_is_one_file(services, folder):
    line(folder, "a", "א")
    view = services.datasets.take_in(ANNA, [folder], name="")
    path = services.datasets.export(ANNA, view.id, "arrow")
    assert (view.name, path.name) == ("folder", "folder.arrow")
    assert [cut.text for cut in read(path)] == ["א"]
    assert services.datasets.take_in(ANNA, [path], name="x").examples == 1


def test_a_cut_keeps_only_its_polygon():
    page = np.full((40, 60, 3), 100, np.uint8)
    image = np.asarray(Image.open(io.BytesIO(cut_png(page, [(10, 10), (29, 10), (29, 29)]))))
    assert image.shape == (20, 20)
    assert image[0, 19] == 100
    assert image[19, 0] == 255
    assert np.asarray(Image.open(io.BytesIO(cut_png(page, [(-50, -50), (500, -50), (500, 500), (-50, 500)])))).shape == (40, 60)
    assert np.asarray(Image.open(io.BytesIO(cut_png(page, [(90, 90), (95, 90), (95, 95)])))).shape == (1, 1)
    page[0, 0] = (255, 0, 0)
    assert np.asarray(Image.open(io.BytesIO(cut_png(page, [(0, 0), (9, 0), (9, 9), (0, 9)])))).shape == (10, 10, 3)


@pytest.mark.slow
def test_what_is_left_out_is_named(services, folder):
    line(folder, "good", "שלום")
    line(folder, "sub.1.bin", "עולם", 1)
    line(folder / "deeper", "good", "deeper", 2)
    line(folder, "empty", "x", image=b"")
    line(folder, "text", "x", image=b"just words")
    line(folder, "several", "one\ntwo", 3)
    line(folder, "nothing", "", 4)
    line(folder, "alone", None, 5)
    (folder / "lonely.gt.txt").write_text("x")
    (folder / "binary.gt.txt").write_bytes(b"\xff\x00\xff")
    line(folder, "binary", None, 6)
    line(folder, "bomb", None, 7)
    (folder / "bomb.xml").write_bytes(b'<!DOCTYPE a [<!ENTITY x "y">]><PcGts>&x;</PcGts>')
    line(folder, "cut", None, 8)
    (folder / "cut.xml").write_bytes(b"<PcGts")
    (folder / "x.arrow").write_bytes(b"ARROW1 and no more")
    (folder / ".hidden.gt.txt").write_text("x")
    (folder / "readme.md").write_text("x")
    view = services.datasets.take_in(ANNA, [folder], name="mixed")
    assert texts(services, view) == ["", "deeper", "עולם", "שלום"]
    assert view.shared
    reasons = {skipped.name.removeprefix("folder/"): skipped.reason for skipped in view.skipped}
    named = {"empty.png", "text.png", "several.gt.txt", "alone.png", "lonely.gt.txt", "binary.gt.txt", "bomb.xml", "cut.xml"}
    assert set(reasons) == {*named, "x.arrow"}
    assert "2 lines" in reasons["several.gt.txt"]
    assert "entities" in reasons["bomb.xml"]
    assert all(reasons.values())
    assert services.datasets.get(ANNA, view.id).skipped == view.skipped


def test_nothing_usable(services, folder, tmp_path):
    with pytest.raises(Invalid, match="There is nothing to learn from"):
        services.datasets.take_in(ANNA, [folder], name="x")
    line(folder, "broken", "x", image=b"")
    with pytest.raises(Invalid, match=r"folder/broken.png: The file is empty") as refused:
        services.datasets.take_in(ANNA, [folder], name="x")
    assert ".gt.txt" in refused.value.hint
    with pytest.raises(Invalid, match="no file or folder"):
        services.datasets.take_in(ANNA, [tmp_path / "none"], name="x")
    assert services.datasets.list(ANNA) == []


def test_names_of_members_never_become_paths(services, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../../../tmp/evil.png", scan(1, 1))
        archive.writestr("../../../../tmp/evil.gt.txt", "א")
        archive.writestr("/etc/evil.png", scan(2, 1))
        archive.writestr("/etc/evil.gt.txt", "ב")
        archive.writestr("a\\b\\evil.png", scan(3, 1))
        archive.writestr("a\\b\\evil.gt.txt", "ג")
    view = services.datasets.take_in(ANNA, [tmp_path / "a.zip"], name="../evil")
    assert texts(services, view) == ["ב", "ג"]  # what leads upwards counts as hidden
    assert {row.page for row in services.datasets.open(ANNA, view.id).rows.values()} == {"evil"}


def test_uploads_of_the_same_name(services, tmp_path):
    line(tmp_path, "a", "א")
    files = [("a.png", tmp_path / "a.png"), ("a.gt.txt", tmp_path / "a.gt.txt"), ("a.png", tmp_path / "a.png")]
    view = services.datasets.take_in_files(ANNA, files, name="x")
    assert [(skipped.name, skipped.reason) for skipped in view.skipped] == [("a.png", "another file has the same name")]


def test_a_demo_has_little_room(services, folder):
    for number in range(3):
        line(folder, f"{number}", "א", number)
    visitor = Actor(workspace="anna", name="visitor", kind="demo")
    object.__setattr__(services.settings, "demo_pages", 4)
    services.datasets.take_in(visitor, [folder], name="x")
    with pytest.raises(Refused, match="This demo holds 4 images"):
        services.datasets.take_in(visitor, [folder], name="x")


def test_a_page_that_is_never_learnt_from_is_not_learnt_from_by_files_either(services, dataset):
    path = services.datasets.export(ANNA, dataset.id, "page")
    project = services.datasets.pages(ANNA)[0].project_id
    assert project
    back = services.datasets.take_in(ANNA, [path], name="x")
    assert back.split["test"] == {"documents": 1, "examples": 4}


def test_directions_and_empty_texts_go_out(services):
    project_id = add_book(services, ANNA, 1, 4)
    page = services.datasets.pages(ANNA)[0]
    lines = services.ocr.page(ANNA, page.page_id).lines
    services.ocr.set_direction(ANNA, lines[0].id, "ltr")
    services.ocr.save_line(ANNA, lines[1].id, text="", base_revision=1)
    view = services.datasets.freeze(ANNA, [project_id])
    back = services.datasets.take_in(ANNA, [services.datasets.export(ANNA, view.id, "page")], name="x")
    rows = sorted(services.datasets.open(ANNA, back.id).rows.values(), key=lambda row: row.number)
    assert [row.direction for row in rows] == ["ltr", "rtl", "rtl"]
    assert [row.number for row in rows] == [1, 3, 4]
    assert replace(rows[0], number=1) == rows[0]
    with zipfile.ZipFile(services.datasets.export(ANNA, view.id, "pairs")) as archive:
        assert sum(archive.read(name) == b"\n" for name in archive.namelist() if name.endswith(".txt")) == 1
