"""What a training starts from where nobody names a model: the script of the corrected lines decides, in Hebrew and in Arabic."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from engines.errors import InvalidOptions
from tests.services.ocr.conftest import ANNA
from tests.services.training_pages import ARABIC, TEXTS, corrected
from workbench.services import Services
from workbench.services.errors import Invalid

HEBREW_BASE, ARABIC_BASE = "base/ocr/hebrew/v1", "base/ocr/arabic/v1"


@pytest.fixture
def arabic(services: Services, tmp_path: Path) -> int:
    """Return a project with three pages that were corrected in Arabic, beside project 1 in Hebrew."""
    (tmp_path / "arabic").mkdir()
    return corrected(services, ANNA, tmp_path / "arabic", texts=ARABIC)[0].project.id


def begun(services: Services, source, name: str = "letters", **wish) -> object:
    """Begin a training and return what it starts from."""
    job, _ = services.training.begin(ANNA, "ocr", name, source, **wish)
    return job.parameters["base_model"]


def promoted(services: Services, name: str, script: str) -> str:
    """Publish a model of Anna's that was shown a script, and promote it."""
    folder = services.models.staging("anna", "ocr", name, 1)
    weights = services.models.get(ANNA, HEBREW_BASE).path
    (folder / weights.name).write_bytes(weights.read_bytes())
    said = {"engine": "kraken", "script": script, "weights": weights.name}
    made = services.models.publish("anna", "ocr", name, folder, said).full_name
    services.models.promote(ANNA, made)
    return made


def test_the_script_of_the_chosen_projects_decides(services: Services, project: int, arabic: int) -> None:
    assert begun(services, [project]) == HEBREW_BASE
    assert begun(services, [arabic]) == ARABIC_BASE
    task = next(offer for offer in services.training.offers(ANNA) if offer.task == "ocr")
    assert {source.id: source.script for source in task.projects} == {project: "Hebrew", arabic: "Arabic"}
    assert task.usual == {"": HEBREW_BASE, "Arabic": ARABIC_BASE, "Hebrew": HEBREW_BASE}


def test_the_look_at_the_data_takes_the_same_base(services: Services, arabic: int) -> None:
    usual = services.training.check(ANNA, "ocr", [arabic])
    assert usual == services.training.check(ANNA, "ocr", [arabic], base_model=ARABIC_BASE)
    assert usual != services.training.check(ANNA, "ocr", [arabic], base_model=HEBREW_BASE)  # its alphabet is another one


def test_what_was_promoted_for_the_script_comes_before_what_is_shipped(services: Services, project: int, arabic: int) -> None:
    made = promoted(services, "rasail", "Arabic")
    assert begun(services, [arabic]) == made
    assert begun(services, [project]) == HEBREW_BASE


def test_the_own_model_of_that_name_comes_first(services: Services, arabic: int) -> None:
    made = promoted(services, "letters", "Hebrew")
    assert begun(services, [arabic], "letters") == made
    assert begun(services, [arabic], "rasail") == ARABIC_BASE


def test_a_schedule_follows_its_projects(services: Services, project: int, arabic: int) -> None:
    view = services.training.schedule(ANNA, "ocr", "nightly", [arabic], hour=3)
    assert services.training.run_schedule(ANNA, view.id).parameters["base_model"] == ARABIC_BASE


@pytest.mark.parametrize(("texts", "base"), [(TEXTS, HEBREW_BASE), (ARABIC, ARABIC_BASE)])
def test_a_folder_tells_its_script(services: Services, tmp_path: Path, texts: tuple[str, ...], base: str) -> None:
    view = services.datasets.take_in(ANNA, [written(tmp_path / "lines", texts)])
    assert begun(services, view, minutes=2.0) == base


def test_a_dataset_goes_when_its_training_is_refused(services: Services, tmp_path: Path) -> None:
    folder = written(tmp_path / "lines", ARABIC)
    with pytest.raises(Invalid, match="cannot be the name"):
        begun(services, services.datasets.take_in(ANNA, [folder]), "../hand")
    with pytest.raises(InvalidOptions, match="no option 'epoch'"):
        begun(services, services.datasets.take_in(ANNA, [folder]), options={"epoch": 3})
    assert services.datasets.list(ANNA) == []


def written(folder: Path, texts: tuple[str, ...]) -> Path:
    """Write cut lines with their texts."""
    folder.mkdir()
    for number, text in enumerate(texts * 3):
        Image.new("RGB", (200, 40), (255 - number, 255, 255)).save(folder / f"{number}.png")
        (folder / f"{number}.gt.txt").write_text(text, encoding="utf-8")
    return folder


def test_of_what_is_trained_from_an_imported_model_nobody_knows_all_that_it_met(services: Services, project: int) -> None:
    services.training.begin(ANNA, "ocr", "letters", [project], base_model="fixed", options={"epochs": 3})
    assert services.jobs.run_one("trainer-1", "train")
    guest = services.models.take_in(ANNA, services.models.find(ANNA, "anna/ocr/letters/v1").path, "guest")
    services.training.begin(ANNA, "ocr", "child", [project], base_model="anna/ocr/guest", options={"epochs": 3})
    assert services.jobs.run_one("trainer-1", "train")
    child = services.models.find(ANNA, "anna/ocr/child/v1")
    assert guest.met is None
    assert child.learnt is not None
    assert any(child.learnt)
    assert child.met is None
