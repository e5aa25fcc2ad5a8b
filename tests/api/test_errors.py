"""Every failure is `{error, hint}`, whatever its cause, and no traceback leaves the server."""

from __future__ import annotations

import json
import logging

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.api.conftest import client_of
from workbench.api.answers import encoded
from workbench.services import Services


def _told(answer, status: int) -> dict[str, str]:
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert set(told) == {"error", "hint"}
    assert told["error"]
    return told


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/pages/1", 404),
        ("GET", "/pages/one", 404),
        ("GET", "/pages/0", 404),
        ("GET", "/pages/-1", 404),
        ("GET", "/pages/99999999999999999999999", 404),
        ("PUT", "/projects/", 405),
        ("DELETE", "/session", 405),
        ("GET", "/projects/?trash=perhaps", 422),
        ("GET", "/projects/1?limit=100000", 422),
        ("GET", "/models/?task=cooking", 422),
        ("GET", "/jobs/7/events", 404),
        ("GET", "/jobs/?state=asleep", 422),
        ("GET", "/jobs/?state=queued,asleep", 422),
    ],
)
def test_wrong_addresses(client: TestClient, method: str, path: str, status: int) -> None:
    _told(client.request(method, path), status)


NAVIGATION = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Dest": "document"}


def test_a_browser_is_shown_a_page_and_a_script_gets_json(client: TestClient) -> None:
    for path, status in (("/nowhere", 404), ("/pages/7/export", 404), ("/projects/?trash=perhaps", 422)):
        told = _told(client.get(path), status)
        page = client.get(path, headers=NAVIGATION)
        assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert page.text == f"<p>{told['error']}</p><p>{told['hint']}</p>"
        assert page.headers["cache-control"] == "no-store"
        assert "script-src 'self'" in page.headers["content-security-policy"]
        _told(client.get(path, headers={**NAVIGATION, "Sec-Fetch-Dest": "empty"}), status)
    assert "nothing at this address" in client.get("/nowhere", headers=NAVIGATION).text
    _told(client.put("/projects/", headers=NAVIGATION), 405)
    assert client.get("/session", headers=NAVIGATION).json()["access"] == "local"


def test_a_fault_and_a_foreign_name_are_shown_as_pages_too(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(services.ocr, "projects", broken)
    client = client_of(services)
    for path, status, host in (("/projects/", 500, "127.0.0.1"), ("/", 400, "evil.example")):
        page = client.get(path, headers={**NAVIGATION, "Host": host})
        assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")


def test_another_method_is_told_although_the_page_is_mounted_at_the_root(services: Services) -> None:
    client = client_of(services)
    app = client.app
    assert isinstance(app, FastAPI)
    app.mount("/", Starlette())
    answer = client.put("/projects/")
    assert "another method" in _told(answer, 405)["hint"]
    assert answer.headers["Allow"] == "GET, POST"
    assert client.get("/projects/").status_code == 200
    assert client.get("/nowhere").status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b'{"name": NaN}', b'{"name": 7}', b'{"nam": "x"}', b'{"name": "x", "y": 1}'],
)
def test_wrong_bodies(client: TestClient, body: bytes) -> None:
    _told(client.post("/projects/", content=body, headers={"Content-Type": "application/json"}), 422)


def test_deeply_nested_json(client: TestClient) -> None:
    answer = client.post("/projects/", content=b"[" * 200_000, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"error", "hint"}


def test_an_unknown_field_is_named(client: TestClient) -> None:
    told = _told(client.post("/projects/", json={"name": "x", "colour": "red"}), 422)
    assert told["error"] == "colour is not known here."


def test_a_long_text_is_told_by_its_limit(client: TestClient) -> None:
    told = _told(client.post("/login", json={"name": "x" * 65, "password": "x"}), 422)
    assert told["error"] == "name is longer than 64."


@pytest.mark.parametrize("seconds", ["NaN", "Infinity", "-1", "1e300"])
def test_numbers_that_are_none(page_client: TestClient, seconds: str) -> None:
    body = f'{{"text": "x", "base_revision": 1, "seconds": {seconds}}}'
    _told(page_client.put("/lines/1", content=body, headers={"Content-Type": "application/json"}), 422)


def test_half_a_surrogate_pair_breaks_nothing(client: TestClient) -> None:
    answer = client.post("/projects/", content=b'{"name": "a\\ud800b"}', headers={"Content-Type": "application/json"})
    assert answer.status_code == 201
    assert client.get("/projects/").json()[0]["name"]
    told = _told(client.get("/nowhere/\ud83d".encode("utf-8", "surrogatepass").decode("latin-1")), 404)
    assert told["hint"]


def test_every_value_encodes() -> None:
    assert json.loads(encoded({"text": "a\ud800", "number": float("nan"), 1: (2, 3)})) is not None
    assert json.loads(encoded({"number": float("nan")})) == {"number": None}


def test_a_fault_of_the_program_gets_a_number(services: Services, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(services.ocr, "projects", broken)
    with caplog.at_level(logging.ERROR, logger="workbench.api.errors"):
        told = _told(client_of(services).get("/projects/"), 500)
    assert "secret" not in told["error"] + told["hint"]
    number = told["error"].partition("fault ")[2].rstrip(").")
    assert number in caplog.text
    assert "the secret of" in caplog.text


def test_a_full_disk_is_told(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(services.ocr, "projects", full)
    told = _told(client_of(services).get("/projects/"), 503)
    assert told["error"] == "The disk is full. Nothing new can be saved."
