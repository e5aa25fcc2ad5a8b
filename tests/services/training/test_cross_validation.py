"""Cross-validations: who measures whom, and the job over its folds, a kill and a cancel."""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.services.books import add_book, add_page, scan
from tests.services.ocr.conftest import ANNA, BORIS
from tests.services.tiny import until
from tests.services.training.test_training import child_of, in_background, run
from tests.services.training_pages import corrected
from workbench.services import Services
from workbench.services.errors import Conflict, Invalid
from workbench.services.training.folds import By, divided, folded
from workbench.store.errors import NotFound

FAST = {"epochs": 2}


@pytest.mark.parametrize(("by", "count", "parts"), [("page", 3, 3), ("page", None, 7), ("source", None, 3), ("source", 2, 2)])
def test_every_line_is_measured_once_by_what_has_not_seen_its_part(
    services: Services, project: int, by: By, count: int | None, parts: int
) -> None:
    projects = [project, add_book(services, ANNA, 3, first=20), add_book(services, ANNA, 1, first=40)]  # two of one name
    look = services.datasets.look(ANNA, projects)
    folds = folded(look, by, count)
    assert len(folds) == parts
    measured = Counter(example.key for fold in folds for example in fold.dataset.examples["test"])
    assert set(measured.values()) == {1}
    assert len(measured) == 24 + 9 + 3
    for fold in folds:
        sides = {split: {example.key for example in examples} for split, examples in fold.dataset.examples.items()}
        assert sides["train"]
        assert sides["held_out"]
        assert set.union(*sides.values()) == set(measured)
        assert sum(map(len, sides.values())) == len(measured)
        where = {split: {look.rows[key].page_id for key in keys} for split, keys in sides.items()}
        assert not where["test"] & (where["train"] | where["held_out"])
        if by == "source":
            books = {split: {look.rows[key].project_id for key in keys} for split, keys in sides.items()}
            assert not books["test"] & (books["train"] | books["held_out"])
    assert [fold.groups for fold in folds] == [fold.groups for fold in folded(look, by, count)]


def test_a_scan_that_is_in_two_projects_is_on_one_side(services: Services) -> None:
    first, second = (add_book(services, ANNA, 2, first=first) for first in (50, 60))
    add_page(services, ANNA, second, scan(50, 3), ["א", "ב", "ג"], name="the same scan")
    look = services.datasets.look(ANNA, [first, second])
    for fold in folded(look, "source", None):
        assert not set(fold.dataset.documents("test")) & {*fold.dataset.documents("train"), *fold.dataset.documents("held_out")}


def test_what_no_training_ever_sees_has_no_part(services: Services, project: int) -> None:
    page = services.datasets.pages(ANNA, [project])[0]
    services.datasets.set_split(ANNA, page.page_id, "test")
    look = services.datasets.look(ANNA, [project])
    keys = {
        key for fold in folded(look, "page", 2) for split in fold.dataset.examples.values() for key in (one.key for one in split)
    }
    assert len(keys) == 16
    assert page.page_id not in {look.rows[key].page_id for key in keys}


def test_parts_are_of_about_one_size() -> None:
    sizes = {(f"{number}", ""): size for number, size in enumerate((9, 1, 1, 5, 4, 4))}
    parts = divided(sizes, 3)
    assert sorted(sum(sizes[group] for group in part) for part in parts) == [7, 8, 9]
    for count in (1, 7, 51):
        with pytest.raises(Invalid, match="6 parts of it stay whole"):
            divided(sizes, count)


@pytest.mark.slow
def test_the_books_of_a_workspace_measure_one_another(services: Services, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    corrected(services, ANNA, tmp_path / "more", pages=5)  # three of them are in the first project as well, and count there
    books = [1, 2]
    job, dataset = services.training.cross_validate(ANNA, "ocr", books, {"by": "source"}, base_model="fixed", options=FAST)
    with pytest.raises(Conflict, match="needs it"):
        services.datasets.delete(ANNA, dataset)
    done = run(services, job)
    assert (done.state, done.result) == ("done", {"folds": 2}), done.error
    view = services.training.get(ANNA, job.id)
    found = view.validation
    assert found is not None
    assert (found.groups, found.seen, found.left_out, found.readers) == (2, 0, 0, ["trained"])
    assert [fold.lines for fold in found.folds] == [48, 16]
    assert found.verdict is None
    assert view.now is not None
    assert view.now.value == found.pooled.rates[0]["strict"].value
    assert (view.model, view.version, view.curves[0].series) == (None, None, [])
    assert "all folds are measured" in view.log[-1].text
    assert [entry.job.id for entry in services.training.list(ANNA)] == [job.id]
    assert [version for version in services.models.list(ANNA) if version.owner == "anna"] == []
    files = [path.name for path in (services.settings.data / "validations").rglob("*") if path.is_file()]
    assert files == ["result.json"]
    with services.store.begin() as connection:  # as if the worker had died just then
        connection.exec_driver_sql("UPDATE jobs SET state='queued', result=NULL, finished=NULL, metrics='{}'")
    said = len(services.training.get(ANNA, job.id).log)
    assert (run(services, job).result, services.training.get(ANNA, job.id).now) == ({"folds": 2}, view.now)
    assert len(services.training.get(ANNA, job.id).log) == said + 1  # nothing was trained again
    again = services.training.again(ANNA, job.id)
    assert (again.kind, again.parameters) == (job.kind, job.parameters)


@pytest.mark.slow
def test_what_the_base_has_learnt_is_told(services: Services, project: int) -> None:
    first, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=FAST)
    run(services, first)
    job, _ = services.training.cross_validate(ANNA, "ocr", [project], {"folds": 2}, base_model="anna/ocr/letters", options=FAST)
    assert run(services, job).state == "done"
    found = services.training.get(ANNA, job.id).validation
    assert found is not None
    assert (found.seen, found.readers) == (
        24,
        ["anna/ocr/letters/v1", "trained"],
    )  # two pages were learnt, one chose the best epoch
    before, after = (rates["strict"].value for rates in found.pooled.rates)
    assert found.verdict is not None
    assert found.verdict.change == pytest.approx(after - before)
    assert found.verdict.better + found.verdict.worse + found.verdict.same == found.pooled.lines
    assert services.training.get(ANNA, job.id).before is not None


