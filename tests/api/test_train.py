"""Training by REST: what is offered, the check, a training to its end, and everything that is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import client_of
from tests.services.training_pages import corrected
from workbench.config import Settings
from workbench.services import Services, build


@pytest.fixture(scope="session")
def corrected_home(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Path:
    """Return a home in which the local workspace has three corrected pages in project 1."""
    folder = tmp_path_factory.mktemp("corrected")
    shutil.copytree(empty_home, folder / "home")
    services = build(Settings(home=folder / "home"))
    assert corrected(services, services.users.local(), folder)[0].project.id == 1
    services.close()
    return folder / "home"


@pytest.fixture
def services(corrected_home: Path, tmp_path: Path) -> Iterator[Services]:
    shutil.copytree(corrected_home, tmp_path / "corrected")
    found = build(Settings(home=tmp_path / "corrected"))
    yield found
    found.close()


@pytest.fixture
def project() -> int:
    return 1


def wanted(project: int, **other: object) -> dict[str, object]:
    return {"task": "ocr", "projects": [project], "base_model": "fixed", "name": "letters", "options": {"epochs": 2}, **other}


def test_what_is_offered(client: TestClient, project: int) -> None:
    offers = client.get("/train/").json()
    task, layout = offers["tasks"]
    assert (task["task"], layout["task"]) == ("ocr", "layout")
    assert task["engines"]["kraken"]["options"]["properties"]["minutes"]["x-main"] is True
    about = {"documents": 3, "examples": 24, "script": "Hebrew"}
    assert task["projects"] == [{"id": project, "name": task["projects"][0]["name"], **about}]
    assert offers["schedules"] == []


def test_the_check_shows_the_suspects(client: TestClient, project: int) -> None:
    answer = client.post("/train/check", json={"task": "ocr", "projects": [project], "base_model": "fixed", "options": {}})
    found = answer.json()
    assert answer.status_code == 200
    assert (found["examples"], found["documents"], found["shared"]) == (24, 3, False)
    repeated = next(finding for finding in found["findings"] if finding["kind"] == "repeated")
    assert repeated["suspects"][0].keys() >= {"line_id", "page_id", "page_name", "number", "text", "why"}


def test_lines_are_shown_as_a_training_would_see_them(client: TestClient, project: int) -> None:
    what = {"task": "ocr", "projects": [project], "base_model": "base/ocr/hebrew/v1", "options": {"strength": 1.5}}
    examples = client.post("/train/preview", json=what).json()["examples"]
    assert [len(example["images"]) for example in examples] == [4] * 4
    assert all(len(set(example["images"])) > 1 for example in examples)
    assert all(example["text"] and example["images"][0].startswith("data:image/png;base64,") for example in examples)
    plain = client.post("/train/preview", json={**what, "options": {"variation": 0}}).json()["examples"]
    assert [len(example["images"]) for example in plain] == [1] * 4
    assert client.post("/train/preview", json={**what, "options": {"strength": 9}}).status_code == 422
    assert client.post("/train/preview", json={**what, "projects": [99]}).status_code == 404


@pytest.mark.slow
def test_from_corrections_to_a_promoted_version(client: TestClient, services: Services, project: int) -> None:
    answer = client.post("/train/", json=wanted(project))
    assert answer.status_code == 202, answer.text
    job = answer.json()["job_id"]
    assert client.get(f"/train/jobs/{job}").json()["job"]["state"] == "queued"
    assert services.jobs.run_one("trainer", "train")
    shown = client.get(f"/jobs/{job}").json()
    assert shown["state"] == "done", shown["error"]
    model = shown["result"]["model"]
    assert model == "local/ocr/letters/v1"
    view = client.get(f"/train/jobs/{job}").json()
    assert [curve["name"] for curve in view["curves"]] == ["error", "loss"]
    assert view["now"]["value"] <= view["before"]["value"]
    assert view["log"][-1]["text"].startswith("epoch 2")
    assert [entry["job"]["id"] for entry in client.get("/train/jobs").json()] == [job]
    assert client.post(f"/models/{model}/promote").json()["model"] == model
    assert client.get(f"/train/jobs/{job}").json()["promoted_by"] == "you"
    again = client.post(f"/train/jobs/{job}/again", json={"options": {"epochs": 1}})
    assert again.status_code == 202
    assert client.post(f"/jobs/{again.json()['job_id']}/finish").status_code == 422
    assert client.post(f"/jobs/{again.json()['job_id']}/cancel").json()["state"] == "cancelled"


@pytest.mark.slow
def test_a_cancelled_training_goes_on_once(client: TestClient, services: Services, project: int) -> None:
    job = client.post("/train/", json=wanted(project)).json()["job_id"]
    assert client.post(f"/train/jobs/{job}/resume", json={}).status_code == 422
    folder = services.models.staging("local", "ocr", "letters", job)
    assert client.post(f"/jobs/{job}/cancel").json()["state"] == "cancelled"
    refused = client.post(f"/train/jobs/{job}/resume", json={})
    assert (refused.status_code, "no checkpoint" in refused.json()["error"]) == (422, True)
    assert not client.get(f"/train/jobs/{job}").json()["resumable"]
    (folder / "checkpoint.json").write_text('{"epoch": 1}', "utf-8")  # as if an epoch had passed before
    assert client.get("/train/jobs").json()[0]["resumable"]
    changed = client.post(f"/train/jobs/{job}/resume", json={"options": {"seconds_per_epoch": 1}})
    assert (changed.status_code, "cannot change" in changed.json()["error"]) == (422, True)
    answer = client.post(f"/train/jobs/{job}/resume", json={"options": {"epochs": 3}})
    assert answer.status_code == 202, answer.text
    again = client.post(f"/train/jobs/{job}/resume", json={})
    assert (again.status_code, again.json()["job_id"]) == (409, answer.json()["job_id"])
    assert client.post("/train/jobs/999/resume", json={}).status_code == 404
    assert services.jobs.run_one("trainer", "train")
    view = client.get(f"/train/jobs/{answer.json()['job_id']}").json()
    assert (view["job"]["state"], view["model"], view["resumes"], view["epoch"]) == ("done", "local/ocr/letters/v1", job, 3)


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"projects": []}, 422, "No project"),
        ({"projects": [999]}, 404, "project 999"),
        ({"projects": ["x"]}, 422, ""),
        ({"name": "../v1"}, 422, "cannot be the name"),
        ({"name": "אותיות"}, 422, "cannot be the name"),
        ({"name": ""}, 422, "cannot be the name"),
        ({"base_model": "base/ocr/nothing"}, 422, "no model"),
        ({"base_model": "tesseract"}, 422, "cannot be trained"),
        ({"base_model": "../../etc/passwd"}, 422, "no name of a model"),
        ({"options": {"epochs": -1}}, 422, "epochs"),
        ({"options": {"bogus": 1}}, 422, "bogus"),
        ({"task": "music"}, 422, "no task"),
        ({"extra": 1}, 422, "extra"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_queued(
    client: TestClient, project: int, change: dict[str, object], status: int, told: str
) -> None:
    answer = client.post("/train/", json={**wanted(project), **change})
    assert answer.status_code == status, answer.text
    assert told in answer.json()["error"]
    assert client.get("/train/jobs").json() == []


@pytest.mark.slow
def test_a_cross_validation_to_its_figures(client: TestClient, services: Services, project: int) -> None:
    body = {"projects": [project], "base_model": "fixed", "options": {"epochs": 2}, "folds": 2}
    answer = client.post("/train/cross-validate", json=body)
    assert answer.status_code == 202, answer.text
    job, dataset = answer.json()["job_id"], answer.json()["dataset_id"]
    assert client.get(f"/train/jobs/{job}").json()["validation"] is None
    assert services.jobs.run_one("trainer", "train")
    view = client.get(f"/train/jobs/{job}").json()
    assert (view["job"]["kind"], view["job"]["state"], view["job"]["title"]) == ("train.cross_validate", "done", view["name"])
    found = view["validation"]
    assert [fold["lines"] for fold in found["folds"]] == [16, 8]
    rate = found["pooled"]["rates"][0]["strict"]
    assert 0 <= rate["low"] <= rate["value"] <= rate["high"]
    assert rate["n"] == view["now"]["n"] > 0
    assert 0 < found["pooled"]["rates"][-1]["chrf"]["value"] <= 100
    assert (found["form"], found["forms"]["wer"], found["forms"]["consonants"]) == ("letters-1", "letters-1", "strict-1")
    assert client.get("/train/jobs").json()[0]["validation"] is None
    other = {**body, "projects": [], "dataset_id": dataset, "by": "page", "folds": None}
    again = client.post("/train/cross-validate", json=other)
    assert (again.status_code, again.json()["dataset_id"]) == (202, dataset)
    assert client.post(f"/jobs/{again.json()['job_id']}/cancel").json()["state"] == "cancelled"


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"projects": []}, 422, "of projects or of one dataset"),
        ({"dataset_id": 1}, 422, "of projects or of one dataset"),
        ({"projects": [], "dataset_id": 99}, 404, "dataset 99"),
        ({"projects": [99]}, 404, "project 99"),
        ({"folds": 1}, 422, "folds"),
        ({"folds": 4}, 422, "3 parts of it stay whole"),
        ({"by": "source"}, 422, "1 parts of it stay whole"),
        ({"by": "book"}, 422, "by"),
        ({"by": -1}, 422, "by"),
        ({"form": "bogus"}, 422, "normal form"),
        ({"base_model": "tesseract"}, 422, "cannot be trained"),
        ({"options": {"bogus": 1}}, 422, "bogus"),
        ({"task": "layout"}, 422, "layout"),
        ({"name": "x"}, 422, "name"),
    ],
)
def test_what_cannot_be_cross_validated(
    client: TestClient, project: int, change: dict[str, object], status: int, told: str
) -> None:
    body = {"projects": [project], "base_model": "fixed", "options": {"epochs": 2}}
    answer = client.post("/train/cross-validate", json={**body, **change})
    assert answer.status_code == status, answer.text
    assert told in answer.json()["error"]
    assert client.get("/train/jobs").json() == []


def test_nothing_corrected_is_told(client: TestClient, services: Services) -> None:
    project = services.ocr.create_project(services.users.local(), "empty").id
    answer = client.post("/train/", json=wanted(project))
    assert answer.status_code == 422
    assert "correct" in (answer.json()["error"] + answer.json()["hint"]).lower()


def test_schedules(client: TestClient, project: int) -> None:
    made = client.post("/train/schedules", json=wanted(project, every=50))
    assert made.status_code == 201, made.text
    schedule = made.json()
    assert (schedule["every"], schedule["hour"], schedule["waiting"]) == (50, None, 0)
    changed = client.patch(f"/train/schedules/{schedule['id']}", json={"every": None, "hour": 3}).json()
    assert (changed["every"], changed["hour"], changed["name"]) == (None, 3, "letters")
    begun = client.post(f"/train/schedules/{schedule['id']}/run")
    assert begun.status_code == 202, begun.text
    assert client.get("/train/schedules").json()[0]["job_id"] == begun.json()["job_id"]
    assert client.delete(f"/train/schedules/{schedule['id']}").status_code == 204
    assert client.get("/train/").json()["schedules"] == []
    assert client.post("/train/schedules", json=wanted(project)).status_code == 422
    assert client.post("/train/schedules", json=wanted(project, hour=24)).status_code == 422


def test_pages_and_where_they_go(client: TestClient, project: int) -> None:
    pages = client.get(f"/train/pages?projects={project}").json()
    assert [page["examples"] for page in pages] == [8, 8, 8]
    assert client.patch(f"/pages/{pages[0]['page_id']}", json={"split": "test"}).status_code == 200
    assert client.get("/train/pages").json()[0]["split"] == "test"
    assert client.get("/train/pages?projects=1;2").status_code == 422
    checked = client.post("/train/check", json={"projects": [project], "base_model": "fixed", "options": {}}).json()
    assert checked["split"]["test"]["examples"] == 8


def test_trainings_of_others_are_not_there(make) -> None:
    services = make(access="accounts")
    client = client_of(services)
    assert client.get("/train/").status_code == 401
    assert client.post("/train/", json=wanted(1)).status_code == 401
    assert client.post("/train/cross-validate", json={"projects": [1]}).status_code == 401
