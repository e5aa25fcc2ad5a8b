"""The ledger: what people said about predictions, to be looked through, counted and taken along."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from workbench.services.actors import Actor
from workbench.services.errors import Invalid
from workbench.services.feedback.views import EntryView, entry_view
from workbench.services.feedback.wanted import TASKS, Wanted, checked
from workbench.services.feedback.writing import FORMATS
from workbench.store.feedback import Totals

if TYPE_CHECKING:
    from workbench.services import Services

__all__ = ["MOST_AT_ONCE", "TASKS", "Choices", "EntryView", "Feedback", "Part", "Totals", "Wanted"]

MOST_AT_ONCE = 500
_EXPORTED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Part:
    """Some entries, the newest first; `next` is where the older ones begin, None = there are none."""

    entries: tuple[EntryView, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What entries can be filtered by."""

    projects: list[dict[str, object]]
    people: list[str]
    models: list[str]
    tasks: list[str] = field(default_factory=lambda: list(TASKS))


class Feedback:
    """The ledger of a workspace. Every method takes the actor first."""

    def __init__(self, services: Services) -> None:
        """Remember the services; nothing is opened yet."""
        self._services = services

    def entries(self, actor: Actor, *, before: int | None = None, limit: int = 50, **wanted: Unpack[Wanted]) -> Part:
        """Return what people said, the newest first.

        Args:
            actor: Who asks.
            before: The `next` of the part that comes before this one; None = from the newest.
            limit: 1..500.
            **wanted: Which entries; see `Wanted`.

        Raises:
            Invalid: A filter or a number makes no sense.
        """
        if not 1 <= limit <= MOST_AT_ONCE:
            raise Invalid(f"{limit} entries cannot be shown at once.", f"Ask for 1 to {MOST_AT_ONCE}.")
        meant = checked(wanted)
        with self._services.store.connect() as connection:
            found = self._services.store.feedback.of_lines(connection, actor.workspace, meant, before=before, limit=limit + 1)
        shown = tuple(entry_view(entry) for entry in found[:limit])
        return Part(shown, shown[-1].id if len(found) > limit else None)

    def totals(self, actor: Actor, **wanted: Unpack[Wanted]) -> Totals:
        """Return how many entries there are of each kind.

        Raises:
            Invalid: A filter makes no sense.
        """
        meant = checked(wanted)
        with self._services.store.connect() as connection:
            return self._services.store.feedback.totals_of_lines(connection, actor.workspace, meant)

    def choices(self, actor: Actor) -> Choices:
        """Return what the entries can be filtered by."""
        with self._services.store.connect() as connection:
            found = self._services.store.feedback.choices_of_lines(connection, actor.workspace)
        return Choices([{"id": id, "name": name} for id, name in found.projects], list(found.people), list(found.models))

    def export(self, actor: Actor, format: str, **wanted: Unpack[Wanted]) -> Path:
        """Write all entries into a file: `csv`, `jsonl` or `sqlite`.

        It lies in a folder of its own, which the caller deletes when the file is sent.

        Raises:
            Invalid: There is no such format, or a filter makes no sense.
        """
        write = FORMATS.get(format)
        if write is None:
            raise Invalid(f"'{format[:40]}' is no format of the ledger.", f"Choose one of: {', '.join(FORMATS)}.")
        checked(wanted)
        target = self._services.settings.data / "exports"
        target.mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=target)) / f"feedback.{format}"
        try:
            write(path, self._all(actor, wanted))
        except BaseException:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise
        return path

    def _all(self, actor: Actor, wanted: Wanted) -> Iterator[EntryView]:
        """Yield all entries of one moment, the newest first."""
        meant, before = checked(wanted), None
        with self._services.store.connect() as connection:
            while True:
                found = self._services.store.feedback.of_lines(
                    connection, actor.workspace, meant, before=before, limit=_EXPORTED_AT_ONCE
                )
                yield from map(entry_view, found)
                if len(found) < _EXPORTED_AT_ONCE:
                    return
                before = found[-1].id
