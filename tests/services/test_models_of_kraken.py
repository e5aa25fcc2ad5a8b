"""Models of kraken that come in from files: a recogniser is taken, another kind of network and numbers that are none are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from safetensors import safe_open

from tests.layouts import write_layout
from tests.recognisers import write_recogniser
from tests.services.homes import ANNA, home_of
from workbench.services import Services
from workbench.services.errors import Invalid

pytestmark = [pytest.mark.kraken, pytest.mark.slow]


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Return a workbench of Anna."""
    with home_of(tmp_path, "anna") as built:
        yield built


def test_recognisers_of_kraken(services: Services, tmp_path: Path) -> None:
    from importlib.resources import files

    made = services.models.take_in(ANNA, write_recogniser(tmp_path / "tiny.safetensors"), "tiny", "Tiny")
    assert (made.engine, made.title, made.script, made.said["height"]) == ("kraken", "Tiny", "Hebrew", 32)
    assert "א" in made.said["alphabet"]
    with pytest.raises(Invalid, match="made for segmentation"):
        services.models.take_in(ANNA, Path(str(files("kraken").joinpath("blla.mlmodel"))), "layout")


@pytest.mark.parametrize(("task", "value"), [("ocr", float("nan")), ("layout", float("inf"))])
def test_weights_that_are_no_numbers_are_refused(services: Services, tmp_path: Path, task: str, value: float) -> None:
    from safetensors.torch import load_file, save_file

    file = write_recogniser(tmp_path / "w.safetensors") if task == "ocr" else write_layout(tmp_path / "w.safetensors")
    with safe_open(file, "pt") as opened:
        said = opened.metadata()
    tensors = load_file(file)
    next(iter(tensors.values())).view(-1)[-1] = value
    save_file(tensors, file, said)
    with pytest.raises(Invalid, match="numbers that are none") as error:
        services.models.take_in(ANNA, file, "evil", task=task)
    assert error.value.hint
    assert [version for version in services.models.list(ANNA) if version.owner == "anna"] == []
