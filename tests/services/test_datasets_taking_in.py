"""What is wrong with files that come to be learnt from is told by name, and the rest is taken: ZIPs, long texts, odd pages."""

from __future__ import annotations

import contextlib
import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engines.ocr.text import LONGEST_LINE
from tests.formats.damage import damaged
from tests.services.books import inspect_near, scan, two_workspaces
from tests.services.ocr.conftest import ANNA
from workbench.formats import scans
from workbench.services import Services
from workbench.services.datasets import DatasetView
from workbench.services.errors import Invalid, TooLarge

NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Return a workbench with nothing in it, which looks at images in this process."""
    monkeypatch.setattr(scans, "inspect_all_apart", inspect_near)
    with two_workspaces(tmp_path / "home") as services:
        yield services


@pytest.fixture
def good() -> dict[str, bytes]:
    """Return an image and its text."""
    return {"good.png": scan(1, 1), "good.gt.txt": "שלום".encode()}


def packed(path: Path, files: Mapping[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def told(view: DatasetView) -> dict[str, str]:
    return {one.name: one.reason for one in view.skipped}


def texts(services: Services, view: DatasetView) -> list[str]:
    return sorted(row.text for row in services.datasets.open(ANNA, view.id).rows.values())


def page(*lines: str, size: tuple[int, int] = (200, 60)) -> bytes:
    """Return a PAGE file of lines, each `baseline | polygon | text`; what is empty is left out."""
    made = ""
    for number, told in enumerate(lines, 1):
        baseline, polygon, text = (part.strip() for part in told.split("|"))
        made += f'<TextLine id="l{number}">'
        made += f'<Coords points="{polygon}"/>' if polygon else ""
        made += f'<Baseline points="{baseline}"/>' if baseline else ""
        made += f"<TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine>"
    region = f'<TextRegion id="r" type="marginalia"><Coords points="0,0 9,9"/>{made}</TextRegion><ImageRegion id="i"/>'
    return f'<PcGts xmlns="{NAMESPACE}"><Page imageWidth="{size[0]}" imageHeight="{size[1]}">{region}</Page></PcGts>'.encode()


LINE = "10,40 190,40 | 10,10 190,10 190,50 10,50 | שלום"


def test_what_is_wrong_with_zips_is_told_and_the_rest_is_taken(services, good, tmp_path):
    half = {"half.png": scan(2, 1), "half.gt.txt": b"x" * 500}
    data = bytearray(packed(tmp_path / "whole.zip", {**good, **half}, zipfile.ZIP_STORED).read_bytes())
    data[data.index(b"x" * 500) + 9] ^= 0xFF
    (tmp_path / "whole.zip").write_bytes(data)
    locked = bytearray(packed(tmp_path / "locked.zip", {"secret.png": b"x"}).read_bytes())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    locked[6] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    (tmp_path / "no.zip").write_bytes(b"nothing of that kind")
    cut = packed(tmp_path / "cut.zip", good).read_bytes()
    (tmp_path / "cut.zip").write_bytes(cut[: len(cut) // 2])
    packed(tmp_path / "notes.zip", {"readme.md": b"x", ".hidden/a.png": b"x"})
    packed(tmp_path / "out.zip", {"../../up.png": scan(3, 1), "..\\up.gt.txt": b"x", "nested.zip": cut, "in.zip": b"x"})
    packed(tmp_path / "bare.zip", {})
    view = services.datasets.take_in(ANNA, sorted(tmp_path.glob("*.zip")), name="x")
    assert texts(services, view) == ["שלום"]
    assert told(view) == {
        "half.gt.txt": "it is damaged",
        "half.png": "no true text of the same name lies beside it",
        "secret.png": "it is locked with a password",
        "no.zip": "it is no ZIP, or damaged",
        "cut.zip": "it is no ZIP, or damaged",
        "notes.zip": "the ZIP holds no file that can be used",
        "../../up.png": "its name leads out of the ZIP",
        "..\\up.gt.txt": "its name leads out of the ZIP",
        "nested.zip": "a ZIP within a ZIP is not unpacked",
        "bare.zip": "the ZIP holds no file that can be used",
        "in.zip": "it is no ZIP, or damaged",
    }


def test_a_zip_with_nothing_usable_is_named_and_leaves_nothing(services, good, tmp_path):
    packed(tmp_path / "notes.zip", {"readme.md": b"x"})
    (tmp_path / "no.zip").write_bytes(b"nothing of that kind")
    for name, words in (("notes", "holds no file that can be used"), ("no", "it is no ZIP, or damaged")):
        with pytest.raises(Invalid, match=f"{name}.zip: .*{words}"):
            services.datasets.take_in(ANNA, [tmp_path / f"{name}.zip"], name="x")
    packed(tmp_path / "outer.zip", {"inner.zip": packed(tmp_path / "inner.zip", good).read_bytes()})
    with pytest.raises(Invalid, match=r"inner\.zip: a ZIP within a ZIP is not unpacked"):
        services.datasets.take_in(ANNA, [tmp_path / "outer.zip"], name="x")
    assert services.datasets.list(ANNA) == []


def test_a_file_that_is_too_large_is_named_and_a_zip_that_grows_too_large_is_refused(services, good, tmp_path):
    object.__setattr__(services.settings, "upload_limit", 1024 * 1024)
    packed(tmp_path / "one.zip", {"large.png": b"\0" * 1_500_000, **good})
    view = services.datasets.take_in(ANNA, [tmp_path / "one.zip"], name="x")
    assert texts(services, view) == ["שלום"]
    assert told(view) == {"large.png": "it is larger than 1 MB"}
    packed(tmp_path / "all.zip", {f"{number}.png": b"\0" * 700_000 for number in range(2)})
    with pytest.raises(TooLarge, match=r"all\.zip holds more"):
        services.datasets.take_in(ANNA, [tmp_path / "all.zip"], name="y")


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_whatever_is_damaged_in_a_zip_is_taken_or_refused_with_a_reason(services, good, tmp_path, kind):
    data, file = packed(tmp_path / "good.zip", good, kind).read_bytes(), tmp_path / "bad.zip"
    for seed in range(60):
        file.write_bytes(damaged(data, seed))
        with contextlib.suppress(Invalid, TooLarge):
            services.datasets.take_in(ANNA, [file], name="x")


def test_a_text_that_is_longer_than_a_line_is_named(services, good, tmp_path):
    (tmp_path / "in").mkdir()
    exact = {"exact.png": scan(2, 1), "exact.gt.txt": b"x" * LONGEST_LINE}
    long = {"long.png": scan(3, 1), "long.gt.txt": b"x" * (LONGEST_LINE + 1)}
    paged = {"page.png": scan(4, 1), "page.xml": page(LINE, LINE.replace("שלום", "א" * 2001))}
    for name, content in {**good, **exact, **long, **paged}.items():
        (tmp_path / "in" / name).write_bytes(content)
    view = services.datasets.take_in(ANNA, [tmp_path / "in"], name="x")
    assert {len(text) for text in texts(services, view)} == {4, LONGEST_LINE}
    assert told(view) == {
        "in/long.gt.txt": "Line 1 has 2,001 characters; a line has at most 2,000.",
        "in/page.xml": "Line 2 has 2,001 characters; a line has at most 2,000.",
    }


ODD = {
    "no baseline": (page("| 10,10 190,10 190,50 10,50 |", LINE), ""),
    "one point": (page("10,40 | 10,10 190,10 190,50 10,50 |"), ""),
    "reaching out": (page("-5,40 230,40 | -5,10 230,10 230,70 -5,70 |"), ""),
    "crossing itself": (page("10,20 100,40 10,50 | 10,10 100,50 100,10 10,50 |"), ""),
    "no size": (page(LINE, size=(0, 0)), ""),
    "nowhere": (page(LINE, "| | א"), "Line 'l2' has neither a baseline nor a polygon nor a box."),
    "outside": (page(LINE, "300,90 400,90 | |"), "Line 2 lies, or reaches far, outside the image of 200 × 60 pixels."),
    "endless": (page("-100000,40 100000,40 | |"), "Line 1 lies, or reaches far, outside the image of 200 × 60 pixels."),
    "other image": (page(LINE, size=(60, 200)), "The file is for an image of 60 × 200, this one has 200 × 60 pixels."),
    "half a point": (page("10,40 190 | |"), "Baseline of line 'l1' has an odd number of coordinates."),
    "no line": (page(), "it has no line"),
}
"""PAGE files by name, with the reason for which they are left out."""


def test_odd_pages_are_learnt_or_told(services, tmp_path):
    (tmp_path / "in").mkdir()
    for seed, (name, (content, _)) in enumerate(ODD.items()):
        (tmp_path / "in" / f"{name}.png").write_bytes(scan(seed, 1))
        (tmp_path / "in" / f"{name}.xml").write_bytes(content)
    (tmp_path / "in" / "empty.png").write_bytes(b"")
    (tmp_path / "in" / "empty.xml").write_bytes(page(LINE))
    view = services.datasets.take_in(ANNA, [tmp_path / "in"], name="x", task="layout")
    reasons = {Path(name).stem: reason for name, reason in told(view).items()}
    assert reasons.pop("empty") == "The file is empty (0 bytes)."
    assert reasons == {name: reason for name, (_, reason) in ODD.items() if reason}
    assert view.documents == sum(not reason for _, reason in ODD.values())


def test_two_pages_of_the_same_name_are_told(services, tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of zipfile, which is right
        for seed, text in enumerate((LINE, LINE.replace("10,40", "10,30"))):
            archive.writestr("a/1.png", scan(seed, 1))
            archive.writestr("a/1.xml", page(text))
            archive.writestr(f"b{seed}/1.png", scan(seed + 5, 1))
            archive.writestr(f"b{seed}/1.xml", page(text))
    (tmp_path / "x.zip").write_bytes(made.getvalue())
    view = services.datasets.take_in(ANNA, [tmp_path / "x.zip"], name="x", task="layout")
    assert view.documents == 3
    assert told(view) == {"a/1.png": "another file has the same name", "a/1.xml": "another file has the same name"}


def test_an_image_that_is_there_twice_is_learnt_as_the_first_says_and_the_second_is_told(services, tmp_path):
    for name, lines in (("a", [LINE, LINE]), ("b", [LINE])):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "1.png").write_bytes(scan(1, 1))
        (tmp_path / "in" / name / "1.xml").write_bytes(page(*lines))
    view = services.datasets.take_in(ANNA, [tmp_path / "in"], name="x", task="layout")
    assert texts(services, view) == ["2 lines"]
    (name, reason), *others = told(view).items()
    assert (name, others) == ("in/b/1.png", [])
    assert reason == "It is the same image as in/a/1.png, and a page is learnt once."
