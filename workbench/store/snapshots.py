"""The file of a dataset: SQLite with the lines, the documents and a search over the texts, written once and then only read."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

from workbench.store.database import translated
from workbench.store.errors import NotFound, StoreError

_TYPES = {"int": int, "float": float, "str": str}
_TOKENS = "unicode61 categories ''L* N* Co Mn''"  # a word stays one word when its letters carry points


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotLine:
    """A corrected line as it was at one moment.

    Attributes:
        id: Of the line; in an imported dataset a number from 1.
        project_id: None = imported, as `page_id`.
        project: Its name; of an imported line the folders that it lay in, parted by `/`.
        page: Name of its page.
        number: Its place among those of its page that count, from 1.
        document: Key of the image that it is on.
        split: `train`, `held_out` or `test`.
        plain: The text without points and accents, for the search.
        author: Who wrote the text.
        source: `person` or `import`.
        model: That had read the line before, or the name of the engine; "" = nobody had.
        reading: What it had read last; None = nobody had.
        seconds: That the person spent on it.
        saved_at: When the text was written, seconds since the epoch.
        baseline: JSON, [[x, y], …] in pixels of the image.
        polygon: JSON, likewise.
        direction: `rtl` or `ltr`.
        image: Blob key of the upload.
        frame: Which image of it, from 0.
        layout: `page`, or `line` when the image is just this line.
    """

    id: int
    project_id: int | None
    project: str
    page_id: int | None
    page: str
    number: int
    document: str
    split: str
    text: str
    plain: str
    revision: int
    author: str
    source: str
    model: str
    reading: str | None
    seconds: float | None
    saved_at: float
    baseline: str
    polygon: str
    direction: str
    image: str
    frame: int
    layout: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotDocument:
    """An image on which lines were corrected; pages of the same image are one document with a row each."""

    document: str
    page_id: int | None
    page: str
    project: str
    split: str
    width: int | None
    height: int | None
    direction: str
    image: str
    frame: int
    layout: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the file holds; `about` says by name when, by whom and of what it was made (JSON values)."""

    lines: Sequence[SnapshotLine]
    documents: Sequence[SnapshotDocument]
    about: Mapping[str, object] = field(default_factory=dict)

    @property
    def images(self) -> set[str]:
        """Return the blob keys of all uploads that it needs."""
        return {document.image for document in self.documents}


def write(path: Path, snapshot: Snapshot) -> str:
    """Write a new file and return its sha256. It is on the disk when this returns, or a part of it when it does not.

    Args:
        path: Must not exist.
        snapshot: What it is to hold.

    Raises:
        DiskFull: There is no room.
    """
    import sqlite_utils  # late: it brings pandas along where that is installed

    with translated(), _explained():
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")  # nobody sees it before it is whole
            database = sqlite_utils.Database(connection)
            lines = _table(database, "lines", SnapshotLine, snapshot.lines, "id")
            for column in ("document", "page_id", "split"):
                lines.create_index([column])
            _table(database, "documents", SnapshotDocument, snapshot.documents, None).create_index(["document"])
            about = [{"name": name, "value": _told(value)} for name, value in snapshot.about.items()]
            database["about"].create({"name": str, "value": str}, pk="name").insert_all(about)  # pyright: ignore[reportAttributeAccessIssue]
            lines.enable_fts(["text", "plain", "page"], tokenize=_TOKENS)
            connection.commit()
        with path.open("rb+") as file:
            os.fsync(file.fileno())
            return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: Path, sha256: str) -> Snapshot:
    """Return what a file holds.

    Args:
        path: The file.
        sha256: That it had when it was written.

    Raises:
        NotFound: It is gone.
        StoreError: It is not the file that was written.
    """
    with translated(), _explained():
        _require(path)
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise StoreError("The file of this dataset was changed since it was made.", "Make the dataset again.")
        with _opened(path) as connection:
            lines = [SnapshotLine(**row) for row in _rows(connection, "lines", SnapshotLine)]
            documents = [SnapshotDocument(**row) for row in _rows(connection, "documents", SnapshotDocument)]
            about = _about(connection)
    return Snapshot(lines, documents, about)


def read_about(path: Path) -> Mapping[str, str]:
    """Return what a file tells of itself; its lines are not looked at.

    Raises:
        NotFound: It is gone.
        StoreError: It is no such file.
    """
    with translated(), _explained():
        _require(path)
        with _opened(path) as connection:
            return _about(connection)


def _require(path: Path) -> None:
    """Refuse a file that is gone."""
    if not path.is_file():
        raise NotFound("file of this dataset any more")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that nobody writes."""
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def _about(connection: sqlite3.Connection) -> dict[str, str]:
    return {row["name"]: row["value"] for row in connection.execute("SELECT name, value FROM about")}


def _table(database: Any, name: str, kind: type, rows: Sequence[Any], key: str | None) -> Any:
    """Make a table with the columns of a dataclass, fill it, and return it."""
    columns = {column.name: _TYPES[str(column.type).removesuffix(" | None")] for column in fields(kind)}
    table = database[name].create(columns, pk=key)
    return table.insert_all(map(asdict, rows), batch_size=1000)


def _rows(connection: sqlite3.Connection, table: str, kind: type) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table in their order, with the columns of a dataclass."""
    names = ", ".join(column.name for column in fields(kind))
    return map(dict, connection.execute(f"SELECT {names} FROM {table} ORDER BY rowid"))


def _told(value: object) -> str:
    """Return a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@contextmanager
def _explained() -> Iterator[None]:
    """Turn errors of SQLite into errors of the store."""
    from workbench.store.errors import DiskFull

    try:
        yield
    except sqlite3.Error as error:
        if "full" in str(error).lower():
            raise DiskFull from error
        raise StoreError(f"The file of the dataset cannot be used: {error}.", "Make the dataset again.") from error
