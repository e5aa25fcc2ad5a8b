"""hOCR files of other programs, as XHTML and as HTML; plain text; JSON."""

from __future__ import annotations

import pytest

from tests.formats.documents import sample
from workbench.formats import FormatError, WrongFormat, hocr, page_json, text

TESSERACT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title></title><meta name="ocr-system" content="tesseract 5.5.0"/></head>
<body><div class='ocr_page' id='page_1' title='image "/tmp/x;y.png"; bbox 0 0 640 480; ppageno 0'>
 <div class='ocr_carea'><p class='ocr_par' dir='rtl'>
  <span class='ocr_line' id='line_1_1' title="bbox 36 90 580 130; baseline 0.01 -5; x_size 31">
   <span class='ocrx_word' title='bbox 36 92 96 116; x_wconf 93'>שלום</span>
   <span class='ocrx_word' title='bbox 109 92 160 116; x_wconf 90'><strong>עולם</strong></span>
  </span>
  <span class='ocr_header' id='line_1_2' title="bbox 36 200 580 240">two&amp;&#160;three</span>
 </p></div></div></body></html>"""


def test_tesseract() -> None:
    found = hocr.read(TESSERACT.encode())
    first, second = found.page.lines
    assert (found.page.width, found.page.height, found.image_name) == (640, 480, "x;y.png")
    assert found.creator == "tesseract 5.5.0"
    assert (first.text, second.text) == ("שלום עולם", "two& three")
    assert first.baseline == ((36, 125), (580, 130))
    assert second.polygon == ((36, 200), (580, 200), (580, 240), (36, 240))
    assert found.line_ids == ("line_1_1", "line_1_2")


def test_named_characters_and_open_tags_of_html() -> None:
    loose = TESSERACT.replace("&#160;", "&nbsp;").replace("</p>", "<br>").replace("<?xml", "<!--?xml").replace("?>", "?-->", 1)
    assert [line.text for line in hocr.read(loose.encode()).page.lines] == ["שלום עולם", "two& three"]


@pytest.mark.parametrize("data", [b"<html><body><p>news</p></body></html>", b"just words"])
def test_no_hocr(data: bytes) -> None:
    with pytest.raises(FormatError, match="hOCR"):
        hocr.read(data)


def test_two_pages() -> None:
    with pytest.raises(WrongFormat, match="2 pages"):
        hocr.read(TESSERACT.replace("</body>", "<div class='ocr_page'></div></body>").encode())


def test_text_has_one_line_a_line() -> None:
    written = text.write(sample()).decode()
    assert written.count("\n") == len(sample().page.lines)
    assert text.read_lines(written.encode()) == tuple(line.text for line in sample().page.lines)


@pytest.mark.parametrize(
    "data",
    ["\ufeffא\r\nב".encode(), "א\nב\n".encode(), "א\rב".encode(), "א\nב".encode("utf-16")],
    ids=["bom", "unix", "mac", "utf-16"],
)
def test_text_of_other_systems(data: bytes) -> None:
    assert text.read_lines(data) == ("א", "ב")


def test_text_in_an_old_encoding() -> None:
    with pytest.raises(FormatError, match="UTF-8") as caught:
        text.read_lines("שלום".encode("cp1255"))
    assert "UTF-8" in caught.value.hint


@pytest.mark.parametrize(
    "data", [b"{}", b"[1]", b"{", b'{"width": 10, "height": -1}', b'{"width": 9, "height": 9, "lines": [{"text": 1}]}']
)
def test_json_that_is_no_page(data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        page_json.read(data)
    assert caught.value.hint
