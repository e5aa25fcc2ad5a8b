"""Throw-away workspaces end: their jobs stop, and they go when nothing of a person lies in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select

from workbench.store import Store
from workbench.store.database import now
from workbench.store.job import NewJob
from workbench.store.schema import jobs, projects, promotions, reports, schedules, workspaces


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path}/workbench.db")
    store.upgrade()
    with store.begin() as connection:
        for slug, expires in (("over", now() - 5), ("on", now() + 500)):
            connection.execute(insert(workspaces).values(slug=slug, kind="demo", created=0.0, expires=expires))
            connection.execute(insert(projects).values(workspace=slug, name="p", options={}, created=0.0))
            job = store.jobs.add(connection, NewJob("k", "ocr", slug, "visitor", {}))
            connection.execute(insert(reports).values(job_id=job.id, time=0.0, progress=0.0, message="m", metrics={}))
            store.changes.add(connection, slug, "job", job.id)
    return store


def slugs(store: Store) -> set[str]:
    with store.connect() as connection:
        return set(connection.execute(select(workspaces.c.slug)).scalars())


def test_only_what_is_over_goes_and_only_when_it_is_empty(store: Store) -> None:
    over = store.expiry.expired(now())
    assert over == ["over"]
    assert store.expiry.remove(over) == 0
    assert store.expiry.stop_jobs(over) == 1
    assert store.expiry.remove(over) == 0  # its project is still there
    with store.begin() as connection:
        connection.execute(delete(projects).where(projects.c.workspace == "over"))
    assert store.expiry.remove(over) == 1
    assert slugs(store) == {"local", "on"}
    with store.connect() as connection:
        assert connection.execute(select(func.count()).select_from(jobs)).scalar() == 1
        assert connection.execute(select(func.count()).select_from(reports)).scalar() == 1
    assert [change.workspace for change in store.changes.since(0)] == ["on"]


def test_a_running_job_holds_its_workspace_until_it_has_stopped(store: Store) -> None:
    with store.begin() as connection:
        connection.execute(delete(projects))
    running = store.jobs.claim("ocr", "w")
    assert running is not None
    assert running.workspace == "over"
    assert store.expiry.stop_jobs(["over"]) == 1
    assert store.expiry.remove(["over"]) == 0
    with store.begin() as connection:
        assert store.jobs.stop(connection, running) is not None
    assert store.expiry.remove(["over"]) == 1


def test_nothing_over_nothing_done(store: Store) -> None:
    assert store.expiry.stop_jobs([]) == 0
    assert store.expiry.remove([]) == 0


def test_datasets_hold_a_workspace_and_the_rest_goes_with_it(store: Store) -> None:
    with store.begin() as connection:
        connection.execute(delete(projects))
        row = {"task": "ocr", "name": "x", "sha256": "0" * 64, "sources": [], "documents": 1, "examples": 1, "author": "me"}
        made = store.datasets.add(connection, "over", row, ["ab" * 32])
        own = {"workspace": "over", "author": "me", "created": 0.0}
        connection.execute(insert(promotions).values(**own, model="me/ocr/x", version=1, script="Hebrew", reason=""))
        connection.execute(insert(schedules).values(**own, task="ocr", name="x", projects=[1], base_model="", options={}))
    store.expiry.stop_jobs(["over"])
    assert store.expiry.remove(["over"]) == 0
    with store.begin() as connection:
        assert store.datasets.remove(connection, made.id) == ["ab" * 32]
    assert store.expiry.remove(["over"]) == 1
    with store.connect() as connection:
        for table in (promotions, schedules):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0
