"""PAGE files of other programs: other versions, missing outlines, orders, texts in parts."""

from __future__ import annotations

import pytest

from workbench.formats import FormatError, WrongImage, page_xml

OLD = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2013-07-15"


def page(inside: str, *, namespace: str = OLD, size: str = 'imageWidth="1000" imageHeight="800"', more: str = "") -> bytes:
    """Return a PAGE file around some regions."""
    head = "<Metadata><Creator>Transkribus</Creator><Created>2017-01-01T10:00:00</Created></Metadata>"
    body = f'<Page imageFilename="..\\scans/../0007.jpg" {size} {more}>{inside}</Page>'
    return f'<?xml version="1.0"?><PcGts xmlns="{namespace}">{head}{body}</PcGts>'.encode()


def region(name: str, lines: str, attributes: str = "") -> str:
    """Return a text region."""
    return f'<TextRegion id="{name}" {attributes}><Coords points="0,0 900,0 900,700 0,700"/>{lines}</TextRegion>'


def line(
    name: str, *, text: str = "", coords: str = "10,10 400,10 400,50 10,50", baseline: str = "", attributes: str = ""
) -> str:
    """Return a text line."""
    base = f'<Baseline points="{baseline}"/>' if baseline else ""
    return (
        f'<TextLine id="{name}" {attributes}><Coords points="{coords}"/>{base}'
        f"<TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine>"
    )


@pytest.mark.parametrize("version", ["2013-07-15", "2016-07-15", "2017-07-15", "2018-07-15", "2019-07-15"])
def test_every_version_is_read(version: str) -> None:
    namespace = f"http://schema.primaresearch.org/PAGE/gts/pagecontent/{version}"
    found = page_xml.read(page(region("r", line("l1", text="שלום", baseline="10,40 400,41")), namespace=namespace))
    assert found.page.lines[0].text == "שלום"
    assert found.page.lines[0].baseline == ((10, 40), (400, 41))
    assert (found.line_ids, found.creator, found.image_name) == (("l1",), "Transkribus", "0007.jpg")
    assert found.page.direction == "rtl"


def test_points_of_2010_are_elements() -> None:
    points = "".join(f'<Point x="{x}" y="{y}"/>' for x, y in ((10, 10), (400, 10), (400, 50), (10, 50)))
    old = f'<TextRegion id="r"><TextLine id="l1"><Coords>{points}</Coords></TextLine></TextRegion>'
    assert page_xml.read(page(old)).page.lines[0].polygon == ((10, 10), (400, 10), (400, 50), (10, 50))


def test_a_missing_baseline_follows_the_slope_of_the_polygon() -> None:
    found = page_xml.read(page(region("r", line("l1", text="abc", coords="0,100 400,140 400,180 0,140"))))
    (x0, y0), (x1, y1) = found.page.lines[0].baseline
    assert (x0, x1) == (0, 400)
    assert 120 < y0 < 140
    assert 35 <= y1 - y0 <= 45


def test_a_polygon_of_no_height_or_with_two_points_is_made_from_the_baseline() -> None:
    lines = "".join(line(f"l{n}", coords="5,5 5,5", baseline=f"10,{100 * n} 400,{100 * n}") for n in (1, 2, 3))
    found = page_xml.read(page(region("r", lines)))
    x0, y0, x1, y1 = found.page.lines[1].box
    assert (x0, x1) == (10, 401)
    assert 130 <= y0 < 200 < y1 <= 230


def test_a_line_that_lies_nowhere_is_an_error_with_its_name() -> None:
    with pytest.raises(FormatError, match="'lost'"):
        page_xml.read(page(region("r", '<TextLine id="lost"><TextEquiv><Unicode>x</Unicode></TextEquiv></TextLine>')))


def test_text_in_words_or_glyphs_only() -> None:
    def word(text: str, x: int) -> str:
        place = f'<Coords points="{x},10 {x + 50},10 {x + 50},40"/>'
        return f'<Word id="w{x}">{place}<TextEquiv><Unicode>{text}</Unicode></TextEquiv></Word>'

    glyphs = '<Word id="w"><Glyph id="g"><TextEquiv><Unicode>c</Unicode></TextEquiv></Glyph></Word>'
    body = f'<TextLine id="l1">{word("a", 10)}{word("b", 90)}{glyphs}</TextLine>'
    found = page_xml.read(page(region("r", body))).page.lines[0]
    assert found.text == "a b c"
    assert found.box == (10, 10, 141, 41)


def test_the_lowest_index_is_the_text() -> None:
    equivs = "".join(f'<TextEquiv index="{i}"><Unicode>{t}</Unicode></TextEquiv>' for i, t in ((2, "c"), (0, "a"), (1, "b")))
    body = f'<TextLine id="l1"><Coords points="10,10 400,10 400,50"/>{equivs}</TextLine>'
    assert page_xml.read(page(region("r", body))).page.lines[0].text == "a"


def test_reading_order_moves_regions_and_those_in_them() -> None:
    order = (
        '<ReadingOrder><OrderedGroup id="o"><RegionRefIndexed index="1" regionRef="a"/>'
        '<OrderedGroupIndexed id="p" index="0"><RegionRefIndexed index="0" regionRef="b"/></OrderedGroupIndexed>'
        "</OrderedGroup></ReadingOrder>"
    )
    regions = region("c", line("l3")) + region("a", line("l1")) + region("b", region("inner", line("l2")))
    assert page_xml.read(page(order + regions)).line_ids == ("l2", "l1", "l3")


def test_lines_in_the_order_of_transkribus() -> None:
    lines = line("l2", attributes='custom="readingOrder {index:1;}"') + line(
        "l1", attributes='custom="readingOrder {index:0;} x {}"'
    )
    assert page_xml.read(page(region("r", lines))).line_ids == ("l1", "l2")


def test_directions_of_page_region_and_line() -> None:
    lines = line("l1") + line("l2", attributes='readingDirection="right-to-left"')
    regions = region("r", lines, 'readingDirection="left-to-right"') + region("s", line("l3"))
    found = page_xml.read(page(regions, more='readingDirection="right-to-left"'))
    assert found.page.direction == "rtl"
    assert found.directions == ("ltr", "rtl", None)


def test_decomposed_text_becomes_nfc_and_missing_or_double_names_are_made() -> None:
    lines = line("", text="e\u0301") + line("x") + line("x") + line("")
    found = page_xml.read(page(region("r", lines)))
    assert found.page.lines[0].text == "é"
    assert len(set(found.line_ids)) == 4
    assert found.page.direction == "ltr"


def test_an_unknown_size_is_asked_for() -> None:
    without = page(region("r", line("l1")), size='imageWidth="0" imageHeight="0"')
    with pytest.raises(WrongImage, match="width and height"):
        page_xml.read(without)
    assert page_xml.read(without, (1000, 800)).page.width == 1000


def test_another_image_is_refused() -> None:
    with pytest.raises(WrongImage, match="800 × 1000"):
        page_xml.read(page(region("r", line("l1"))), (800, 1000))


@pytest.mark.parametrize("points", ["1,2 3", "1,2 99999999,4", "1e400,2 3,4"])
def test_points_that_are_none(points: str) -> None:
    with pytest.raises(FormatError, match="Coords of line 'l1'"):
        page_xml.read(page(region("r", line("l1", coords=points))))


def test_fractions_of_pixels_are_rounded() -> None:
    found = page_xml.read(page(region("r", line("l1", coords="1.4,2.6 30,2 30,9"))))
    assert found.page.lines[0].polygon[0] == (1, 3)
