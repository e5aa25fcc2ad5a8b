"""The ledger: what people and imports made of lines, read from their revisions. One function per task, one common entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, distinct, func, or_, select

from workbench.store.database import Database
from workbench.store.schema import lines, pages, projects, readings, revisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that somebody said about a prediction.

    Attributes:
        id: Grows with time within a task.
        created: Seconds since the epoch.
        task: `ocr`.
        number: Place of the line among those of its page that count, from 1; None = it is not a line.
        direction: `rtl` or `ltr`.
        before: The text that the author began with, "" = nothing.
        state: `saved` or `unreadable`.
        reason: Why it is unreadable.
        action: `correct`, `accept`, `unreadable`, `restore` or `import`.
        model: Whose reading the author had before the eyes; an engine without models by its own name, "" = nobody's.
        seconds: That the person spent on it.
        learnt_by: Full name of the model that has learnt from it, or from a later word on the same line.
        to_learn: A model could still learn from it: it stands, it is a text, and none has.
    """

    id: int
    created: float
    task: str
    project_id: int
    project: str
    page_id: int
    page: str
    line_id: int
    number: int | None
    direction: str
    before: str
    after: str
    state: str
    reason: str
    action: str
    model: str
    person: str
    seconds: float | None
    revision: int
    learnt_by: str | None
    to_learn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which entries are meant; None = whichever.

    Attributes:
        model: Full name.
        text: Part of the text before or after, or of the name of the page or person; case does not count in Latin.
        since: Seconds since the epoch, itself included.
        until: Seconds since the epoch, itself left out.
    """

    project: int | None = None
    person: str | None = None
    model: str | None = None
    text: str | None = None
    since: float | None = None
    until: float | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many entries there are of each kind; `median_seconds` of those whose time is known."""

    entries: int
    corrected: int
    accepted: int
    unreadable: int
    median_seconds: float | None
    people: int
    not_learnt: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What the entries of a workspace can be filtered by: (id, name) of projects, names of people and of models."""

    projects: Sequence[tuple[int, str]]
    people: Sequence[str]
    models: Sequence[str]


class Feedback:
    """The entries of a workspace. What lies in the trash is left out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_lines(
        self, connection: Connection, workspace: str, wanted: Filter, *, before: int | None = None, limit: int = 50
    ) -> list[Entry]:
        """Return what was said about lines, the newest first.

        Args:
            connection: For reading.
            workspace: Whose.
            wanted: Which entries.
            before: Only entries with a smaller id: the last one of the part that was seen.
            limit: At most so many.
        """
        query = select(*_COLUMNS).order_by(revisions.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(revisions.c.id < before)
        # one query a source comes from the index in its order; both in one would sort the whole ledger
        parts = [connection.execute(_meant(query, workspace, wanted, (source,))).all() for source in _SOURCES]
        newest = sorted(chain.from_iterable(parts), key=lambda row: row.id, reverse=True)
        return [_entry(row) for row in newest[:limit]]

    def totals_of_lines(self, connection: Connection, workspace: str, wanted: Filter) -> Totals:
        """Return the figures of what was said about lines."""
        row = connection.execute(_meant(select(*_FIGURES), workspace, wanted)).one()
        return Totals(
            entries=row.entries,
            corrected=row.entries - row.accepted - row.unreadable,
            accepted=row.accepted,
            unreadable=row.unreadable,
            median_seconds=_median(connection, _meant(select(revisions.c.seconds), workspace, wanted), row.timed),
            people=row.people,
            not_learnt=row.not_learnt,
        )

    def choices_of_lines(self, connection: Connection, workspace: str) -> Choices:
        """Return the projects, people and models that there are entries of, each in the order of its names."""
        columns = (projects.c.id, projects.c.name, revisions.c.author, _MODEL.label("model"))
        found = connection.execute(_meant(select(*columns), workspace, Filter()).distinct()).all()
        return Choices(
            sorted({(row.id, row.name) for row in found}, key=lambda project: (project[1].casefold(), project[0])),
            sorted({row.author for row in found}, key=str.casefold),
            sorted({row.model for row in found if row.model}, key=str.casefold),
        )


_SOURCES = ("person", "import")
_base = revisions.alias("base")
_earlier = lines.alias("earlier")
_BEFORE = func.coalesce(_base.c.text, "")
_MODEL = func.coalesce(
    func.nullif(readings.c.model, ""), readings.c.engine, case((_base.c.source == "model", _base.c.author)), ""
)
_IS_UNREADABLE = revisions.c.state == "unreadable"
_IS_ACCEPTED = and_(~_IS_UNREADABLE, or_(revisions.c.action == "accept", revisions.c.text == _BEFORE))
_IS_LEARNT = func.coalesce(lines.c.learnt_revision, 0) >= revisions.c.revision
_TO_LEARN = and_(
    lines.c.is_line,
    lines.c.revision == revisions.c.revision,
    revisions.c.state == "saved",
    revisions.c.text != "",
    ~_IS_LEARNT,
)
_PLACE = (
    select(func.count())
    .where(
        _earlier.c.page_id == lines.c.page_id,
        _earlier.c.is_line,
        or_(
            _earlier.c.position < lines.c.position,
            and_(_earlier.c.position == lines.c.position, _earlier.c.id <= lines.c.id),
        ),
    )
    .correlate(lines)
    .scalar_subquery()
)
_COLUMNS = (
    *(revisions.c[name] for name in ("id", "created", "state", "reason", "action", "seconds", "revision")),
    revisions.c.text.label("after"),
    revisions.c.author.label("person"),
    projects.c.id.label("project_id"),
    projects.c.name.label("project"),
    pages.c.id.label("page_id"),
    pages.c.name.label("page"),
    lines.c.id.label("line_id"),
    case((lines.c.is_line, _PLACE)).label("number"),
    case((lines.c.direction == "auto", pages.c.direction), else_=lines.c.direction).label("direction"),
    _BEFORE.label("before"),
    _MODEL.label("model"),
    case((_IS_LEARNT, lines.c.learnt_by)).label("learnt_by"),
    case((_TO_LEARN, 1), else_=0).label("to_learn"),
)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return how many rows of a group are such."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_FIGURES = (
    func.count().label("entries"),
    _count(_IS_ACCEPTED).label("accepted"),
    _count(_IS_UNREADABLE).label("unreadable"),
    _count(_TO_LEARN).label("not_learnt"),
    func.count(distinct(revisions.c.author)).label("people"),
    func.count(revisions.c.seconds).label("timed"),
)
_JOINED = (
    revisions.join(lines, lines.c.id == revisions.c.line_id)
    .join(pages, pages.c.id == lines.c.page_id)
    .join(projects, projects.c.id == pages.c.project_id)
    .outerjoin(_base, and_(_base.c.line_id == revisions.c.line_id, _base.c.revision == revisions.c.base))
    .outerjoin(readings, readings.c.id == revisions.c.reading_id)
)


