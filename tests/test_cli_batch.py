"""`ocr read` on folders: what is found, how it is told, and how it goes on after an interruption."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.serving import ROOT
from tests.test_cli import bars, home  # noqa: F401  # a fixture
from workbench.cli import app

pytestmark = pytest.mark.usefixtures("home")
runner = CliRunner()
FIXED = ("--engine", "fixed", "-o", "text", "שלום")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a folder of a book: pages, two of them in a TIFF, and what is no image."""
    folder = tmp_path / "book"
    (folder / "letters").mkdir(parents=True)
    (folder / ".trash").mkdir()
    for name in ("page 2.png", "page 10.PNG", "letters/page 2.png", ".trash/old.png"):
        bars(folder / name, 40, 120)
    Image.open(folder / "page 2.png").save(
        folder / "scroll.tiff", save_all=True, append_images=[Image.open(folder / "page 2.png")]
    )
    (folder / "notes.txt").write_text("no image")
    return folder


def read(*arguments: str | Path, code: int = 0):
    done = runner.invoke(app, ["ocr", "read", *map(str, arguments), *FIXED])
    assert done.exit_code == code, done.output + repr(done.exception)
    return done


def written(out: Path) -> list[str]:
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())


def test_a_folder_is_read_with_its_folders_page_10_after_page_2(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = read(book, "--out", out)
    names = ["letters/page 2.txt", "page 2.txt", "page 10.txt", "scroll-001.txt", "scroll-002.txt"]
    assert done.stdout.splitlines() == [str(out / name) for name in names]
    assert written(out) == sorted(names)
    told = done.stderr.splitlines()
    assert told[0].startswith("[1/4] page 2.png: 2 lines, ")
    assert "about" in told[0]
    assert told[3].startswith("[4/4] scroll.tiff, page 1 of 2: ")
    assert told[-1] == "5 pages read"


def test_without_a_folder_for_results_the_texts_are_printed(book: Path) -> None:
    assert read(book).stdout == "\f".join(["שלום\nשלום\n"] * 5)


def test_what_is_there_is_not_read_again_unless_one_wants_it(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    read(book, "--out", out)
    (out / "page 2.txt").write_text("as a person left it")
    (out / "page 10.txt").unlink()
    (out / "scroll-002.txt").unlink()
    done = read(book, "--out", out)
    assert done.stdout.splitlines() == [str(out / "page 10.txt"), str(out / "scroll-002.txt")]
    assert done.stderr.splitlines()[-1] == "2 pages read, 2 files were there already (--again reads them)"
    assert (out / "page 2.txt").read_text() == "as a person left it"
    assert len(read(book, "--out", out, "--again").stdout.splitlines()) == 5
    assert (out / "page 2.txt").read_text() == "שלום\nשלום\n"


def test_a_scan_that_has_changed_is_read_again(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    read(book, "--out", out)
    later = time.time() + 10
    os.utime(book / "page 2.png", (later, later))
    assert read(book, "--out", out).stdout.splitlines() == [str(out / "page 2.txt")]


def test_each_file_that_fails_is_told_and_tried_again_the_next_time(book: Path, tmp_path: Path) -> None:
    (book / "page 3.png").write_bytes(b"no image")
    (book / "page 4.pdf").write_bytes(b"%PDF-1.4 broken")
    done = read(book, "--out", tmp_path / "out", code=1)
    told = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert [line.partition(": ")[2].partition(": ")[0] for line in told] == [str(book / "page 3.png"), str(book / "page 4.pdf")]
    assert done.stderr.splitlines()[-1] == "5 pages read, 2 files failed"
    bars(book / "page 3.png", 40)
    (book / "page 4.pdf").unlink()
    assert read(book, "--out", tmp_path / "out").stdout.splitlines() == [str(tmp_path / "out" / "page 3.txt")]


def test_a_book_of_one_file_is_followed_page_by_page_and_a_single_page_is_not(book: Path) -> None:
    told = read(book / "scroll.tiff").stderr.splitlines()
    assert [line.partition(":")[0] for line in told[:2]] == [f"[1/1] scroll.tiff, page {number} of 2" for number in (1, 2)]
    assert ["left" in line for line in told] == [True, False, False]
    assert read(book / "page 2.png").stderr == ""


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "There is no image in" in read(tmp_path / "empty", code=1).stderr


def test_two_scans_of_one_name_are_refused_before_anything_is_read(book: Path, tmp_path: Path) -> None:
    bars(book / "page 2.webp", 40)
    assert "same file" in read(book, "--out", tmp_path / "out", code=2).stderr
    assert not (tmp_path / "out").exists()


def _interruptible() -> None:
    """Take an interrupt as a terminal gives it; a shell lets what it runs in the background ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_it_goes_on_where_it_was(book: Path, tmp_path: Path, sign: signal.Signals) -> None:
    out = tmp_path / "out"
    slow = [
        sys.executable,
        "-m",
        "workbench",
        "ocr",
        "read",
        str(book),
        "--out",
        str(out),
        *FIXED,
        "-o",
        "seconds_per_line",
        "0.5",
    ]
    with subprocess.Popen(
        slow, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_interruptible
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline().strip()
        process.send_signal(sign)
        told = process.communicate(timeout=60)[1]
    if sign == signal.SIGINT:
        assert process.returncode == 130
        assert "the same command goes on" in told
        assert "Traceback" not in told
    before = written(out)
    assert first in [str(out / name) for name in before]
    assert len(before) < 5
    assert all((out / name).read_text() == "שלום\nשלום\n" for name in before)
    rest = read(book, "--out", out).stdout.splitlines()
    assert len(rest) == 5 - len(before)
    assert len([name for name in written(out) if name.endswith(".txt")]) == 5
