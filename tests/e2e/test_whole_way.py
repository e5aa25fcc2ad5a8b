"""The whole way with the shipped model: upload a page, watch it being read, correct it by keyboard, export it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.serving import ROOT, Server
from tests.ui.ocr_pages import row, text_of, wait_for_status

if TYPE_CHECKING:
    from playwright.sync_api import Page

Window = Callable[..., "Page"]
pytestmark = [pytest.mark.browser, pytest.mark.kraken, pytest.mark.slow]
SAMPLE = ROOT / "data/samples/hebrew-print.jpg"


def cut(path: Path) -> Path:
    """Write the first lines of a sample as a page of its own, which is read quickly and is not the sample itself."""
    from PIL import Image

    with Image.open(SAMPLE) as image:
        image.crop((0, 0, image.width, image.height // 3)).save(path)
    return path


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [(1440, 900, "light"), (1440, 900, "dark"), (420, 900, "light")],
    ids=["light", "dark", "narrow"],
)
def test_from_upload_to_export(
    server: Server, window: Window, axe: Callable[[Page], list[str]], tmp_path: Path, width: int, height: int, scheme: str
) -> None:
    """Do it with keys alone once the file is chosen; the page that comes out says what was typed."""
    page = window("/?tab=ocr", width=width, height=height, color_scheme=scheme)
    page.locator(".ocr-row, .ocr-empty").first.wait_for(timeout=30_000)
    with page.expect_file_chooser() as chooser:
        for _ in range(20):  # the keys work a moment after the first rows stand
            page.keyboard.press("Control+O")
            page.wait_for_timeout(500)
            if chooser.is_done():
                break
    chooser.value.set_files(cut(tmp_path / f"דף {scheme} {width}.png"))
    page.wait_for_url("**page=*")
    page.locator(".ocr-page", has_text=f"דף {scheme} {width}").wait_for(state="attached")  # another page may have been open
    row(page, 3).and_(page.locator(":not([data-status=waiting])")).wait_for(timeout=120_000)
    text_of(page, 2).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("תיקון ראשון ביד")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    wait_for_status(page, 2, "saved")
    wait_for_status(page, 3, "saved")
    assert not axe(page)
    page_id = page.evaluate("new URL(location).searchParams.get('page')")
    exported = httpx.get(f"{server.url}/pages/{page_id}/export", params={"format": "page"}, timeout=60)
    assert "תיקון ראשון ביד" in exported.text
    page.reload()
    wait_for_status(page, 2, "saved")
    assert text_of(page, 2).input_value() == "תיקון ראשון ביד"
