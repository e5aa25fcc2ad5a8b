"""What the faces show of projects, pages and lines; every view is JSON as soon as it is serialised (`orjson.dumps(view)`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.store.lines import Line, Revision
from workbench.store.pages import Page
from workbench.store.projects import Counts, Project

PERSONS = ("person", "import")
"""Sources of revisions that no reading ever replaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingView:
    """What an engine read; `chars` is `[[text, confidence, [x0, y0, x1, y1], [[text, confidence], …]], …]`."""

    id: int
    engine: str
    model: str
    text: str
    chars: Sequence[object]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineHead:
    """A line in short.

    Attributes:
        index: Its place in the reading order of the page, from 0; what is not a line has a place too.
        state: `waiting`, `read`, `saved` or `unreadable`.
        confidence: Of the latest reading, 0..1; None when a person wrote the text, or nobody did.
    """

    id: int
    index: int
    baseline: Sequence[Sequence[int]]
    polygon: Sequence[Sequence[int]]
    origin: str
    is_line: bool
    direction: str
    revision: int
    text: str
    state: str
    reason: str
    confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView(LineHead):
    """A line with its current revision and its latest reading.

    Attributes:
        page_id: Where it lies.
        author: Of the current revision: a person's name, or the model's; None = not read yet.
        source: `person`, `model` or `import`; None = not read yet.
        action: What made the current revision: read, correct, accept, unreadable, restore, import.
        saved_at: When the current revision was made, seconds since the epoch.
        revisions: How many there are.
        reading: The latest one; None when no engine read the line.
        suggestion: The latest reading is newer than a person's text and says something else.
    """

    page_id: int
    author: str | None
    source: str | None
    action: str | None
    saved_at: float | None
    revisions: int
    reading: ReadingView | None
    suggestion: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHead:
    """A page in short; `thumbnail` is an address, None until the image was opened."""

    id: int
    project_id: int
    name: str
    position: float
    state: str
    message: str
    hint: str
    width: int | None
    height: int | None
    lines_total: int
    lines_done: int
    thumbnail: str | None
    direction: str
    engine: str | None
    model: str
    job_id: int | None
    deleted: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLines(PageHead):
    """A page with its lines in short."""

    lines: tuple[LineHead, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRef:
    """The project of a page."""

    id: int
    name: str
    engine: str | None
    model: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView(PageHead):
    """A page with all that is needed to correct it; `previous` and `next` are page ids, `number` counts from 1."""

    project: ProjectRef
    image: str | None
    previous: int | None
    next: int | None
    number: int
    of: int
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectView:
    """A project with its pages."""

    id: int
    name: str
    engine: str | None
    model: str | None
    created: float
    deleted: float | None
    pages_total: int
    lines_total: int
    lines_done: int
    pages: tuple[PageHead, ...]


def line_head(line: Line, index: int) -> LineHead:
    """Return a line in short."""
    return LineHead(**_head_of_line(line, index))


def line_view(line: Line, index: int) -> LineView:
    """Return a line with its current revision and latest reading."""
    now, read = line.current, line.reading
    reading = None
    if read is not None:
        reading = ReadingView(
            id=read.id, engine=read.engine, model=read.model, text=read.text, chars=read.chars, reason=read.reason
        )
    return LineView(
        **_head_of_line(line, index),
        page_id=line.page_id,
        author=now.author if now else None,
        source=now.source if now else None,
        action=now.action if now else None,
        saved_at=now.created if now else None,
        revisions=line.revision,
        reading=reading,
        suggestion=_is_suggested(line),
    )


def _head_of_line(line: Line, index: int) -> dict[str, Any]:
    own = ("id", "baseline", "polygon", "origin", "is_line", "direction", "revision", "text", "state", "reason")
    by_person = line.current is not None and line.current.source in PERSONS
    confidence = line.reading.confidence if line.reading is not None and not by_person else None
    return {**{name: getattr(line, name) for name in own}, "index": index, "confidence": confidence}


def _is_suggested(line: Line) -> bool:
    now, read = line.current, line.reading
    if now is None or read is None or now.source not in PERSONS:
        return False
    return read.id > (now.reading_id or 0) and read.text != line.text


def page_head(page: Page, counts: Counts, job_id: int | None) -> PageHead:
    """Return a page in short."""
    return PageHead(**_head_of_page(page, counts, job_id))


def page_lines(page: Page, counts: Counts, job_id: int | None, lines: Sequence[Line]) -> PageLines:
    """Return a page with its lines in short."""
    heads = tuple(line_head(line, index) for index, line in enumerate(lines))
    return PageLines(**_head_of_page(page, counts, job_id), lines=heads)


def page_view(page: Page, project: Project, siblings: Sequence[int], lines: Sequence[Line], job_id: int | None) -> PageView:
    """Return a page with all that is needed to correct it; `siblings` are the page ids of its project in order."""
    counting = [line for line in lines if line.is_line]
    counts = Counts(1, len(counting), sum(line.state in {"saved", "unreadable"} for line in counting))
    at = siblings.index(page.id)
    return PageView(
        **_head_of_page(page, counts, job_id),
        project=ProjectRef(id=project.id, name=project.name, engine=project.engine, model=project.model),
        image=f"/pages/{page.id}/image?v={page.scan[:12]}" if page.scan else None,
        previous=siblings[at - 1] if at > 0 else None,
        next=siblings[at + 1] if at + 1 < len(siblings) else None,
        number=at + 1,
        of=len(siblings),
        lines=tuple(line_view(line, index) for index, line in enumerate(lines)),
    )


def _head_of_page(page: Page, counts: Counts, job_id: int | None) -> dict[str, Any]:
    own = (
        "id",
        "project_id",
        "name",
        "position",
        "state",
        "message",
        "hint",
        "width",
        "height",
        "direction",
        "engine",
        "model",
        "deleted",
    )
    thumbnail = f"/pages/{page.id}/thumbnail?v={page.thumbnail[:12]}" if page.thumbnail else None
    figures = {"lines_total": counts.lines, "lines_done": counts.done, "thumbnail": thumbnail, "job_id": job_id}
    return {**{name: getattr(page, name) for name in own}, **figures}


def project_view(project: Project, counts: Counts, pages: Sequence[PageHead]) -> ProjectView:
    """Return a project with the given ones of its pages."""
    return ProjectView(
        id=project.id,
        name=project.name,
        engine=project.engine,
        model=project.model,
        created=project.created,
        deleted=project.deleted,
        pages_total=counts.pages,
        lines_total=counts.lines,
        lines_done=counts.done,
        pages=tuple(pages),
    )


def revision_view(revision: Revision) -> dict[str, object]:
    """Return a revision as the history shows it."""
    names = ("revision", "base", "text", "state", "reason", "author", "source", "action", "seconds", "created")
    return {name: getattr(revision, name) for name in names}
