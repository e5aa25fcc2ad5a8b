"""Datasets over REST: freeze, show, take along, bring in, delete; and which pages are learnt from."""

from __future__ import annotations

import io
import pickle
import sqlite3
import zipfile
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from tests.api.conftest import client_of
from workbench.config import MEGABYTE
from workbench.formats import scans
from workbench.services.datasets import DatasetHead, DatasetView

HEAD = {"id", "name", "task", "documents", "examples", "sources", "author", "created"}


@pytest.fixture(autouse=True)
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at images in this process, which is quicker."""
    look = partial(scans.inspect, decode=True)
    monkeypatch.setattr(scans, "inspect_all_apart", lambda paths, limits=None: [look(path, limits) for path in paths])


@pytest.fixture
def corrected(page_client: TestClient) -> TestClient:
    """Return a client of a workbench whose one page is corrected."""
    for line, text in enumerate(("שלום עולם", "שורה", "abc"), 1):
        assert page_client.put(f"/lines/{line}", json={"text": text, "base_revision": 1}).status_code == 201
    return page_client


def test_the_way_of_a_dataset(corrected: TestClient) -> None:
    assert corrected.get("/datasets").json() == []
    made = corrected.post("/datasets/", json={"task": "ocr", "projects": [1], "name": "ראשון"})
    assert made.status_code == 201
    TypeAdapter(DatasetView).validate_python(made.json())
    assert {*HEAD, "split", "shared", "sha256", "skipped"} == set(made.json())
    assert (made.json()["name"], made.json()["examples"], made.json()["shared"]) == ("ראשון", 3, True)
    (head,) = corrected.get("/datasets/").json()
    TypeAdapter(DatasetHead).validate_python(head)
    assert set(head) == HEAD
    shown = corrected.get(f"/datasets/{head['id']}/")
    assert shown.json() == made.json()
    assert sum(counts["examples"] for counts in shown.json()["split"].values()) == 3
    assert corrected.delete(f"/datasets/{head['id']}").status_code == 204
    gone = corrected.get(f"/datasets/{head['id']}")
    assert (gone.status_code, set(gone.json())) == (404, {"error", "hint"})


def test_files(corrected: TestClient, read, tmp_path: Path) -> None:
    number = corrected.post("/datasets", json={"projects": [1], "name": "a/ב"}).json()["id"]
    kinds = {
        "sqlite": "application/vnd.sqlite3",
        "pairs": "application/zip",
        "page": "application/zip",
        "alto": "application/zip",
    }
    for format, kind in {**kinds, "arrow": "application/zip"}.items():
        answer = corrected.get(f"/datasets/{number}/export?format={format}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert "attachment" in answer.headers["content-disposition"]
        assert "/" not in answer.headers["content-disposition"]
        (tmp_path / format).write_bytes(answer.content)
    with closing(sqlite3.connect(tmp_path / "sqlite")) as connection:
        assert connection.execute("SELECT text FROM lines WHERE id = 1").fetchone() == ("שלום עולם",)
    assert zipfile.ZipFile(tmp_path / "pairs").testzip() is None
    assert not list((read.settings.data / "exports").iterdir())
    bad = corrected.get(f"/datasets/{number}/export?format=docx")
    assert (bad.status_code, bad.json()["hint"]) == (422, "Known formats: sqlite, pairs, page, alto, arrow.")


def test_import(client: TestClient, scan: Path) -> None:
    image = scan.read_bytes()
    files = [
        ("files", ("../0001.png", image, "image/png")),
        ("files", ("0001.gt.txt", "שלום".encode(), "text/plain")),
        ("files", ("0002.png", image, "image/png")),
    ]
    answer = client.post("/datasets/import/", files=files, data={"name": "Letters"})
    assert answer.status_code == 201
    assert (answer.json()["name"], answer.json()["examples"], answer.json()["shared"]) == ("Letters", 1, True)
    assert answer.json()["skipped"] == [{"name": "0002.png", "reason": "no true text of the same name lies beside it"}]
    assert answer.json()["sources"] == [{"folder": "Letters"}]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/1.png", image)
        archive.writestr("a/1.gt.txt", "א")
    answer = client.post("/datasets/import", files={"files": ("lines.zip", packed.getvalue())})
    assert (answer.status_code, answer.json()["name"]) == (201, "lines.zip")
    for form in ({"files": {"files": ("a.png", image)}}, {"data": {"name": "x"}, "files": {"other": ("a.png", image)}}):
        refused = client.post("/datasets/import", **form)
        assert (refused.status_code, set(refused.json())) == (422, {"error", "hint"})


def test_import_of_pages_whose_lines_are_to_be_found(page_client: TestClient, scan: Path) -> None:
    packed = io.BytesIO(page_client.get("/projects/1/export?format=page").content)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("line.png", scan.read_bytes())
        archive.writestr("line.gt.txt", "א")
    files = {"files": ("pages.zip", packed.getvalue())}
    answer = page_client.post("/datasets/import", files=files, data={"task": "layout"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["task"], made["name"], made["documents"], made["examples"]) == ("layout", "pages.zip", 1, 3)
    assert made["skipped"] == [{"name": "line.png", "reason": "it does not tell where lines lie"}]
    assert [head["task"] for head in page_client.get("/datasets/").json()] == ["layout"]
    for task, words in (("audio", "no datasets for 'audio'"), ("", "no datasets for ''")):
        refused = page_client.post("/datasets/import", files=files, data={"task": task})
        assert (refused.status_code, set(refused.json())) == (422, {"error", "hint"})
        assert words in refused.json()["error"]
    lines = [("files", ("1.png", scan.read_bytes())), ("files", ("1.gt.txt", "א".encode()))]
    nothing = page_client.post("/datasets/import", files=lines, data={"task": "layout"})
    assert "1.png: it does not tell where lines lie" in nothing.json()["error"]
    assert "PAGE or ALTO" in nothing.json()["hint"]
    assert len(page_client.get("/datasets/").json()) == 1


@pytest.mark.parametrize("name", ["model.ckpt", "model.pt", "1.png", "1.arrow", "lines.zip"])
def test_a_pickle_is_never_opened(client: TestClient, tmp_path: Path, name: str) -> None:
    class Bomb:
        """Writes a file when somebody opens the pickle."""

        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (tmp_path / "owned").write_text, ("owned",)

    content = pickle.dumps(Bomb())
    files = [("files", (name, content)), ("files", ("1.gt.txt", "שלום".encode()))]
    answer = client.post("/datasets/import", files=files)
    assert (answer.status_code, set(answer.json())) == (422, {"error", "hint"})
    assert client.post("/ocr/", files={"image": (name, content)}, data={"engine": "fixed"}).status_code == 422
    assert client.get("/datasets/").json() == []
    assert not (tmp_path / "owned").exists()


def test_large_imports_are_let_in(make) -> None:
    services = make()
    services.users.local()
    image = b"\0" * (9 * MEGABYTE)
    answer = client_of(services).post("/datasets/import", files={"files": ("big.bin", image)})
    assert answer.status_code == 422
    assert "nothing to learn from" in answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"projects": []}, 422),
        ({"projects": [0]}, 422),
        ({"projects": [2**40]}, 422),
        ({"projects": [1], "task": "audio"}, 422),
        ({"projects": [1], "name": "x" * 300}, 422),
        ({"projects": [1], "else": 1}, 422),
        ({"projects": [999]}, 404),
    ],
)
def test_what_cannot_be_frozen(corrected: TestClient, body: dict, status: int) -> None:
    answer = corrected.post("/datasets/", json=body)
    assert (answer.status_code, set(answer.json())) == (status, {"error", "hint"})
    assert corrected.get("/datasets/").json() == []


def test_nothing_corrected(page_client: TestClient) -> None:
    answer = page_client.post("/datasets/", json={"projects": [1]})
    assert (answer.status_code, answer.json()["error"]) == (422, "Nothing is corrected yet in these projects.")
    assert answer.json()["hint"]


def test_which_pages_are_learnt_from(corrected: TestClient, read) -> None:
    answer = corrected.patch("/pages/1", json={"split": "test"})
    assert (answer.status_code, answer.json()["id"]) == (200, 1)
    made = corrected.post("/datasets", json={"projects": [1]}).json()
    assert made["split"]["test"] == {"documents": 1, "examples": 3}
    answer = corrected.patch("/pages/1/", json={"split": "auto", "name": "new"})
    assert (answer.status_code, answer.json()["name"]) == (200, "new")
    assert read.datasets.pages(read.users.local())[0].split is None
    for body in ({"split": "never"}, {}, {"name": None}):
        assert corrected.patch("/pages/1", json=body).status_code == 422
    assert corrected.patch("/pages/9", json={"split": "test"}).status_code == 404
