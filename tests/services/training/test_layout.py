"""The second task: pages whose lines people vouch for become datasets, models that find lines, and the lines of pages."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from engines.errors import InvalidOptions
from tests.layouts import write_layout
from tests.recognisers import write_recogniser
from tests.services.ocr.conftest import ANNA, BORIS, work
from tests.services.training_pages import TEXTS, pattern
from workbench.services import Services
from workbench.services.errors import Invalid
from workbench.store.jobs import Job

FAST = {"epochs": 6, "rate": 0.02, "variation": 0, "average": 0.5, "precision": "fp32", "minutes": 3}


def fresh_page(services: Services, tmp_path: Path, project: int | None = None) -> int:
    """Upload a page that only the fake has read, in a project of its own; return the id of the page."""
    scan = pattern(tmp_path / f"fresh-{project}.png", 120)
    page_id = services.ocr.add_scans(ANNA, scan, "fresh.png", project_id=project, engine="fixed").page_ids[0]
    work(services)
    return page_id


def vouched(services: Services, project: int) -> list[int]:
    return [page.page_id for page in services.datasets.pages(ANNA, [project], task="layout")]


def model(services: Services, tmp_path: Path, name: str = "tiny", seed: int = 1) -> str:
    """Publish a tiny layout network as a model of Anna's."""
    folder = services.models.staging("anna", "layout", name, seed)
    write_layout(folder / "model.safetensors", seed)
    return services.models.publish("anna", "layout", name, folder, {"engine": "kraken", "job": seed}).full_name


def test_pages_of_which_every_line_was_saved_are_whole_examples(services: Services, project: int) -> None:
    look = services.datasets.look(ANNA, [project], task="layout")
    examples = [example for split in look.dataset.examples.values() for example in split]
    assert len(examples) == 3
    assert {len(example.target.lines) for example in examples} == {len(TEXTS)}
    assert {example.key for example in examples} == {example.document for example in examples}
    assert not any(line.text for example in examples for line in example.target.lines)
    assert {(example.target.width, example.target.height) for example in examples} == {(600, 440)}
    assert sum(split["examples"] for split in look.split.values()) == 3 * len(TEXTS)
    assert look.dataset.load(examples[0].document).shape == (440, 600, 3)


def test_who_vouches_for_the_lines_of_a_page(services: Services, tmp_path: Path) -> None:
    page_id = fresh_page(services, tmp_path)
    page = services.ocr.page(ANNA, page_id)
    assert vouched(services, page.project_id) == []
    with pytest.raises(Invalid, match="Nobody vouches") as error:
        services.datasets.look(ANNA, [page.project_id], task="layout")
    assert error.value.hint
    services.ocr.save_line(ANNA, page.lines[0].id, text="x", base_revision=1)
    assert vouched(services, page.project_id) == [], "one saved text says nothing about the other lines"
    services.ocr.set_is_line(ANNA, page.lines[1].id, False)
    assert vouched(services, page.project_id) == [page_id]
    (example,) = services.datasets.look(ANNA, [page.project_id], task="layout").dataset.examples["train"]
    assert len(example.target.lines) == len(page.lines) - 1
    services.ocr.set_is_line(ANNA, page.lines[1].id, True)
    assert vouched(services, page.project_id) == []
    services.ocr.add_line(ANNA, page_id, [[30, 425], [400, 425]])
    assert vouched(services, page.project_id) == [page_id]


def test_going_through_a_page_vouches_for_it(services: Services, tmp_path: Path) -> None:
    page = services.ocr.page(ANNA, fresh_page(services, tmp_path))
    for line in page.lines[:-1]:
        services.ocr.save_line(ANNA, line.id, text="x", base_revision=1)
    assert vouched(services, page.project_id) == []
    services.ocr.save_line(ANNA, page.lines[-1].id, text="", base_revision=1, action="unreadable")
    assert vouched(services, page.project_id) == [page.id]
    assert vouched(services, 1), "pages of other projects stay"


def test_imported_pages_and_their_export(services: Services, project: int, tmp_path: Path) -> None:
    out = services.ocr.export_project(ANNA, project, "alto")
    added = services.ocr.import_files(BORIS, None, [("export.zip", out)])
    work(services)
    assert len(services.datasets.pages(BORIS, [added.project_id], task="layout")) == 3
    view = services.datasets.freeze(BORIS, [added.project_id], task="layout")
    assert (view.task, view.documents, view.examples) == ("layout", 3, 3 * len(TEXTS))
    written = services.datasets.export(BORIS, view.id, "page")
    assert sum(name.endswith(".xml") for name in zipfile.ZipFile(written).namelist()) == 3


def test_a_single_page_is_learnt_and_nothing_measures(services: Services, tmp_path: Path) -> None:
    page = services.ocr.page(ANNA, fresh_page(services, tmp_path))
    services.ocr.set_is_line(ANNA, page.lines[0].id, False)
    found = services.training.check(ANNA, "layout", [page.project_id], base_model="kraken")
    kinds = {finding.kind: finding.level for finding in found.findings}
    assert kinds == {"pages": "warn", "layout": "ok", "split": "warn"}
    assert not found.shared


def test_a_dataset_teaches_only_its_task(services: Services, project: int) -> None:
    view = services.datasets.freeze(ANNA, [project])
    with pytest.raises(Invalid, match="for ocr, not for layout"):
        services.training.begin(ANNA, "layout", "lines", view, base_model="kraken")
    with pytest.raises(Invalid, match="no datasets for 'audio'"):
        services.datasets.look(ANNA, [project], task="audio")


