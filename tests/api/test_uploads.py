"""Forms with files: straight to disk, whatever their names, and gone afterwards; uploads that wait for their page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import client_of
from workbench.api import uploads
from workbench.services import Services


@pytest.fixture
def working(services: Services) -> Iterator[Services]:
    """Return services whose jobs are run in a thread of this process."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            if not services.jobs.run_one("test", "ocr"):
                stop.wait(0.02)

    thread = threading.Thread(target=work)
    thread.start()
    yield services
    stop.set()
    thread.join()


def _leftovers(services: Services) -> list[Path]:
    return list((services.settings.data / "uploads" / "tmp").glob("*"))


def test_an_upload_is_queued(services: Services, client: TestClient, scan: Path) -> None:
    answer = client.post("/ocr/", files={"image": ("page.png", scan.read_bytes())}, data={"engine": "fixed"})
    assert answer.status_code == 202
    added = answer.json()
    assert {"project_id", "page_id", "job_id", "pages"} == set(added)
    assert added["pages"] == [{"page_id": added["page_id"], "job_id": added["job_id"]}]
    assert client.get(f"/jobs/{added['job_id']}").json()["state"] == "queued"
    assert client.get(f"/pages/{added['page_id']}").json()["name"] == "page"
    assert _leftovers(services) == []


def test_with_wait_the_page_comes_back(working: Services, scan: Path) -> None:
    client = client_of(working)
    form = {"engine": "fixed", "options": '{"text": "שלום"}', "wait": "true", "layout": "page"}
    answer = client.post("/ocr", files={"image": ("page.png", scan.read_bytes())}, data=form)
    assert answer.status_code == 200
    page = answer.json()
    assert {"project_id", "page_id", "job_id", "pages", "lines", "state"} <= set(page)
    assert page["state"] == "read"
    assert [line["text"] for line in page["lines"]] == ["שלום"] * 3
    assert page["pages"][0]["id"] == page["page_id"]


def test_a_cut_line_is_one_line(working: Services, scan: Path) -> None:
    client = client_of(working)
    form = {"engine": "fixed", "layout": "line", "wait": "1"}
    page = client.post("/ocr/", files={"image": ("line.png", scan.read_bytes())}, data=form).json()
    assert len(page["lines"]) == 1


