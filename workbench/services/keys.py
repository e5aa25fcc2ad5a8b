"""The keys that open workspaces: sessions of browsers, API tokens, one-time links, and the visits to a demo."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.services.actors import LOCAL, Actor
from workbench.services.errors import Invalid, NotFound, Refused, TooMany
from workbench.services.passwords import Throttle
from workbench.store.database import now
from workbench.store.errors import NotFound as NoSuchRow
from workbench.store.users import Key, User

if TYPE_CHECKING:
    from workbench.services import Services

SESSION_SECONDS = 30 * 86_400.0
TOUCH_SECONDS = 3_600.0  # a key's use is written down at most this often
MOST_DEMO_WORKSPACES = 2_000
MOST_TOKENS = 50


@dataclass(frozen=True, slots=True)
class Token:
    """An API token without its secret.

    Attributes:
        id: Of the row.
        name: What its owner calls it.
        created: Seconds since the epoch.
        used: When it was used last, to within an hour; None = never.
    """

    id: int
    name: str
    created: float
    used: float | None


class Keys:
    """Who holds which key; the secrets themselves are shown once and never stored."""

    def __init__(self, services: Services) -> None:
        self._users = services.store.users
        self._settings = services.settings
        self._visits = Throttle(limit=30, seconds=3_600)

    def logout(self, secret: str) -> None:
        """Close a session; one that is closed already stays so."""
        self._users.take_key("session", digest(secret))

    def actor_of_session(self, secret: str) -> Actor | None:
        """Return who the session of a browser belongs to, None when it is not or no longer open."""
        return self._actor_of("session", secret)

    def actor_of_token(self, secret: str) -> Actor | None:
        """Return who an API token belongs to, None when it was revoked or never given."""
        return self._actor_of("token", secret)

    def visitor(self, address: str = "") -> tuple[Actor, str]:
        """Make a throw-away workspace for a visitor of a demo.

        Returns:
            The visitor and the secret of their session.

        Raises:
            Refused: This is no demo.
            TooMany: The address made too many workspaces lately, or the demo is full.
        """
        if self._settings.access != "demo":
            raise Refused("Only a demo has visitors.", "Log in.")
        self._visits.check(address)
        if self._users.count_demo() >= MOST_DEMO_WORKSPACES:
            raise TooMany("The demo is full.", "Come back in an hour.")
        self._visits.mark(address)
        slug = f"visitor-{secrets.token_hex(8)}"
        expires = now() + self._settings.demo_hours * 3_600
        self._users.ensure_workspace(slug, "demo", expires)
        secret = secrets.token_urlsafe(32)
        self._users.add_key(Key(0, "session", slug, None, "", now(), now(), expires), digest(secret))
        return _visitor(slug), secret

    def expires(self, actor: Actor) -> float | None:
        """Return when the actor's workspace is thrown away, seconds since the epoch; None = never."""
        return self._users.workspace(actor.workspace).expires

    def tokens(self, actor: Actor) -> list[Token]:
        """Return the API tokens of the actor's workspace, newest first."""
        return [Token(key.id, key.name, key.created, key.used) for key in self._users.list_keys(actor.workspace, "token")]

    def add_token(self, actor: Actor, name: str) -> tuple[Token, str]:
        """Make an API token.

        Args:
            actor: Whose.
            name: 1 to 100 characters that remind of its use.

        Returns:
            The token and its secret, which is shown this once.

        Raises:
            Invalid: The name is empty or too long, or there are 50 tokens already.
        """
        if not 1 <= len(name.strip()) <= 100:
            raise Invalid("A token needs a name of 1 to 100 characters.", "Name it after what will use it.")
        if len(self._users.list_keys(actor.workspace, "token")) >= MOST_TOKENS:
            raise Invalid(f"There are {MOST_TOKENS} tokens already.", "Revoke one that is no longer used.")
        owner = self._users.by_name(actor.name).id if actor.kind == "user" else None
        secret = f"wb_{secrets.token_urlsafe(32)}"
        expires = self.expires(actor)
        added = self._users.add_key(Key(0, "token", actor.workspace, owner, name.strip(), now(), None, expires), digest(secret))
        return Token(added.id, added.name, added.created, None), secret

    def revoke_token(self, actor: Actor, token_id: int) -> None:
        """Make an API token worthless.

        Raises:
            NotFound: The actor has no such token.
        """
        try:
            self._users.remove_key(actor.workspace, token_id, "token")
        except NoSuchRow as error:
            raise NotFound(f"token {token_id}", "It may have been revoked already.") from error

    def sweep(self) -> int:
        """Remove keys that no longer open anything and return how many there were."""
        return self._users.remove_expired_keys()

    def _add_key(self, kind: str, user: User, *, seconds: float) -> str:
        secret = secrets.token_urlsafe(32)
        self._users.add_key(Key(0, kind, user.workspace, user.id, "", now(), None, now() + seconds), digest(secret))
        return secret

    def _actor_of(self, kind: str, secret: str) -> Actor | None:
        key = self._users.key(kind, digest(secret))
        if key is None:
            return None
        if key.user_id is None:
            self._touch(key, key.expires)
            return LOCAL if key.workspace == LOCAL.workspace else _visitor(key.workspace)
        user = self._users.get(key.user_id)
        if user.disabled:
            return None
        self._touch(key, now() + SESSION_SECONDS if kind == "session" else key.expires)
        return actor_of(user)

    def _touch(self, key: Key, expires: float | None) -> None:
        if key.used is None or key.used < now() - TOUCH_SECONDS:
            self._users.touch_key(key.id, expires)


def digest(secret: str) -> str:
    """Return what is stored of a secret: its SHA-256, hex. The secrets are random, so no salt is needed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def actor_of(user: User) -> Actor:
    """Return the actor that a person with an account is."""
    return Actor(user.workspace, user.name, "admin" if user.role == "admin" else "person", "user")


def _visitor(slug: str) -> Actor:
    return Actor(slug, "visitor", "person", "demo")
