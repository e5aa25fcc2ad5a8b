"""Trainings as jobs, with the fake that learns: from corrections to a version, killed, cancelled, stopped, scheduled."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import threading
import time
from pathlib import Path

import psutil
import pytest

from engines.errors import EngineError, InvalidOptions
from tests.services.ocr.conftest import ANNA, BORIS
from tests.services.tiny import until
from tests.services.training_pages import TEXTS, corrected, pattern
from workbench.services import Services
from workbench.services.errors import Invalid, ServiceError
from workbench.services.jobs import Jobs
from workbench.store.errors import NotFound
from workbench.store.jobs import Job

FAST = {"epochs": 3}


def run(services: Services, job: Job) -> Job:
    assert services.jobs.run_one("trainer-1", "train")
    return services.store.jobs.get(job.id)


def in_background(services: Services) -> threading.Thread:
    thread = threading.Thread(target=lambda: Jobs(services).run_one("trainer-1", "train"), daemon=True)
    thread.start()
    return thread


def child_of(job: Job) -> psutil.Process | None:
    for process in psutil.Process().children(recursive=True):
        if "workbench.trainer" in process.cmdline() and str(job.id) in process.cmdline():
            return process
    return None


def test_the_check_tells_what_is_there_and_what_is_doubtful(services: Services, project: int) -> None:
    found = services.training.check(ANNA, "ocr", [project], base_model="base/ocr/hebrew/v1")
    assert found.examples == 24
    kinds = {finding.kind: finding for finding in found.findings}
    assert kinds["lines"].level == "ok"
    assert kinds["characters"].level == "ok"
    assert kinds["repeated"].value == 24
    assert kinds["repeated"].suspects[0].page_name == "page 0"
    assert services.datasets.list(ANNA) == []


@pytest.mark.slow
def test_a_training_makes_a_version_and_the_next_page_is_read_with_it(services: Services, project: int, tmp_path: Path) -> None:
    job, dataset = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=FAST)
    done = run(services, job)
    assert done.state == "done", done.error
    assert done.result is not None
    assert done.result["model"] == "anna/ocr/letters/v1"
    view = services.training.get(ANNA, job.id)
    assert view.before is not None
    assert view.now is not None
    assert view.now.value < view.before.value
    assert [len(series.points) for series in view.curves[0].series] == [4, 2]
    assert "epoch 3" in view.log[-1].text
    version = services.models.find(ANNA, "anna/ocr/letters")
    said = version.said
    assert said["dataset"]["id"] == dataset
    assert said["metrics"]["headline"]["n"] > 0
    assert said["metrics"]["parts"]["letters"]["n"] > 0
    assert "accents" not in said["metrics"]["parts"]  # there are none in these texts
    assert (version.path.parent / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert "Held out" in version.card
    with services.store.connect() as connection:
        marked = connection.exec_driver_sql("SELECT count(*), min(learnt_by) FROM lines WHERE learnt_revision >= 2").one()
    assert marked == (16, "anna/ocr/letters/v1")
    services.models.promote(ANNA, version.full_name)
    added = services.ocr.add_scans(ANNA, pattern(tmp_path / "new.png", 90), "new.png", project_id=project, engine="fixed")
    services.jobs.run_one("worker-1", "ocr")
    assert [line.text for line in services.ocr.page(ANNA, added.page_ids[0]).lines] == list(TEXTS)


@pytest.mark.slow
def test_a_second_training_starts_from_the_first_and_remembers_what_it_learnt(services: Services, project: int) -> None:
    first, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=FAST)
    run(services, first)
    second, _ = services.training.begin(ANNA, "ocr", "letters", [project], options=FAST)
    run(services, second)
    version = services.models.find(ANNA, "anna/ocr/letters/v2")
    assert version.parent == "anna/ocr/letters/v1"
    assert services.models.lineage(ANNA, version) == ["anna/ocr/letters/v1", "anna/ocr/letters/v2"]
    parent = services.models.find(ANNA, "anna/ocr/letters/v1")
    assert version.said["learnt"] == parent.said["learnt"]
    assert version.said["metrics"]["before"]["value"] == parent.said["metrics"]["headline"]["value"]
    assert version.met is not None
    assert parent.chosen_on <= version.met


@pytest.mark.slow
def test_killed_it_goes_on_from_its_checkpoint_and_the_second_time_it_fails(services: Services, project: int) -> None:
    slow = {"epochs": 6, "seconds_per_epoch": 0.5}
    job, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=slow)
    thread = in_background(services)
    until(lambda: services.store.jobs.get(job.id).metrics.get("epoch", 0) >= 2)
    child = child_of(job)
    assert child is not None
    child.kill()
    thread.join(20)
    waiting = services.store.jobs.get(job.id)
    assert (waiting.state, waiting.lost) == ("queued", 1)
    before = [row.metrics["epoch"] for row in services.store.jobs.figures(job.id)]
    thread = in_background(services)
    thread.join(30)
    done = services.store.jobs.get(job.id)
    assert done.state == "done", done.error
    epochs = [row.metrics["epoch"] for row in services.store.jobs.figures(job.id)]
    assert epochs[len(before)] >= before[-1]
    assert epochs[-1] == 6
    view = services.training.get(ANNA, job.id)
    assert view.before is not None


@pytest.mark.slow
def test_killed_twice_it_fails_with_a_reason(services: Services, project: int) -> None:
    slow = {"epochs": 60, "seconds_per_epoch": 0.5}
    job, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=slow)
    for attempt in (1, 2):
        thread = in_background(services)
        until(lambda attempt=attempt: services.store.jobs.get(job.id).attempt == attempt and child_of(job))
        until(lambda: services.store.jobs.get(job.id).metrics.get("epoch") is not None)
        child = child_of(job)
        assert child is not None
        child.kill()
        thread.join(20)
    failed = services.store.jobs.get(job.id)
    assert failed.state == "failed"
    assert "was killed" in failed.error
    assert "checkpoint" in failed.hint
    assert services.training.get(ANNA, job.id).again is not None


@pytest.mark.slow
def test_a_cancel_takes_effect_within_seconds_even_when_nobody_listens(services: Services, project: int) -> None:
    deaf = {"epochs": 5, "seconds_per_epoch": 60.0}
    job, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=deaf)
    thread = in_background(services)
    until(lambda: child_of(job))
    child = child_of(job)
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)
    began = time.monotonic()
    services.jobs.cancel(ANNA, job.id)
    thread.join(20)
    assert services.store.jobs.get(job.id).state == "cancelled"
    assert time.monotonic() - began < 5
    assert not child.is_running()
    assert services.models.list(ANNA)[0].owner == "base"


@pytest.mark.slow
def test_stopped_early_it_keeps_the_best(services: Services, project: int) -> None:
    slow = {"epochs": 500, "seconds_per_epoch": 0.3}
    job, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=slow)
    with pytest.raises(Invalid, match="nothing to keep"):
        services.jobs.finish_early(ANNA, job.id)
    thread = in_background(services)
    until(lambda: services.store.jobs.get(job.id).metrics.get("epoch", 0) >= 1)
    services.jobs.finish_early(ANNA, job.id)
    thread.join(30)
    done = services.store.jobs.get(job.id)
    assert done.state == "done", done.error
    assert done.metrics["epoch"] < 500


@pytest.mark.slow
def test_without_its_worker_it_ends(services: Services, project: int, tmp_path: Path) -> None:
    """A worker that is killed takes its training with it; the job goes on elsewhere from the checkpoint."""
    import subprocess
    import sys

    slow = {"epochs": 500, "seconds_per_epoch": 0.3}
    job, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=slow)
    environment = {**os.environ, **services.settings.environment()}
    worker = subprocess.Popen([sys.executable, "-m", "workbench", "worker", "--lane", "train"], env=environment)
    until(lambda: services.store.jobs.get(job.id).metrics.get("epoch", 0) >= 1)
    child = child_of(job)
    assert child is not None
    worker.kill()
    worker.wait()
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 10)
    assert services.models.published(ANNA.workspace, "ocr", "letters", job.id) is None


@pytest.mark.slow
def test_what_is_published_already_is_not_trained_again(services: Services, project: int) -> None:
    job, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=FAST)
    run(services, job)
    with sqlite3.connect(services.settings.data / "workbench.db") as connection:  # as if the worker had died just then
        connection.execute("UPDATE jobs SET state='queued', result=NULL, finished=NULL WHERE id=?", (job.id,))
    again = run(services, job)
    assert again.result is not None
    assert again.result["model"] == "anna/ocr/letters/v1"
    assert [version.full_name for version in services.models.list(ANNA) if version.owner == "anna"] == ["anna/ocr/letters/v1"]


@pytest.mark.slow
def test_the_policy_promotes_what_is_clearly_better_and_nothing_else(services: Services, project: int) -> None:
    services.models.set_policy(ANNA, "auto")
    first, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options={"epochs": 1})
    assert run(services, first).state == "done"
    second, _ = services.training.begin(ANNA, "ocr", "letters", [project], options=FAST)
    done = run(services, second)
    assert done.result is not None
    assert "promoted" in done.result
    if not done.result["promoted"]:
        assert done.result["why"]


@pytest.mark.parametrize(
    ("name", "wish", "told"),
    [
        ("../up", {"base_model": "fixed"}, "cannot be the name"),
        ("אותיות", {"base_model": "fixed"}, "cannot be the name"),
        ("letters", {"base_model": "base/layout/blla/v1"}, "for layout, not for ocr"),
        ("letters", {"base_model": "tesseract"}, "cannot be trained"),
        ("letters", {"base_model": "anna/ocr/nothing/v9"}, "no model"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_a_reason(
    services: Services, project: int, name: str, wish: dict[str, str], told: str
) -> None:
    with pytest.raises((ServiceError, EngineError), match=told):
        services.training.begin(ANNA, "ocr", name, [project], base_model=wish["base_model"])
    assert services.store.jobs.list("anna", kinds=["train.run"]) == []


def test_options_out_of_range_are_refused(services: Services, project: int) -> None:
    with pytest.raises(InvalidOptions, match="epochs"):
        services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options={"epochs": 0})
    with pytest.raises(InvalidOptions, match="no option 'bogus'"):
        services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options={"bogus": 1})


def test_too_little_is_refused_and_leaves_no_dataset(services: Services, tmp_path: Path) -> None:
    page = corrected(services, ANNA, tmp_path, pages=1)[0]
    for line in page.lines[1:]:
        services.ocr.set_is_line(ANNA, line.id, False)
    with pytest.raises(Invalid, match="too few"):
        services.training.begin(ANNA, "ocr", "letters", [page.project.id], base_model="fixed")
    assert services.datasets.list(ANNA) == []


def test_nobody_trains_on_the_pages_of_another(services: Services, project: int) -> None:
    with pytest.raises(NotFound):
        services.training.begin(BORIS, "ocr", "letters", [project], base_model="fixed")
    with pytest.raises(NotFound):
        services.training.schedule(BORIS, "ocr", "letters", [project], base_model="fixed", every=5)


@pytest.mark.slow
def test_images_that_are_gone_fail_the_training_with_words(services: Services, project: int) -> None:
    job, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=FAST)
    for blob in (services.settings.data / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    failed = run(services, job)
    assert failed.state == "failed"
    assert "image" in failed.error.lower() or "scan" in failed.error.lower()
    assert services.models.list(ANNA)[0].owner == "base"


def test_the_form_offers_what_there_is(services: Services, project: int) -> None:
    task = services.training.offers(ANNA)[0]
    assert [(base.model, base.promoted) for base in task.bases][:2] == [
        ("base/ocr/arabic/v1", False),
        ("base/ocr/hebrew/v1", True),
    ]
    assert task.usual == {"": "base/ocr/hebrew/v1", "Hebrew": "base/ocr/hebrew/v1"}
    assert {"kraken", "fixed"} <= {base.model for base in task.bases}
    assert task.engines["fixed"].options["properties"]["epochs"]["x-main"] is True
    assert [(source.documents, source.examples) for source in task.projects] == [(3, 24)]
    assert task.measures[0].name == "strict"
    assert json.dumps(task.engines["kraken"].options)
