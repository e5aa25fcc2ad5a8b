"""The connection to SQLite or PostgreSQL: pragmas, units of work, and errors in the words of the store."""

from __future__ import annotations

import errno
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock, get_ident

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool

from workbench.store.errors import Conflict, DiskFull, SchemaOutdated, StoreError, Unreachable

BUSY_SECONDS = 30
_FULL = ("disk is full", "no space left", "could not extend file", "disk full")

_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}

__all__ = ["Connection", "Database", "now", "translated"]


def now() -> float:
    """Return seconds since the epoch (UTC), the time of every row."""
    return time.time()


class Database:
    """One database, opened when it is first used. Safe to share among threads, not across a fork."""

    def __init__(self, url: str) -> None:
        """Remember the URL; nothing is opened yet.

        Args:
            url: `sqlite:////absolute/path.db`, or `postgresql://user@host/name`.
        """
        self.url = make_url(url)
        if self.url.drivername in {"postgres", "postgresql"}:
            self.url = self.url.set(drivername="postgresql+psycopg")
        self._write_lock = Lock()
        self._writer: int | None = None

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is SQLite."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """Return the file of a SQLite database, None for a server."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @cached_property
    def engine(self) -> Engine:
        """Open the database; the folder of a SQLite file is made."""
        if not self.is_sqlite:
            options = {"options": f"-c idle_in_transaction_session_timeout={2 * BUSY_SECONDS}s -c lock_timeout={BUSY_SECONDS}s"}
            return create_engine(self.url, pool_pre_ping=True, pool_size=20, max_overflow=20, connect_args=options)
        if self.file is None:
            raise StoreError(
                "A database in memory cannot be shared with workers.", "Set DATABASE_URL=sqlite:////path/of/a/file.db."
            )
        with translated():
            self.file.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            self.url,
            connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS, "isolation_level": None},
            poolclass=QueuePool,
            pool_size=20,
            max_overflow=20,
        )
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Run one unit of work: all of it is kept, or nothing when an exception leaves the block.

        SQLite takes the write lock at once (`BEGIN IMMEDIATE`), so that read-then-write loses no update.

        Raises:
            DiskFull: Nothing more can be written.
            Conflict: A unique or foreign key forbids it.
            Unreachable: The database does not answer or was locked for half a minute.
        """
        with (
            translated(),
            self._turn(),
            self.engine.connect().execution_options(immediate=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let the threads of this process write to SQLite one after the other.

        They could all ask SQLite for its lock, but that sleeps up to 100 ms between two attempts: with 20 writers the
        longest wait was seven times as long.
        """
        if not self.is_sqlite:
            yield
            return
        if self._writer == get_ident():
            raise AssertionError("A unit of work within another would wait for itself: hand its connection on.")
        if not self._write_lock.acquire(timeout=BUSY_SECONDS):
            raise _busy()
        try:
            self._writer = get_ident()
            yield
        finally:
            self._writer = None
            self._write_lock.release()

    def is_locked(self, seconds: float = 1.0) -> bool:
        """Tell whether somebody holds the write lock of SQLite for so long that nobody else gets it."""
        if self.file is None:
            return False
        with closing(sqlite3.connect(self.file, timeout=seconds, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            except sqlite3.OperationalError:
                return True
        return False

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Give a connection for reading, a consistent view of one moment."""
        with translated(), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def _set_pragmas(connection: object, _record: object) -> None:
    """Make SQLite durable at every commit, patient, and strict about foreign keys."""
    cursor = connection.cursor()  # pyright: ignore[reportAttributeAccessIssue]  # a DBAPI connection
    pragmas = (f"busy_timeout={BUSY_SECONDS * 1000}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction ourselves: the driver would begin it only at the first write."""
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of the driver and of the file system into errors of the store."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict("This collides with what is stored already.", "Reload and try again.") from error
    except DBAPIError as error:
        raise _explained(error) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull from error
        if error.errno in _FORBIDDEN:
            message = f"Nothing can be written to {error.filename}: {error.strerror}."
            raise Unreachable(message, "Set WORKBENCH_HOME to a folder that may be written to.") from error
        raise


def _busy() -> Unreachable:
    """Return the error for a lock that did not come free."""
    return Unreachable("The database is busy.", "Try again in a moment. Nothing was changed.")


def _explained(error: DBAPIError) -> Exception:
    """Return the error of the store for one of the driver, or the same one when there is nothing to explain."""
    text = str(error.orig).lower()
    if any(part in text for part in _FULL):
        return DiskFull()
    if "locked" in text or "busy" in text:
        return _busy()
    if "no such table" in text or "no such column" in text or getattr(error.orig, "sqlstate", "") in {"42P01", "42703"}:
        return SchemaOutdated("The tables of the database are not those of this program.", "Run `workbench db upgrade`.")
    if "unable to open" in text or "readonly" in text or "disk i/o" in text or error.connection_invalidated:
        return Unreachable(f"The database does not answer: {error.orig}.", "Check the folder or server named in DATABASE_URL.")
    return error
