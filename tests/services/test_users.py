"""People, their keys and their passwords."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from workbench.config import Settings
from workbench.services import Services, build
from workbench.services.errors import Conflict, Invalid, NotFound, NotLoggedIn, Refused, TooMany
from workbench.services.passwords import Throttle, hashed, matches

PASSWORD = "a long password"


@pytest.fixture
def services(tmp_path: Path, cheap_passwords: None) -> Iterator[Services]:
    """Return services with an empty database."""
    built = build(Settings(home=tmp_path, access="demo", host="127.0.0.1"))
    built.store.upgrade()
    yield built
    built.close()


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let hashing a password cost next to nothing."""
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr("workbench.services.passwords.PasswordHasher", cheap)


def test_passwords_are_kept_as_argon2id() -> None:
    stored = hashed(PASSWORD)
    assert stored.startswith("$argon2id$")
    assert matches(stored, PASSWORD)
    assert not matches(stored, PASSWORD + " ")
    assert not matches("", PASSWORD)
    assert not matches("nonsense", PASSWORD)


def test_the_same_letters_composed_otherwise_match() -> None:
    assert matches(hashed("caf\u00e9 caf\u00e9 caf\u00e9"), "cafe\u0301 cafe\u0301 cafe\u0301")


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_passwords_have_bounds(password: str) -> None:
    with pytest.raises(Invalid):
        hashed(password)


def test_a_throttle_forgets_with_time() -> None:
    now = [0.0]
    throttle = Throttle(limit=2, seconds=10, clock=lambda: now[0])
    throttle.mark("a")
    throttle.mark("a")
    with pytest.raises(TooMany, match="Too many"):
        throttle.check("a")
    throttle.check("b")
    now[0] = 10.5
    throttle.check("a")


@pytest.mark.parametrize("name", ["", "Anna", "an na", "-anna", "anna-", "base", "local", "אנה", "../x", "a" * 41, "a'; --"])
def test_names_are_slugs(services: Services, name: str) -> None:
    with pytest.raises(Invalid):
        services.users.create(None, name)


def test_no_secret_is_stored(services: Services, tmp_path: Path) -> None:
    invitation = services.users.create(None, "anna")
    _, session = services.users.accept_invitation(invitation, PASSWORD)
    _, token = services.users.add_token(services.users.actor_named("anna"), "script")
    services.close()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("workbench.db*"))
    for secret in (invitation, session, token, PASSWORD):
        assert secret.encode() not in kept


def test_sessions_tokens_and_links_do_not_open_for_one_another(services: Services) -> None:
    services.users.create(None, "anna", "person", PASSWORD)
    _, session = services.users.login("anna", PASSWORD)
    _, token = services.users.add_token(services.users.actor_named("anna"), "script")
    invitation = services.users.invite(None, "anna")
    assert services.users.actor_of_session(session) is not None
    assert services.users.actor_of_token(token) is not None
    for wrong in (token, invitation, "", "x" * 10_000, "\ud800"):
        assert services.users.actor_of_session(wrong) is None
    assert services.users.actor_of_token(session) is None
    with pytest.raises(NotFound):
        services.users.invited(session)


def test_a_new_link_replaces_the_old_one(services: Services) -> None:
    old = services.users.create(None, "anna")
    new = services.users.invite(None, "anna")
    with pytest.raises(NotFound):
        services.users.accept_invitation(old, PASSWORD)
    user, _ = services.users.accept_invitation(new, PASSWORD)
    assert user.name == "anna"


def test_a_refused_password_does_not_use_the_link_up(services: Services) -> None:
    secret = services.users.create(None, "anna")
    with pytest.raises(Invalid):
        services.users.accept_invitation(secret, "short")
    assert services.users.invited(secret).name == "anna"


def test_a_disabled_person_is_out_at_once(services: Services) -> None:
    services.users.create(None, "anna", "admin", PASSWORD)
    services.users.create(None, "boris", "person", PASSWORD)
    _, session = services.users.login("boris", PASSWORD)
    _, token = services.users.add_token(services.users.actor_named("boris"), "script")
    services.users.disable(services.users.actor_named("anna"), "boris")
    assert services.users.actor_of_session(session) is None
    assert services.users.actor_of_token(token) is None
    with pytest.raises(NotLoggedIn):
        services.users.login("boris", PASSWORD)


def test_only_admins_manage_people(services: Services) -> None:
    services.users.create(None, "anna", "person", PASSWORD)
    anna = services.users.actor_named("anna")
    for attempt in (
        lambda: services.users.create(anna, "carol"),
        lambda: services.users.invite(anna, "anna"),
        lambda: services.users.list(anna),
        lambda: services.users.disable(anna, "anna"),
    ):
        with pytest.raises(Refused):
            attempt()


def test_the_last_admin_stays(services: Services) -> None:
    services.users.create(None, "anna", "admin", PASSWORD)
    with pytest.raises(Conflict):
        services.users.disable(None, "anna")


def test_a_visit_ends(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.store import database

    actor, secret = services.users.visitor("8.8.8.8")
    assert services.users.actor_of_session(secret) == actor
    end = services.users.expires(actor)
    assert end is not None
    monkeypatch.setattr("workbench.store.users.now", lambda: end + 1)
    assert database.now() < end
    assert services.users.actor_of_session(secret) is None
    assert services.users.sweep() == 1


def test_a_demo_has_room_for_so_many(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.services.keys.MOST_DEMO_WORKSPACES", 1)
    services.users.visitor("8.8.8.8")
    with pytest.raises(TooMany, match="full"):
        services.users.visitor("1.1.1.1")