def _meant(
    query: Select[*tuple[Any, ...]], workspace: str, wanted: Filter, sources: Sequence[str] = _SOURCES
) -> Select[*tuple[Any, ...]]:
    """Return a query over the entries of a workspace that pass a filter."""
    conditions = {
        "project": projects.c.id == wanted.project,
        "person": revisions.c.author == wanted.person,
        "model": wanted.model == _MODEL,
        "text": _holds(wanted.text or ""),
        "since": revisions.c.created >= (wanted.since or 0.0),
        "until": revisions.c.created < (wanted.until or 0.0),
        "action": revisions.c.action == wanted.action,
    }
    return query.select_from(_JOINED).where(
        revisions.c.source.in_(sources) if len(sources) > 1 else revisions.c.source == sources[0],
        projects.c.workspace == workspace,
        projects.c.deleted.is_(None),
        pages.c.deleted.is_(None),
        *(condition for name, condition in conditions.items() if getattr(wanted, name) is not None),
    )


def _holds(text: str) -> ColumnElement[bool]:
    """Return the condition that a text occurs in an entry, sign by sign: none of them is a wildcard."""
    columns = (revisions.c.text, _base.c.text, pages.c.name, revisions.c.author)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def _median(connection: Connection, seconds: Select[*tuple[Any, ...]], count: int) -> float | None:
    """Return the median of a query's one column, of which `count` values are not NULL; None when there is none."""
    if not count:
        return None
    middle = seconds.where(revisions.c.seconds.is_not(None)).order_by(revisions.c.seconds)
    values = connection.execute(middle.offset((count - 1) // 2).limit(2 - count % 2)).scalars().all()
    return sum(values) / len(values)


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    """Return the entry of a row."""
    return Entry(**{**row._mapping, "task": "ocr", "to_learn": bool(row.to_learn)})
