"""A missed line, added by two clicks."""

from __future__ import annotations

import pytest

from tests.services.ocr.conftest import ANNA, bars, work
from workbench.services.errors import Invalid


def test_a_missed_line_is_added_and_read(services, page):
    line, job = services.ocr.add_line(ANNA, page.id, [[380, 170.4], [20.2, 172]])
    assert (line.origin, line.state, line.index, line.baseline) == ("added", "waiting", 2, [[20, 172], [380, 170]])
    assert job.priority == 0
    ys = [y for _, y in line.polygon]
    assert 15 <= max(ys) - min(ys) <= 30
    work(services)
    line = services.ocr.line(ANNA, line.id)
    assert (line.state, line.source, line.index) == ("read", "model", 2)
    assert line.text
    assert [found.id for found in services.ocr.page(ANNA, page.id).lines][2] == line.id


@pytest.mark.parametrize(("y", "index"), [(20, 0), (61, 1), (290, 3)])
def test_its_place_in_the_reading_order(services, page, y, index):
    assert services.ocr.add_line(ANNA, page.id, [[50, y], [300, y]])[0].index == index


def test_an_empty_page_takes_a_line(services, upload, tmp_path):
    page = upload(path=bars(tmp_path / "blank.png"))
    line, _ = services.ocr.add_line(ANNA, page.id, [[0, 2], [399, 2]])
    assert min(y for _, y in line.polygon) == 0
    assert services.ocr.page(ANNA, page.id).lines_total == 1


@pytest.mark.parametrize(
    "points",
    [[], [[1, 1]], [[1, 1], [3, 1]], [[-1, 1], [300, 1]], [[1, 1], [400, 1]], [[1, 1], [float("nan"), 1]], [[1], [300, 1]]],
)
def test_points_that_give_no_line(services, page, points):
    with pytest.raises(Invalid) as refused:
        services.ocr.add_line(ANNA, page.id, points)
    assert refused.value.hint
    assert len(services.ocr.page(ANNA, page.id).lines) == 3


def test_one_line_is_read_again(services, page):
    line = page.lines[0].id
    services.ocr.save_line(ANNA, line, text="תוקן", base_revision=1)
    services.ocr.read_line(ANNA, line, engine="fixed", options={"text": "הצעה"})
    work(services)
    view = services.ocr.line(ANNA, line)
    assert (view.text, view.suggestion, view.reading.text) == ("תוקן", True, "הצעה")
    services.ocr.read_line(ANNA, page.lines[1].id)
    work(services)
    assert services.ocr.line(ANNA, page.lines[1].id).text == "אחד"
