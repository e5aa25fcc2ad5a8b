"""Correcting lines: save, accept, call unreadable, restore, direction. Nothing is overwritten, nothing is lost silently."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, NotRequired, Required, TypedDict, Unpack, get_args

from engines.ocr.text import LONGEST_LINE, clean
from workbench.services.actors import Actor
from workbench.services.errors import Conflict, Invalid, NotFound
from workbench.services.ocr.part import Part
from workbench.services.ocr.views import LineView, line_view, revision_view
from workbench.store.database import Connection
from workbench.store.lines import Entry, Line, Revision

Action = Literal["correct", "accept", "unreadable", "restore"]
DIRECTIONS = ("auto", "rtl", "ltr")
LONGEST_REASON = 300
LONGEST_SECONDS = 24 * 3600.0


class Correction(TypedDict):
    """What a person says about a line.

    Attributes:
        text: What the line says.
        base_revision: The revision that the person saw; 0 = none yet.
        action: `correct` (default), `accept` the text unchanged, `unreadable`, or `restore` of an earlier revision.
        reason: Why the line is unreadable.
        seconds: That the person spent on it.
        page_id: When given, the line must lie on this page.
        project_id: When given, the line must lie in this project.
    """

    text: Required[str]
    base_revision: Required[int]
    action: NotRequired[str]
    reason: NotRequired[str]
    seconds: NotRequired[float | None]
    page_id: NotRequired[int | None]
    project_id: NotRequired[int | None]


@dataclass(frozen=True, slots=True)
class Saved:
    """An acknowledged save: it is on the disk."""

    revision: int
    line: LineView


class Correcting(Part):
    """What people say about lines."""

    def save_line(self, actor: Actor, line_id: int, **correction: Unpack[Correction]) -> Saved:
        """Make what a person says the current revision of a line.

        A retry of a save that was kept already, with the same text, state and base, gives the same revision again. While the
        page is being read, a person's text goes over a reading that came after its base; the reading stays beside it.

        Raises:
            NotFound: The workspace has no such line, or it does not lie on that page or in that project.
            Invalid: The text is too long, or the action or a number makes no sense.
            Conflict: Somebody else has saved since; `detail` has `yours`, `theirs` and `before`.
            DiskFull: Nothing can be saved.
        """
        entry = _entry(actor, correction)
        with self._store.begin() as connection:
            line = self._store.lines.get(connection, actor.workspace, line_id)
            self._check_place(connection, actor, line, correction)
            if _is_retry(line, entry):
                return Saved(line.revision, self._line_view(connection, actor, line_id))
            seen = self._seen(connection, line, entry.base)
            if not self._may_follow(connection, actor, line, entry.base):
                raise self._conflict(connection, line, entry)
            entry = _with_reading(entry, seen, line)
            kept = self._store.lines.save(connection, line_id, line.revision, entry)
            if kept is None:  # on PostgreSQL somebody was quicker since the line was read a moment ago
                raise self._conflict(connection, self._store.lines.get(connection, actor.workspace, line_id), entry)
            self._tell_line(connection, actor, line_id, line.page_id)
            values = {"revision": kept.revision, "text": kept.text, "state": kept.state, "reason": kept.reason}
            saved = replace(line, current=kept, **values)
            return Saved(kept.revision, line_view(saved, self._store.lines.index(connection, saved)))

    def _check_place(self, connection: Connection, actor: Actor, line: Line, correction: Correction) -> None:
        """Refuse ids that do not belong together."""
        page_id, project_id = correction.get("page_id"), correction.get("project_id")
        if page_id is not None and page_id != line.page_id:
            raise NotFound(f"line {line.id} on page {page_id}")
        if project_id is not None:
            page = self._store.pages.get(connection, actor.workspace, line.page_id)
            if page.project_id != project_id:
                raise NotFound(f"line {line.id} in project {project_id}")

    def _seen(self, connection: Connection, line: Line, base: int) -> Revision | None:
        """Return the revision that the person saw."""
        if base == line.revision:
            return line.current
        return next((found for found in self._store.lines.revisions(connection, line.id) if found.revision == base), None)

    def _may_follow(self, connection: Connection, actor: Actor, line: Line, base: int) -> bool:
        """Say whether a text made from the revision `base` may become the next one."""
        if base == line.revision:
            return True
        if base > line.revision or self._store.lines.sources_since(connection, line.id, base) != {"model"}:
            return False
        return self._store.pages.get(connection, actor.workspace, line.page_id).state in {"queued", "reading"}

    def _conflict(self, connection: Connection, line: Line, entry: Entry) -> Conflict:
        """Return the refusal that carries both readings and the one that they were made from."""
        theirs, before = line.current, self._seen(connection, line, entry.base)
        detail = {
            "yours": entry.text,
            "theirs": _side(theirs, ("text", "revision", "author", "source", "created", "state", "reason")),
            "before": _side(before, ("text", "revision")),
        }
        who = f"revision {theirs.revision} is by {theirs.author}" if theirs else "it has no revision yet"
        return Conflict(
            f"The line changed since you opened it: {who}, you started from {entry.base}. Nothing is lost.",
            "Compare both readings, then save again on the newest revision.",
            detail,
        )

    def revisions(self, actor: Actor, line_id: int) -> list[dict[str, object]]:
        """Return the history of a line, the first revision first.

        Raises:
            NotFound: The workspace has no such line.
        """
        with self._store.connect() as connection:
            self._store.lines.get(connection, actor.workspace, line_id)
            return [revision_view(revision) for revision in self._store.lines.revisions(connection, line_id)]

    def restore(self, actor: Actor, line_id: int, revision: int, base_revision: int) -> Saved:
        """Make an earlier revision the current one again, as a new revision.

        Raises:
            NotFound: The workspace has no such line, or the line no such revision.
            Conflict: Somebody else has saved since.
        """
        with self._store.connect() as connection:
            self._store.lines.get(connection, actor.workspace, line_id)
            history = self._store.lines.revisions(connection, line_id)
        wanted = next((found for found in history if found.revision == revision), None)
        if wanted is None:
            raise NotFound(f"revision {revision} of line {line_id}")
        action: Action = "unreadable" if wanted.state == "unreadable" else "restore"
        return self.save_line(actor, line_id, text=wanted.text, base_revision=base_revision, action=action, reason=wanted.reason)

    def set_direction(self, actor: Actor, line_id: int, direction: str) -> LineView:
        """Set the direction of a line: `auto`, `rtl` or `ltr`.

        Raises:
            NotFound: The workspace has no such line.
            Invalid: It is none of these.
        """
        if direction not in DIRECTIONS:
            raise Invalid(f"'{direction[:40]}' is no direction of a line.", f"Choose one of: {', '.join(DIRECTIONS)}.")
        return self._change(actor, line_id, {"direction": direction})

    def set_is_line(self, actor: Actor, line_id: int, is_line: bool) -> LineView:
        """Say that a region is not a line, or that it is one after all; its text and history stay.

        Raises:
            NotFound: The workspace has no such line.
        """
        return self._change(actor, line_id, {"is_line": is_line})

    def _change(self, actor: Actor, line_id: int, values: dict[str, object]) -> LineView:
        with self._store.begin() as connection:
            line = self._store.lines.get(connection, actor.workspace, line_id)
            self._store.lines.change(connection, line_id, values)
            self._tell_line(connection, actor, line_id, line.page_id)
            return self._line_view(connection, actor, line_id)


def cleaned_text(text: str) -> str:
    """Return a text from a person as it is stored.

    Raises:
        Invalid: It is too long for one line.
    """
    try:
        return clean(text)
    except ValueError as error:
        raise Invalid(
            f"The text of this line is too long: {len(text):,} characters.",
            f"One line holds at most {LONGEST_LINE:,}. Save each line of the page by itself.",
        ) from error


def _entry(actor: Actor, correction: Correction) -> Entry:
    """Return the revision that a correction would make, checked and cleaned."""
    action, seconds = correction.get("action", "correct"), correction.get("seconds")
    if action not in get_args(Action):
        raise Invalid(f"'{action[:40]}' is no action on a line.", f"Choose one of: {', '.join(get_args(Action))}.")
    if not 0 <= correction["base_revision"] < 2**31:
        raise Invalid("A base revision is a whole number from 0.", "Give the revision that the line had when it was shown.")
    if seconds is not None and not (math.isfinite(seconds) and seconds >= 0):
        raise Invalid("Seconds are a number from 0.", "Leave them out when they are not known.")
    reason = cleaned_text(correction.get("reason", ""))[:LONGEST_REASON]
    return Entry(
        base=correction["base_revision"],
        text=cleaned_text(correction["text"]),
        state="unreadable" if action == "unreadable" else "saved",
        reason=reason if action == "unreadable" else "",
        author=actor.name,
        source="person",
        action=action,
        seconds=None if seconds is None else min(seconds, LONGEST_SECONDS),
    )


def _with_reading(entry: Entry, seen: Revision | None, line: Line) -> Entry:
    """Return the entry with the reading that its author had before the eyes: the latest, unless it came after the base."""
    latest = line.reading.id if line.reading is not None else None
    shown = latest if entry.base == line.revision else seen.reading_id if seen is not None else None
    return replace(entry, reading_id=shown)


def _is_retry(line: Line, entry: Entry) -> bool:
    """Say whether the line's current revision is this very entry: the answer to the first attempt was lost on its way."""
    now = line.current
    if now is None or now.base != entry.base or now.source != "person":
        return False
    return (now.author, now.text, now.state, now.reason) == (entry.author, entry.text, entry.state, entry.reason)


def _side(revision: Revision | None, names: tuple[str, ...]) -> dict[str, object]:
    """Return one side of a conflict; the page as it was before anybody read it is an empty text of revision 0."""
    if revision is None:
        return {"text": "", "revision": 0}
    return {name: getattr(revision, name) for name in names}
