"""`workbench datasets`: freeze, list, show, export, import, delete."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.services.books import add_book, scan
from workbench.cli import app
from workbench.config import Settings
from workbench.services import build

runner = CliRunner()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let the command line work in a home with one corrected project; return its id."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    for name in ("DATABASE_URL", "BLOB_URL", "WORKBENCH_ACCESS", "WORKBENCH_PORT", "WORKBENCH_HOST", "WORKBENCH_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    services = build(Settings(home=tmp_path / "home"))
    services.store.upgrade()
    found = add_book(services, services.users.local(), 4)
    services.close()
    return found


def run(*arguments: object, code: int = 0) -> str:
    """Run a command, check its exit code, and return what it printed."""
    done = runner.invoke(app, ["datasets", *map(str, arguments)])
    assert done.exit_code == code, done.output + done.stderr + repr(done.exception)
    return done.stdout if code == 0 else done.stderr


def test_the_way_of_a_dataset(project: int, tmp_path: Path) -> None:
    first = run("freeze", project, "--name", "ראשון").splitlines()
    assert first[0] == "1\tראשון"
    assert [line.split("\t")[0] for line in first[1:4]] == ["train", "held_out", "test"]
    assert run("list") == "1\t4\t12\tyou\tראשון\n"
    assert run("show", 1).splitlines() == first
    out = tmp_path / "made" / "a.db"
    assert run("export", 1, "--out", out) == f"{out}\n"
    assert out.read_bytes().startswith(b"SQLite")
    run("delete", 1)
    assert run("list") == ""
    assert "There is no dataset 1" in run("show", 1, code=1)


def test_import(project: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lines").mkdir()
    for number in range(3):
        (tmp_path / "lines" / f"{number}.png").write_bytes(scan(number, 1))
        (tmp_path / "lines" / f"{number}.gt.txt").write_text("שורה", encoding="utf-8")
    (tmp_path / "lines" / "x.gt.txt").write_text("x")
    done = runner.invoke(app, ["datasets", "import", str(tmp_path / "lines")])
    assert done.exit_code == 0
    assert done.stdout.startswith("1\tlines\n")
    assert "shared\t" in done.stdout
    assert "left out: lines/x.gt.txt: no image" in done.stderr
    monkeypatch.chdir(tmp_path)
    assert run("export", 1, "--format", "pairs") == "lines.pairs.zip\n"
    assert "is here already" in run("export", 1, "--format", "pairs", code=1)
    assert run("import", tmp_path / "lines.pairs.zip", "--name", "again").startswith("2\tagain\n")
    assert "nothing to learn from" in run("import", tmp_path / "home" / "data", code=1)
    assert "no file or folder" in run("import", tmp_path / "none", code=1)


def test_pages_with_their_lines_are_taken_in_for_the_layout(project: int, tmp_path: Path) -> None:
    run("freeze", project, "--task", "layout", "--name", "pages")
    run("export", 1, "--format", "page", "--out", tmp_path / "pages.zip")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "line.png").write_bytes(scan(77, 1))
    (tmp_path / "more" / "line.gt.txt").write_text("שורה", encoding="utf-8")
    done = runner.invoke(app, ["datasets", "import", str(tmp_path / "pages.zip"), str(tmp_path / "more"), "--task", "layout"])
    assert done.exit_code == 0, done.output
    assert sum(int(row.split("\t")[2].split()[0]) for row in done.stdout.splitlines()[1:4]) == 12, "of the pages, not of the line"
    assert "line.png: it does not tell where lines lie" in done.stderr
    assert "no datasets for 'music'" in run("import", tmp_path / "pages.zip", "--task", "music", code=1)
