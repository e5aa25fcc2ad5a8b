"""What the faces show of the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.store.feedback import Entry


@dataclass(frozen=True, slots=True)
class Named:
    """A project or page."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class LineRef:
    """A line; `number` counts from 1 among the lines of its page, None = it is not a line."""

    id: int
    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One entry, as `store.feedback.Entry`; `image` is the address of its picture."""

    id: int
    created: float
    task: str
    project: Named
    page: Named
    line: LineRef
    image: str
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


_SAME = (
    "id",
    "created",
    "task",
    "direction",
    "before",
    "after",
    "state",
    "reason",
    "action",
    "model",
    "person",
    "seconds",
    "revision",
    "learnt_by",
    "to_learn",
)


def entry_view(entry: Entry) -> EntryView:
    """Return an entry as the faces show it."""
    return EntryView(
        **{name: getattr(entry, name) for name in _SAME},
        project=Named(entry.project_id, entry.project),
        page=Named(entry.page_id, entry.page),
        line=LineRef(entry.line_id, entry.number),
        image=f"/lines/{entry.line_id}/image",
    )
