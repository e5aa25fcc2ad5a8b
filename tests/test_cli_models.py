"""`workbench models`: every command once, and what it refuses."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engines.ocr.memory import Memory
from tests.recognisers import write_recogniser
from tests.test_cli import bars, run
from workbench.config import Settings
from workbench.services import Services, build

ONE, TWO = "local/ocr/mine/v1", "local/ocr/mine/v2"


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Return a workbench with two versions of a model; the command line works in it."""
    for name in ("DATABASE_URL", "BLOB_URL", "WORKBENCH_ACCESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    built = build(Settings(home=tmp_path / "home"))
    built.store.upgrade()
    built.users.local()
    for job, text in enumerate(("שלום", "עולם"), 1):
        folder = built.models.staging("local", "ocr", "mine", job)
        Memory(np.zeros((1, 8 * 48), np.float32), (text,)).save(folder / "model.safetensors")
        built.models.publish("local", "ocr", "mine", folder, {"engine": "fixed", "title": "My\tletters", "job": job})
    built.close()
    return built


def test_listing_promoting_going_back_deleting(services: Services) -> None:
    rows = [line.split("\t") for line in run("models", "list").splitlines()]
    assert [row[:3] for row in rows] == [
        ["base/ocr/arabic/v1", "-", "-"],
        ["base/ocr/hebrew/v1", "by default", "-"],
        [TWO, "-", "-"],
        [ONE, "-", "-"],
    ]
    assert rows[2][4:] == ["fixed", "My letters", ""]
    assert run("models", "promote", ONE) == f"{ONE}\n"
    assert json.loads(run("models", "show", "local/ocr/mine"))["model"] == ONE
    assert run("models", "promote", TWO) == f"{TWO}\n"
    assert run("models", "rollback", "local/ocr/mine") == f"{ONE}\n"
    assert "promoted" in run("models", "delete", ONE, code=1)
    assert run("models", "rollback", "local/ocr/mine") == "none\n"
    run("models", "delete", ONE)
    shown = json.loads(run("models", "show", TWO))
    assert (shown["promoted"], shown["production"], shown["lineage"]) == (False, False, [TWO])
    assert shown["description"]["version"] == 2
    assert "There is no model" in run("models", "show", ONE, code=1)


def test_the_policy(services: Services) -> None:
    assert run("models", "policy") == "hand\n"
    assert run("models", "policy", "auto") == "auto\n"
    assert run("models", "policy") == "auto\n"
    assert "hand, auto" in run("models", "policy", "perhaps", code=1)


def test_comparing(services: Services, tmp_path: Path) -> None:
    assert "hint" in run("models", "compare", ONE, TWO, code=1)
    actor = services.users.local()
    scan = bars(tmp_path / "scan.png", 40, 120, 200)
    services.ocr.add_scans(actor, scan, "page.png", engine="fixed", options={"text": "שלום"})
    assert services.jobs.run_one("test", "ocr")
    for line in services.ocr.page(actor, 1).lines:
        services.ocr.save_line(actor, line.id, text="שלום", base_revision=1, action="accept")
    services.close()
    told = run("models", "compare", ONE, TWO, "--project", "1")
    assert "lines\t3 of 1 pages" in told
    rates = [f"{value} ({value} to {value})" for value in ("0.0000", "0.7500", "+0.7500")]
    assert "\t".join(("strict", "strict-1", *rates)) in told
    assert "wer\tletters-1\t0.0000 (0.0000 to 0.0000)\t1.0000" in told
    assert "chrf\tletters-1\t100.00 (100.00 to 100.00)\t" in told
    assert "vowels\tstrict-1\t-\t-\t-\n" in told  # there are none
    assert "worse on 3" in told
    assert "winner\tnone" in told  # three lines decide nothing


def test_out_and_in(services: Services, tmp_path: Path) -> None:
    out = tmp_path / "mine.zip"
    assert run("models", "export", TWO, "--out", out) == f"{out}\n"
    assert "model.json" in zipfile.ZipFile(out).namelist()
    assert run("models", "import", out, "--name", "again", "--title", "Again") == "local/ocr/again/v1\n"
    assert "cannot be the name" in run("models", "import", out, "--name", "../again", code=1)
    (tmp_path / "model.pt").write_bytes(b"x")
    assert "Pickles can run foreign code" in run("models", "import", tmp_path / "model.pt", "--name", "x", code=1)


@pytest.mark.kraken
def test_combining(services: Services) -> None:
    for job, name in enumerate(("a", "b"), 10):
        folder = services.models.staging("local", "ocr", name, job)
        write_recogniser(folder / "model.safetensors", job)
        services.models.publish("local", "ocr", name, folder, {"engine": "kraken", "job": job})
    services.close()
    assert run("models", "combine", "all", "local/ocr/a", "local/ocr/b", "--title", "Both") == "local/ocr/all/v1\n"
    assert run("models", "combine", "mean", "local/ocr/a", "local/ocr/b", "--average") == "local/ocr/mean/v1\n"
    rows = [line.split("\t") for line in run("models", "list").splitlines()]
    assert [(row[0], row[4], row[5]) for row in rows if row[0].startswith(("local/ocr/all", "local/ocr/mean"))] == [
        ("local/ocr/all/v1", "ensemble", "Both"),
        ("local/ocr/mean/v1", "kraken", "mean"),
    ]
    assert "cannot be combined so" in run("models", "combine", "x", "local/ocr/a", ONE, code=1)