def test_what_is_offered_and_what_cannot_be(services: Services, project: int) -> None:
    task = next(task for task in services.training.offers(ANNA) if task.task == "layout")
    assert [base.model for base in task.bases] == ["base/layout/blla/v1"]
    assert task.bases[0].promoted
    assert task.measures[0].name == "baselines"
    assert [(source.documents, source.examples) for source in task.projects] == [(3, 3 * len(TEXTS))]
    with pytest.raises(Invalid, match="for ocr, not for layout"):
        services.training.begin(ANNA, "layout", "lines", [project], base_model="base/ocr/hebrew")
    with pytest.raises(InvalidOptions):
        services.training.begin(ANNA, "layout", "lines", [project], options={"piece": 1})
    assert services.datasets.list(ANNA) == []


def test_a_page_is_shown_as_a_training_may_see_it(services: Services, project: int) -> None:
    shown = services.training.preview(ANNA, "layout", [project])
    assert shown
    assert all(example.text == f"{len(TEXTS)} lines" and len(set(example.images)) == 4 for example in shown)
    plain = services.training.preview(ANNA, "layout", [project], options={"variation": 0})
    assert all(len(example.images) == 1 for example in plain)


def test_the_shipped_network_is_a_version_without_weights_of_its_own(services: Services, tmp_path: Path) -> None:
    (version,) = services.models.list(ANNA, "layout")
    assert (version.full_name, version.problem, version.promoted) == ("base/layout/blla/v1", "", True)
    assert version.path.name == "blla.mlmodel"
    with pytest.raises(Invalid, match="come with a library"):
        services.models.export(ANNA, version.full_name, tmp_path / "a.zip")
    assert services.models.export(ANNA, version.full_name, tmp_path / "a.mlmodel").stat().st_size > 1_000_000


def test_which_model_finds_the_lines(services: Services, tmp_path: Path) -> None:
    def finds(engine: str = "kraken", name: str | None = None) -> str | None:
        found = services.models.finds(ANNA, name, engine)
        return found and found.full_name

    def offered() -> dict[str, tuple[str, ...]]:
        return {view.name: view.layout_models for view in services.ocr.engines(ANNA)}

    mine = model(services, tmp_path)
    assert finds() == "base/layout/blla/v1", "what nobody promoted finds nothing"
    assert offered()["kraken"] == offered()["ensemble"] == ("base/layout/blla/v1", mine)
    assert offered()["fixed"] == offered()["tesseract"] == ()
    services.models.promote(ANNA, mine)
    assert offered()["kraken"] == (mine, "base/layout/blla/v1")
    assert finds() == finds("ensemble") == mine
    assert finds(name="base/layout/blla") == "base/layout/blla/v1"
    assert finds("fixed") is None
    for engine, name in (("fixed", mine), ("kraken", "base/ocr/hebrew"), ("kraken", "anna/layout/none")):
        with pytest.raises(Invalid) as error:
            finds(engine, name)
        assert error.value.hint
    services.models.rollback(ANNA, mine)
    assert finds() == "base/layout/blla/v1"


@pytest.mark.kraken
@pytest.mark.slow
def test_from_pages_to_a_model_that_finds_the_lines(services: Services, project: int, tmp_path: Path) -> None:
    start = model(services, tmp_path)
    job, dataset = services.training.begin(ANNA, "layout", "lines", [project], base_model=start, options=FAST)
    done = run(services, job)
    assert done.state == "done", done.error
    version = services.models.find(ANNA, "anna/layout/lines")
    said = version.said
    assert (said["task"], said["parent"], said["dataset"]["id"], said["height"]) == ("layout", start, dataset, 288)
    assert said["metrics"]["headline"]["measure"] == "baselines"
    assert set(said["metrics"]["parts"]) >= {"missed", "area"}
    assert said["metrics"]["headline"]["value"] < said["metrics"]["before"]["value"]
    assert len(said["learnt"]["documents"]) == 2
    assert (version.folder / "curves.png").is_file()
    view = services.training.get(ANNA, job.id)
    assert view.before is not None
    assert view.now is not None
    assert view.now.value < view.before.value
    drawn = {curve.name for curve in view.curves if curve.series}
    assert drawn >= {"error", "loss", "missed", "area", "rate", "gradient", "pages_per_second", "epoch_seconds", "memory"}
    assert list((version.folder / "tensorboard").iterdir())

    key, verdict = services.comparing.run(ANNA, start, version.full_name, [project])
    assert (verdict.better, verdict.worse) == (1, 0)
    found = services.comparing.get(ANNA, key)
    assert json.loads(json.dumps(found))["items"][0]["truth"] == f"{len(TEXTS)} lines"

    services.models.promote(ANNA, version.full_name)
    reader = services.models.staging("anna", "ocr", "tiny", 7)
    write_recogniser(reader / "model.safetensors")
    services.models.publish("anna", "ocr", "tiny", reader, {"engine": "kraken", "job": 7})
    scan = pattern(tmp_path / "new.png", 60)
    lines = {}
    for wanted in (None, start):
        added = services.ocr.add_scans(ANNA, scan, "new.png", model="anna/ocr/tiny", layout_model=wanted)
        work(services)
        read = services.store.jobs.get(added.job_ids[0])
        assert read.state == "done", read.error
        assert read.result is not None
        assert read.result["layout_model"] == (wanted or version.full_name)
        assert not read.result["copied"], "another model finds other lines"
        lines[wanted] = len(services.ocr.page(ANNA, added.page_ids[0]).lines)
    assert abs(lines[None] - len(TEXTS)) <= 2
    assert lines[start] != lines[None]


def run(services: Services, job: Job) -> Job:
    assert services.jobs.run_one("trainer-1", "train")
    return services.store.jobs.get(job.id)
