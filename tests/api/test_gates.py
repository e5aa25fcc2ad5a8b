"""What stands before every request: the name of the host, the site it comes from, its size; and the headers of answers."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import client_of
from workbench.api.addresses import address_of


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:1", "[::1]:7860", "127.0.0.2"])
def test_a_loopback_host_is_welcome(client: TestClient, host: str) -> None:
    assert client.get("/health/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.7:7860", "", "localhost.evil.example:7860"])
def test_a_foreign_host_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/health/live", headers={"Host": host})
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "hint"}


def test_a_host_may_be_allowed_by_name(make) -> None:
    client = client_of(make(access="accounts", host="0.0.0.0", hosts=("read.example",)))
    assert client.get("/health/live", headers={"Host": "read.example"}).status_code == 200
    assert client.get("/health/live", headers={"Host": "10.0.0.7:7860"}).status_code == 200
    assert client.get("/health/live", headers={"Host": "other.example"}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "http://127.0.0.1:7860.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_cannot_act(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/projects/", json={"name": "x"}, headers=headers)
    assert answer.status_code == 403
    assert set(answer.json()) == {"error", "hint"}
    assert client.get("/projects/").json() == []


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://127.0.0.1:7860"}, {"Sec-Fetch-Site": "same-origin"}])
def test_our_own_page_and_programs_can_act(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/projects/", json={"name": "x"}, headers=headers).status_code == 201


def test_another_site_may_open_the_page_but_not_embed_its_parts(client: TestClient) -> None:
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert client.get("/docs", headers={**cross, "Sec-Fetch-Mode": "navigate"}).status_code == 200
    assert client.get("/projects/", headers={**cross, "Sec-Fetch-Mode": "no-cors"}).status_code == 403


def test_an_announced_size_above_the_limit_is_refused(client: TestClient) -> None:
    for path in ("/ocr/", "/projects/1/import", "/projects/"):
        answer = client.post(path, content=b"x", headers={"Content-Length": str(2**31)})
        assert answer.status_code == 413, path
        assert "MB" in answer.json()["error"]


def test_a_size_that_nobody_announced_is_counted(make) -> None:
    client = client_of(make(upload_limit=1024 * 1024))

    def endless():
        yield b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
        for _ in range(20):
            yield b"x" * 100_000

    answer = client.post("/ocr/", content=endless(), headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 413
    assert answer.json()["error"] == "This is larger than 1 MB."


def test_answers_carry_the_headers(client: TestClient) -> None:
    page, data = client.get("/docs"), client.get("/session")
    for answer in (page, data):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    assert data.headers["content-security-policy"].startswith("default-src 'none'")
    assert data.headers["cache-control"] == "no-store"


def test_a_demo_may_be_framed(make) -> None:
    client = client_of(make(access="demo", host="0.0.0.0", frame_ancestors=("'self'", "https://huggingface.co")))
    answer = client.get("/docs")
    assert "frame-ancestors 'self' https://huggingface.co" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers


def test_long_json_is_compressed(client: TestClient) -> None:
    answer = client.get("/openapi.json")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json()["info"]["title"] == "Workbench"
    assert "content-encoding" not in client.get("/session").headers


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("8.8.8.8", "1.1.1.1", "8.8.8.8"),
        ("10.0.0.1", "9.9.9.9, 1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "9.9.9.9, 10.0.0.2", "9.9.9.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
    ],
)
def test_the_address_behind_a_proxy(peer: str, forwarded: str, address: str) -> None:
    scope = {"type": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", forwarded.encode())]}
    assert address_of(scope) == address
