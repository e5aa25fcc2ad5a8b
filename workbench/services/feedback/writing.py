"""Files of the ledger: CSV for a spreadsheet, JSON lines for a program, SQLite for questions."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import orjson

from workbench.services.feedback.views import EntryView

COLUMNS: Mapping[str, type] = {
    "id": int,
    "time": str,
    "task": str,
    "project": str,
    "page": str,
    "line": int,
    "before": str,
    "after": str,
    "state": str,
    "reason": str,
    "action": str,
    "model": str,
    "person": str,
    "seconds": float,
    "learnt_by": str,
    "direction": str,
    "revision": int,
    "project_id": int,
    "page_id": int,
    "line_id": int,
}
"""The columns of a table of entries, and what is in them; `time` is ISO 8601 in UTC."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TOKENS = "unicode61 remove_diacritics 0 categories ''L* N* Co Mn''"  # points belong to their letter; '' within quotes is '


def write_csv(path: Path, entries: Iterable[EntryView]) -> None:
    """Write a CSV that spreadsheets open as it is meant: in UTF-8, and no cell is taken for a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for entry in entries:
            writer.writerow([_cell(value) for value in row_of(entry).values()])


def write_jsonl(path: Path, entries: Iterable[EntryView]) -> None:
    """Write one JSON object a line, each as REST gives it."""
    with path.open("wb") as file:
        for entry in entries:
            file.write(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))


def write_sqlite(path: Path, entries: Iterable[EntryView]) -> None:
    """Write a SQLite database with one table `entries`, whose texts can be searched as `entries_fts`."""
    from sqlite_utils.db import Database, Table  # late: only this format needs it

    database = Database(path)
    try:
        table = Table(database, "entries")
        table.create(dict(COLUMNS), pk="id")
        table.insert_all(row_of(entry) for entry in entries)
        table.enable_fts(["before", "after"], fts_version="FTS5", tokenize=_TOKENS)
    finally:
        database.close()


def row_of(entry: EntryView) -> dict[str, object]:
    """Return an entry as a row of `COLUMNS`."""
    own = {
        "time": datetime.fromtimestamp(entry.created, UTC).isoformat(timespec="seconds"),
        "project": entry.project.name,
        "page": entry.page.name,
        "line": entry.line.number,
        "project_id": entry.project.id,
        "page_id": entry.page.id,
        "line_id": entry.line.id,
    }
    return {name: own[name] if name in own else getattr(entry, name) for name in COLUMNS}


def _cell(value: object) -> object:
    """Return a value that no spreadsheet computes: a text that looks like a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


FORMATS: Mapping[str, Callable[[Path, Iterable[EntryView]], None]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "sqlite": write_sqlite,
}
