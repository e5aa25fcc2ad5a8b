"""The command line: what it prints, its exit codes, and that it reads what the server reads."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from typer.testing import CliRunner

from tests.serving import ROOT
from workbench.cli import app
from workbench.cli.table import table
from workbench.cli.wiring import joined

runner = CliRunner()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the command line work in an empty home."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    for name in ("DATABASE_URL", "BLOB_URL", "WORKBENCH_ACCESS", "WORKBENCH_PORT", "WORKBENCH_HOST", "WORKBENCH_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


def bars(path: Path, *tops: int) -> Path:
    """Write a page with bars, which the fake engine takes for lines."""
    image = Image.new("RGB", (400, 300), "white")
    for top in tops:
        ImageDraw.Draw(image).rectangle((20, top, 380, top + 19), fill="black")
    image.save(path)
    return path


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """Return a page of three lines."""
    return bars(tmp_path / "scan.png", 40, 120, 200)


def run(*arguments: str | Path, code: int = 0, **options) -> str:
    """Run a command, check its exit code, and return what it printed."""
    done = runner.invoke(app, [str(argument) for argument in arguments], **options)
    assert done.exit_code == code, done.output + done.stderr + repr(done.exception)
    return done.stdout if code == 0 else done.stderr


def test_help_is_quick_and_light() -> None:
    code = "import sys; from workbench.cli import app; print(*[name for name in sys.modules if '.' not in name])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"gradio", "torch", "fastapi", "sqlalchemy", "numpy", "rich"} & set(done.stdout.split())


def test_every_command_is_described() -> None:
    for command in ("serve", "worker", "ocr", "jobs", "models", "export", "users", "doctor", "db"):
        assert command in run("--help")
    for group in ("ocr", "jobs", "models", "users", "db"):
        assert len(run(group, "--help")) > 100


def test_options_take_two_words_or_one() -> None:
    assert joined(["-o", "text", "a b", "x.png"]) == ["-o", "text=a b", "x.png"]
    assert joined(["-o", "text=a", "x.png"]) == ["-o", "text=a", "x.png"]
    assert joined(["--", "-o", "a", "b"]) == ["--", "-o", "a", "b"]


def test_read_prints_text(home: Path, scan: Path) -> None:
    assert run("ocr", "read", scan, "--engine", "fixed", "-o", "text", "שלום|עולם") == "שלום\nעולם\nשלום\n"
    assert not home.exists()


def test_read_one_line(home: Path, scan: Path) -> None:
    assert run("ocr", "read", scan, "--engine", "fixed", "-o", "text", "שורה", "--layout", "line") == "שורה\n"


@pytest.mark.parametrize("name", ["page", "alto", "hocr", "json"])
def test_read_prints_every_format(home: Path, scan: Path, name: str) -> None:
    printed = run("ocr", "read", scan, "--engine", "fixed", "-o", "text", "שלום", "--format", name)
    assert printed.count("שלום") >= 3
    if name == "json":
        assert len(json.loads(printed)["lines"]) == 3


def test_read_many_into_a_folder(home: Path, scan: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "book.pdf"
    Image.open(scan).save(pdf, save_all=True, append_images=[Image.open(scan)])
    out = tmp_path / "out"
    printed = run("ocr", "read", scan, pdf, "--engine", "fixed", "--format", "page", "--out", out)
    assert sorted(path.name for path in out.iterdir()) == ["book-001.page.xml", "book-002.page.xml", "scan.page.xml"]
    assert printed.splitlines() == [str(out / name) for name in ("scan.page.xml", "book-001.page.xml", "book-002.page.xml")]


def test_pages_that_one_file_cannot_hold_are_refused_before_any_is_read(home: Path, scan: Path, tmp_path: Path) -> None:
    book = tmp_path / "book.tiff"
    Image.open(scan).save(book, save_all=True, append_images=[Image.open(scan)])
    done = runner.invoke(app, ["ocr", "read", str(book), "--engine", "fixed", "--format", "hocr"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "need a folder" in done.stderr
    assert "no file" in run("ocr", "read", tmp_path / "none.pdf", "--engine", "fixed", "--format", "hocr", code=1)


def test_a_form_feed_parts_printed_pages(home: Path, scan: Path, tmp_path: Path) -> None:
    book = tmp_path / "book.tiff"
    Image.open(scan).save(book, save_all=True, append_images=[Image.open(scan)])
    assert run("ocr", "read", book, "--engine", "fixed", "-o", "text", "שלום") == "שלום\n" * 3 + "\f" + "שלום\n" * 3


def test_a_bad_image_does_not_stop_the_others(home: Path, scan: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no image")
    done = runner.invoke(app, ["ocr", "read", str(bad), str(scan), "--engine", "fixed", "-o", "text", "שלום"])
    assert done.exit_code == 1
    assert done.stdout == "שלום\n" * 3
    assert str(bad) in done.stderr
    assert "hint: " in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--engine", "no-such"], 1, "no-such"),
        (
            ["--engine", "fixed", "-o", "colour", "red"],
            1,
            "There is no option 'colour' of fixed.\nhint: Known options: text,",
        ),
        (["--engine", "fixed", "-o", "colour"], 2, "needs a value"),
        (["--engine", "fixed", "--model", "base/ocr/none"], 1, "There is no model 'base/ocr/none'"),
        (["--format", "docx"], 2, "docx"),
        (["--layout", "column"], 2, "column"),
    ],
)
def test_wrong_wishes_are_told(home: Path, scan: Path, arguments: list[str], code: int, words: str) -> None:
    told = run("ocr", "read", scan, *arguments, code=code)
    assert words in told
    assert "Traceback" not in told


def test_two_files_for_one_result_are_refused(home: Path, scan: Path, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    other = bars(tmp_path / "b" / "scan.png", 40)
    assert "need a folder" in run("ocr", "read", scan, other, "--engine", "fixed", "--format", "alto", code=2)
    assert "same file" in run("ocr", "read", scan, other, "--engine", "fixed", "--out", tmp_path / "out", code=2)


def test_without_a_database_a_command_says_what_to_do(home: Path) -> None:
    assert "db upgrade" in run("jobs", "list", code=1)


def test_people(home: Path) -> None:
    run("db", "upgrade")
    assert "up to date" in run("db", "upgrade")
    assert runner.invoke(app, ["users", "list"]).stderr == "Nobody has been added yet: workbench users add NAME.\n"
    assert "/invitation/" in run("users", "invite")
    assert "/invitation/" in run("users", "add", "anna", "--admin")
    assert "Added boris." in run("users", "add", "boris", "--password-stdin", input="a long password\n")
    assert "boris\tperson\tactive" in run("users", "list")
    assert run("users", "token", "boris", "--name", "script").startswith("wb_")
    run("users", "disable", "boris")
    assert "boris\tperson\tdisabled" in run("users", "list")
    assert "taken" in run("users", "add", "boris", code=1)
    assert "nobody" in run("users", "token", "nobody", code=1)


def test_a_link_says_where_it_works(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("db", "upgrade")
    told = runner.invoke(app, ["users", "add", "anna"])
    assert re.fullmatch(r"http://127\.0\.0\.1:7860/invitation/\S+\n", told.stdout)
    assert "WORKBENCH_HOST" in told.stderr
    for name, value in (("ACCESS", "accounts"), ("HOST", "0.0.0.0"), ("HOSTS", "read.example")):
        monkeypatch.setenv(f"WORKBENCH_{name}", value)
    told = runner.invoke(app, ["users", "invite", "anna"])
    assert told.stdout.startswith("https://read.example/invitation/")
    assert told.stderr == ""


def test_a_table_has_headings_for_people_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("1", "queued", "שלום"), ("12", "done", "")]
    table(("id", "state", "title"), rows, "None.")
    assert capsys.readouterr().out == "1\tqueued\tשלום\n12\tdone\t\n"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    table(("id", "state", "title"), rows, "None.")
    assert capsys.readouterr().out == "id  state   title\n1   queued  שלום\n12  done\n"


def test_jobs_and_export(home: Path, scan: Path, tmp_path: Path) -> None:
    from workbench.config import Settings
    from workbench.services import build

    run("db", "upgrade")
    assert runner.invoke(app, ["jobs", "list"]).stderr == "No jobs.\n"
    services = build(Settings(home=home))
    services.ocr.add_scans(services.users.local(), scan, "page.png", engine="fixed")
    time = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d"
    assert re.fullmatch(rf"1\tqueued\t0%\tocr\.read_page\t{time}\t-\tpage\t\n", run("jobs", "list"))
    assert services.jobs.run_one("test", "ocr")
    services.close()
    assert json.loads(run("jobs", "show", "1"))["state"] == "done"
    assert run("jobs", "cancel", "1") == "1\tdone\n"
    assert "error: There is no job 7." in run("jobs", "show", "7", code=1)
    target = tmp_path / "deep" / "all.zip"
    assert run("export", "--format", "alto", "--out", target) == f"{target}\n"
    assert target.stat().st_size > 100
    assert not list((home / "data" / "exports").iterdir())
    assert "no project" in run("export", "7", "--out", target, code=1)


def test_doctor_looks_at_everything(home: Path) -> None:
    done = runner.invoke(app, ["doctor"])
    assert done.exit_code in (0, 1)
    for what in ("python", "home", "disk", "database", "port", "engine fixed", "reads by default", "tesseract languages"):
        assert f"  {what}: " in done.stdout
    assert not home.exists()


def test_a_wrong_setting_has_its_own_code(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_PORT", "many")
    told = run("jobs", "list", code=2)
    assert told.startswith("error: WORKBENCH_PORT is 'many'.")


def test_command_line_rest_and_service_read_the_same(home: Path, scan: Path) -> None:
    from tests.api.conftest import client_of
    from workbench.config import Settings
    from workbench.services import build

    printed = json.loads(run("ocr", "read", scan, "--engine", "fixed", "--format", "json"))
    run("db", "upgrade")
    services = build(Settings(home=home))
    actor = services.users.local()
    client = client_of(services)
    sent = client.post("/ocr/", files={"image": ("scan.png", scan.read_bytes())}, data={"engine": "fixed"}).json()
    assert services.jobs.run_one("test", "ocr")
    by_rest = client.get(f"/pages/{sent['page_id']}").json()["lines"]
    by_service = services.ocr.page(actor, sent["page_id"]).lines
    services.close()
    for line, rest, own in zip(printed["lines"], by_rest, by_service, strict=True):
        assert line["text"] == rest["text"] == own.text
        assert line["baseline"] == rest["baseline"] == [list(point) for point in own.baseline]
        assert line["polygon"] == rest["polygon"]
