"""Brings the tables to the version of the program: under a lock, after a backup copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock
from sqlalchemy import column as sql_column
from sqlalchemy import inspect, select, table, text
from sqlalchemy.dialects import postgresql, sqlite

from workbench.store.database import Connection, Database, now, translated
from workbench.store.errors import SchemaOutdated
from workbench.store.migrations import HEAD
from workbench.store.schema import metadata, workspaces

_LOCK_NUMBER = 7860_0001  # of PostgreSQL's advisory lock, any constant
_version = table("alembic_version", sql_column("version_num"))


class Schema:
    """The version of the tables."""

    def __init__(self, database: Database) -> None:
        """Remember the database."""
        self.database = database

    def version(self) -> str | None:
        """Return the revision of the tables, None when there are none yet."""
        if self.database.file is not None and not self.database.file.exists():
            return None
        with self.database.connect() as connection:
            return _version_of(connection)

    def require(self) -> None:
        """Check that the tables fit this program.

        Raises:
            SchemaOutdated: They are older or newer, or there are none.
        """
        version = self.version()
        if version == HEAD:
            return
        if version is None:
            raise SchemaOutdated("The database has no tables yet.", "Start `workbench serve`, or run `workbench db upgrade`.")
        if version not in known_versions():
            raise SchemaOutdated(
                f"The database is of version {version}, newer than this program ({HEAD}).",
                "Update the program; nothing was changed.",
            )
        raise SchemaOutdated(
            f"The database is of version {version}, this program needs {HEAD}.",
            "Run `workbench db upgrade`; it keeps a backup copy.",
        )

    def upgrade(self) -> None:
        """Make or upgrade the tables; does nothing when they are up to date. Several processes may call it at once.

        Raises:
            SchemaOutdated: The database is newer than this program.
        """
        with self._lock():
            version = self.version()
            if version == HEAD:
                return
            if version is not None:
                if version not in known_versions():
                    self.require()
                self._back_up(version)
            with self.database.begin() as connection:
                if version is None:
                    _create(connection)
                else:
                    migrate(connection)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Let one process upgrade at a time."""
        file = self.database.file
        if file is not None:
            with translated():
                file.parent.mkdir(parents=True, exist_ok=True)
                lock = FileLock(file.with_suffix(".upgrade.lock"), timeout=300)
                lock.acquire()
            try:
                yield
            finally:
                lock.release()
            return
        with self.database.connect() as connection:  # the lock belongs to this connection
            connection.execute(text("SELECT pg_advisory_lock(:n)"), {"n": _LOCK_NUMBER})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": _LOCK_NUMBER})

    def _back_up(self, version: str) -> Path | None:
        """Copy a SQLite database beside itself; a server is backed up by whoever runs it."""
        file = self.database.file
        if file is None:
            return None
        copy = file.with_name(f"{file.name}.before-{HEAD}-of-{version}")
        with translated(), closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        return copy


def known_versions() -> tuple[str, ...]:
    """Return all revisions, the newest first."""
    from alembic.script import ScriptDirectory

    return tuple(script.revision for script in ScriptDirectory(str(Path(__file__).with_name("migrations"))).walk_revisions())


def migrate(connection: Connection, revision: str = "head") -> None:
    """Apply the revisions up to one, on a connection within a transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    ensure_local(connection)


def ensure_local(connection: Connection) -> None:
    """Make the workspace `local`, which local access and the command line use."""
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(workspaces)
    connection.execute(insert.values(slug="local", kind="local", created=now()).on_conflict_do_nothing())


def _create(connection: Connection) -> None:
    """Make all tables at once; a test holds this equal to the way through all revisions."""
    metadata.create_all(connection)
    key = "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"
    connection.execute(text(f"CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, {key})"))
    connection.execute(_version.insert().values(version_num=HEAD))
    ensure_local(connection)


def _version_of(connection: Connection) -> str | None:
    """Read the revision of the tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(select(_version.c.version_num)).scalar_one_or_none()
