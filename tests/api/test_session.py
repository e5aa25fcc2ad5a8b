"""Coming in: passwords, one-time links, tokens, and the throw-away workspaces of a demo."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import Make, client_of
from workbench.api.cookies import NAME
from workbench.services import Services

PASSWORD = "a long password"
PAGE = {"Accept": "text/html", "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def accounts(make: Make) -> Services:
    """Return services with an admin, anna, who has a password."""
    services = make(access="accounts", host="0.0.0.0", hosts=("read.example",))
    services.users.create(None, "anna", "admin", PASSWORD)
    return services


@pytest.fixture
def demo(make: Make) -> Services:
    """Return the services of a demo."""
    return make(access="demo", host="0.0.0.0", hosts=("read.example",), demo_pages=3)


def _with_token(services: Services, name: str) -> TestClient:
    _, secret = services.users.add_token(services.users.actor_named(name), "test")
    return client_of(services, headers={"Authorization": f"Bearer {secret}"})


def test_without_a_key_nothing_opens(accounts: Services) -> None:
    client = client_of(accounts)
    for path in ("/projects/", "/pages/1", "/events", "/users/", "/gradio_api/info", "/config"):
        answer = client.get(path)
        assert answer.status_code == 401, path
        assert set(answer.json()) == {"error", "hint"}
    assert client.post("/ocr/").status_code == 401
    assert client.get("/health/live").status_code == 200
    assert client.get("/session").json()["person"] is None
    to_login = client.get("/?tab=ocr&page=3", headers=PAGE)
    assert (to_login.status_code, to_login.headers["location"]) == (303, "/login?next=%2F%3Ftab%3Docr%26page%3D3")
    assert "login" in client.get("/login").text


def test_login_and_logout(accounts: Services) -> None:
    client = client_of(accounts)
    wrong = client.post("/login", json={"name": "anna", "password": "another password"})
    assert wrong.status_code == 401
    nobody = client.post("/login", json={"name": "nobody", "password": PASSWORD})
    assert nobody.json() == wrong.json()
    answer = client.post("/login", json={"name": "anna", "password": PASSWORD})
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert client.get("/session").json()["person"] == {"name": "anna", "role": "admin"}
    old = client.cookies[NAME]
    client.post("/logout")
    client.cookies.set(NAME, old)
    assert client.get("/projects/").status_code == 401


def test_over_https_the_cookie_is_secure(accounts: Services) -> None:
    client = client_of(accounts, "https://read.example")
    answer = client.post("/login", json={"name": "anna", "password": PASSWORD})
    assert "Secure" in answer.headers["set-cookie"]
    assert "SameSite=Lax" in answer.headers["set-cookie"]


def test_guessing_has_to_wait(accounts: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.services.users.matches", lambda *_: False)
    client = client_of(accounts)
    answers = [client.post("/login", json={"name": "anna", "password": "x"}).status_code for _ in range(9)]
    assert answers == [401] * 8 + [429]
    assert client.post("/login", json={"name": "anna", "password": "x"}).headers["Retry-After"] == "60"
    assert "seconds" in client.post("/login", json={"name": "anna", "password": PASSWORD}).json()["hint"]
    assert client.post("/login", json={"name": "boris", "password": "x"}).status_code == 401


def test_the_first_admin_comes_by_a_link_that_works_once(make: Make) -> None:
    services = make(access="accounts")
    secret = services.users.admin_link()
    client = client_of(services)
    assert client.get(f"/invitation/{secret}").text == "<p>invitation for admin</p>"
    assert client.post(f"/invitation/{secret}", json={"password": "short"}).status_code == 422
    assert client.post(f"/invitation/{secret}", json={"password": PASSWORD}).status_code == 200
    assert client.get("/session").json()["person"] == {"name": "admin", "role": "admin"}
    assert client.post(f"/invitation/{secret}", json={"password": PASSWORD}).status_code == 404
    assert client.get(f"/invitation/{secret}").json()["error"] == "There is no invitation for this link any more."
    shown = client.get(f"/invitation/{secret}", headers=PAGE)
    assert shown.status_code == 404
    assert shown.text.startswith("<p>There is no invitation for this link any more.</p><p>It was used")
    assert services.users.admin_link() is None


def test_an_admin_invites_and_shuts_out(accounts: Services) -> None:
    anna = _with_token(accounts, "anna")
    made = anna.post("/users/", json={"name": "boris"})
    assert made.status_code == 201
    assert made.json()["name"] == "boris"
    link = made.json()["invitation"].removeprefix("http://127.0.0.1:7860")
    boris = client_of(accounts)
    assert boris.post(link, json={"password": PASSWORD}).status_code == 200
    assert boris.get("/users/").status_code == 403
    assert boris.post("/users/", json={"name": "carol"}).status_code == 403
    assert anna.post("/users/", json={"name": "boris"}).status_code == 409
    assert anna.post("/users/", json={"name": "Not a slug"}).status_code == 422
    assert [person["name"] for person in anna.get("/users").json()] == ["anna", "boris"]
    assert anna.delete("/users/boris").status_code == 204
    assert boris.get("/projects/").status_code == 401
    assert boris.post("/login", json={"name": "boris", "password": PASSWORD}).status_code == 401
    assert anna.patch("/users/boris", json={"disabled": False}).status_code == 200
    assert boris.post("/login", json={"name": "boris", "password": PASSWORD}).status_code == 200
    assert anna.delete("/users/anna").status_code == 409
    assert anna.delete("/users/nobody").status_code == 404


def test_tokens_are_shown_once_and_can_be_revoked(accounts: Services) -> None:
    client = client_of(accounts)
    client.post("/login", json={"name": "anna", "password": PASSWORD})
    made = client.post("/users/me/tokens", json={"name": "script"})
    assert made.status_code == 201
    secret = made.json()["token"]
    assert "token" not in client.get("/users/me/tokens").json()[0]
    script = client_of(accounts, headers={"Authorization": f"Bearer {secret}"})
    assert script.get("/projects/").status_code == 200
    assert client.delete(f"/users/me/tokens/{made.json()['id']}").status_code == 204
    assert script.get("/projects/").status_code == 401
    assert client.delete("/users/me/tokens/999").status_code == 404


def test_one_cannot_revoke_the_token_of_another(accounts: Services) -> None:
    accounts.users.create(None, "boris")
    token, _ = accounts.users.add_token(accounts.users.actor_named("anna"), "hers")
    assert _with_token(accounts, "boris").delete(f"/users/me/tokens/{token.id}").status_code == 404


def test_a_changed_password_closes_the_other_sessions(accounts: Services) -> None:
    here, there = client_of(accounts), client_of(accounts)
    for client in (here, there):
        client.post("/login", json={"name": "anna", "password": PASSWORD})
    assert here.put("/users/me/password", json={"old": "wrong password", "new": PASSWORD}).status_code == 401
    assert here.put("/users/me/password", json={"old": PASSWORD, "new": PASSWORD + "!"}).status_code == 200
    assert here.get("/projects/").status_code == 200
    assert there.get("/projects/").status_code == 401


def test_a_visitor_gets_a_workspace_of_their_own(demo: Services) -> None:
    one, other = client_of(demo), client_of(demo)
    for visitor in (one, other):
        assert visitor.get("/", headers=PAGE).status_code == 404  # no page is mounted here, but the visitor was let in
    assert one.post("/projects/", json={"name": "mine"}).status_code == 201
    assert "mine" in [project["name"] for project in one.get("/projects/").json()]
    assert "mine" not in [project["name"] for project in other.get("/projects/").json()]
    banner = one.get("/session").json()["banner"]
    assert {"kind", "expires", "pages", "pages_limit", "megabytes_limit", "hours"} == set(banner)
    assert banner["pages_limit"] == 3


def test_inside_the_frame_of_another_site_the_cookie_is_partitioned(demo: Services) -> None:
    client = client_of(demo, "http://read.example")
    headers = {**PAGE, "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site", "X-Forwarded-Proto": "https"}
    cookie = client.get("/", headers=headers).headers["set-cookie"]
    assert all(word in cookie for word in ("SameSite=None", "Secure", "Partitioned", "HttpOnly", "Max-Age=7200"))


def test_without_cookies_a_demo_says_what_to_do(demo: Services) -> None:
    client = client_of(demo)
    for path in ("/session", "/projects/"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert "directly" in answer.json()["hint"]


def test_a_program_asks_a_demo_for_a_token(demo: Services) -> None:
    client = client_of(demo)
    made = client.post("/session")
    assert made.status_code == 201
    script = client_of(demo, headers={"Authorization": f"Bearer {made.json()['token']}"})
    assert script.get("/projects/").status_code == 200
    assert client_of(demo, headers={"Authorization": "Bearer wrong"}).get("/projects/").status_code == 401


def test_one_address_cannot_fill_a_demo(demo: Services) -> None:
    client = client_of(demo)
    answers = [client.post("/session").status_code for _ in range(31)]
    assert answers == [201] * 30 + [429]
    shown = client.get("/", headers=PAGE)
    assert (shown.status_code, shown.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert shown.headers["retry-after"] == "60"


def test_only_a_demo_has_visitors(accounts: Services) -> None:
    assert client_of(accounts).post("/session").status_code == 403
