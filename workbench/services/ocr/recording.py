"""Writes what an engine finds and reads into a page while it reads, without touching what people have said."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engines import types
from engines.base import Report
from workbench.services.ocr.matching import Trace, covers, matches, merged_order
from workbench.services.ocr.views import PERSONS
from workbench.store.database import Connection
from workbench.store.lines import Entry, Line

if TYPE_CHECKING:
    from workbench.services.reports import JobReport
    from workbench.store import Store

FLUSH_SECONDS = 0.3
LINES_AT_ONCE = 20
"""Lines in one unit of work: whoever saves meanwhile waits for no more."""
LONGEST_AUTHOR = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read on one line, as a reading keeps it."""

    text: str
    chars: Sequence[object]
    confidence: float | None
    reason: str

    @classmethod
    def of(cls, line: types.Line) -> Read:
        """Return what an engine read, in the shape of a reading; confidences to four digits."""
        chars = [
            [
                char.text,
                round(char.confidence, 4),
                list(char.box),
                [[other.text, round(other.confidence, 4)] for other in char.alternatives],
            ]
            for char in line.chars
        ]
        confidence = None if line.confidence is None else round(line.confidence, 4)
        reason = "" if line.text else str(line.reason or "The engine gave no text for this line.")
        return cls(text=line.text, chars=chars, confidence=confidence, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads: engine and full name of the model ("" without one)."""

    engine: str
    model: str

    @property
    def author(self) -> str:
        """Return how its revisions are signed."""
        return (self.model or self.engine)[-LONGEST_AUTHOR:]


class Recording:
    """One reading of one page on its way into the store. Every unit of work begins with the guard of the job."""

    def __init__(
        self, store: Store, page_id: int, reader: Reader, guard: Callable[[Connection], None], *, finder: str = ""
    ) -> None:
        """Remember where it goes.

        Args:
            store: The store.
            page_id: The page that is read.
            reader: Who reads.
            guard: Raises when this reading may not write any more.
            finder: What finds the lines, which are kept under this name; "" = they are not.
        """
        self._store = store
        self._page_id = page_id
        self._reader = reader
        self._guard = guard
        self._finder = finder
        self._ids: list[int | None] = []
        self._old: list[int] = []
        self._pending: dict[int, Read] = {}
        self._done: set[int] = set()
        self._flushed = 0.0
        self.is_placed = False

    def place(self, traces: Sequence[Trace]) -> None:
        """Write the layout: known lines are found again, new ones are there at once, waiting; nothing is removed yet."""
        with self._store.begin() as connection:
            self._guard(connection)
            known = self._store.lines.of_pages(connection, [self._page_id])[self._page_id]
            touched = self._store.lines.touched(connection, self._page_id)
            found = matches([Trace(line.baseline, line.polygon) for line in known], traces)
            denied = [Trace(line.baseline, line.polygon) for line in known if not line.is_line]
            for number, place in found.items():
                old = known[place]
                if old.id not in touched and not Trace(old.baseline, old.polygon).is_at(traces[number]):
                    values = {"baseline": traces[number].baseline, "polygon": traces[number].polygon}
                    self._store.lines.change(connection, old.id, values)
            fresh = [  # where a person said that there is no line, none is added
                number
                for number, trace in enumerate(traces)
                if number not in found and not any(covers(region, trace) for region in denied)
            ]
            added = self._store.lines.add(connection, self._page_id, [_new_row(number, traces[number]) for number in fresh])
            ids = {number: known[place].id for number, place in found.items()} | dict(zip(fresh, added, strict=True))
            self._ids = [ids.get(number) for number in range(len(traces))]
            self._old = [line.id for line in known]
            new = [(line_id, trace) for line_id, trace in zip(self._ids, traces, strict=True) if line_id is not None]
            kept = [(line.id, Trace(line.baseline, line.polygon)) for line in known if line.id not in self._ids]
            order = merged_order(new, kept)
            self._store.lines.place(connection, {line_id: float(place) for place, line_id in enumerate(order)})
            if self._finder:
                found_now = [(trace.baseline, trace.polygon) for trace in traces]
                self._store.layouts.keep(connection, self._page_id, self._finder, found_now)
            self._tell(connection)
        self.is_placed = True

    def take(self, index: int, read: Read) -> None:
        """Keep what was read on the line at `index` of the layout; written within 0.3 seconds while lines keep coming."""
        self._pending[index] = read
        if time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what was taken, some lines at a time."""
        while self._pending:
            part = dict(list(self._pending.items())[:LINES_AT_ONCE])
            with self._store.begin() as connection:
                self._guard(connection)
                wanted = {line_id: read for index, read in part.items() if (line_id := self._ids[index]) is not None}
                for line in self._store.lines.some(connection, list(wanted)):
                    write(self._store, connection, line, (self._reader, wanted[line.id]))
                self._tell(connection)
            self._done |= set(part)
            for index in part:
                del self._pending[index]
        self._flushed = time.monotonic()

    def finish(self, traces: Sequence[Trace], reads: Sequence[Read], values: dict[str, object]) -> None:
        """Write what is missing, remove what was not found again and nobody has touched, and set columns of the page."""
        if not self.is_placed:
            self.place(traces)
        for index, read in enumerate(reads):
            if index not in self._done and index not in self._pending:
                self._pending[index] = read
        self.flush()
        with self._store.begin() as connection:
            self._guard(connection)
            touched = self._store.lines.touched(connection, self._page_id)
            gone = [line_id for line_id in self._old if line_id not in self._ids and line_id not in touched]
            self._store.lines.remove(connection, gone)
            self._store.pages.change(connection, self._page_id, values)
            self._tell(connection)

    def _tell(self, connection: Connection) -> None:
        workspace = self._store.pages.owner(connection, self._page_id)
        if workspace is not None:
            self._store.changes.add(connection, workspace, "page", self._page_id, self._page_id)


def _new_row(number: int, trace: Trace) -> dict[str, object]:
    return {"position": float(number), "baseline": trace.baseline, "polygon": trace.polygon, "origin": "found"}


def write(store: Store, connection: Connection, line: Line, new: tuple[Reader, Read]) -> None:
    """Put a reading beside a line, and make it the text unless a person has given one.

    A text that a person saved stays; the reading is newer than it and so becomes a suggestion. The same engine and model
    reading the same again, as after a worker that died, leaves no second trace.
    """
    reader, read = new
    last = line.reading
    if last is not None and (last.engine, last.model, last.text) == (reader.engine, reader.model, read.text):
        reading_id = last.id
    else:
        reading_id = store.lines.add_reading(connection, line.id, reading_row(reader, read))
    now = line.current
    if now is not None and (now.source in PERSONS or (now.author, now.text) == (reader.author, read.text)):
        return
    entry = entry_of(reader, read, base=line.revision, reading_id=reading_id)
    store.lines.save(connection, line.id, line.revision, entry)  # None = a person was quicker: their text stays


def reading_row(reader: Reader, read: Read) -> dict[str, object]:
    """Return the columns of a reading."""
    return {
        "engine": reader.engine,
        "model": reader.model,
        "text": read.text,
        "chars": read.chars,
        "confidence": read.confidence,
        "reason": read.reason,
    }


def entry_of(reader: Reader, read: Read, *, base: int, reading_id: int) -> Entry:
    """Return the revision that a reading makes."""
    return Entry(
        base=base,
        text=read.text,
        state="read",
        reason=read.reason,
        author=reader.author,
        source="model",
        action="read",
        reading_id=reading_id,
    )


class PageReport(Report):
    """Passes progress on to the job, and layout and lines to the recording."""

    def __init__(self, report: JobReport, recording: Recording) -> None:
        """Remember both."""
        self._report = report
        self._recording = recording

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Say how far the work is; see `JobReport`."""
        self._report(progress, message, **metrics)

    def found(self, lines: Sequence[types.Line]) -> None:
        """Write the layout, once."""
        if not self._recording.is_placed:
            self._recording.place([Trace(line.baseline, line.polygon) for line in lines])

    def finished(self, index: int, line: types.Line) -> None:
        """Write a line that was read."""
        self._recording.take(index, Read.of(line))

    def keep(self) -> None:
        """Write the lines that were read before the engine failed."""
        self._recording.flush()
