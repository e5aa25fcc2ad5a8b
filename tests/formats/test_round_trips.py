"""What is written is read back, for every format that tells where lines lie."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings

from engines.types import Line
from tests.formats.documents import anything, documents, sample
from workbench.formats import FORMATS, Document, Format, recognise
from workbench.formats.markup import clean

READABLE = [form for form in FORMATS.values() if form.read]
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def read_back(form: Format, document: Document) -> Document:
    """Write and read a document."""
    assert form.read is not None
    return form.read(form.write(document), None)


def outline(line: Line) -> tuple[object, ...]:
    """Return all of a line that every format keeps exactly."""
    return line.baseline, line.polygon, line.text, line.reason


def same(found: Document, wanted: Document) -> None:
    """Compare all that every format keeps."""
    assert [outline(line) for line in found.page.lines] == [outline(line) for line in wanted.page.lines]
    assert (found.page.width, found.page.height) == (wanted.page.width, wanted.page.height)
    assert (found.image_name, found.line_ids, found.created) == (wanted.image_name, wanted.line_ids, wanted.created)
    assert found.creator == wanted.creator


@pytest.mark.parametrize("form", READABLE, ids=lambda form: form.name)
def test_a_page_is_read_back(form: Format) -> None:
    wanted = sample()
    found = read_back(form, wanted)
    same(found, wanted)
    assert found.page.direction == "rtl"
    assert found.directions == wanted.directions


@pytest.mark.parametrize("form", READABLE, ids=lambda form: form.name)
@QUICK
@given(wanted=documents())
def test_any_page_is_read_back(form: Format, wanted: Document) -> None:
    found = read_back(form, wanted)
    same(found, wanted)
    if wanted.page.lines:
        assert found.page.direction == wanted.page.direction
        assert found.directions == wanted.directions


@pytest.mark.parametrize("form", READABLE, ids=lambda form: form.name)
@QUICK
@given(dirty=documents(anything))
def test_characters_that_xml_forbids_are_left_out(form: Format, dirty: Document) -> None:
    found = read_back(form, dirty)
    assert [line.text for line in found.page.lines] == [clean(line.text) for line in dirty.page.lines]


@pytest.mark.parametrize("form", READABLE, ids=lambda form: form.name)
def test_confidences_and_boxes_of_characters_are_read_back(form: Format) -> None:
    wanted, found = sample().page.lines[0], read_back(form, sample()).page.lines[0]
    for one, other in zip(found.chars, wanted.chars, strict=True):
        assert one.text == other.text
        assert one.confidence == pytest.approx(other.confidence, abs=1e-4)
        assert one.box == other.box


@pytest.mark.parametrize("name", ["page", "alto", "json"])
def test_alternatives_are_read_back(name: str) -> None:
    wanted, found = sample().page.lines[0], read_back(FORMATS[name], sample()).page.lines[0]
    letters = [index for index, char in enumerate(wanted.chars) if char.text != " "]
    assert [found.chars[i].alternatives for i in letters] == [wanted.chars[i].alternatives for i in letters]


@pytest.mark.parametrize("form", READABLE, ids=lambda form: form.name)
def test_a_file_is_recognised_by_its_content(form: Format) -> None:
    assert recognise(form.write(sample())) == form


@pytest.mark.parametrize("form", READABLE, ids=lambda form: form.name)
def test_lines_are_scaled_to_the_image_at_hand(form: Format) -> None:
    assert form.read is not None
    found = form.read(form.write(sample()), (600, 800))
    assert (found.page.width, found.page.height) == (600, 800)
    assert found.page.lines[0].baseline == ((50, 44), (200, 45), (350, 46))


def test_points_outside_the_image_move_to_its_edge() -> None:
    page = sample().page
    outside = dataclasses.replace(page.lines[3], baseline=((-5, 10), (50, -1)), polygon=((-3, -3), (60, 0), (60, 20)))
    document = Document("a.png", dataclasses.replace(page, lines=(outside,)), ("1",))
    for name in ("page", "alto", "hocr"):
        line = read_back(FORMATS[name], document).page.lines[0]
        assert line.baseline == ((0, 10), (50, 0))
        assert line.polygon == ((0, 0), (60, 0), (60, 20))
