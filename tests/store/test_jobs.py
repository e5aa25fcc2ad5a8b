"""The rows of the queue, as values."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from workbench.store import Store, changes, job, schema, workers
from workbench.store.job import NewJob


def test_the_fields_of_values_are_the_columns_in_their_order() -> None:
    for value, table in (
        (job.Job, schema.jobs),
        (job.ReportRow, schema.reports),
        (workers.Worker, schema.workers),
        (changes.Change, schema.changes),
    ):
        assert [field.name for field in fields(value)] == [column.name for column in table.columns]


def test_why_nothing_happens_is_written_on_what_waits(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/workbench.db")
    store.upgrade()
    with store.begin() as connection:
        waiting = [store.jobs.add(connection, NewJob("k", lane, "local", "you", {})) for lane in ("ocr", "audio")]
    store.jobs.explain_waiting("ocr", "no worker")
    assert [store.jobs.get(one.id).message for one in waiting] == ["no worker", ""]
    claimed = store.jobs.claim("ocr", "w")
    assert claimed is not None
    assert claimed.message == ""
