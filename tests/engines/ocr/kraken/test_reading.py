"""Kraken's engine against plain kraken, and where plain kraken loses lines or stumbles."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import engines
from engines.base import Report
from engines.errors import Cancelled
from engines.types import Line, Page, Reason, whole_line
from tests.recognisers import ALPHABET

pytestmark = pytest.mark.kraken

ROOT = Path(__file__).resolve().parents[4]
KRAKEN = engines.get("ocr", "kraken")


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    """Return a narrow page of six slightly slanted lines; the narrower, the quicker its lines are found."""
    page = Image.new("RGB", (420, 900), (250, 246, 238))
    draw = ImageDraw.Draw(page)
    for row in range(6):
        draw.text((40, 60 + 120 * row), "lines (of ink)", font=ImageFont.load_default(44), fill=(20, 20, 40))
    return page.rotate(1.5, fillcolor=(250, 246, 238), resample=Image.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def read(picture: Image.Image, tiny: Path) -> Page:
    """Return the page as our engine reads it."""
    return KRAKEN(tiny).read(np.asarray(picture))


def test_lines_outlines_and_text_are_those_of_plain_kraken(picture: Image.Image, read: Page, tiny: Path) -> None:
    from kraken.configs import RecognitionInferenceConfig, SegmentationInferenceConfig
    from kraken.tasks import RecognitionTaskModel, SegmentationTaskModel
    from shapely import Polygon

    layout = SegmentationInferenceConfig(text_direction="horizontal-rl", accelerator="cpu")
    found = SegmentationTaskModel.load_model().predict(picture, layout)
    manner = RecognitionInferenceConfig(batch_size=1, num_line_workers=0, bidi_reordering="R", accelerator="cpu")
    records = list(RecognitionTaskModel.load_model(tiny).predict(picture, found, manner))
    assert len(read.lines) == len(records) == 6
    theirs = [unicodedata.normalize("NFC", record.prediction).strip() for record in records]
    for line, other, text in zip(read.lines, found.lines, theirs, strict=True):
        own, their = Polygon(line.polygon), Polygon(other.boundary)
        assert own.intersection(their).area > 0.98 * own.union(their).area, "the network may reckon in 16 bits"
        same = [list(p) for p in line.baseline] == other.baseline and [list(p) for p in line.polygon] == other.boundary
        assert line.text == text or not same
    assert all(len(text) > 5 for text in theirs), "the tiny recogniser should read something"


def test_characters_have_places_and_alternatives(read: Page) -> None:
    chars = [char for line in read.lines for char in line.chars]
    assert {char.text for char in chars} <= set(ALPHABET)
    assert any(char.alternatives for char in chars)
    for line in read.lines:
        x0, y0, x1, y1 = line.box
        assert all(x0 - 2 <= c.box[0] < c.box[2] <= x1 + 2 and y0 - 2 <= c.box[1] < c.box[3] <= y1 + 2 for c in line.chars)
        for before, after in pairwise(line.chars):
            if "א" <= before.text <= "ת" and "א" <= after.text <= "ת":
                assert before.box[2] >= after.box[2], "Hebrew runs to the left"


def test_lines_behind_a_bad_one_are_read_as_alone(picture: Image.Image, read: Page, tiny: Path) -> None:
    good = [Line(line.baseline, line.polygon) for line in read.lines[:3]]
    outside = Line(((500, 1000), (900, 1000)), ((400, 880), (900, 960), (900, 1010), (500, 1010)))
    speck = Line(((5, 5), (7, 5)), ((5, 4), (7, 4), (7, 6)))
    flat = Line(((50, 300), (300, 300)), ((50, 300), (200, 300), (300, 300)))
    blank = Line(((10, 20), (60, 20)), ((10, 5), (60, 5), (60, 25), (10, 25)))
    white = np.asarray(picture).copy()
    white[:30, :100] = 255
    page = KRAKEN(tiny).read(white, [speck, good[0], outside, flat, good[1], blank, good[2]])
    assert [line.text for line in page.lines if not line.reason] == [line.text for line in read.lines[:3]]
    reasons = [line.reason for line in page.lines]
    assert reasons[0] == reasons[3] == Reason.TOO_SMALL
    assert reasons[2]
    assert reasons[5]


def test_a_line_to_the_left_of_its_baseline_is_not_read_upside_down(picture: Image.Image, read: Page, tiny: Path) -> None:
    line = read.lines[2]
    page = KRAKEN(tiny).read(np.asarray(picture), [Line(line.baseline[::-1], line.polygon)])
    assert page.lines[0].text == line.text
    assert page.lines[0].baseline == line.baseline[::-1]


def test_one_cut_line_is_read_whole(picture: Image.Image, tiny: Path) -> None:
    strip = np.asarray(picture)[50:120]
    page = KRAKEN(tiny).read(strip, [whole_line(strip.shape[1], strip.shape[0])])
    assert page.lines[0].text
    assert KRAKEN(tiny).read(np.full((8, 8, 3), 255, np.uint8), [whole_line(8, 8)]).lines[0].reason


def test_the_direction_orders_mixed_text(picture: Image.Image, read: Page, tiny: Path) -> None:
    image = np.asarray(picture)
    right = KRAKEN(tiny).read(image, read.lines, options={"direction": "ltr"})
    auto = KRAKEN(tiny).read(image, read.lines, options={"direction": "auto"})
    assert (read.direction, right.direction) == ("rtl", "ltr")
    for line, other, free in zip(read.lines, right.lines, auto.lines, strict=True):
        assert sorted(line.text.translate(str.maketrans("()[]", "    "))) == sorted(
            other.text.translate(str.maketrans("()[]", "    "))
        )
        assert free.text in {line.text, other.text}


def test_a_blank_page_is_a_page_without_lines(tiny: Path) -> None:
    assert KRAKEN(tiny).read(np.full((480, 220, 3), 255, np.uint8)).lines == ()


def test_the_layout_can_be_cancelled_between_its_steps(picture: Image.Image, tiny: Path) -> None:
    class Late(Report):
        seen: list[str] = []  # noqa: RUF012

        def __call__(self, progress: float, message: str, **metrics: float) -> None:
            self.seen.append(message)
            if progress > 0.1:
                raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        KRAKEN(tiny).read(np.asarray(picture.crop((0, 0, 420, 500))), report=Late())
    assert "Finding lines" in Late.seen


def test_reading_imports_no_tensorflow_though_it_is_there(tiny: Path, tmp_path: Path) -> None:
    package = tmp_path / "tensorflow"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('TensorFlow was imported')\n")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import engines, numpy as np\nfrom pathlib import Path\nfrom engines.types import whole_line\n"
        f"engine = engines.get('ocr', 'kraken')(Path({str(tiny)!r}))\n"
        "page = engine.read(np.zeros((60, 300, 3), np.uint8), [whole_line(300, 60)])\n"
        "print(len(page.lines), sys.modules['tensorflow'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "1 None", done.stderr