@pytest.mark.slow
def test_killed_it_goes_on_with_the_folds_that_are_over(services: Services, project: int) -> None:
    slow = {"epochs": 4, "seconds_per_epoch": 0.4}
    job, _ = services.training.cross_validate(ANNA, "ocr", [project], {}, base_model="fixed", options=slow)
    kept = services.settings.data / "validations" / "anna" / str(job.id)
    thread = in_background(services)
    until(lambda: (kept / "fold-0.json").exists() and (kept / "fold-1" / "checkpoint.json").exists())
    child = child_of(job)
    assert child is not None
    child.kill()
    thread.join(20)
    waiting = services.store.jobs.get(job.id)
    assert (waiting.state, waiting.lost) == ("queued", 1)
    first = (kept / "fold-0.json").stat().st_mtime_ns
    said = len(services.training.get(ANNA, job.id).log)
    thread = in_background(services)
    until(lambda: (kept / "fold-1.json").exists())
    assert (kept / "fold-0.json").stat().st_mtime_ns == first
    thread.join(60)
    done = services.store.jobs.get(job.id)
    assert done.state == "done", done.error
    later = [line.text for line in services.training.get(ANNA, job.id).log[said:]]
    assert not [text for text in later if text.startswith("fold 1 of 3: epoch")]
    assert not [text for text in later if text.startswith("fold 2 of 3: epoch 0")]  # it went on from the checkpoint
    assert [text for text in later if text.startswith("fold 3 of 3: epoch 4")]


@pytest.mark.slow
def test_cancelled_it_ends_and_its_work_is_swept_later(services: Services, project: int) -> None:
    deaf = {"epochs": 5, "seconds_per_epoch": 60.0}
    job, _ = services.training.cross_validate(ANNA, "ocr", [project], {"folds": 2}, base_model="fixed", options=deaf)
    with pytest.raises(NotFound):
        services.training.get(BORIS, job.id)
    thread = in_background(services)
    until(lambda: services.store.jobs.get(job.id).progress > 0 or services.store.jobs.get(job.id).message)
    with pytest.raises(Invalid, match="nothing to keep"):
        services.jobs.finish_early(ANNA, job.id)
    services.jobs.cancel(ANNA, job.id)
    thread.join(20)
    assert services.store.jobs.get(job.id).state == "cancelled"
    kept = services.settings.data / "validations" / "anna" / str(job.id)
    services.training.sweep()
    assert kept.exists()  # another attempt by hand would begin anew, but somebody may look
    for path in (*kept.rglob("*"), kept):
        os.utime(path, (time.time() - 8 * 24 * 3600,) * 2)
    services.training.sweep()
    assert not kept.exists()


def test_what_cannot_be_is_refused_and_leaves_no_dataset(services: Services, project: int) -> None:
    def refused(told: str, **other: object) -> None:
        wish = {
            "base_model": "fixed",
            "options": FAST,
            **{key: other.pop(key) for key in ("base_model", "options") if key in other},
        }
        with pytest.raises((Invalid, NotFound), match=told):
            services.training.cross_validate(ANNA, str(other.pop("task", "ocr")), [project], other, **wish)  # pyright: ignore

    refused("3 parts of it stay whole", folds=4)
    refused("1 parts of it stay whole", by="source")
    refused("normal form", form="bogus")
    refused("cross-validation of 'layout'", task="layout")
    refused("no model", base_model="anna/ocr/nothing")
    with pytest.raises(NotFound):
        services.training.cross_validate(BORIS, "ocr", [project], {}, base_model="fixed")
    assert services.datasets.list(ANNA) == []
    assert services.training.list(ANNA) == []
