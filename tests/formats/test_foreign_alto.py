"""ALTO files of other programs: versions 2 to 4, units, missing outlines, words without spaces."""

from __future__ import annotations

import pytest

from workbench.formats import FormatError, WrongFormat, WrongImage, alto

BOX = 'HPOS="10" VPOS="20" WIDTH="300" HEIGHT="40"'


def file(
    inside: str, *, namespace: str = "ns-v2#", unit: str = "pixel", size: str = 'WIDTH="1000" HEIGHT="800"', more: str = ""
) -> bytes:
    """Return an ALTO file around some blocks."""
    return (
        f'<alto xmlns="http://www.loc.gov/standards/alto/{namespace}"><Description><MeasurementUnit>{unit}</MeasurementUnit>'
        "<sourceImageInformation><fileName>C:\\in\\0001.tif</fileName></sourceImageInformation></Description>"
        f'{more}<Layout><Page ID="p" PHYSICAL_IMG_NR="1" {size}><PrintSpace>{inside}</PrintSpace></Page></Layout></alto>'
    ).encode()


def block(lines: str, name: str = "b", attributes: str = "") -> str:
    """Return a text block."""
    return f'<TextBlock ID="{name}" {attributes}>{lines}</TextBlock>'


def line(content: str = '<String CONTENT="x"/>', attributes: str = BOX, name: str = "l1") -> str:
    """Return a text line."""
    return f'<TextLine ID="{name}" {attributes}>{content}</TextLine>'


@pytest.mark.parametrize("namespace", ["ns-v2#", "ns-v3#", "ns-v4#"])
def test_versions_with_boxes_only(namespace: str) -> None:
    found = alto.read(file(block(line('<String CONTENT="אב"/><SP/><String CONTENT="גד"/>')), namespace=namespace))
    only = found.page.lines[0]
    assert only.text == "אב גד"
    assert only.polygon == ((10, 20), (310, 20), (310, 60), (10, 60))
    assert only.baseline == ((10, 50), (310, 50))
    assert (found.image_name, found.line_ids) == ("0001.tif", ("l1",))


def test_a_file_without_namespace() -> None:
    data = file(block(line())).replace(b' xmlns="http://www.loc.gov/standards/alto/ns-v2#"', b"")
    assert alto.read(data).page.lines[0].text == "x"


def test_a_baseline_that_is_one_number_lies_level() -> None:
    assert alto.read(file(block(line(attributes=f'{BOX} BASELINE="52.4"')))).page.lines[0].baseline == ((10, 52), (310, 52))


@pytest.mark.parametrize("points", ["10,50 310,51", "10 50 310 51", "(10,50) (310,51)"])
def test_spellings_of_points(points: str) -> None:
    assert alto.read(file(block(line(attributes=f'BASELINE="{points}"')))).page.lines[0].baseline == ((10, 50), (310, 51))


def test_words_without_spaces_between_them_and_a_hyphen() -> None:
    content = '<String CONTENT="one"/><String CONTENT="ex"/><HYP CONTENT="-"/>'
    assert alto.read(file(block(line(content)))).page.lines[0].text == "one ex-"


def test_a_line_takes_its_place_from_its_words() -> None:
    content = f'<String CONTENT="a" {BOX}/><SP/><String CONTENT="b" HPOS="400" VPOS="18" WIDTH="20" HEIGHT="50"/>'
    assert alto.read(file(block(line(content, "")))).page.lines[0].box == (10, 18, 421, 69)


@pytest.mark.parametrize("unit", ["mm10", "inch1200"])
def test_other_units_need_the_image(unit: str) -> None:
    data = file(block(line()), unit=unit)
    with pytest.raises(WrongImage, match=unit):
        alto.read(data)
    found = alto.read(data, (2000, 1600))
    assert found.page.lines[0].polygon[2] == (620, 120)


def test_reading_order_of_blocks_and_lines() -> None:
    refs = '<ElementRef ID="1" REF="b2"/><ElementRef ID="2" REF="l1"/>'
    order = f'<ReadingOrder><OrderedGroup ID="o">{refs}</OrderedGroup></ReadingOrder>'
    blocks = block(line(name="l0") + line(name="l1"), "b1") + block(line(name="l2"), "b2")
    assert alto.read(file(f"<ComposedBlock ID='c'>{blocks}</ComposedBlock>", more=order)).line_ids == ("l2", "l1", "l0")


def test_directions_of_blocks_and_lines() -> None:
    blocks = block(line(name="l1") + line(name="l2", attributes=f'{BOX} BASEDIRECTION="rtl"'), "a", 'BASEDIRECTION="ltr"')
    blocks += block(line(name="l3"), "b", 'BASEDIRECTION="rtl"') + block(line(name="l4"), "c", 'BASEDIRECTION="rtl"')
    found = alto.read(file(blocks))
    assert found.page.direction == "rtl"
    assert found.directions == ("ltr", "rtl", None, None)


def test_several_pages_are_refused() -> None:
    data = file(block(line())).replace(b"</Layout>", b'<Page ID="q" PHYSICAL_IMG_NR="2"/></Layout>')
    with pytest.raises(WrongFormat, match="2 pages"):
        alto.read(data)


def test_numbers_that_are_none() -> None:
    with pytest.raises(FormatError, match="not a number"):
        alto.read(file(block(line(attributes='HPOS="left" VPOS="1" WIDTH="2" HEIGHT="3"'))))
