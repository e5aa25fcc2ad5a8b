"""Making one model of several: an ensemble or an average, with all that its members have learnt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engines.ocr.memory import Memory
from tests.recognisers import ALPHABET, write_recogniser
from tests.services.homes import ANNA, home_of
from workbench.services import Services
from workbench.services.errors import Invalid

pytestmark = [pytest.mark.kraken, pytest.mark.slow]


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Return a workbench in which Anna has two recognisers of one kind and one with another alphabet."""
    with home_of(tmp_path, "anna") as built:
        for job, (name, alphabet) in enumerate({"one": ALPHABET, "other": ALPHABET, "wider": ALPHABET + "!"}.items(), 1):
            folder = built.models.staging("anna", "ocr", name, job)
            write_recogniser(folder / "model.safetensors", job, alphabet=alphabet)
            said = {"engine": "kraken", "learnt": {"documents": [name, "all"], "examples": []}, "chosen_on": [f"held {name}"]}
            built.models.publish("anna", "ocr", name, folder, {**said, "dataset": {"sources": [{"project": job}]}})
        yield built


def test_an_ensemble_is_a_version_that_has_learnt_what_its_members_have(services: Services) -> None:
    made = services.models.combine(ANNA, "all", ["anna/ocr/one", "anna/ocr/wider/v1"], title="All of them")
    assert (made.full_name, made.engine, made.title, made.problem) == ("anna/ocr/all/v1", "ensemble", "All of them", "")
    assert made.said["members"] == ["anna/ocr/one/v1", "anna/ocr/wider/v1"]
    assert made.said["learnt"] == {"documents": ["all", "one", "wider"], "examples": []}
    assert made.said["chosen_on"] == ["held one", "held wider"]
    assert made.said["dataset"] == {"sources": [{"project": 1}, {"project": 3}]}
    assert "!" in str(made.said["alphabet"])
    assert made.script == "Hebrew"
    assert services.models.resolve(ANNA, None, None, "ensemble") == made
    assert services.ocr.choose(ANNA, None, model="anna/ocr/all").open().weights == made.path


def test_as_a_job_it_is_done_once(services: Services) -> None:
    job = services.models.begin_combining(ANNA, "all", ["anna/ocr/one", "anna/ocr/wider"], title="All")
    assert services.jobs.run_one("worker", "ocr")
    done = services.store.jobs.get(job.id)
    assert (done.state, done.result) == ("done", {"model": "anna/ocr/all/v1"}), done.error
    again = services.models.combine(ANNA, "all", ["anna/ocr/one", "anna/ocr/wider"], job=done)  # a worker that died just then
    assert (again.full_name, again.said["title"], again.job_id) == ("anna/ocr/all/v1", "All", job.id)
    gone = services.models.begin_combining(ANNA, "all", ["anna/ocr/one", "anna/ocr/wider"])
    services.models.delete(ANNA, "anna/ocr/wider/v1")
    assert services.jobs.run_one("worker", "ocr")
    failed = services.store.jobs.get(gone.id)
    assert (failed.state, "wider" in failed.error) == ("failed", True)


def test_an_average_is_a_version_of_the_same_engine(services: Services) -> None:
    services.models.take_in(ANNA, services.models.find(ANNA, "anna/ocr/one").path, "guest")
    assert services.models.combine(ANNA, "both", ["anna/ocr/one", "anna/ocr/guest"]).met is None
    made = services.models.combine(ANNA, "soup", ["anna/ocr/one", "anna/ocr/other"], average=True)
    assert made.met is not None
    assert (made.engine, made.said["members"]) == ("kraken", ["anna/ocr/one/v1", "anna/ocr/other/v1"])
    assert services.models.combine(ANNA, "soup", ["anna/ocr/one", made.full_name], average=True).version == 2


def test_an_ensemble_goes_out_and_comes_in(services: Services, tmp_path: Path) -> None:
    made = services.models.combine(ANNA, "all", ["anna/ocr/one", "anna/ocr/wider"])
    alone = services.models.export(ANNA, made.full_name, tmp_path / "alone.safetensors")
    assert services.models.take_in(ANNA, alone, "again").engine == "ensemble"
    one = services.models.export(ANNA, "anna/ocr/one", tmp_path / "one.safetensors")
    assert services.models.take_in(ANNA, one, "single").engine == "kraken"


def test_what_cannot_be_combined_leaves_nothing(services: Services) -> None:
    folder = services.models.staging("anna", "ocr", "fake", 9)
    Memory(np.zeros((1, 8 * 48), np.float32), ("text",)).save(folder / "model.safetensors")
    services.models.publish("anna", "ocr", "fake", folder, {"engine": "fixed"})
    services.models.combine(ANNA, "both", ["anna/ocr/one", "anna/ocr/other"])
    for models, average, says in (
        (["anna/ocr/one", "anna/ocr/one/v1"], False, "nothing to combine"),
        (["anna/ocr/one", "anna/ocr/none"], False, "There is no model"),
        (["anna/ocr/one", "anna/ocr/fake"], False, "'anna/ocr/fake/v1', a model of fixed, cannot be combined so"),
        (["anna/ocr/one", "anna/ocr/both"], True, "'anna/ocr/both/v1', a model of ensemble, cannot be combined so"),
        (["anna/ocr/both", "anna/ocr/one"], True, "Models of ensemble cannot be averaged"),
        (["anna/ocr/one", "anna/ocr/wider"], True, "another architecture or alphabet"),
    ):
        with pytest.raises(Invalid, match=says) as error:
            services.models.combine(ANNA, "new", models, average=average)
        assert error.value.hint
    assert not [version for version in services.models.list(ANNA) if version.name == "anna/ocr/new"]
    new = services.settings.models_home / "anna" / "ocr" / "new"
    assert not new.exists() or not list(new.iterdir())
