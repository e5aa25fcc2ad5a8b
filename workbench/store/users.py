"""Workspaces, the people who own them, and the keys that open them; of a key only the hash is kept."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, update

from workbench.store.database import Database, now
from workbench.store.errors import Conflict, NotFound
from workbench.store.schema import keys, users, workspaces


@dataclass(frozen=True, slots=True)
class Workspace:
    """A set of projects that belongs together.

    Attributes:
        slug: Its name, never changed.
        kind: local, user or demo.
        created: Seconds since the epoch.
        expires: When it is thrown away; None = never.
        promotion: Who promotes a better model: hand or auto; None = hand.
    """

    slug: str
    kind: str
    created: float
    expires: float | None
    promotion: str | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account.

    Attributes:
        id: Of the row.
        name: What the person logs in with.
        workspace: Slug of the workspace the person owns.
        password: Hash of the password; "" until the invitation is used.
        role: admin or person.
        created: Seconds since the epoch.
        disabled: Can no longer log in; everything stays.
    """

    id: int
    name: str
    workspace: str
    password: str
    role: str
    created: float
    disabled: bool


@dataclass(frozen=True, slots=True)
class Key:
    """Something that opens a workspace: the session of a browser, an API token or a one-time link.

    Attributes:
        id: Of the row.
        kind: session, token or invitation.
        workspace: What it opens.
        user_id: Whose it is; None for a visitor of a demo.
        name: What its owner calls it.
        created: Seconds since the epoch.
        used: When it was used last, to within an hour; None = never.
        expires: When it stops opening; None = never.
    """

    id: int
    kind: str
    workspace: str
    user_id: int | None
    name: str
    created: float
    used: float | None
    expires: float | None


def _user(row: RowMapping) -> User:
    return User(**{name: row[name] for name in User.__dataclass_fields__})


def _key(row: RowMapping) -> Key:
    return Key(**{name: row[name] for name in Key.__dataclass_fields__})


