"""Lines with their revisions and readings. A revision is never overwritten; saving is one compare-and-set statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    RowMapping,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from workbench.store.database import Database, now
from workbench.store.errors import NotFound
from workbench.store.schema import lines, pages, projects, readings, revisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a revision says, before it has a number.

    Attributes:
        base: The revision it was made from; 0 = from nothing.
        text: NFC, logical order.
        state: `read`, `saved` or `unreadable`.
        reason: Why there is no text.
        author: A person's name, or the model's.
        source: `person`, `model` or `import`.
        action: `read`, `correct`, `accept`, `unreadable`, `restore` or `import`.
        reading_id: The reading that its author had seen.
        seconds: That a person spent on it.
    """

    base: int
    text: str
    state: str
    author: str
    source: str
    action: str
    reason: str = ""
    reading_id: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(Entry):
    """One revision of a line; `created` in seconds since the epoch."""

    revision: int
    created: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an engine read on a line.

    Attributes:
        chars: `[[text, confidence, [x0, y0, x1, y1], [[text, confidence], …]], …]` as stored; () where it was not asked for.
        confidence: Mean of the characters, 0..1; None without characters.
    """

    id: int
    engine: str
    model: str
    text: str
    chars: Sequence[object]
    confidence: float | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as it is stored, with its current revision and its latest reading.

    Attributes:
        position: Its place in the reading order of the page, any ascending number.
        baseline: [[x, y], …] in pixels of the page image.
        polygon: [[x, y], …] in pixels of the page image.
        origin: `found`, `added` or `imported`.
        is_line: False = a person said that this is not a line.
        direction: `auto`, `rtl` or `ltr`.
        revision: Number of the current revision; 0 = not read yet.
        state: `waiting`, `read`, `saved` or `unreadable`.
        current: The current revision; None = not read yet.
        reading: The latest reading; None = never read by an engine.
    """

    id: int
    page_id: int
    position: float
    baseline: Sequence[Sequence[int]]
    polygon: Sequence[Sequence[int]]
    origin: str
    is_line: bool
    direction: str
    revision: int
    text: str
    state: str
    reason: str
    current: Revision | None
    reading: Reading | None


