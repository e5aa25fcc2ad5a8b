"""The people of a workbench: invited by a one-time link, let in by a password, shut out at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.services.actors import LOCAL, Actor
from workbench.services.errors import Conflict, Invalid, NotFound, NotLoggedIn, Refused
from workbench.services.keys import SESSION_SECONDS, Keys, actor_of, digest
from workbench.services.passwords import Throttle, hashed, matches
from workbench.store.errors import Conflict as NameTaken
from workbench.store.errors import NotFound as NoSuchRow
from workbench.store.users import User

if TYPE_CHECKING:
    from workbench.services import Services

INVITATION_SECONDS = 7 * 86_400.0
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_RESERVED = frozenset({"base", "local", "demo", "me", "you"})


@dataclass(frozen=True, slots=True)
class Person:
    """A user as others may see them.

    Attributes:
        name: What they log in with.
        role: admin or person.
        created: Seconds since the epoch.
        disabled: They cannot log in.
        invited: They have not chosen a password yet.
    """

    name: str
    role: str
    created: float
    disabled: bool
    invited: bool


class Users(Keys):
    """Everything about people and the keys they hold."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._failures_by_name = Throttle(limit=8, seconds=600)
        self._failures_by_address = Throttle(limit=40, seconds=600)
        self._has_local = False

    def local(self) -> Actor:
        """Return the only person of `local` access and of the command line; the first call makes their workspace."""
        if not self._has_local:  # every request asks, and making takes the lock of all writers
            self._users.ensure_workspace(LOCAL.workspace, "local")
            self._has_local = True
        return LOCAL

    def create(self, actor: Actor | None, name: str, role: str = "person", password: str | None = None) -> str:
        """Add a person.

        Args:
            actor: An admin; None = the command line, which owns the machine anyway.
            name: 1 to 40 lower-case letters, digits and hyphens; also the name of their workspace.
            role: admin or person.
            password: Theirs; None = they choose one by a one-time link.

        Returns:
            The secret of the one-time link, "" when a password was given.

        Raises:
            Invalid: The name, role or password is not accepted.
            Conflict: The name is taken.
            Refused: The actor is no admin.
        """
        _require_admin(actor)
        if not _NAME.fullmatch(name) or name in _RESERVED:
            raise Invalid(f"'{name}' cannot be a name.", "Use 1 to 40 lower-case Latin letters, digits and hyphens.")
        if role not in ("admin", "person"):
            raise Invalid(f"There is no role '{role}'.", "Roles are admin and person.")
        stored = "" if password is None else hashed(password)
        try:
            user = self._users.add(name, role, stored)
        except NameTaken as error:
            raise Conflict(error.message, error.hint) from error
        return "" if stored else self._invite(user)

    def invite(self, actor: Actor | None, name: str) -> str:
        """Return the secret of a new one-time link by which a person chooses a (new) password; older links stop working."""
        _require_admin(actor)
        return self._invite(self._named(name))

    def admin_link(self) -> str | None:
        """Return the secret of a one-time link for the first admin, None when an admin has a password already."""
        admins = [user for user in self._users.list() if user.role == "admin" and not user.disabled]
        if any(user.password for user in admins):
            return None
        return self._invite(admins[0]) if admins else self.create(None, "admin", "admin")

    def login(self, name: str, password: str, address: str = "") -> tuple[User, str]:
        """Open a session.

        Args:
            name: The person's.
            password: The person's.
            address: Where the attempt comes from; too many failures from one address or for one name are refused.

        Returns:
            The person and the secret of the session.

        Raises:
            NotLoggedIn: Name and password do not belong together.
            TooMany: Too many attempts failed lately.
        """
        pair = f"{name}|{address}"
        self._failures_by_name.check(pair)
        self._failures_by_address.check(address)
        try:
            user = self._users.by_name(name)
        except NoSuchRow:
            user = None
        if not matches(user.password if user else "", password) or user is None or user.disabled:
            self._failures_by_name.mark(pair)
            self._failures_by_address.mark(address)
            raise NotLoggedIn("Name and password do not belong together.", "Check both, or ask an admin for a new link.")
        self._failures_by_name.forget(pair)
        return user, self._add_key("session", user, seconds=SESSION_SECONDS)

    def accept_invitation(self, secret: str, password: str) -> tuple[User, str]:
        """Use a one-time link: set the password and open a session.

        Returns:
            The person and the secret of the session.

        Raises:
            NotFound: The link was used, replaced or has expired.
            Invalid: The password is not accepted; the link stays good.
        """
        user = self.invited(secret)
        stored = hashed(password)
        if not self._users.take_key("invitation", digest(secret)):
            raise _used_link()
        self._users.set_password(user.id, stored)
        return user, self._add_key("session", user, seconds=SESSION_SECONDS)

    def invited(self, secret: str) -> User:
        """Return the person a one-time link belongs to.

        Raises:
            NotFound: The link was used, replaced or has expired.
        """
        key = self._users.key("invitation", digest(secret))
        if key is None or key.user_id is None:
            raise _used_link()
        return self._users.get(key.user_id)

    def actor_named(self, name: str) -> Actor:
        """Return the actor that a person is; for the command line, which owns the machine.

        Raises:
            NotFound: There is nobody of that name.
        """
        return actor_of(self._named(name))

    def list(self, actor: Actor | None) -> list[Person]:
        """Return everybody, by name.

        Raises:
            Refused: The actor is no admin.
        """
        _require_admin(actor)
        return [Person(user.name, user.role, user.created, user.disabled, not user.password) for user in self._users.list()]

    def disable(self, actor: Actor | None, name: str, disabled: bool = True) -> None:
        """Shut a person out at once, or let them in again; their work stays.

        Raises:
            Conflict: They are the last admin who can log in.
        """
        _require_admin(actor)
        user = self._named(name)
        others = [other for other in self._users.list() if other.role == "admin" and not other.disabled and other.id != user.id]
        if disabled and user.role == "admin" and not others:
            raise Conflict(f"'{name}' is the last admin.", "Make somebody else an admin first.")
        self._users.set_disabled(user.id, disabled)

    def set_password(self, actor: Actor, old: str, new: str, address: str = "") -> str:
        """Replace the actor's own password, close all their sessions and open a new one.

        Returns:
            The secret of the new session.

        Raises:
            NotLoggedIn: The old password is wrong.
            Invalid: The new one is not accepted.
        """
        stored = hashed(new)
        user, _ = self.login(actor.name, old, address)
        self._users.set_password(user.id, stored)
        return self._add_key("session", user, seconds=SESSION_SECONDS)

    def _named(self, name: str) -> User:
        try:
            return self._users.by_name(name)
        except NoSuchRow as error:
            raise NotFound(f"person called '{name}'", "List the people: workbench users list.") from error

    def _invite(self, user: User) -> str:
        self._users.remove_keys(user.id, "invitation")
        return self._add_key("invitation", user, seconds=INVITATION_SECONDS)


def _require_admin(actor: Actor | None) -> None:
    if actor is not None and actor.role != "admin":
        raise Refused("Only an admin can do this.", "Ask an admin of this workbench.")


def _used_link() -> NotFound:
    return NotFound("invitation for this link any more", "It was used, replaced or has expired. Ask an admin for a new one.")
