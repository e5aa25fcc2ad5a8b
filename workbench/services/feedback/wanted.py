"""Which entries of the ledger are asked for."""

from __future__ import annotations

import math
import unicodedata
from typing import TypedDict

from workbench.services.errors import Invalid
from workbench.store.feedback import Filter

TASKS = ("ocr",)
"""The tasks whose corrections the ledger knows."""

ACTIONS = ("correct", "accept", "unreadable", "restore", "import")
LONGEST_TEXT = 200


class Wanted(TypedDict, total=False):
    """A filter; what is absent, None or "" may be anything.

    Attributes:
        task: One of `TASKS`.
        project: Id.
        person: Name of the author.
        model: Full name of the model whose reading was corrected.
        text: Part of the text before or after, or of the name of page or person.
        since: Seconds since the epoch, itself included.
        until: Seconds since the epoch, itself left out.
        action: `correct`, `accept`, `unreadable`, `restore` or `import`.
    """

    task: str | None
    project: int | None
    person: str | None
    model: str | None
    text: str | None
    since: float | None
    until: float | None
    action: str | None


def checked(wanted: Wanted) -> Filter:
    """Return the filter for the store.

    Raises:
        Invalid: There is no such task or action, a time is no number, or the text is too long.
    """
    _one_of(wanted.get("task"), "task", TASKS)
    _one_of(wanted.get("action"), "action", ACTIONS)
    text = unicodedata.normalize("NFC", (wanted.get("text") or "").strip())
    if len(text) > LONGEST_TEXT:
        raise Invalid("The text to look for is too long.", f"Look for {LONGEST_TEXT} characters or fewer.")
    return Filter(
        project=wanted.get("project"),
        person=wanted.get("person") or None,
        model=wanted.get("model") or None,
        text=text or None,
        since=_time(wanted.get("since")),
        until=_time(wanted.get("until")),
        action=wanted.get("action") or None,
    )


def _one_of(word: str | None, what: str, known: tuple[str, ...]) -> None:
    """Refuse a word that is not known."""
    if word and word not in known:
        raise Invalid(f"'{word[:40]}' is no {what} of the ledger.", f"Choose one of: {', '.join(known)}.")


def _time(seconds: float | None) -> float | None:
    """Return a time, refusing what no database can compare."""
    if seconds is not None and not math.isfinite(seconds):
        raise Invalid("A time is a number of seconds since 1970.", "Leave it out to take all.")
    return seconds
