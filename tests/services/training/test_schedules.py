"""Trainings that begin by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.services.ocr.conftest import ANNA
from workbench.services import Services
from workbench.services.errors import Invalid, ServiceError

FAST = {"epochs": 3}


def test_after_so_many_corrections_it_trains_by_itself(services: Services, project: int) -> None:
    view = services.training.schedule(ANNA, "ocr", "letters", [project], base_model="fixed", options=FAST, every=4)
    now = datetime.now().astimezone()
    assert view.waiting == 0
    assert services.training.tick(now) == []
    pages = services.ocr.project(ANNA, project).pages
    lines = services.ocr.page(ANNA, pages[0].id).lines
    for line in lines[:4]:
        services.ocr.save_line(ANNA, line.id, text=line.text + " עוד", base_revision=line.revision)
    assert services.training.schedules(ANNA)[0].waiting == 4
    (job,) = services.training.tick(now)
    assert job.owner == "anna"
    assert services.training.tick(now) == []
    shown = services.training.schedules(ANNA)[0]
    assert (shown.waiting, shown.job_id) == (0, job.id)
    with pytest.raises(Invalid, match="not ended"):
        services.training.run_schedule(ANNA, view.id)


def test_at_night_it_trains_once_when_there_is_something_new(services: Services, project: int) -> None:
    view = services.training.schedule(ANNA, "ocr", "letters", [project], base_model="fixed", options=FAST, hour=3)
    night = (datetime.now().astimezone() + timedelta(days=1)).replace(hour=3, minute=5)
    assert services.training.tick(night) == []
    line = services.ocr.page(ANNA, services.ocr.project(ANNA, project).pages[0].id).lines[0]
    services.ocr.save_line(ANNA, line.id, text="חדש", base_revision=line.revision)
    assert services.training.tick(datetime.now().astimezone()) == []
    (job,) = services.training.tick(night)
    services.jobs.cancel(ANNA, job.id)
    assert "cancelled" in services.training.schedules(ANNA)[0].message
    assert services.training.tick(night) == []
    services.training.unschedule(ANNA, view.id)
    assert services.training.schedules(ANNA) == []


def test_a_schedule_that_cannot_begin_says_why(services: Services, tmp_path: Path) -> None:
    project = services.ocr.create_project(ANNA, "empty").id
    view = services.training.schedule(ANNA, "ocr", "letters", [project], base_model="fixed", every=1)
    with pytest.raises(ServiceError):
        services.training.run_schedule(ANNA, view.id)
    assert services.training.schedules(ANNA)[0].message
