"""What goes out comes in again: the same lines, texts and reasons, from every format, in one ZIP."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PIL import Image

from tests.services.ocr.conftest import ANNA, BORIS, bars, work
from workbench.formats import FormatError
from workbench.services.errors import Invalid, TooLarge
from workbench.services.ocr.exchange import safe_name, unique
from workbench.services.ocr.importing import stem


@pytest.fixture
def corrected(services, page):
    one, two, three = [line.id for line in page.lines]
    services.ocr.save_line(ANNA, one, text="שלום <b>&\"'", base_revision=1)
    services.ocr.save_line(ANNA, two, text="", base_revision=1, action="unreadable", reason="ink blot")
    services.ocr.set_direction(ANNA, three, "ltr")
    return services.ocr.page(ANNA, page.id)


def shapes(page):
    return [(line.text, line.state, line.reason, line.baseline, line.polygon, line.direction) for line in page.lines]


@pytest.mark.parametrize("name", [pytest.param("page", marks=pytest.mark.slow), "alto", "hocr", "json"])
def test_round_trip_of_a_project(services, corrected, name):
    path = services.ocr.export_project(ANNA, corrected.project_id, name)
    members = zipfile.ZipFile(path).namelist()
    assert members[0] == "page.png"
    assert len(members) == 2
    added = services.ocr.import_files(BORIS, None, [("export.zip", path)])
    path.unlink()
    page = services.ocr.page(BORIS, added.page_ids[0])
    assert [line.text for line in page.lines] == [line.text for line in corrected.lines]
    assert [line.state for line in page.lines] == ["saved", "unreadable", "saved"]
    assert page.lines[1].reason == "ink blot"
    assert [line.polygon for line in page.lines] == [line.polygon for line in corrected.lines] or name == "hocr"
    assert all(line.origin == "imported" and line.source == "import" and line.author == "boris" for line in page.lines)
    assert (page.state, page.image) == ("read", None)
    assert work(services) == 1
    assert services.ocr.image(BORIS, page.id)
    if name in {"page", "json"}:
        assert page.lines[2].direction == "ltr"


def test_a_page_as_a_file(services, corrected):
    data, media, name = services.ocr.export_page(ANNA, corrected.id, "text")
    assert data.decode() == "שלום <b>&\"'\n\nשלוש\n"
    assert (media, name) == ("text/plain; charset=utf-8", "page.txt")
    services.ocr.set_is_line(ANNA, corrected.lines[1].id, False)
    assert services.ocr.export_page(ANNA, corrected.id, "text")[0].decode().count("\n") == 2
    data, media, name = services.ocr.export_page(ANNA, corrected.id, "page")
    assert b'imageFilename="page.png"' in data
    with pytest.raises(FormatError):
        services.ocr.export_page(ANNA, corrected.id, "docx")


def test_all_projects_in_one_zip(services, page, upload, tmp_path):
    rotated = Image.open(bars(tmp_path / "a.png", 60))
    exif = Image.Exif()
    exif[0x0112] = 6
    rotated.save(tmp_path / "a.jpg", exif=exif)
    for filename in ("../../etc/passwd.jpg", "PAGE.jpg", "page.jpg"):
        upload(path=tmp_path / "a.jpg", filename=filename, project_id=page.project_id)
    services.ocr.create_project(ANNA, "page")
    upload(filename="ספר/א?.png")
    path = services.ocr.export_workspace(ANNA, "page")
    assert path.name == "workbench.page.zip"
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
    assert len({name.casefold() for name in names}) == len(names) == 10
    assert {"page/page.png", "page/PAGE (2).png", "page/page (3).png", "page/passwd.png"} <= set(names)
    assert Image.open(tmp_path / "out" / "page" / "passwd.png").size == (300, 400)
    assert not any(".." in name or name.startswith("/") or "?" in name for name in names)
    with pytest.raises(Invalid, match="nothing to export"):
        services.ocr.export_workspace(BORIS, "page")


def test_a_project_of_xml_without_images(services, corrected, tmp_path):
    data, _, _ = services.ocr.export_page(ANNA, corrected.id, "page")
    xml = tmp_path / "x"
    xml.write_bytes(data)
    with pytest.raises(Invalid, match=r"0001\.xml, 0002\.page\.xml"):
        services.ocr.import_files(BORIS, None, [("0001.xml", xml), ("0002.page.xml", xml)])
    assert services.ocr.projects(BORIS) == []


def test_pairs_from_different_folders_and_what_has_no_text(services, corrected, scan, tmp_path):
    data, _, _ = services.ocr.export_page(ANNA, corrected.id, "alto")
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("book/alto/0001.xml", data)
        archive.writestr("book/mets.xml", "<mets/>")
        archive.writestr("__MACOSX/._0001.png", b"junk")
        archive.write(scan, "book/0001.png")
        archive.write(scan, "book/0002.png")
    project = services.ocr.create_project(BORIS, "Book", "fixed")
    added = services.ocr.import_files(BORIS, project.id, [("t.zip", tmp_path / "t.zip")])
    work(services)
    first, second = [services.ocr.page(BORIS, page_id) for page_id in added.page_ids]
    assert [line.source for line in first.lines] == ["import"] * 3
    assert [line.source for line in second.lines] == ["model"] * 3


def test_a_cut_line_with_its_text(services, scan, tmp_path):
    (tmp_path / "t").write_text("שלום\n", encoding="utf-8")
    added = services.ocr.import_files(
        BORIS, None, [("1.png", scan), ("1.gt.txt", tmp_path / "t"), ("readme.txt", tmp_path / "t")]
    )
    (line,) = services.ocr.page(BORIS, added.page_ids[0]).lines
    assert (line.text, line.state, line.source) == ("שלום", "saved", "import")
    assert line.polygon[2] == [399, 299]


def test_a_text_comes_back_into_its_page(services, corrected):
    data, _, _ = services.ocr.export_page(ANNA, corrected.id, "text")
    assert services.ocr.import_text(ANNA, corrected.id, data) == 0
    first, middle, last = data.decode().split("\n")[:3]
    assert services.ocr.import_text(ANNA, corrected.id, f"\ufeff{first} x\r\n{middle}\r\n{last}".encode()) == 1
    lines = services.ocr.page(ANNA, corrected.id).lines
    assert (lines[0].text, lines[0].source, lines[0].state) == (f"{first} x", "import", "saved")
    assert (lines[1].state, lines[1].reason) == ("unreadable", "ink blot")
    assert services.ocr.revisions(ANNA, lines[0].id)[-2]["text"] == first
    with pytest.raises(Invalid, match="has 1 lines, the page has 3"):
        services.ocr.import_text(ANNA, corrected.id, b"one")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("0001.xml", b"<PcGts", "0001.xml"),
        ("0001.xml", b"", "0001.xml"),
        ("0001.xml", b'<!DOCTYPE a [<!ENTITY x "y">]><PcGts>&x;</PcGts>', "0001.xml"),
        ("0001.json", b"{}", "0001.json"),
        ("0001.txt", b"one\ntwo", "0001.txt: The text has 2 lines"),
        ("0001.txt", b"\xff\x00\xff", "0001.txt"),
        ("broken.zip", b"PK\x05\x06" + b"\0" * 18, "nothing"),
    ],
)
def test_bad_files_are_named(services, scan, tmp_path, name, data, says):
    bad = tmp_path / "bad"
    bad.write_bytes(data)
    files = [("0001.png", scan), (name, bad)] if says != "nothing" else [(name, bad)]
    with pytest.raises(Invalid, match=says):
        services.ocr.import_files(BORIS, None, files)
    assert services.ocr.projects(BORIS) == []


def test_a_zip_that_grows_too_large(services, tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0001.png", b"\0" * 5_000_000)
    object.__setattr__(services.settings, "upload_limit", 1_000_000)
    with pytest.raises(TooLarge):
        services.ocr.import_files(BORIS, None, [("bomb.zip", tmp_path / "bomb.zip")])


def test_an_imported_text_stays_when_the_page_is_read(services, corrected):
    path = services.ocr.export_project(ANNA, corrected.project_id, "page")
    added = services.ocr.import_files(BORIS, None, [("export.zip", path)])
    work(services)
    services.ocr.read_again(BORIS, added.page_ids[0], engine="fixed", options={"text": "אחר"})
    work(services)
    page = services.ocr.page(BORIS, added.page_ids[0])
    assert [line.text for line in page.lines] == [line.text for line in corrected.lines]
    assert [line.suggestion for line in page.lines] == [True, True, True]


def test_pages_keep_their_order(services, page, scan, tmp_path):
    for name in ("page 10", "a late page"):
        services.ocr.add_scans(ANNA, scan, f"{name}.png", engine="fixed", project_id=page.project_id)
    work(services)
    path = services.ocr.export_project(ANNA, page.project_id, "page")
    added = services.ocr.import_files(ANNA, None, [("all.zip", path)])
    names = [head.name for head in services.ocr.project(ANNA, added.project_id).pages]
    assert names == ["page", "page 10", "a late page"]


def test_files_without_an_order_of_their_own_lie_by_number(services, scan, tmp_path):
    with zipfile.ZipFile(tmp_path / "scans.zip", "w") as archive:
        for name in ("p10.png", "p9.png", "p010b.png"):
            archive.write(scan, name)
    files = [("x2.png", scan), ("x10.png", scan), ("x1.png", scan), ("scans.zip", tmp_path / "scans.zip")]
    added = services.ocr.import_files(ANNA, None, files)
    names = [head.name for head in services.ocr.project(ANNA, added.project_id).pages]
    assert names == ["p9", "p10", "p010b", "x1", "x2", "x10"]


def test_names_for_files():
    assert safe_name("../..\\a:b*?\x00\u202e.png") == "_.._a_b__ .png"
    assert safe_name(". .") == "page"
    assert safe_name('עמוד "א"') == "עמוד _א_"
    assert len(safe_name("x" * 500)) == 100
    assert unique(["a", "A", "a (2)", "a"]) == ["a", "A (2)", "a (2) (2)", "a (3)"]
    assert stem("Book/0001.PAGE.xml") == stem("book\\0001.png") == "book/0001"
    assert stem("a.b.alto.xml") == stem("a.b.jpg")
    assert Path(stem("noending")) == Path("noending")
