"""From an upload to lines that can be corrected."""

from __future__ import annotations

from tests.services.ocr.conftest import ANNA, work


def test_a_page_is_read(services, upload):
    page = upload()
    assert (page.state, page.width, page.height, page.engine, page.model) == ("read", 400, 300, "fixed", "")
    assert [line.index for line in page.lines] == [0, 1, 2]
    assert all(line.state == "read" and line.revision == 1 and line.text for line in page.lines)
    first = page.lines[0]
    assert first.author == "fixed"
    assert first.source == "model"
    assert first.reading is not None
    assert "".join(char[0] for char in first.reading.chars) == first.text
    assert services.ocr.image(ANNA, page.id)[1] == "image/jpeg"
    assert services.ocr.thumbnail(ANNA, page.id)[1] == "image/webp"
    assert not first.suggestion
    assert work(services) == 0