class Users:
    """The rows of workspaces, users and keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ensure_workspace(self, slug: str, kind: str, expires: float | None = None) -> Workspace:
        """Return the workspace of that name, made when it is missing."""
        with self._database.begin() as connection:
            row = connection.execute(select(workspaces).where(workspaces.c.slug == slug)).mappings().first()
            if row is None:
                values = {"slug": slug, "kind": kind, "created": now(), "expires": expires}
                connection.execute(insert(workspaces).values(values))
                return Workspace(**values)
            return Workspace(**row)

    def workspace(self, slug: str) -> Workspace:
        """Return the workspace of that name.

        Raises:
            NotFound: There is none.
        """
        with self._database.connect() as connection:
            row = connection.execute(select(workspaces).where(workspaces.c.slug == slug)).mappings().first()
        if row is None:
            raise NotFound(f"workspace {slug}")
        return Workspace(**row)

    def count_demo(self) -> int:
        """Return how many workspaces of visitors there are."""
        with self._database.connect() as connection:
            return len(connection.execute(select(workspaces.c.slug).where(workspaces.c.kind == "demo")).all())

    def add(self, name: str, role: str, password: str = "") -> User:
        """Add a person and their workspace, which gets the same name.

        Args:
            name: A slug that nobody has.
            role: admin or person.
            password: Hash of the password; "" = there is none yet.

        Raises:
            Conflict: Somebody or some workspace has this name.
        """
        try:
            with self._database.begin() as connection:
                connection.execute(insert(workspaces).values(slug=name, kind="user", created=now()))
                values = {
                    "name": name,
                    "workspace": name,
                    "password": password,
                    "role": role,
                    "created": now(),
                    "disabled": False,
                }
                connection.execute(insert(users).values(values))
        except Conflict as error:
            raise Conflict(f"The name '{name}' is taken.", "Choose another name.") from error
        return self.by_name(name)

    def by_name(self, name: str) -> User:
        """Return the person of that name.

        Raises:
            NotFound: There is nobody.
        """
        return self._one(users.c.name == name, f"user {name}")

    def get(self, user_id: int) -> User:
        """Return the person of that id.

        Raises:
            NotFound: There is nobody.
        """
        return self._one(users.c.id == user_id, f"user {user_id}")

    def _one(self, wanted: ColumnElement[bool], what: str) -> User:
        with self._database.connect() as connection:
            row = connection.execute(select(users).where(wanted)).mappings().first()
        if row is None:
            raise NotFound(what)
        return _user(row)

    def list(self) -> list[User]:
        """Return everybody, by name."""
        with self._database.connect() as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.name)).mappings()]

    def set_password(self, user_id: int, password: str) -> None:
        """Replace the hash of a password, and close every session and link of that person."""
        with self._database.begin() as connection:
            connection.execute(update(users).where(users.c.id == user_id).values(password=password))
            connection.execute(delete(keys).where(keys.c.user_id == user_id, keys.c.kind.in_(("session", "invitation"))))

    def set_disabled(self, user_id: int, disabled: bool) -> None:
        """Shut a person out, closing all their keys, or let them in again."""
        with self._database.begin() as connection:
            connection.execute(update(users).where(users.c.id == user_id).values(disabled=disabled))
            if disabled:
                connection.execute(delete(keys).where(keys.c.user_id == user_id))

    def add_key(self, key: Key, hashed: str) -> Key:
        """Store a key and return it with its id.

        Args:
            key: What to store; its id is ignored.
            hashed: SHA-256 of the secret, hex.
        """
        values = {name: getattr(key, name) for name in Key.__dataclass_fields__ if name != "id"}
        with self._database.begin() as connection:
            inserted = connection.execute(insert(keys).values(hash=hashed, **values).returning(keys.c.id)).scalar_one()
        return Key(id=inserted, **values)

    def key(self, kind: str, hashed: str) -> Key | None:
        """Return the key of that kind and hash, None when there is none or it has expired."""
        with self._database.connect() as connection:
            row = connection.execute(select(keys).where(keys.c.hash == hashed, keys.c.kind == kind)).mappings().first()
        if row is None or (row["expires"] is not None and row["expires"] < now()):
            return None
        return _key(row)

    def touch_key(self, key_id: int, expires: float | None) -> None:
        """Remember that a key was used now, and until when it opens."""
        with self._database.begin() as connection:
            connection.execute(update(keys).where(keys.c.id == key_id).values(used=now(), expires=expires))

    def list_keys(self, workspace: str, kind: str) -> list[Key]:
        """Return the keys of a kind of a workspace, newest first."""
        wanted = select(keys).where(keys.c.workspace == workspace, keys.c.kind == kind).order_by(keys.c.id.desc())
        with self._database.connect() as connection:
            return [_key(row) for row in connection.execute(wanted).mappings()]

    def take_key(self, kind: str, hashed: str) -> bool:
        """Remove a key and say whether it was this call that removed it: a one-time link opens once."""
        with self._database.begin() as connection:
            return connection.execute(delete(keys).where(keys.c.hash == hashed, keys.c.kind == kind)).rowcount == 1

    def remove_key(self, workspace: str, key_id: int, kind: str) -> None:
        """Remove a key of a workspace.

        Raises:
            NotFound: The workspace has no such key.
        """
        with self._database.begin() as connection:
            gone = connection.execute(delete(keys).where(keys.c.id == key_id, keys.c.workspace == workspace, keys.c.kind == kind))
            if gone.rowcount == 0:
                raise NotFound(f"{kind} {key_id}")

    def remove_keys(self, user_id: int, kind: str) -> None:
        """Remove all keys of a kind of a person."""
        with self._database.begin() as connection:
            connection.execute(delete(keys).where(keys.c.user_id == user_id, keys.c.kind == kind))

    def remove_expired_keys(self) -> int:
        """Remove the keys that no longer open anything and return how many there were."""
        with self._database.begin() as connection:
            return connection.execute(delete(keys).where(keys.c.expires < now())).rowcount
