"""Every route that scripts rely on: its status, its fields, in both slash forms, and nothing of another workspace."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from tests.api.conftest import client_of
from workbench.config import Settings
from workbench.services import Services, build
from workbench.services.ocr.views import LineView, PageView, ProjectView


def _shown(view: type, value: object) -> bool:
    """Say whether a JSON value is a view: nothing missing, nothing else."""
    TypeAdapter(view).validate_python(value)
    assert isinstance(value, dict)
    return set(value) == set(view.__dataclass_fields__)


def test_health_tells_the_process_from_the_work(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "alive"}
    assert client.head("/health/live").status_code == 200
    answer = client.get("/health")
    health = answer.json()
    assert answer.status_code == (200 if health["status"] == "ready" else 503)
    assert {"status", "problems", "engines", "default_engine", "queue", "free_megabytes"} == set(health)
    assert {"fixed", "kraken", "tesseract"} <= {engine["name"] for engine in health["engines"]}


def test_health_without_a_model_is_503(make, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr("workbench.services.models.PROGRAM", tmp_path / "bare")
    answer = client_of(make()).get("/health/")
    assert answer.status_code == 503
    assert "model" in " ".join(answer.json()["problems"])


def test_session(client: TestClient) -> None:
    session = client.get("/session").json()
    assert session["access"] == "local"
    assert session["person"] == {"name": "you", "role": "admin"}
    assert session["workspace"] == "local"
    assert session["banner"] is None
    assert session["limits"]["upload_bytes"] > 0
    assert session["limits"]["line_characters"] == 2000
    assert session["languages"] == ["en", "he", "ar"]


def test_projects(page_client: TestClient) -> None:
    made = page_client.post("/projects", json={"name": "ספר הזיכרונות"})
    assert made.status_code == 201
    assert _shown(ProjectView, made.json())
    project = made.json()["id"]
    assert page_client.patch(f"/projects/{project}", json={"name": "חדש", "engine": "fixed"}).json()["engine"] == "fixed"
    assert {found["id"] for found in page_client.get("/projects/").json()} == {1, project}
    assert page_client.delete(f"/projects/{project}/").status_code == 204
    assert page_client.get(f"/projects/{project}").status_code == 404
    assert [found["id"] for found in page_client.get("/projects?trash=true").json()] == [project]
    assert page_client.post(f"/projects/{project}/restore").status_code == 200
    assert page_client.get(f"/projects/{project}").json()["name"] == "חדש"


def test_a_project_with_and_without_lines(page_client: TestClient) -> None:
    project = page_client.get("/projects/1").json()
    (page,) = project["pages"]
    assert {"id", "name", "state", "lines"} <= set(page)
    assert {"id", "index", "text", "confidence", "baseline", "polygon", "revision"} <= set(page["lines"][0])
    assert [line["index"] for line in page["lines"]] == [0, 1, 2]
    (head,) = page_client.get("/projects/1?lines=false").json()["pages"]
    assert "lines" not in head
    assert page_client.get("/projects/1?offset=1&limit=1").json()["pages"] == []


def test_a_page(page_client: TestClient) -> None:
    page = page_client.get("/pages/1").json()
    assert _shown(PageView, page)
    assert page["project"]["id"] == 1
    assert (page["number"], page["of"], page["previous"], page["next"]) == (1, 1, None, None)
    line = page["lines"][0]
    assert _shown(LineView, line)
    assert line["source"] == "model"
    sign, confidence, box, alternatives = line["reading"]["chars"][0]
    assert isinstance(sign, str)
    assert 0 <= confidence <= 1
    assert len(box) == 4
    assert isinstance(alternatives, list)
    assert page_client.get(f"/lines/{line['id']}").json() == line


def test_images_are_kept_by_the_browser(page_client: TestClient) -> None:
    page = page_client.get("/pages/1").json()
    for address in (page["image"], page["thumbnail"]):
        answer = page_client.get(address)
        assert answer.headers["content-type"].startswith("image/")
        assert "immutable" in answer.headers["cache-control"]
        again = page_client.get(address, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert "no-cache" in page_client.get("/pages/1/image").headers["cache-control"]


def test_pages_are_renamed_deleted_restored_and_read_again(page_client: TestClient) -> None:
    assert page_client.patch("/pages/1", json={"name": 'דף "א"'}).json()["name"] == 'דף "א"'
    assert page_client.delete("/pages/1").status_code == 204
    assert page_client.get("/pages/1").status_code == 404
    assert page_client.post("/pages/1/restore").json()["id"] == 1
    queued = page_client.post("/pages/1/read", json={"engine": "fixed", "options": {"text": "שלום"}})
    assert queued.status_code == 202
    job = page_client.get(f"/jobs/{queued.json()['job_id']}").json()
    assert (job["state"], job["subject"], job["queue_position"]) == ("queued", "page:1", 0)
    assert page_client.post("/pages/1/read", json={"engine": "no-such"}).status_code == 422


def test_saving_a_line(page_client: TestClient) -> None:
    saved = page_client.put("/lines/1", json={"text": "שלום עולם", "base_revision": 1, "seconds": 2.5})
    assert saved.status_code == 201
    assert saved.json()["revision"] == 2
    assert saved.json()["line"]["text"] == "שלום עולם"
    stale = page_client.put("/lines/1", json={"text": "אחר", "base_revision": 1})
    assert stale.status_code == 409
    conflict = stale.json()
    assert {"error", "hint", "yours", "theirs", "before"} <= set(conflict)
    assert conflict["yours"] == "אחר"
    assert conflict["theirs"]["text"] == "שלום עולם"
    assert {"text", "revision", "author", "source", "created"} <= set(conflict["theirs"])
    assert conflict["before"]["revision"] == 1


def test_feedback_is_the_same_call(page_client: TestClient) -> None:
    body = {"task": "ocr", "project_id": 1, "page_id": 1, "line_id": 2, "text": "מבחוץ", "base_revision": 1}
    saved = page_client.post("/feedback", json=body)
    assert (saved.status_code, saved.json()) == (201, {"revision": 2})
    assert page_client.get("/lines/2").json()["text"] == "מבחוץ"
    stale = page_client.post("/feedback/", json={**body, "text": "שוב"})
    assert stale.status_code == 409
    assert stale.json()["theirs"]["text"] == "מבחוץ"
    for wrong in ({"project_id": 2}, {"page_id": 2}, {"line_id": 99}):
        assert page_client.post("/feedback/", json={**body, **wrong, "base_revision": 2}).status_code == 404
    assert page_client.post("/feedback/", json={**body, "task": "cooking"}).status_code == 422


def test_the_history_of_a_line(page_client: TestClient) -> None:
    page_client.put("/lines/1", json={"text": "שני", "base_revision": 1})
    page_client.put("/lines/1", json={"text": "", "base_revision": 2, "action": "unreadable", "reason": "כתם"})
    history = page_client.get("/lines/1/revisions").json()
    assert [row["revision"] for row in history] in ([1, 2, 3], [3, 2, 1])
    assert {"revision", "base", "text", "state", "author", "source", "action", "seconds", "created", "reason"} <= set(history[0])
    restored = page_client.post("/lines/1/restore", json={"revision": 2, "base_revision": 3})
    assert restored.status_code == 201
    assert restored.json()["line"]["text"] == "שני"
    assert page_client.post("/lines/1/restore", json={"revision": 2, "base_revision": 1}).status_code == 409


def test_direction_not_a_line_added_line_read_line(page_client: TestClient) -> None:
    changed = page_client.patch("/lines/1", json={"direction": "ltr", "is_line": False}).json()
    assert (changed["direction"], changed["is_line"]) == ("ltr", False)
    assert page_client.patch("/lines/1", json={"direction": "up"}).status_code == 422
    added = page_client.post("/pages/1/lines", json={"baseline": [[30, 280], [370, 280]]})
    assert added.status_code == 201
    assert added.json()["line"]["origin"] == "added"
    assert added.json()["job_id"] > 0
    assert page_client.post("/pages/1/lines", json={"baseline": [[30, 280]]}).status_code == 422
    assert page_client.post("/lines/2/read").status_code == 202


def test_jobs(page_client: TestClient) -> None:
    (job,) = page_client.get("/jobs").json()
    assert {"id", "kind", "title", "state", "progress", "message", "metrics", "result", "error", "hint"} <= set(job)
    assert (job["state"], job["progress"]) == ("done", 1.0)
    assert page_client.get(f"/jobs/{job['id']}").json()["result"]["page_id"] == 1
    assert page_client.post(f"/jobs/{job['id']}/cancel").json()["state"] == "done"
    assert page_client.get("/jobs/?state=failed").json() == []
    assert isinstance(page_client.get(f"/jobs/{job['id']}/reports").json(), list)


def test_search_engines_models(page_client: TestClient) -> None:
    text = page_client.get("/lines/1").json()["text"]
    hits = page_client.get("/projects/1/search", params={"q": text.split()[0]}).json()
    assert hits[0]["line_id"] == 1
    assert {"page_id", "line_id", "page_name", "text", "start", "end"} == set(hits[0])
    engine = next(engine for engine in page_client.get("/ocr/engines").json() if engine["name"] == "fixed")
    assert {"name", "title", "available", "hint", "options", "models", "layout_models", "default"} <= set(engine)
    for model in page_client.get("/models/?task=ocr").json():
        assert {"name", "version", "title", "engine", "metrics", "promoted"} <= set(model)


@pytest.mark.parametrize("format", ["page", "alto", "hocr", "text", "json"])
def test_export(page_client: TestClient, format: str) -> None:
    text = page_client.get("/lines/1").json()["text"]
    page = page_client.get(f"/pages/1/export?format={format}")
    assert page.status_code == 200
    assert "attachment" in page.headers["content-disposition"]
    if format in ("text", "page"):
        assert text in page.text
    for address in ("/projects/1/export", "/workspace/export"):
        whole = page_client.get(address, params={"format": format})
        assert whole.headers["content-type"] == "application/zip"
        assert zipfile.ZipFile(io.BytesIO(whole.content)).testzip() is None
        name = "workbench" if "workspace" in address else page_client.get("/projects/1").json()["name"]
        assert f"filename*=UTF-8''{quote(name, safe='')}.{format}.zip" in whole.headers["content-disposition"]
    assert page_client.get("/pages/1/export?format=docx").status_code == 422


def test_what_was_exported_can_be_imported(page_client: TestClient) -> None:
    whole = zipfile.ZipFile(io.BytesIO(page_client.get("/projects/1/export?format=page").content))
    files = [("files", (name.rpartition("/")[2], whole.read(name))) for name in whole.namelist() if not name.endswith("/")]
    made = page_client.post("/projects/import", files=files)
    assert made.status_code == 201
    into = page_client.post("/projects/1/import", files=files)
    assert into.status_code == 201
    assert len(page_client.get("/projects/1").json()["pages"]) == 2
    assert page_client.post("/projects/import", files=[("files", ("a.xml", b"<x/>"))]).status_code == 422


def test_a_text_comes_back_into_its_page(page_client: TestClient) -> None:
    before = page_client.get("/pages/1/export?format=text").text
    text = "\n".join([f"{before.splitlines()[0]}!", *before.splitlines()[1:]])
    answer = page_client.post("/pages/1/import", files=[("files", ("page.txt", text.encode()))])
    assert (answer.status_code, answer.json()) == (201, {"changed": 1})
    assert page_client.get("/pages/1").json()["lines"][0]["text"].endswith("!")
    assert page_client.post("/pages/1/import", files=[("files", ("page.txt", b"one\n" * 9))]).status_code == 422
    assert page_client.post("/pages/99/import", files=[("files", ("page.txt", b"a"))]).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/projects/1", None),
        ("PATCH", "/projects/1", {"name": "x"}),
        ("DELETE", "/projects/1", None),
        ("POST", "/projects/1/restore", None),
        ("GET", "/projects/1/search?q=a", None),
        ("GET", "/projects/1/export", None),
        ("GET", "/pages/1", None),
        ("GET", "/pages/1/image", None),
        ("GET", "/pages/1/thumbnail", None),
        ("GET", "/pages/1/export", None),
        ("PATCH", "/pages/1", {"name": "x"}),
        ("DELETE", "/pages/1", None),
        ("POST", "/pages/1/restore", None),
        ("POST", "/pages/1/read", {"engine": "fixed"}),
        ("POST", "/pages/1/lines", {"baseline": [[0, 9], [9, 9]]}),
        ("GET", "/lines/1", None),
        ("PUT", "/lines/1", {"text": "x", "base_revision": 1}),
        ("GET", "/lines/1/revisions", None),
        ("POST", "/lines/1/restore", {"revision": 1, "base_revision": 1}),
        ("PATCH", "/lines/1", {"is_line": False}),
        ("POST", "/lines/1/read", None),
        ("POST", "/feedback/", {"task": "ocr", "project_id": 1, "page_id": 1, "line_id": 1, "text": "x", "base_revision": 1}),
        ("GET", "/jobs/1", None),
        ("POST", "/jobs/1/cancel", None),
        ("GET", "/jobs/1/reports", None),
        ("GET", "/jobs/1/events", None),
    ],
)
def test_another_workspace_is_not_there(read: Services, method: str, path: str, body: object) -> None:
    shared = build(Settings(home=read.settings.home, access="accounts", host="127.0.0.1"))
    shared.users.create(None, "boris")
    _, secret = shared.users.add_token(shared.users.actor_named("boris"), "test")
    client = client_of(shared, headers={"Authorization": f"Bearer {secret}"})
    answer = client.request(method, path, json=body)
    assert answer.status_code == 404, answer.text
    assert set(answer.json()) == {"error", "hint"}
    assert client.get("/projects/").json() == []
    shared.close()


def test_the_description_names_every_route_and_loads_nothing(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    wanted = {"/ocr/", "/projects/{project_id}", "/lines/{line_id}", "/feedback/", "/jobs/{job_id}", "/health/", "/health/live"}
    assert wanted <= set(paths)
    page = client.get("/docs").text
    assert "/lines/{line_id}" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
