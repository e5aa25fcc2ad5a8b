"""What a training needs is not taken away from it, and what cannot be learnt from is not begun."""

from __future__ import annotations

import pytest

from tests.services.ocr.conftest import ANNA
from workbench.services import Services
from workbench.services.errors import Conflict, Invalid

FAST = {"epochs": 2}


def test_a_dataset_stays_while_a_training_waits_for_it(services: Services, project: int) -> None:
    job, dataset = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=FAST)
    with pytest.raises(Conflict, match="needs it"):
        services.datasets.delete(ANNA, dataset)
    services.jobs.cancel(ANNA, job.id)
    services.datasets.delete(ANNA, dataset)
    assert services.datasets.list(ANNA) == []


@pytest.mark.slow
def test_a_version_stays_while_a_training_starts_from_it(services: Services, project: int) -> None:
    services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=FAST)
    services.jobs.run_one("trainer", "train")
    job, _ = services.training.begin(ANNA, "ocr", "letters", [project], options=FAST)
    with pytest.raises(Conflict, match="needs it"):
        services.models.delete(ANNA, "anna/ocr/letters/v1")
    services.jobs.cancel(ANNA, job.id)
    services.models.delete(ANNA, "anna/ocr/letters/v1")
    assert [version for version in services.models.list(ANNA) if version.owner == "anna"] == []


def test_with_every_page_held_out_nothing_is_begun(services: Services, project: int) -> None:
    for page in services.datasets.pages(ANNA, [project]):
        services.datasets.set_split(ANNA, page.page_id, "held_out")
    levels = {
        finding.kind: finding.level for finding in services.training.check(ANNA, "ocr", [project], base_model="fixed").findings
    }
    assert levels["split"] == "stop"
    with pytest.raises(Invalid, match="held out"):
        services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed")


@pytest.mark.slow
def test_a_cancel_that_comes_after_the_work_is_too_late(services: Services, project: int) -> None:
    """The handler has done its work and somebody cancels before the job is written as done: what was made stands."""
    from dataclasses import replace

    job, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=FAST)
    handler = services.handlers["train.run"]

    def cancelled_at_the_end(services, job, report):
        result = handler.run(services, job, report)
        services.jobs.cancel(ANNA, job.id)
        return result

    services.handlers["train.run"] = replace(handler, run=cancelled_at_the_end)
    services.jobs.run_one("trainer", "train")
    done = services.store.jobs.get(job.id)
    assert (done.state, done.result and done.result["model"]) == ("done", "anna/ocr/letters/v1")


def test_a_schedule_begins_once_however_many_ask(services: Services, project: int) -> None:
    from concurrent.futures import ThreadPoolExecutor

    view = services.training.schedule(ANNA, "ocr", "letters", [project], base_model="fixed", options=FAST, every=9)

    def ask(_: int) -> bool:
        try:
            services.training.run_schedule(ANNA, view.id)
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 1
    assert len(services.store.jobs.list("anna", kinds=["train.run"])) == 1
