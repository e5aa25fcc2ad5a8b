"""Going on with trainings that were cancelled or failed, with the fake that learns and with kraken."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from engines.errors import InvalidOptions
from tests.layouts import write_layout
from tests.recognisers import write_recogniser
from tests.services.ocr.conftest import ANNA, BORIS
from tests.services.tiny import until
from workbench.services import Services
from workbench.services.errors import Conflict, Invalid, ServiceError
from workbench.services.jobs import Jobs
from workbench.services.models.sweeping import TRAINING_SECONDS
from workbench.store.errors import DiskFull, NotFound
from workbench.store.jobs import Job
from workbench.store.jobs import Jobs as StoredJobs

SLOW = {"epochs": 12, "seconds_per_epoch": 0.3}


def cancelled(services: Services, project: int, task: str = "ocr", base: str = "fixed", **options: object) -> Job:
    """Begin a training, let two epochs pass, and cancel it."""
    job, _ = services.training.begin(ANNA, task, "letters", [project], base_model=base, options=options or SLOW)
    thread = threading.Thread(target=lambda: Jobs(services).run_one("trainer-1", "train"), daemon=True)
    thread.start()
    until(lambda: services.store.jobs.get(job.id).metrics.get("epoch", 0) >= 2)
    services.jobs.cancel(ANNA, job.id)
    thread.join(30)
    ended = services.store.jobs.get(job.id)
    assert ended.state == "cancelled"
    return ended


def folder_of(services: Services, job: Job, task: str = "ocr") -> Path:
    return services.models.staged("anna", task, "letters", job.id)


def made_young(folder: Path, job: Job) -> None:
    """Make a folder that was just changed younger than its job, however coarse the clock of the file system is."""
    os.utime(folder, (job.created + 1, job.created + 1))


def run(services: Services, job: Job) -> Job:
    assert services.jobs.run_one("trainer-1", "train")
    return services.store.jobs.get(job.id)


def epochs(services: Services, job: Job) -> list[float]:
    return [row.metrics["epoch"] for row in services.store.jobs.figures(job.id) if "epoch" in row.metrics]


@pytest.mark.slow
def test_a_cancelled_one_goes_on_to_the_version_with_all_of_its_curve(services: Services, project: int) -> None:
    job = cancelled(services, project)
    assert services.training.get(ANNA, job.id).resumable
    heir = services.training.resume(ANNA, job.id)
    assert not folder_of(services, job).exists()
    assert services.training.get(ANNA, heir.id).now == services.training.get(ANNA, job.id).now
    assert not services.training.get(ANNA, job.id).resumable
    services.jobs.cancel(ANNA, heir.id)
    assert services.training.get(ANNA, heir.id).resumable, "cancelled before it began"
    last = services.training.resume(ANNA, heir.id, {"epochs": 13})
    done = run(services, last)
    assert done.state == "done", done.error
    told = epochs(services, last)
    assert sorted(set(told)) == list(range(14))
    assert told.count(0) == 1, "it did not begin anew"
    view = services.training.get(ANNA, last.id)
    assert (view.resumes, view.options["epochs"]) == (heir.id, 13)
    assert [x for x, _ in view.curves[0].series[0].points] == list(range(14))
    assert view.before is not None
    assert view.log[0].text.startswith("epoch 0")
    version = services.models.find(ANNA, "anna/ocr/letters/v1")
    assert version.said["metrics"]["epochs"] == 13
    assert sorted(path.name for path in version.folder.iterdir()) == ["card.md", "curves.png", "model.json", "model.safetensors"]
    again = services.training.again(ANNA, last.id)
    assert services.training.get(ANNA, again.id).resumes is None, "what is tried again begins anew"


@pytest.mark.slow
def test_of_two_who_press_at_once_one_is_refused(services: Services, project: int) -> None:
    job = cancelled(services, project)
    both = threading.Barrier(2)
    made: list[Job] = []
    refused: list[ServiceError] = []

    def press() -> None:
        both.wait()
        try:
            made.append(services.training.resume(ANNA, job.id))
        except ServiceError as error:
            refused.append(error)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 1
    assert [type(error) for error in refused] == [Conflict]
    assert "goes on already" in refused[0].message
    assert str(made[0].id) in refused[0].hint
    assert len(services.store.jobs.list("anna", kinds=["train.run"])) == 2, "nothing is queued for who was refused"
    with pytest.raises(Conflict):
        services.training.resume(ANNA, job.id)


@pytest.mark.slow
def test_what_cannot_change_and_what_is_gone(services: Services, project: int, monkeypatch: pytest.MonkeyPatch) -> None:
    job = cancelled(services, project)
    folder, training = folder_of(services, job), services.training
    with pytest.raises(Invalid, match="'seconds_per_epoch' cannot change"):
        training.resume(ANNA, job.id, {"seconds_per_epoch": 0.0})
    with pytest.raises(Invalid, match="fewer epochs than 12"):
        training.resume(ANNA, job.id, {"epochs": 11})
    with pytest.raises(InvalidOptions, match="no option 'minutes'"):
        training.resume(ANNA, job.id, {"minutes": 5})
    with pytest.raises(NotFound):
        training.resume(BORIS, job.id)

    def full(*_: object) -> None:
        raise DiskFull

    hand_over = services.models.hand_over
    for owner, name, fails in (
        (StoredJobs, "inherit", full),  # before the folder is moved
        (services.models, "hand_over", lambda *given: (hand_over(*given), full())),  # when it has been
    ):
        with monkeypatch.context() as patched:
            patched.setattr(owner, name, fails)
            with pytest.raises(DiskFull):
                training.resume(ANNA, job.id)
        assert (folder / "checkpoint.json").is_file(), "it stays with the job that has it"
        assert training.resumable(job)
        assert len(services.store.jobs.list("anna", kinds=["train.run"])) == 1

    heir = training.resume(ANNA, job.id)
    with pytest.raises(Invalid, match="Only a training that failed"):
        training.resume(ANNA, heir.id)
    (folder_of(services, heir) / "checkpoint.json").write_bytes(b"\x00 damaged")
    failed = run(services, heir)
    assert failed.state == "failed"
    assert "can no longer be gone on with" in failed.error
    assert "again" in failed.hint
    view = training.get(ANNA, heir.id)
    assert (view.resumable, view.again is not None) == (False, True)
    with pytest.raises(Invalid, match="no checkpoint"):
        training.resume(ANNA, heir.id)


@pytest.mark.slow
def test_one_that_was_swept_is_told(services: Services, project: int, monkeypatch: pytest.MonkeyPatch) -> None:
    job = cancelled(services, project)
    services.models.sweep()
    assert services.training.resumable(job)
    monkeypatch.setattr("workbench.services.models.sweeping.now", lambda: job.created + TRAINING_SECONDS + 3600)
    services.models.sweep()
    assert not services.training.get(ANNA, job.id).resumable
    with pytest.raises(Invalid, match="can no longer be gone on with") as told:
        services.training.resume(ANNA, job.id)
    assert "again" in told.value.hint


@pytest.mark.slow
def test_whose_time_was_over_is_only_finished(services: Services, project: int) -> None:
    """It failed after its last epoch, as where there is no room for the weights."""
    job, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options={"epochs": 3})
    in_the_way = services.models.staging("anna", "ocr", "letters", job.id) / "model.safetensors"
    in_the_way.mkdir()
    made_young(in_the_way.parent, job)
    assert run(services, job).state == "failed"
    assert max(epochs(services, job)) == 3
    heir = services.training.resume(ANNA, job.id)
    shutil.rmtree(folder_of(services, heir) / in_the_way.name)
    made_young(folder_of(services, heir), heir)
    done = run(services, heir)
    assert done.state == "done", done.error
    assert epochs(services, heir) == [*epochs(services, job), 3], "nothing was learnt once more"
    assert services.models.find(ANNA, "anna/ocr/letters/v1").said["job"] == heir.id


@pytest.mark.slow
@pytest.mark.kraken
@pytest.mark.parametrize("task", ["ocr", "layout"])
def test_kraken_goes_on_and_may_be_given_more_time(services: Services, project: int, task: str) -> None:
    base = services.models.staging("anna", task, "tiny", 1)
    (write_recogniser if task == "ocr" else write_layout)(base / "model.safetensors")
    start = services.models.publish("anna", task, "tiny", base, {"engine": "kraken", "job": 1}).full_name
    options = {"epochs": 500, "minutes": 5, "variation": 0, "precision": "fp32", "rate": 0.02, "average": 0.5}
    job = cancelled(services, project, task, start, **options)
    assert (folder_of(services, job, task) / "checkpoint.pt").is_file()
    with pytest.raises(Invalid, match="'rate' cannot change"):
        services.training.resume(ANNA, job.id, {"rate": 0.03})
    heir = services.training.resume(ANNA, job.id, {"minutes": 6})
    reached = max(epochs(services, heir))
    thread = threading.Thread(target=lambda: Jobs(services).run_one("trainer-1", "train"), daemon=True)
    thread.start()
    until(lambda: services.store.jobs.get(heir.id).metrics.get("epoch", 0) > max(reached, 7), 120)
    services.jobs.finish_early(ANNA, heir.id)
    thread.join(120)
    done = services.store.jobs.get(heir.id)
    assert done.state == "done", done.error
    told = epochs(services, heir)
    assert told.count(0) == 1
    assert max(told) > reached
    view = services.training.get(ANNA, heir.id)
    assert [x for x, _ in view.curves[0].series[0].points] == list(range(int(max(told)) + 1)), "no epoch is missing"
    assert any("Going on after epoch" in line.text for line in view.log)
