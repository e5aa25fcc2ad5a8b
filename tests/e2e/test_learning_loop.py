"""The whole loop with real kraken: correct a hand, train, watch, promote, and read another page better."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from engines.ocr.metrics import Sample, score
from tests.hands import Sheet, slanted
from tests.serving import Server, serving
from tests.ui.ocr_pages import row, text_of, wait_for_status

if TYPE_CHECKING:
    from playwright.sync_api import Page

Window = Callable[..., "Page"]
pytestmark = [pytest.mark.kraken, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, whose models are promoted here."""
    with serving(tmp_path_factory.mktemp("loop")) as running:
        yield running


@pytest.fixture(scope="module")
def sheets() -> tuple[Sheet, Sheet]:
    return slanted()


def read(url: str, sheet: Sheet, name: str) -> float:
    """Have a page read with whatever reads now, and return the share of wrong characters."""
    answer = httpx.post(f"{url}/ocr/", files={"image": (name, sheet.image)}, data={"wait": "true"}, timeout=300)
    assert answer.status_code == 200, answer.text
    said = "\n".join(line["text"] for line in answer.json()["lines"])
    return score([Sample("\n".join(sheet.texts), said)], "strict").cer


@pytest.mark.browser
def test_in_the_browser(server: Server, window: Window, sheets: tuple[Sheet, Sheet], tmp_path: Path) -> None:
    first, second = sheets
    before = read(server.url, second, "before.png")
    page = window("/?tab=ocr", base=server.url)
    page.locator(".ocr-row, .ocr-empty").first.wait_for(timeout=30_000)
    with page.expect_file_chooser() as chooser:
        for _ in range(20):  # the keys work a moment after the first rows stand
            page.keyboard.press("Control+O")
            page.wait_for_timeout(500)
            if chooser.is_done():
                break
    chooser.value.set_files(first.write(tmp_path / "hand.png"))
    page.wait_for_url("**page=*")
    page.locator(".ocr-page", has_text="hand").wait_for(state="attached")
    row(page, len(first.texts)).and_(page.locator(":not([data-status=waiting])")).wait_for(timeout=120_000)
    for number, text in enumerate(first.texts, 1):
        text_of(page, number).focus()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(text)
        page.keyboard.press("Enter")
    for number in range(1, len(first.texts) + 1):
        wait_for_status(page, number, "saved")

    page.get_by_role("tab", name="Training").click()
    page.get_by_label("Start from").select_option("base/ocr/hebrew/v1")
    page.get_by_text("11 corrected lines on 1 page").wait_for(timeout=30_000)
    page.get_by_text("optimistic").first.wait_for()
    page.get_by_role("button", name="More options").click()
    page.get_by_role("spinbutton", name="Epochs").fill("30")  # not so many minutes: a busy machine learns as much
    page.get_by_label("Minutes").fill("10")
    page.get_by_label("Name", exact=True).fill("slanted")
    page.get_by_role("button", name="Start training").click()
    page.locator(".training-head .wb-chip.wb-running").wait_for(timeout=60_000)
    page.locator(".training-chart .js-plotly-plot").first.wait_for(timeout=120_000)
    page.locator(".training-log", has_text="best, kept").wait_for(timeout=120_000)
    page.locator(".training-head .wb-chip.wb-done").wait_for(timeout=180_000)

    page.locator(".training-head a", has_text="Open in Models").click()
    page.get_by_role("button", name="Promote v1").wait_for(timeout=60_000)
    page.get_by_role("button", name="Promote v1").click()
    page.locator(".models-is-promoted").wait_for(timeout=30_000)
    after = read(server.url, second, "after.png")
    assert after < 0.8 * before, f"{before:.3f} before, {after:.3f} after"
    ledger = httpx.get(f"{server.url}/feedback/", params={"person": "you"}, timeout=30).json()["entries"]
    assert {entry["learnt_by"] for entry in ledger} >= {"local/ocr/slanted/v1"}