class Lines:
    """The verbs of lines. Each takes the connection of a unit of work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_page(self, connection: Connection, page_id: int) -> list[Line]:
        """Return the lines of a page in reading order, with the characters of their readings."""
        return [_line(row) for row in connection.execute(_OF_PAGE, {"wanted": page_id})]

    def of_pages(self, connection: Connection, page_ids: Sequence[int]) -> dict[int, list[Line]]:
        """Return the lines of several pages in reading order by page id, without characters."""
        query = _query(chars=False).where(lines.c.page_id.in_(page_ids)).order_by(lines.c.position, lines.c.id)
        found: dict[int, list[Line]] = {page_id: [] for page_id in page_ids}
        for row in connection.execute(query):
            found[row.page_id].append(_line(row))
        return found

    def some(self, connection: Connection, line_ids: Sequence[int]) -> list[Line]:
        """Return the lines with these ids, as far as they are there, without characters; the caller has checked who owns them."""
        return [_line(row) for row in connection.execute(_query(chars=False).where(lines.c.id.in_(line_ids)))]

    def get(self, connection: Connection, workspace: str, line_id: int) -> Line:
        """Return a line of the workspace.

        Raises:
            NotFound: The workspace has no such line, or its page or project lies in the trash.
        """
        row = connection.execute(_OWNED, {"wanted": line_id, "owner": workspace}).one_or_none()
        if row is None:
            raise NotFound(f"line {line_id}")
        return _line(row)

    def index(self, connection: Connection, line: Line) -> int:
        """Return the place of a line in the reading order of its page, from 0."""
        place = {"wanted": line.page_id, "place": line.position, "self": line.id}
        return connection.execute(_BEFORE, place).scalar_one()

    def add(self, connection: Connection, page_id: int, rows: Sequence[Mapping[str, object]]) -> list[int]:
        """Create lines that nobody has read yet; return their ids. Each row: position, baseline, polygon, origin."""
        fresh = {
            "page_id": page_id,
            "revision": 0,
            "text": "",
            "state": "waiting",
            "reason": "",
            "is_line": True,
            "direction": "auto",
        }
        return list(connection.execute(_ADD, [{**fresh, **row} for row in rows]).scalars()) if rows else []

    def save(self, connection: Connection, line_id: int, expected: int, entry: Entry) -> Revision | None:
        """Make `entry` the current revision, if the line still has the expected one.

        Args:
            connection: Of a unit of work.
            line_id: The line; the caller has checked who owns it.
            expected: Number of the revision that the line must have.
            entry: What the new revision says.

        Returns:
            The new revision, or None when somebody was quicker and nothing was changed.
        """
        number = expected + 1
        values = {"new_revision": number, "new_text": entry.text, "new_state": entry.state, "new_reason": entry.reason}
        if connection.execute(_SWAP, {"wanted": line_id, "expected": expected, **values}).rowcount != 1:
            return None
        kept = Revision(**asdict(entry), revision=number, created=now())
        connection.execute(_KEEP, {"line_id": line_id, **asdict(kept)})
        return kept

    def add_reading(self, connection: Connection, line_id: int, values: Mapping[str, object]) -> int:
        """Keep a reading as the latest of the line and return its id. `values`: all of a `Reading` but its id."""
        row = {**values, "line_id": line_id, "created": now()}
        reading_id = connection.execute(_ADD_READING, row).scalar_one()
        connection.execute(_SHOW_READING, {"wanted": line_id, "latest": reading_id})
        return reading_id

    def change(self, connection: Connection, line_id: int, values: Mapping[str, object]) -> None:
        """Set columns of a line that have no history, such as direction, is_line or polygon."""
        connection.execute(update(lines).where(lines.c.id == line_id).values(dict(values)))

    def place(self, connection: Connection, positions: Mapping[int, float]) -> None:
        """Give lines their place in the reading order, by line id."""
        rows = [{"line": line_id, "place": position} for line_id, position in positions.items()]
        if rows:
            connection.execute(update(lines).where(lines.c.id == bindparam("line")).values(position=bindparam("place")), rows)

    def touched(self, connection: Connection, page_id: int) -> set[int]:
        """Return the ids of the lines of a page to which a person gave something: a text, a place, a word about them."""
        by_person = exists().where(revisions.c.line_id == lines.c.id, revisions.c.source != "model")
        marked = or_(lines.c.origin != "found", lines.c.is_line.is_(False), lines.c.direction != "auto", by_person)
        return set(connection.execute(select(lines.c.id).where(lines.c.page_id == page_id, marked)).scalars())

    def remove(self, connection: Connection, line_ids: Sequence[int]) -> None:
        """Delete lines with their revisions and readings for good."""
        connection.execute(delete(readings).where(readings.c.line_id.in_(line_ids)))
        connection.execute(delete(revisions).where(revisions.c.line_id.in_(line_ids)))
        connection.execute(delete(lines).where(lines.c.id.in_(line_ids)))

    def revisions(self, connection: Connection, line_id: int) -> list[Revision]:
        """Return all revisions of a line, the first one first."""
        query = select(revisions).where(revisions.c.line_id == line_id).order_by(revisions.c.revision)
        return [_revision(row._mapping) for row in connection.execute(query)]

    def sources_since(self, connection: Connection, line_id: int, base: int) -> set[str]:
        """Return who wrote the revisions after `base`: `person`, `model`, `import`."""
        query = select(revisions.c.source).where(revisions.c.line_id == line_id, revisions.c.revision > base)
        return set(connection.execute(query).scalars())

    def texts(self, connection: Connection, project_id: int) -> list[tuple[int, str, int, str]]:
        """Return (page id, page name, line id, text) of the lines of a project in reading order, for searching."""
        query = (
            select(pages.c.id, pages.c.name, lines.c.id, lines.c.text)
            .join(pages, pages.c.id == lines.c.page_id)
            .where(pages.c.project_id == project_id, pages.c.deleted.is_(None), lines.c.is_line, lines.c.text != "")
            .order_by(pages.c.position, pages.c.id, lines.c.position, lines.c.id)
        )
        return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]


_REVISION = [column for column in revisions.c if column.name not in {"id", "line_id"}]
_NOT_OWN = {"reading_id", "learnt_revision", "learnt_by"}
_READING = [column for column in readings.c if column.name not in {"line_id", "created"}]


def _query(*, chars: bool) -> Select[*tuple[Any, ...]]:
    wanted = [column if chars or column.name != "chars" else null().label("chars") for column in _READING]
    columns = [
        *lines.c,
        *[column.label(f"now_{column.name}") for column in _REVISION],
        *[column.label(f"read_{column.name}") for column in wanted],
    ]
    current = and_(revisions.c.line_id == lines.c.id, revisions.c.revision == lines.c.revision)
    joined = lines.outerjoin(revisions, current).outerjoin(readings, readings.c.id == lines.c.reading_id)
    return select(*columns).select_from(joined)


def _line(row: Row[*tuple[Any, ...]]) -> Line:
    values = row._mapping
    own = {column.name: values[column.name] for column in lines.c if column.name not in _NOT_OWN}
    current = _revision(values, "now_") if values["now_revision"] is not None else None
    return Line(**own, current=current, reading=_reading(values) if values["read_id"] is not None else None)


def _revision(values: RowMapping, prefix: str = "") -> Revision:
    return Revision(**{column.name: values[prefix + column.name] for column in _REVISION})


def _reading(values: RowMapping) -> Reading:
    found = {column.name: values[f"read_{column.name}"] for column in _READING}
    return Reading(**{**found, "chars": found["chars"] or ()})


# The statements of opening, reading and saving, made once: putting them together takes longer than running them.
_OF_PAGE = _query(chars=True).where(lines.c.page_id == bindparam("wanted")).order_by(lines.c.position, lines.c.id)
_OWNED = (
    _query(chars=True)
    .join(pages, pages.c.id == lines.c.page_id)
    .join(projects, projects.c.id == pages.c.project_id)
    .where(lines.c.id == bindparam("wanted"), projects.c.workspace == bindparam("owner"))
    .where(pages.c.deleted.is_(None), projects.c.deleted.is_(None))
)
_BEFORE = (
    select(func.count())
    .select_from(lines)
    .where(
        lines.c.page_id == bindparam("wanted"),
        or_(lines.c.position < bindparam("place"), and_(lines.c.position == bindparam("place"), lines.c.id < bindparam("self"))),
    )
)
_SWAP = (
    update(lines)
    .where(lines.c.id == bindparam("wanted"), lines.c.revision == bindparam("expected"))
    .values({name: bindparam(f"new_{name}") for name in ("revision", "text", "state", "reason")})
)
_KEEP = insert(revisions)
_ADD = insert(lines).returning(lines.c.id, sort_by_parameter_order=True)
_ADD_READING = insert(readings).returning(readings.c.id)
_SHOW_READING = update(lines).where(lines.c.id == bindparam("wanted")).values(reading_id=bindparam("latest"))
