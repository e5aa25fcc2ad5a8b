"""Models over REST: their fields, which one reads, comparing, deleting, and nothing of another workspace."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from engines.ocr.memory import Memory
from tests.api.conftest import client_of
from workbench.api.models import VersionHead, VersionView
from workbench.services import Services, build

FIELDS = {
    *("model", "name", "version", "title", "engine", "script", "task", "owner", "own", "promoted", "production", "parent"),
    *("created", "examples", "documents", "metrics", "headline", "problem", "combines", "dataset_id", "job_id"),
}
ONE, TWO, NAME = "local/ocr/mine/v1", "local/ocr/mine/v2", "local/ocr/mine"


@pytest.fixture
def client(read: Services) -> TestClient:
    """Return a client of a workbench with one page, of which all lines are corrected, and two versions of a model."""
    headline = {"measure": "strict", "value": 0.05, "low": 0.04, "high": 0.06, "n": 900}
    for job, text in enumerate(("שלום", "בראש העמוד כתוב שם העיר"), 1):
        folder = read.models.staging("local", "ocr", "mine", job)
        Memory(np.zeros((1, 8 * 48), np.float32), (text,)).save(folder / "model.safetensors")
        (folder / "card.md").write_text("# Card")
        said = {"engine": "fixed", "title": "Mine", "script": "Hebrew", "job": job, "metrics": {"headline": headline}}
        read.models.publish("local", "ocr", "mine", folder, {**said, "parent": ONE if job == 2 else "base/ocr/hebrew/v1"})
    actor = read.users.local()
    for line in read.ocr.page(actor, 1).lines:
        read.ocr.save_line(actor, line.id, text=line.text, base_revision=1, action="accept")
    return client_of(read)


def versions(client: TestClient) -> dict[str, dict]:
    return {version["model"]: version for version in client.get("/models?task=ocr").json()}


def test_the_list(client: TestClient) -> None:
    answer = client.get("/models/")
    assert [version["model"] for version in answer.json()] == ["base/ocr/arabic/v1", "base/ocr/hebrew/v1", TWO, ONE]
    assert all(set(version) == FIELDS for version in answer.json())
    TypeAdapter(list[VersionHead]).validate_python(answer.json())
    _, base, second, _ = answer.json()
    assert (base["own"], base["promoted"], base["production"], base["headline"]) == (False, True, False, None)
    assert (second["own"], second["owner"], second["name"], second["version"]) == (True, "local", NAME, 2)
    assert second["headline"] == {"measure": "strict", "value": 0.05, "low": 0.04, "high": 0.06, "n": 900}
    assert (second["parent"], second["job_id"], second["dataset_id"]) == (ONE, 2, None)
    assert (base["combines"], second["combines"]) == (["vote", "average"], [])
    assert [version["combines"] for version in client.get("/models?task=layout").json()] == [[]]


def test_one_version(client: TestClient) -> None:
    client.patch("/projects/1", json={"model": TWO, "engine": ""})
    for address in (f"/models/{TWO}", f"/models/{TWO}/"):
        version = client.get(address).json()
        TypeAdapter(VersionView).validate_python(version)
        assert set(version) == FIELDS | {"card", "description", "lineage", "used_by"}
        assert (version["card"], version["description"]["title"]) == ("# Card", "Mine")
        assert version["lineage"] == ["base/ocr/hebrew/v1", ONE, TWO]
        assert len(version["used_by"]) == 1


def test_promoting_and_going_back(client: TestClient) -> None:
    assert client.post(f"/models/{ONE}/promote").json() == {"model": ONE, "before": None}
    assert client.post(f"/models/{TWO}/promote/").json() == {"model": TWO, "before": ONE}
    assert (versions(client)[TWO]["promoted"], versions(client)[TWO]["production"]) == (True, True)
    assert versions(client)["base/ocr/hebrew/v1"]["promoted"] is False
    assert client.post(f"/models/{NAME}/rollback").json() == {"model": ONE, "before": TWO}
    assert client.post(f"/models/{NAME}/rollback").json() == {"model": None, "before": ONE}
    assert client.post(f"/models/{NAME}/rollback").status_code == 409
    assert client.post("/models/base/ocr/hebrew/v1/promote").status_code == 200


def test_one_model_of_several(client: TestClient, read: Services) -> None:
    bases = ["base/ocr/hebrew/v1", "base/ocr/arabic"]
    answer = client.post("/models/combine", json={"name": "both", "models": bases, "title": "Both"})
    assert answer.status_code == 202, answer.text
    job = read.store.jobs.get(answer.json()["job_id"])
    assert (job.kind, job.state, job.title) == ("models.combine", "queued", "both")
    assert job.parameters == {
        "name": "both",
        "models": ["base/ocr/hebrew/v1", "base/ocr/arabic/v1"],
        "average": False,
        "title": "Both",
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "../up"}, "cannot be the name"),
        ({"name": ""}, "cannot be the name"),
        ({"models": ["base/ocr/hebrew"]}, "models"),
        ({"models": ["base/ocr/hebrew"] * 9}, "models"),
        ({"models": ["base/ocr/hebrew", "base/ocr/hebrew/v1"]}, "nothing to combine"),
        ({"models": ["base/ocr/hebrew", "boris/ocr/his"]}, "no model"),
        ({"models": ["base/ocr/hebrew", "../../etc/passwd"]}, "no name of a model"),
        ({"models": ["base/ocr/hebrew", ONE]}, "cannot be combined so"),
        ({"models": [ONE, TWO], "average": True}, "cannot be averaged"),
        ({"models": ["base/layout/blla", "base/ocr/arabic"]}, "does not do the same"),
        ({"engine": "x"}, "engine"),
    ],
)
def test_what_cannot_be_combined(client: TestClient, read: Services, change: dict[str, object], told: str) -> None:
    body = {"name": "both", "models": ["base/ocr/hebrew", "base/ocr/arabic"], **change}
    answer = client.post("/models/combine", json=body)
    assert answer.status_code == 422
    assert told in answer.json()["error"]
    assert not [job for job in read.store.jobs.list("local") if job.kind == "models.combine"]


def test_deleting(client: TestClient) -> None:
    client.post(f"/models/{TWO}/promote")
    told = client.delete(f"/models/{TWO}")
    assert (told.status_code, set(told.json())) == (409, {"error", "hint"})
    assert client.delete(f"/models/{ONE}").status_code == 204
    assert client.delete(f"/models/{ONE}").status_code == 404
    assert client.delete("/models/base/ocr/hebrew/v1").status_code == 403
    assert list(versions(client)) == ["base/ocr/arabic/v1", "base/ocr/hebrew/v1", TWO]


def test_the_policy(client: TestClient) -> None:
    assert client.get("/models/policy").json() == {"promotion": "hand"}
    assert client.put("/models/policy", json={"promotion": "auto"}).json() == {"promotion": "auto"}
    assert client.get("/models/policy/").json() == {"promotion": "auto"}
    assert client.put("/models/policy", json={"promotion": "perhaps"}).status_code == 422


def test_comparing(client: TestClient, read: Services) -> None:
    asked = client.post("/models/compare", json={"a": ONE, "b": TWO, "projects": None})
    assert asked.status_code == 202
    job, key = asked.json()["job_id"], asked.json()["comparison"]
    assert client.get(f"/models/comparisons/{key}").status_code == 404
    assert client.post("/models/compare", json={"a": ONE, "b": NAME}).json() == asked.json()
    assert read.jobs.run_one("test", "ocr")
    assert client.get(f"/jobs/{job}").json()["state"] == "done"
    again = client.post("/models/compare", json={"a": ONE, "b": TWO, "projects": [1]})
    assert (again.status_code, again.json()) == (200, {"job_id": None, "comparison": key})
    found = client.get(f"/models/comparisons/{key}").json()
    wanted = {"a", "b", "task", "documents", "examples", "shared", "chosen", "verdict", "measures", "confusions", "items"}
    assert wanted <= set(found)
    assert {"better", "worse", "same", "p", "change", "low", "high", "clear", "winner"} <= set(found["verdict"])
    measure = {"name", "title", "unit", "form", "score", "a", "b", "change", "change_low", "change_high", "n"}
    assert [set(row) for row in found["measures"]] == [measure] * 9
    told = {row["name"]: (row["form"], row["score"], row["b"]["value"] > row["a"]["value"]) for row in found["measures"]}
    assert (told["wer"], told["consonants"]) == (("letters-1", False, False), ("strict-1", False, False))
    assert (told["bleu"], told["chrf"]) == (("letters-1", True, True), ("letters-1", True, True))
    assert set(found["confusions"][0]) == {"truth", "said", "a", "b", "items"}
    item = {"line_id", "page_id", "page_name", "number", "direction", "image", "truth", "a", "b"}
    assert [set(row) for row in found["items"]] == [item] * 3
    assert client.get(found["items"][0]["image"]).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"a": ONE}, 422),
        ({"a": ONE, "b": ONE}, 422),
        ({"a": ONE, "b": "nobody/ocr/x"}, 422),
        ({"a": ONE, "b": "x" * 500}, 422),
        ({"a": ONE, "b": TWO, "projects": []}, 422),
        ({"a": ONE, "b": TWO, "projects": [0]}, 422),
        ({"a": ONE, "b": TWO, "projects": [99]}, 404),
        ({"a": ONE, "b": TWO, "more": 1}, 422),
    ],
)
def test_what_cannot_be_compared(client: TestClient, body: dict, status: int) -> None:
    answer = client.post("/models/compare", json=body)
    assert (answer.status_code, set(answer.json())) == (status, {"error", "hint"})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/models/local/ocr/none/v1", 404),
        ("GET", "/models/local/ocr/mine/v0", 404),
        ("GET", "/models/local/ocr/mine/vx", 404),
        ("GET", "/models/local/cooking/mine/v1", 404),
        ("GET", "/models/local/ocr/mine", 404),
        ("GET", "/models/LOCAL/ocr/..%2f/v1", 404),
        ("GET", "/models/comparisons/none", 404),
        ("GET", "/models/comparisons/..%2f..%2fworkbench", 404),
        ("POST", "/models/local/ocr/mine/v9/promote", 404),
        ("POST", "/models/local/ocr/none/rollback", 409),
        ("DELETE", "/models/policy", 405),
        ("GET", "/models/local/ocr/mine/v1/model.safetensors", 404),
    ],
)
def test_wrong_addresses(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, set(answer.json())) == (status, {"error", "hint"}), answer.text


def test_another_workspace_is_not_there(client: TestClient, read: Services, tmp_path: Path) -> None:
    key = client.post("/models/compare", json={"a": ONE, "b": TWO}).json()["comparison"]
    read.jobs.run_one("test", "ocr")
    client.post(f"/models/{ONE}/promote")
    shared = build(read.settings.__class__(home=read.settings.home, access="accounts", host="127.0.0.1"))
    shared.users.create(None, "boris")
    _, secret = shared.users.add_token(shared.users.actor_named("boris"), "test")
    boris = client_of(shared, headers={"Authorization": f"Bearer {secret}"})
    assert list(versions(boris)) == ["base/ocr/arabic/v1", "base/ocr/hebrew/v1"]
    assert versions(boris)["base/ocr/hebrew/v1"]["promoted"] is True
    for method, path in (
        ("GET", f"/models/{TWO}"),
        ("DELETE", f"/models/{TWO}"),
        ("POST", f"/models/{TWO}/promote"),
        ("GET", f"/models/comparisons/{key}"),
    ):
        assert boris.request(method, path).status_code == 404
    assert boris.post(f"/models/{NAME}/rollback").status_code == 409
    assert boris.post("/models/compare", json={"a": ONE, "b": TWO}).status_code == 422
    assert versions(client)[ONE]["promoted"] is True
    shared.close()
