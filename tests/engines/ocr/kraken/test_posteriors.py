"""Lines that go through the network together say what each says alone, and none is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from engines import runtime
from engines.types import Line, Reason, whole_line
from tests.recognisers import write_recogniser

if TYPE_CHECKING:
    import torch

    from engines.ocr.kraken.weights import Recogniser

pytestmark = pytest.mark.kraken

SAMPLES = Path(__file__).resolve().parents[4] / "data" / "samples"
KINDS = {
    "normalised": "[1,32,0,1 Cr5,5,24,2,2 Gn8 Cr3,3,24 Gn8 Mp2,2 Cr3,3,32 Gn8 Mp2,1 S1(1x0)1,3 Lbx32 Do0.2,2 O1c{labels}]",
    "bare": "[1,32,0,1 Cr3,5,16 Do0.1,2 Mp2,2 Cr3,7,24 Do0.1,2 Mp2,2 Cl4,2,24,2,2 S1(1x0)1,3 Lbx32 Lfx32 O1c{labels}]",
    "summing": "[1,32,0,1 Cr3,3,16 Mp3,3 Lfys24 Lbx32 O1c{labels}]",
    "parallel": "[1,32,0,1 Cr3,3,16 Mp2,2 (Cr3,3,8 Cr5,5,8) Mp2,2 S1(1x0)1,3 Lbx32 O1c{labels}]",
}


def recogniser(path: Path | None = None) -> Recogniser:
    runtime.prepare()
    from engines.ocr.kraken.weights import recogniser

    return recogniser(path)


def inks(*widths: int, height: int = 32) -> list[torch.Tensor]:
    """Return lines of dark and bright strokes, as a network wants them."""
    import torch

    torch.manual_seed(1)
    return [(torch.rand(1, height, width) ** 3) for width in widths]


@contextmanager
def full_at(columns: int, loaded: Recogniser) -> Iterator[list[int]]:
    """Let memory run out at batches of more columns; give how many each batch has that is tried."""
    import torch

    tried: list[int] = []

    def look(_: object, given: tuple[torch.Tensor, ...]) -> None:
        tried.append(given[0].shape[0] * given[0].shape[-1])
        if tried[-1] > columns:
            raise torch.OutOfMemoryError("CUDA out of memory.")

    hook = next(loaded.network.children()).register_forward_pre_hook(look)
    try:
        yield tried
    finally:
        hook.remove()


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_beside_a_line_changes_nothing(kind: str, tmp_path: Path) -> None:
    from engines.ocr.kraken.posteriors import posteriors

    loaded = recogniser(write_recogniser(tmp_path / "some.safetensors", spec=KINDS[kind]))
    lines = inks(301, 40, 1203, 300, 77, 302, 303, 12, 301)
    alone = dict(posteriors(lines, loaded))
    with full_at(10**6, loaded) as tried:
        together = dict(posteriors(lines, loaded, 1300))
    assert tried == ([1203, 303 * 4, 300 * 4] if kind != "parallel" else sorted((line.shape[-1] for line in lines), reverse=True))
    assert alone.keys() == together.keys() == set(range(9))
    for index, one in alone.items():
        other = together[index]
        assert isinstance(one, np.ndarray)
        assert isinstance(other, np.ndarray)
        assert one.shape == other.shape
        assert np.abs(one - other).max() < 1e-4
    assert not np.array_equal(alone[0], alone[8])


@pytest.mark.parametrize("weights", ["shipped", "tiny"])
def test_pages_say_the_same_together(weights: str, tiny: Path) -> None:
    from engines.ocr.kraken.reading import Manner, read_lines

    sample = next(page for page in json.loads((SAMPLES / "samples.json").read_text("utf-8")) if page["id"] == "mixed")
    image = Image.open(SAMPLES / sample["file"]).convert("RGB")
    lines = [Line(tuple(map(tuple, line["baseline"])), tuple(map(tuple, line["polygon"]))) for line in sample["lines"]]
    x, y = image.width, image.height
    word = Line(((lines[0].box[2] - 90, lines[0].box[3] - 10), (lines[0].box[2], lines[0].box[3] - 10)), lines[0].polygon)
    lines[3:3] = [
        word,
        Line(((x, y + 50), (x + 300, y + 50)), ((x, y), (x + 300, y), (x + 300, y + 60), (x, y + 60))),
        Line(((2, 40), (90, 40)), ((2, 2), (90, 2), (90, 50), (2, 50))),  # the margin
        Line(((5, 5), (7, 5)), ((5, 4), (7, 4), (7, 6))),
    ]
    loaded, manner = recogniser(None if weights == "shipped" else tiny), Manner("rtl", 16, 0.01)
    alone, together = (dict(read_lines(image, lines, loaded, manner, columns)) for columns in (0, 4_000))
    assert [*alone] == [*range(len(lines))] == sorted(together)
    assert {line.reason for line in alone.values()} >= {"", Reason.OUTSIDE, Reason.TOO_SMALL}
    for index, line in alone.items():
        other = together[index]
        assert (line.text, line.reason, line.baseline, line.polygon) == (other.text, other.reason, other.baseline, other.polygon)
        assert [char.box for char in line.chars] == [char.box for char in other.chars]
        sure = [char.confidence for char in line.chars]
        assert sure == pytest.approx([char.confidence for char in other.chars], abs=3e-4)


def test_more_lines_than_are_cut_at_once_are_all_read(tiny: Path) -> None:
    from engines.ocr.kraken.reading import Manner, read_lines

    image = Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 400, 3), np.uint8))
    wide = [whole_line(60 + 7 * (index % 40), 40) for index in range(150)]
    manner = Manner("rtl", 0, 0.01)
    together = dict(read_lines(image, wide, recogniser(tiny), manner, 2_000))
    assert sorted(together) == [*range(150)]
    alone = dict(read_lines(image, wide[:40], recogniser(tiny), manner, 0))
    assert [together[index].text for index in range(150)] == [alone[index % 40].text for index in range(150)]
    assert len({line.text for line in alone.values()}) > 20


def test_a_line_that_no_network_can_see_takes_no_other_along(tiny: Path) -> None:
    from engines.ocr.kraken.posteriors import posteriors

    found = dict(posteriors(inks(90, 1, 200, 100), recogniser(tiny), 10_000))
    assert isinstance(found[1], RuntimeError)
    assert all(isinstance(found[index], np.ndarray) for index in (0, 2, 3))


def test_when_memory_runs_out_batches_become_half_as_large(tiny: Path, caplog: pytest.LogCaptureFixture) -> None:
    from engines.ocr.kraken.posteriors import posteriors

    loaded = recogniser(tiny)
    lines = inks(*(100 + index for index in range(12)), 900)
    with full_at(500, loaded) as tried:
        found = dict(posteriors(lines, loaded, 2_000))
    assert [index for index, said in found.items() if isinstance(said, Exception)] == [12], "wider than memory by itself"
    assert sorted(found) == [*range(13)]
    assert [columns for columns in tried if columns > 500] == [2 * 900, 900, 8 * 111], "halved each time, for good"
    assert "Out of memory" in caplog.text


def test_a_fault_of_a_line_is_told_at_that_line_only(tiny: Path) -> None:
    from engines.ocr.kraken.reading import Manner, read_lines

    image = Image.fromarray(np.random.default_rng(0).integers(0, 255, (400, 400, 3), np.uint8))
    sliver = Line(((10, 390), (16, 390)), ((10, 2), (16, 2), (16, 398), (10, 398)))
    lines = [whole_line(400, 40), sliver, whole_line(300, 40)]
    read = dict(read_lines(image, lines, recogniser(tiny), Manner("rtl", 0, 0.01), 5_000))
    assert [bool(read[index].text) for index in range(3)] == [True, False, True]
    assert read[1].reason == Reason.FAILED


def test_weights_that_read_are_laid_out_for_the_processor(tiny: Path) -> None:
    import torch

    from engines.ocr.kraken.weights import fresh

    loaded, trained = recogniser(tiny), fresh(tiny)
    assert loaded.device == "cpu" or torch.cuda.is_available()
    weights = [each for each in loaded.network.parameters() if each.dim() == 4][1]
    assert weights.is_contiguous(memory_format=torch.channels_last) == (loaded.device == "cpu")
    assert all(each.is_contiguous() for each in trained.nn.parameters()), "files are written from these"
