"""What people give that nothing can be made of, and trainings that are killed at whatever moment: words, and no half model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.services.books import add_book, add_page, scan
from tests.services.ocr.conftest import ANNA
from tests.services.tiny import until
from tests.services.training.test_training import FAST, child_of, in_background, run
from tests.services.training_pages import pattern
from workbench.services import Services
from workbench.services.errors import Invalid
from workbench.store.jobs import Job


def test_lines_that_the_model_cannot_write_are_refused_or_told(services: Services) -> None:
    with services.store.begin() as connection:
        book = services.store.projects.add(connection, "anna", "Arabic", engine=None, model=None).id
    for number in range(4):
        add_page(services, ANNA, book, scan(80 + number, 8), ["ﷲ مكتبة المدينة"] * 8)
    wish = {"base_model": "base/ocr/hebrew/v1", "options": {"new_characters": "leave out"}}
    with pytest.raises(Invalid, match="None of the characters"):
        services.training.begin(ANNA, "ocr", "letters", [book], **wish)  # pyright: ignore
    with pytest.raises(Invalid, match="None of the characters"):
        services.training.cross_validate(ANNA, "ocr", [book], {"folds": 2}, **wish)  # pyright: ignore
    assert services.datasets.list(ANNA) == []
    found = services.training.check(ANNA, "ocr", [book], base_model="base/ocr/hebrew/v1")
    characters = next(finding for finding in found.findings if finding.kind == "characters")
    assert (characters.level, set("مكتبة") <= set(characters.characters)) == ("warn", True)  # they would be added


@pytest.mark.slow
def test_lines_that_are_all_the_same_are_told_and_learnt(services: Services, tmp_path: Path) -> None:
    with services.store.begin() as connection:
        book = services.store.projects.add(connection, "anna", "Same", engine=None, model=None).id
    for number in range(3):
        add_page(services, ANNA, book, pattern(tmp_path / f"{number}.png", number).read_bytes(), ["אותה שורה"] * 8, width=600)
    found = services.training.check(ANNA, "ocr", [book], base_model="fixed")
    assert next(finding.value for finding in found.findings if finding.kind == "repeated") == 24
    job, _ = services.training.begin(ANNA, "ocr", "same", [book], base_model="fixed", options=FAST)
    assert run(services, job).state == "done"
    assert services.training.get(ANNA, job.id).now is not None


def test_images_without_a_transcription_are_named(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(3):
        Image.new("RGB", (200, 40), (255, 255, 200 + number)).save(folder / f"{number}.png")
    with pytest.raises(Invalid, match=r"scans/0\.png: no true text of the same name"):
        services.datasets.take_in(ANNA, [folder])
    for number in range(3):
        (folder / f"{number}.gt.txt").write_text(" \n", encoding="utf-8")
    view = services.datasets.take_in(ANNA, [folder])
    with pytest.raises(Invalid, match="too few"):
        services.training.begin(ANNA, "ocr", "letters", view, base_model="fixed")
    (folder / "model.ckpt").write_bytes(b"\x80\x04\x95 a pickle")
    (folder / "0.gt.txt").write_text("שלום", encoding="utf-8")
    assert [one.name for one in services.datasets.take_in(ANNA, [folder]).skipped] == []  # it is no image, and never opened


@pytest.mark.slow
def test_a_base_that_is_damaged_fails_with_words_and_makes_nothing(services: Services, project: int) -> None:
    first, _ = services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options=FAST)
    run(services, first)
    job, _ = services.training.begin(ANNA, "ocr", "letters", [project], options=FAST)
    version = services.models.find(ANNA, "anna/ocr/letters/v1")
    version.path.write_bytes(version.path.read_bytes()[:100])
    failed = run(services, job)
    assert (failed.state, "damaged" in failed.error, bool(failed.hint)) == ("failed", True, True)
    version.path.unlink()
    with pytest.raises(Invalid, match="cannot be used"):
        services.training.begin(ANNA, "ocr", "letters", [project], base_model="anna/ocr/letters/v1", options=FAST)
    with pytest.raises(Invalid, match="music"):
        services.training.begin(ANNA, "ocr", "letters", [project], base_model="anna/music/letters", options=FAST)
    assert [found.full_name for found in services.models.list(ANNA) if found.owner == "anna"] == ["anna/ocr/letters/v1"]


def _at_once(_services: Services, _job: Job) -> bool:
    return True


def _first_words(services: Services, job: Job) -> bool:
    return bool(services.store.jobs.get(job.id).message)


def _weights(services: Services, job: Job) -> bool:
    return bool(list(services.settings.models_home.glob(f"anna/ocr/letters/.training-{job.id}/*.safetensors")))


def _published(services: Services, job: Job) -> bool:
    return services.models.published("anna", "ocr", "letters", job.id, asked=job.created) is not None


@pytest.mark.slow
@pytest.mark.parametrize("moment", [_at_once, _first_words, _weights, _published])
def test_killed_at_any_moment_it_makes_one_whole_version(
    services: Services, project: int, moment: Callable[[Services, Job], bool]
) -> None:
    book = add_book(services, ANNA, 4, count=20, first=90)
    job, _ = services.training.begin(ANNA, "ocr", "letters", [project, book], base_model="fixed", options=FAST)
    thread = in_background(services)
    until(lambda: child_of(job) and moment(services, job))
    child = child_of(job)
    if child is not None:  # it may have been quicker
        child.kill()
    thread.join(30)
    if services.store.jobs.get(job.id).state == "queued":
        run(services, job)
    done = services.store.jobs.get(job.id)
    assert (done.state, done.result and done.result["model"]) == ("done", "anna/ocr/letters/v1"), done.error
    own = [version for version in services.models.list(ANNA) if version.owner == "anna"]
    assert [(version.full_name, version.problem) for version in own] == [("anna/ocr/letters/v1", "")]
    folder = services.settings.models_home / "anna" / "ocr" / "letters"
    assert sorted(path.name for path in folder.iterdir()) == ["latest.safetensors", "v1"]
