"""What every engine that finds lines promises, checked with each one that is found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import engines
from engines.base import Report, Trainable
from engines.errors import Cancelled, InvalidImage, InvalidOptions
from engines.finding import LayoutEngine
from engines.types import Page
from tests.layouts import page_of_blocks, pages_of_blocks, write_layout

HEAVY = {"kraken": [pytest.mark.kraken]}
NAMES = [pytest.param(name, marks=HEAVY.get(name, ()), id=name) for name in engines.classes("layout")]


class Recorder(Report):
    """Keeps the progress, and cancels after a number of reports."""

    def __init__(self, left: int = -1) -> None:
        self.progress: list[float] = []
        self.left = left

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Keep the progress."""
        assert self.left != 0, "it went on after it was cancelled"
        assert message
        self.progress.append(progress)
        self.left -= 1
        if self.left == 0:
            raise Cancelled("The person has changed their mind.")


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return weights that find something, and quickly."""
    return write_layout(tmp_path_factory.mktemp("layout") / "tiny.safetensors")


@pytest.fixture
def engine(request: pytest.FixtureRequest, weights: Path) -> LayoutEngine:
    """Return the engine of that name, ready to find."""
    found = engines.get("layout", request.param)(weights)
    assert isinstance(found, LayoutEngine)
    return found


@pytest.mark.parametrize("name", [param.values[0] for param in NAMES])
def test_its_name_its_options_and_its_measures(name: str) -> None:
    kind = engines.get("layout", name)
    assert kind.name == name == kind.__module__.split(".")[2]
    assert kind.title
    assert kind.measures[0].name == "baselines"
    models = [kind.Options, *([kind.TrainingOptions] if issubclass(kind, Trainable) else [])]
    for option, schema in ((name, field) for model in models for name, field in model.model_json_schema()["properties"].items()):
        assert schema.get("description"), f"{option} is not described"
        assert "default" in schema, f"{option} has no default"
        numeric = schema["type"] in {"integer", "number"}
        assert not numeric or ("minimum" in schema or "exclusiveMinimum" in schema), f"{option} is not bounded"
        assert not numeric or ("maximum" in schema or "exclusiveMaximum" in schema), f"{option} is not bounded"


@pytest.mark.parametrize("name", [param.values[0] for param in NAMES])
def test_it_works_without_weights_or_says_that_it_needs_some(name: str) -> None:
    kind = engines.get("layout", name)
    own = kind.own_weights()
    assert kind.needs_weights or own is None or own.suffix in kind.suffixes


@pytest.mark.parametrize("engine", NAMES, indirect=True)
def test_lines_lie_on_the_page_and_the_same_image_gives_the_same(engine: LayoutEngine) -> None:
    image, _ = page_of_blocks(1)
    mine, recorder = image.copy(), Recorder()
    page = engine.find(mine, report=recorder)
    assert isinstance(page, Page)
    assert (page.width, page.height) == (image.shape[1], image.shape[0])
    assert np.array_equal(mine, image)
    for line in page.lines:
        assert all(0 <= x < page.width and 0 <= y < page.height for x, y in (*line.baseline, *line.polygon))
        assert line.baseline[0][0] <= line.baseline[-1][0]
        assert not line.text
    assert recorder.progress == sorted(recorder.progress)
    assert (recorder.progress[0], recorder.progress[-1]) == (0.0, 1.0)
    assert engine.find(mine) == page


@pytest.mark.parametrize("engine", NAMES, indirect=True)
def test_a_blank_page_has_no_line(engine: LayoutEngine) -> None:
    assert engine.find(np.full((288, 224, 3), 240, np.uint8)).lines == ()


@pytest.mark.parametrize("engine", NAMES, indirect=True)
def test_what_cannot_be_is_refused(engine: LayoutEngine) -> None:
    for wrong in (np.zeros((40, 40), np.uint8), np.zeros((40, 40, 3), np.float32), np.zeros((40, 7, 3), np.uint8)):
        with pytest.raises(InvalidImage) as error:
            engine.find(wrong)
        assert error.value.hint
    with pytest.raises(InvalidOptions, match="bogus"):
        engine.find(page_of_blocks(1)[0], {"bogus": 1})


@pytest.mark.parametrize("engine", NAMES, indirect=True)
@pytest.mark.parametrize("reports", [1, 2])
def test_cancel_stops_at_the_very_report(engine: LayoutEngine, reports: int) -> None:
    with pytest.raises(Cancelled):
        engine.find(page_of_blocks(1)[0], report=Recorder(reports))


@pytest.mark.parametrize("engine", NAMES, indirect=True)
def test_pages_are_examined_by_every_measure(engine: LayoutEngine) -> None:
    dataset = pages_of_blocks(3, held_out=2)
    outcomes = list(engine.examine(dataset, dataset.examples["held_out"]))
    assert [outcome.key for outcome in outcomes] == ["0", "1"]
    assert all(set(outcome.counts) == {measure.name for measure in engine.measures} for outcome in outcomes)
