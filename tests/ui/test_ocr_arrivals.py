"""Files on their way in and out of the tab: dropped, pasted, imported, exported."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.serving import Server
from tests.ui.ocr_pages import TEXTS, add_page, row, scan, text_of

if TYPE_CHECKING:
    from playwright.sync_api import JSHandle, Page

pytestmark = pytest.mark.browser

Window = Callable[..., "Page"]
FILES = """files => {
    const data = new DataTransfer();
    for (const [name, content] of files) data.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name));
    return data;
}"""
PASTE = """([data, text]) => {
    if (text) data.setData('text/plain', text);
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
    return event.defaultPrevented;
}"""


def files(page: Page, contents: Mapping[str, bytes]) -> JSHandle:
    """Return files as a drop or a paste carries them."""
    return page.evaluate_handle(FILES, [[name, base64.b64encode(content).decode()] for name, content in contents.items()])


def drop(page: Page, contents: Mapping[str, bytes]) -> None:
    data = files(page, contents)
    for name in ("dragenter", "dragover"):
        page.dispatch_event(".ocr", name, {"dataTransfer": data})
    expect(page.locator(".ocr-veil")).to_have_class("ocr-veil ocr-shown")
    page.dispatch_event(".ocr", "drop", {"dataTransfer": data})
    expect(page.locator(".ocr-veil")).to_have_class("ocr-veil")


@pytest.fixture
def empty(window: Window, server: Server) -> Page:
    """Open an empty project."""
    project = httpx.post(f"{server.url}/projects/", json={"name": "Arrivals", "engine": "fixed"}, timeout=30).json()
    page = window(f"/?tab=ocr&project={project['id']}")
    page.locator(".ocr-empty").wait_for()
    return page


def test_dropped_files_become_pages_in_the_order_of_their_names(empty: Page) -> None:
    images = [Image.open(io.BytesIO(scan(lines))).convert("RGB") for lines in (2, 3)]
    tiff = io.BytesIO()
    images[0].save(tiff, "TIFF", save_all=True, append_images=images[1:])
    drop(empty, {"p10.png": scan(4), "p9.tiff": tiff.getvalue(), "p2.png": scan(3, "beige")})
    expect(empty.locator(".ocr-rail-name")).to_have_text(["p2", "p9 · 1", "p9 · 2", "p10"], timeout=30_000)


def test_of_mixed_files_the_good_ones_come_in_and_each_bad_one_says_why(empty: Page) -> None:
    good = {f"p{number}.png": scan(number) for number in (2, 3)}
    drop(empty, good | {"broken.png": scan(2)[:300], "notes.txt": b"bought at the fair", "other.xml": b"<a/>"})
    expect(empty.locator(".ocr-rail-name")).to_have_text(["p2", "p3"], timeout=30_000)
    expect(empty.locator(".ocr-uploads header strong")).to_have_text("3 of 5 were not added", timeout=30_000)
    refused = empty.locator(".ocr-upload-list li[data-state=failed]")
    expect(refused).to_have_count(3)
    expect(refused.filter(has_text="notes.txt")).to_contain_text("is a text file, not a scan")
    expect(refused.filter(has_text="broken.png")).to_contain_text("ends early or is damaged")
    expect(empty.get_by_role("button", name="Try again")).to_have_count(0)  # the same files would be refused again


def test_an_import_that_is_refused_counts_its_files_and_can_be_sent_again_when_the_server_was_away(empty: Page) -> None:
    empty.route("**/import", lambda route: route.abort())
    drop(empty, {"line.png": scan(1), "line.txt": TEXTS[0].encode(), "p2.png": scan(2)})
    expect(empty.locator(".ocr-uploads header strong")).to_have_text("3 of 3 were not added")
    empty.unroute("**/import")
    empty.get_by_role("button", name="Try again").click()
    expect(empty.locator(".ocr-rail-name")).to_have_text(["line", "p2"], timeout=30_000)


def test_a_file_can_be_taken_back_before_it_was_sent(empty: Page) -> None:
    empty.route("**/ocr/", lambda route: None if b"wrong" in (route.request.post_data_buffer or b"") else route.continue_())
    drop(empty, {"1 wrong.png": b"wrong", "2 wrong too.png": b"wrong", "3 right.png": scan(2)})
    empty.get_by_role("button", name="Do not add 2 wrong too.png").click()
    empty.get_by_role("button", name="Do not add 1 wrong.png").click()
    expect(empty.locator(".ocr-rail-name")).to_have_text(["3 right"], timeout=30_000)
    expect(empty.locator(".ocr-uploads")).to_be_hidden()


def test_a_pasted_picture_is_a_page_and_pasted_text_stays_text(window: Window, server: Server) -> None:
    ids = add_page(server.url)
    page = window(f"/?tab=ocr&page={ids['page_id']}")
    text_of(page, 1).click()
    picture = {"cells.png": scan(3)}
    assert page.evaluate(PASTE, [files(page, picture), "words beside their picture"]) is False  # the line gets the words
    expect(page.locator(".ocr-uploads")).to_be_hidden()
    assert page.evaluate(PASTE, [files(page, picture), ""]) is True
    expect(page.locator(".ocr-rail-page")).to_have_count(2, timeout=30_000)


def test_what_a_project_exports_comes_in_again_by_a_drop_and_shows_its_scan(
    window: Window, server: Server, empty: Page, tmp_path: Path
) -> None:
    ids = add_page(server.url)
    page = window(f"/?tab=ocr&page={ids['page_id']}")
    row(page, 4).wait_for()
    kept = {}
    for number in range(11):
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem").nth(number).click()
        kept[number] = tmp_path / f"{number} {download.value.suggested_filename}"
        download.value.save_as(kept[number])
    assert kept[3].read_text(encoding="utf-8").splitlines() == list(TEXTS)
    assert [path.suffix for path in kept.values()] == [".xml", ".xml", ".hocr", ".txt", ".json", *[".zip"] * 6]
    assert set(zipfile.ZipFile(kept[6]).namelist()) == {"page.png", "page.alto.xml"}

    drop(empty, {"again.zip": kept[6].read_bytes()})
    expect(text_of(empty, 4)).to_have_value(TEXTS[3])
    expect(empty.locator(".ocr-scan")).to_have_attribute("src", re.compile("/image"), timeout=30_000)