@pytest.mark.parametrize(
    ("disposition", "shown"),
    [
        ('filename="דף ראשון.png"', "דף ראשון"),
        ('filename="a%22b.png"', 'a"b'),
        ('filename="a\\"b.png"', 'a"b'),
        ("filename*=UTF-8''%D7%93%D7%A3.png", "דף"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\scans\\\\x.png"', "x"),
        ('filename=""', "upload"),
    ],
)
def test_file_names_are_only_shown(client: TestClient, scan: Path, disposition: str, shown: str) -> None:
    head = f'--b\r\nContent-Disposition: form-data; name="image"; {disposition}\r\n\r\n'.encode()
    body = head + scan.read_bytes() + b'\r\n--b\r\nContent-Disposition: form-data; name="engine"\r\n\r\nfixed\r\n--b--\r\n'
    answer = client.post("/ocr/", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 202, answer.text
    assert client.get(f"/pages/{answer.json()['page_id']}").json()["name"] == shown


@pytest.mark.parametrize(
    "data",
    [
        {"project": "seven"},
        {"project": "0"},
        {"project": "0000000000199999999999999999999"},
        {"layout": "column"},
        {"options": "{"},
        {"options": "[1]"},
        {"options": '{"text": NaN}'},
        {"options": '{"no_such_option": 1}', "engine": "fixed"},
        {"wait": "perhaps"},
        {"colour": "red"},
        {"engine": "no-such"},
        {"engine": "fixed", "model": "base/ocr/none"},
    ],
)
def test_wrong_fields_are_told(services: Services, client: TestClient, scan: Path, data: dict[str, str]) -> None:
    answer = client.post("/ocr/", files={"image": ("page.png", scan.read_bytes())}, data=data)
    assert answer.status_code == 422
    assert set(answer.json()) == {"error", "hint"}
    assert client.get("/projects/").json() == []
    assert _leftovers(services) == []


def test_an_unknown_project_is_404(client: TestClient, scan: Path) -> None:
    answer = client.post("/ocr/", files={"image": ("a.png", scan.read_bytes())}, data={"project": "7", "engine": "fixed"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b"--b\r\n", "multipart/form-data; boundary=b"),
        (b'--b\r\nContent-Disposition: form-data; name="image"; filename="x"\r\n\r\nhalf', "multipart/form-data; boundary=b"),
        (b"garbage without any boundary", "multipart/form-data; boundary=b"),
        (b"x", "multipart/form-data"),
        (b"{}", "application/json"),
        (b'--b\r\nContent-Disposition: form-data; name="image"\r\n\r\ntext\r\n--b--\r\n', "multipart/form-data; boundary=b"),
    ],
)
def test_broken_forms_are_told(services: Services, client: TestClient, content: bytes, kind: str) -> None:
    answer = client.post("/ocr/", content=content, headers={"Content-Type": kind})
    assert answer.status_code == 422, answer.text
    assert set(answer.json()) == {"error", "hint"}
    assert _leftovers(services) == []


def test_two_images_are_one_too_many(client: TestClient, scan: Path) -> None:
    files = [("image", ("a.png", scan.read_bytes())), ("image", ("b.png", scan.read_bytes()))]
    assert client.post("/ocr/", files=files).status_code == 422


@pytest.mark.parametrize(
    "data", [b"", b"not an image", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n", b"MZ\x90"]
)
def test_what_is_no_image_is_told(services: Services, client: TestClient, data: bytes) -> None:
    answer = client.post("/ocr/", files={"image": ("page.png", data)}, data={"engine": "fixed"})
    assert answer.status_code in (413, 422)
    assert set(answer.json()) == {"error", "hint"}
    assert client.get("/projects/").json() == []
    assert _leftovers(services) == []


def test_a_full_disk_is_told(client: TestClient, scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: object) -> None:
        with uploads.translated():
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbench.api.uploads._Receiver.store", full)
    answer = client.post("/ocr/", files={"image": ("page.png", scan.read_bytes())}, data={"engine": "fixed"})
    assert answer.status_code == 503
    assert answer.json()["error"].startswith("The disk is full.")


def test_what_a_killed_server_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "1").write_bytes(b"x")
    uploads.sweep(tmp_path, older_than=3_600)
    assert (tmp_path / "old").exists()
    uploads.sweep(tmp_path, older_than=-1)
    assert not (tmp_path / "old").exists()


def test_a_batch_from_many_files_to_the_last_page(services: Services, client: TestClient, scan: Path) -> None:
    data = scan.read_bytes()
    files = [("files", ("2.png", data)), ("files", ("10.png", data)), ("files", ("notes.txt", b"no image"))]
    answer = client.post("/ocr/batch", files=files, data={"engine": "fixed", "name": "The book", "options": '{"text": "שלום"}'})
    assert answer.status_code == 202
    added = answer.json()
    project = added["project_id"]
    assert (len(added["page_ids"]), added["known"], [one["name"] for one in added["skipped"]]) == (2, 0, ["notes.txt"])
    assert services.jobs.run_one("test", "ocr")
    reading = client.get(f"/projects/{project}/reading").json()
    assert (reading["total"], reading["read"], reading["queued"], reading["failed"]) == (2, 1, 1, 0)
    assert client.post(f"/projects/{project}/reading/cancel").json() == {"cancelled": 1}
    failures = client.get(f"/projects/{project}/reading").json()["failures"]
    assert [(one["name"], one["message"]) for one in failures] == [("10", "Reading was cancelled.")]
    again = client.post(f"/projects/{project}/read", json={})
    assert (again.status_code, again.json()) == (202, {"queued": 1})
    assert services.jobs.run_one("test", "ocr")
    assert client.get(f"/projects/{project}/reading").json()["read"] == 2
    assert client.post("/ocr/batch", files=files, data={"engine": "fixed", "project": str(project)}).json()["known"] == 2
    all_again = {"which": "all", "engine": "fixed", "layout": "anew"}
    assert client.post(f"/projects/{project}/read", json=all_again).json() == {"queued": 2}
    assert _leftovers(services) == []


@pytest.mark.parametrize(
    ("form", "files", "says"),
    [
        ({}, [("files", ("a.txt", b"no image"))], "no page to read"),
        ({"wait": "true"}, [("files", ("a.png", b""))], "'wait' is not known"),
        ({"layout": "circle"}, [("files", ("a.png", b""))], "no layout"),
        ({"options": "[]"}, [("files", ("a.png", b""))], "not a JSON object"),
    ],
)
def test_a_batch_that_cannot_be_is_refused(client: TestClient, form: dict, files: list, says: str) -> None:
    answer = client.post("/ocr/batch", files=files, data={"engine": "fixed", **form})
    assert answer.status_code == 422
    assert says in answer.json()["error"]
    assert client.get("/projects/").json() == []


def test_which_pages_are_read_is_checked(client: TestClient) -> None:
    assert client.post("/projects/1/read", json={"which": "some"}).status_code == 422
    assert client.post("/projects/1/read", json={"layout": "new"}).status_code == 422
    assert client.post("/projects/1/read", json={}).status_code == 404


def test_a_model_for_the_layout_is_named_with_the_upload(client: TestClient, scan: Path) -> None:
    form = {"engine": "fixed", "layout_model": "base/layout/blla"}
    answer = client.post("/ocr/", files={"image": ("page.png", scan.read_bytes())}, data=form)
    assert answer.status_code == 422
    assert "finds lines in its own way" in answer.json()["error"]
    answer = client.post("/ocr/", files={"image": ("page.png", scan.read_bytes())}, data={"layout_model": "base/layout/none"})
    assert answer.status_code == 422
    answer = client.post("/ocr/", files={"image": ("page.png", scan.read_bytes())}, data={"layout_model": "base/layout/blla"})
    assert client.get(f"/jobs/{answer.json()['job_id']}").json()["state"] == "queued"
