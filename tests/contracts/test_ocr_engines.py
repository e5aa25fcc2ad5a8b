"""What every engine that reads promises, checked with each one that is found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import engines
from engines.base import OcrEngine, Report
from engines.errors import Cancelled, InvalidImage, InvalidLines, InvalidOptions
from engines.types import Line, Page, whole_line
from tests.recognisers import write_recogniser

HEAVY = {"ensemble": pytest.mark.kraken, "kraken": pytest.mark.kraken, "tesseract": pytest.mark.tesseract}
NAMES = [pytest.param(name, marks=HEAVY.get(name, ()), id=name) for name in engines.classes("ocr")]
WIDTH, HEIGHT = 500, 620


class Recorder(Report):
    """Keeps what an engine reports, and cancels after a number of reports."""

    def __init__(self, cancel_after: int | None = None) -> None:
        self.progress: list[float] = []
        self.layouts: list[tuple[Line, ...]] = []
        self.read: list[tuple[int, Line]] = []
        self.order: list[str] = []
        self.after_cancel = 0
        self._left = cancel_after

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Keep the progress."""
        self._count("report")
        assert message
        self.progress.append(progress)

    def found(self, lines: Sequence[Line]) -> None:
        """Keep the layout."""
        self._count("found")
        self.layouts.append(tuple(lines))

    def finished(self, index: int, line: Line) -> None:
        """Keep the line."""
        self._count("finished")
        self.read.append((index, line))

    def _count(self, kind: str) -> None:
        self.order.append(kind)
        if self._left is None:
            return
        self._left -= 1
        if self._left < 0:
            self.after_cancel += 1
        if self._left <= 0:
            raise Cancelled("The person has changed their mind.")


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    """Return a page of six lines."""
    page = Image.new("RGB", (WIDTH, HEIGHT), (250, 246, 238))
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(30)
    for row in range(6):
        draw.text((50, 50 + 90 * row), f"{row + 1} lines (of ink) abc", font=font, fill=(20, 20, 40))
    return np.asarray(page)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the weights of engines that need some; made when first asked for."""

    class Made(dict[str, Path]):
        def __missing__(self, name: str) -> Path:
            seeds = (3, 4) if name == "ensemble" else (3,)
            self[name] = write_recogniser(tmp_path_factory.mktemp("weights") / "tiny.safetensors", *seeds)
            return self[name]

    return Made()


@pytest.fixture
def engine(request: pytest.FixtureRequest, weights: dict[str, Path]) -> OcrEngine:
    """Return the engine of that name, ready to read."""
    kind = engines.get("ocr", request.param)
    return kind(weights[request.param] if kind.suffixes and kind.needs_weights else None)


@pytest.fixture(scope="module")
def whole_pages(image: np.ndarray, weights: dict[str, Path]) -> dict[str, tuple[Page, Recorder]]:
    """Return the page as each engine reads it when it has to find the lines; read once, for that takes seconds."""

    class Read(dict[str, tuple[Page, Recorder]]):
        def __missing__(self, name: str) -> tuple[Page, Recorder]:
            kind, recorder = engines.get("ocr", name), Recorder()
            self[name] = (
                kind(weights[name] if kind.suffixes and kind.needs_weights else None).read(image, report=recorder),
                recorder,
            )
            return self[name]

    return Read()


@pytest.fixture
def lines() -> list[Line]:
    """Return where three of the lines lie, not from top to bottom."""
    return [
        Line(((40, y + 32), (460, y + 32)), ((40, y), (460, y), (460, y + 42), (40, y + 42)))
        for y in (50 + 90 * row - 5 for row in (4, 0, 2))
    ]


def check_line(line: Line) -> None:
    """Assert that a line lies on the page and that its characters spell it."""
    x0, y0, x1, y1 = line.box
    assert 0 <= x0 < x1 <= WIDTH
    assert 0 <= y0 < y1 <= HEIGHT
    assert all(0 <= x < WIDTH and 0 <= y < HEIGHT for x, y in (*line.baseline, *line.polygon))
    assert line.baseline[0][0] <= line.baseline[-1][0]
    assert line.text == line.text.strip()
    assert bool(line.text) != bool(line.reason), "an empty line says why, any other does not"
    assert "".join(char.text for char in line.chars) == line.text
    for char in line.chars:
        assert len(char.text) == 1
        left, top, right, bottom = char.box
        assert 0 <= left < right <= WIDTH
        assert 0 <= top < bottom <= HEIGHT
        chances = [other.confidence for other in char.alternatives]
        assert chances == sorted(chances, reverse=True)
        assert len(chances) <= 4
        assert char.text not in {other.text for other in char.alternatives}


@pytest.mark.parametrize("name", [param.values[0] for param in NAMES])
def test_the_name_is_that_of_the_file_and_the_class_says_what_it_is(name: str) -> None:
    kind = engines.get("ocr", name)
    assert kind.name == name
    assert kind.__module__.split(".")[2] == name
    assert kind.title
    assert kind.__doc__
    assert not kind.requires or kind.install_hint


@pytest.mark.parametrize("name", [param.values[0] for param in NAMES])
def test_every_option_is_described_and_bounded(name: str) -> None:
    for option, schema in engines.get("ocr", name).option_fields().items():
        assert schema.get("description"), f"{name}.{option} is not described"
        assert "default" in schema, f"{name}.{option} has no default"
        bounded = {
            "integer": {"minimum", "maximum"} <= schema.keys(),
            "number": {"minimum", "maximum"} <= schema.keys(),
            "string": bool({"maxLength", "pattern", "enum"} & schema.keys()),
            "boolean": True,
        }
        assert bounded[schema["type"]], f"{name}.{option} is not bounded"


@pytest.mark.parametrize("engine", NAMES, indirect=True)
def test_unknown_options_and_values_out_of_bounds_are_refused_with_the_known_ones(engine: OcrEngine, image: np.ndarray) -> None:
    with pytest.raises(InvalidOptions) as unknown:
        engine.read(image, options={"bogus": 1})
    assert "bogus" in unknown.value.message
    assert all(option in unknown.value.hint for option in engine.option_fields())
    with pytest.raises(InvalidOptions):
        engine.read(image, options={"direction": "sideways"})


@pytest.mark.parametrize("engine", NAMES, indirect=True)
@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((40, 40), np.uint8),
        np.zeros((40, 40, 4), np.uint8),
        np.zeros((40, 40, 3), np.float32),
        np.zeros((0, 40, 3), np.uint8),
        np.zeros((40, 7, 3), np.uint8),
    ],
    ids=["grey", "alpha", "float", "empty", "narrow"],
)
def test_an_image_of_another_shape_or_type_is_refused(engine: OcrEngine, wrong: np.ndarray) -> None:
    with pytest.raises(InvalidImage) as error:
        engine.read(wrong)
    assert error.value.hint


@pytest.mark.parametrize("engine", NAMES, indirect=True)
def test_a_line_beside_the_image_is_refused(engine: OcrEngine, image: np.ndarray) -> None:
    beside = Line(((WIDTH + 5, 20), (WIDTH + 90, 20)), ((WIDTH + 5, 5), (WIDTH + 90, 5), (WIDTH + 90, 30)))
    with pytest.raises(InvalidLines, match="Line 2"):
        engine.read(image, [whole_line(WIDTH, HEIGHT), beside])


@pytest.mark.parametrize("name", NAMES)
def test_lines_are_found_on_the_page_and_reported_in_order(name: str, whole_pages: dict[str, tuple[Page, Recorder]]) -> None:
    page, recorder = whole_pages[name]
    assert (page.width, page.height) == (WIDTH, HEIGHT)
    assert page.direction in {"rtl", "ltr"}
    assert len(page.lines) == 6
    for line in page.lines:
        check_line(line)
    heights = [line.baseline[0][1] for line in page.lines]
    assert heights == sorted(heights)
    assert [line.baseline for line in recorder.layouts[0]] == [line.baseline for line in page.lines]
    assert not any(line.text or line.chars for line in recorder.layouts[0])
    assert recorder.read == list(enumerate(page.lines))
    assert recorder.order.index("found") < recorder.order.index("finished")


@pytest.mark.parametrize("name", NAMES)
def test_progress_runs_from_0_to_1_and_never_falls(name: str, whole_pages: dict[str, tuple[Page, Recorder]]) -> None:
    _, recorder = whole_pages[name]
    assert recorder.progress == sorted(recorder.progress)
    assert recorder.progress[0] == 0.0
    assert recorder.progress[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("engine", NAMES, indirect=True)
def test_given_lines_come_back_in_order_and_the_image_is_untouched(
    engine: OcrEngine, image: np.ndarray, lines: list[Line]
) -> None:
    mine, recorder = image.copy(), Recorder()
    first = engine.read(mine, lines, report=recorder)
    assert np.array_equal(mine, image)
    assert [(line.baseline, line.polygon) for line in first.lines] == [(line.baseline, line.polygon) for line in lines]
    for line in first.lines:
        check_line(line)
    assert recorder.layouts == []
    assert recorder.read == list(enumerate(first.lines))
    assert engine.read(mine, lines) == first, "the same input gives the same result"


@pytest.mark.parametrize("engine", NAMES, indirect=True)
def test_no_given_line_is_dropped_however_bad(engine: OcrEngine, image: np.ndarray) -> None:
    speck = Line(((10, 10), (12, 10)), ((10, 9), (12, 9), (12, 11)))
    beyond = Line(((-60, 80), (WIDTH + 60, 80)), ((-60, 40), (WIDTH + 60, 40), (WIDTH + 60, 95), (-60, 95)))
    backwards = Line(((460, 82), (40, 82)), ((40, 45), (460, 45), (460, 95), (40, 95)))
    blank = Line(((10, 610), (480, 610)), ((10, 595), (480, 595), (480, 615), (10, 615)))
    given = [speck, beyond, blank, backwards, whole_line(WIDTH, HEIGHT)]
    page = engine.read(image, given)
    assert [line.polygon for line in page.lines] == [line.polygon for line in given]
    assert all(bool(line.text) != bool(line.reason) for line in page.lines)


@pytest.mark.parametrize("engine", NAMES, indirect=True)
def test_no_lines_given_is_a_page_without_lines(engine: OcrEngine, image: np.ndarray) -> None:
    assert engine.read(image, []).lines == ()


@pytest.mark.parametrize("engine", NAMES, indirect=True)
@pytest.mark.parametrize("reports", [1, 2, 4])
def test_cancel_stops_at_the_very_report(engine: OcrEngine, image: np.ndarray, lines: list[Line], reports: int) -> None:
    recorder = Recorder(cancel_after=reports)
    with pytest.raises(Cancelled):
        engine.read(image, lines, report=recorder)
    assert recorder.after_cancel == 0


@pytest.mark.parametrize("name", NAMES)
def test_lines_that_were_kept_are_read_as_if_they_had_been_looked_for(
    name: str, image: np.ndarray, weights: dict[str, Path], whole_pages: dict[str, tuple[Page, Recorder]]
) -> None:
    kind = engines.get("ocr", name)
    engine = kind(weights[name] if kind.suffixes and kind.needs_weights else None)
    if not engine.finder():
        pytest.skip("nothing can be kept")
    page, recorder = whole_pages[name]
    assert engine.finder() == engine.finder({})
    assert len(engine.finder()) <= 200
    assert engine.read(image, recorder.layouts[0]) == page
