"""The commands of the ledger."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from tests.test_cli import bars, run
from workbench.config import Settings
from workbench.formats import scans
from workbench.services import build
from workbench.services.actors import LOCAL


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the command line work in a home with two entries, and stand in an empty folder."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    for name in ("DATABASE_URL", "BLOB_URL", "WORKBENCH_ACCESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(scans, "inspect_apart", partial(scans.inspect, decode=True))
    services = build(Settings.from_environment())
    services.store.upgrade()
    services.users.local()
    services.ocr.add_scans(LOCAL, bars(tmp_path / "scan.png", 40, 120), "page.png", engine="fixed", options={"text": "אחד|שתיים"})
    assert services.jobs.run_one("test", "ocr")
    services.ocr.save_line(LOCAL, 1, text="אחת", base_revision=1, seconds=3)
    services.ocr.save_line(LOCAL, 2, text="", base_revision=1, action="unreadable", reason="ink washed out")
    services.close()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "home"


def test_list(home: Path) -> None:
    rows = [line.split("\t") for line in run("feedback", "list").splitlines()]
    assert [row[4:] for row in rows] == [
        ["2", "unreadable", "you", "fixed", "שתיים", "(ink washed out)"],
        ["1", "correct", "you", "fixed", "אחד", "אחת"],
    ]
    assert len(run("feedback", "list", "--text", "אחת").splitlines()) == 1
    assert run("feedback", "list", "--person", "noa", "--project", "1") == ""
    assert len(run("feedback", "list", "--limit", "1").splitlines()) == 1


def test_totals(home: Path) -> None:
    told = dict(line.split("\t") for line in run("feedback", "totals").splitlines())
    assert (told["entries"], told["corrected"], told["unreadable"], told["median_seconds"]) == ("2", "1", "1", "3.0")
    assert "median_seconds\t-" in run("feedback", "totals", "--person", "noa")


def test_export(home: Path) -> None:
    assert run("feedback", "export").strip() == "feedback.csv"
    assert Path("feedback.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "--out" in run("feedback", "export", code=1)
    run("feedback", "export", "--format", "jsonl", "--out", "there/all.jsonl", "--text", "אחת")
    (entry,) = [json.loads(line) for line in Path("there/all.jsonl").read_text(encoding="utf-8").splitlines()]
    assert entry["after"] == "אחת"
    assert "csv, jsonl, sqlite" in run("feedback", "export", "--format", "xlsx", code=1)
    assert not list((home / "data" / "exports").glob("*"))
