"""kraken's own parser reads our PAGE and ALTO with the same lines, baselines and texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.documents import WIDTH, sample
from workbench.formats import FORMATS

pytestmark = pytest.mark.kraken


@pytest.mark.parametrize("name", ["page", "alto"])
def test_kraken_finds_the_same_lines(name: str, tmp_path: Path) -> None:
    from engines.runtime import prepare

    prepare()
    from kraken.lib.xml import XMLPage

    document = sample()
    path = tmp_path / "page.xml"
    path.write_bytes(FORMATS[name].write(document))
    found = XMLPage(path).to_container()
    wanted = document.page.lines
    assert [line.baseline for line in found.lines] == [list(line.baseline) for line in wanted]
    assert [line.boundary for line in found.lines] == [list(line.polygon) for line in wanted]
    # An empty String of ALTO is a space to kraken.
    assert [line.text.strip() for line in found.lines] == [line.text.strip() for line in wanted]
    assert [line.text for line in found.lines if line.text.strip()] == [line.text for line in wanted if line.text]
    assert [line.base_dir for line in found.lines] == ["R", "R", "R", "L"]
    assert found.imagename == tmp_path / document.image_name
    assert XMLPage(path).image_size == (WIDTH, document.page.height)


@pytest.mark.parametrize("name", ["page", "alto"])
def test_what_kraken_writes_is_read(name: str, tmp_path: Path) -> None:
    from engines.runtime import prepare

    prepare()
    from kraken.containers import BaselineLine, BaselineOCRRecord, Segmentation
    from kraken.serialization import serialize

    line = BaselineLine(id="l1", baseline=[(10, 40), (90, 41)], boundary=[(10, 10), (90, 10), (90, 50), (10, 50)], base_dir="R")
    cuts = [(80 - 10 * i, 90 - 10 * i) for i in range(7)]  # along the baseline
    record = BaselineOCRRecord("שלום אב", cuts, [0.9] * 7, line, display_order=False)
    segmentation = Segmentation(
        type="baselines",
        imagename="a.png",
        text_direction="horizontal-rl",
        script_detection=False,
        lines=[record],
        regions={},
        line_orders=[],
    )
    text = serialize(segmentation, image_size=(100, 200), template={"page": "pagexml", "alto": "alto"}[name])
    form = FORMATS[name]
    assert form.read is not None
    found = form.read(text.encode(), None)
    assert found.page.lines[0].baseline == ((10, 40), (90, 41))
    assert found.page.lines[0].text == "שלום אב"
    assert (found.page.width, found.page.height, found.image_name) == (100, 200, "a.png")
