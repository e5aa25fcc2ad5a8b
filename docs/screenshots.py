"""Make the pictures of the README from a real server with the sample pages: `python -m docs.screenshots`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from playwright.sync_api import sync_playwright

from tests import loop
from tests.chromium import ARGUMENTS, find
from tests.hands import slanted
from tests.serving import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parent / "pictures"
CORRECTED = 5


def wait_until_read(server: Server, name: str, patience: float = 600) -> int:
    """Wait until the sample page whose name holds `name` is read; return its id.

    Raises:
        RuntimeError: It was not read in `patience` seconds.
    """
    began = time.monotonic()
    while time.monotonic() - began < patience:
        for project in httpx.get(f"{server.url}/projects/", timeout=60).json():
            pages = httpx.get(f"{server.url}/projects/{project['id']}", params={"lines": "false"}, timeout=60).json()["pages"]
            for page in pages:
                if name in page["name"].lower() and page["state"] == "read":
                    return int(page["id"])
        time.sleep(1)
    raise RuntimeError(f"The sample page '{name}' was not read.")


def accept_some(server: Server, page_id: int) -> None:
    """Accept the first lines of a page, so that the picture shows finished work too."""
    for line in httpx.get(f"{server.url}/pages/{page_id}", timeout=60).json()["lines"][:CORRECTED]:
        body = {"text": line["text"], "base_revision": line["revision"], "action": "accept"}
        httpx.put(f"{server.url}/lines/{line['id']}", json=body, timeout=60).raise_for_status()


def take(browser: Browser, server: Server, name: str, page_id: int, **options: object) -> None:
    """Open a page at its first open line and write docs/pictures/NAME.png."""
    context = browser.new_context(**options)  # pyright: ignore[reportArgumentType]
    page = context.new_page()
    page.goto(f"{server.url}/?tab=ocr&page={page_id}")
    page.locator(".ocr-row").nth(CORRECTED).wait_for()
    _settle(page)
    page.screenshot(path=FOLDER / f"{name}.png")
    context.close()
    print(FOLDER / f"{name}.png")


def _settle(page: Page) -> None:
    page.locator(".ocr-row .ocr-field .ocr-input").nth(CORRECTED).click()
    page.keyboard.press("Alt+j")  # to the next unsure character, so that its choices show
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(800)  # the marks are drawn after the typefaces have come


def begin_learning(server: Server) -> int:
    """Import two pages in an unknown hand, train on them, and begin a second training; return its job."""
    project = loop.import_pages(server.url, [(sheet.image, sheet.page) for sheet in slanted()])
    httpx.patch(f"{server.url}/projects/{project}", json={"name": "Letters of Dina"}, timeout=60).raise_for_status()
    first = loop.train(server.url, project, "letters", "base/ocr/hebrew", minutes=0.5)
    done = loop.wait(server.url, first, lambda found: found["state"] == "done", 400)
    httpx.post(f"{server.url}/models/{done['result']['model']}/promote", timeout=60).raise_for_status()
    second = loop.train(server.url, project, "letters", "", minutes=1.2, patience=10_000)
    loop.wait(server.url, second, lambda found: found["metrics"].get("epoch", 0) >= 8, 400)
    return second


def take_tab(browser: Browser, server: Server, name: str, address: str, ready: str, **options: object) -> None:
    """Open an address, wait until something is there, and write docs/pictures/NAME.png."""
    context = browser.new_context(**options)  # pyright: ignore[reportArgumentType]
    page = context.new_page()
    page.goto(f"{server.url}{address}")
    page.locator(ready).first.wait_for(timeout=120_000)
    page.wait_for_timeout(1_500)
    page.screenshot(path=FOLDER / f"{name}.png")
    context.close()
    print(FOLDER / f"{name}.png")


def take_loop(browser: Browser, server: Server, **wide: object) -> None:
    """Make the pictures of the tabs Training, Models and Feedback."""
    job = begin_learning(server)
    take_tab(browser, server, "training", f"/?tab=training&job={job}", ".training-chart .js-plotly-plot", **wide)
    take_tab(
        browser,
        server,
        "training-dark",
        f"/?tab=training&job={job}",
        ".training-chart .js-plotly-plot",
        color_scheme="dark",
        **wide,
    )
    loop.wait(server.url, job, lambda found: found["state"] == "done", 400)
    take_tab(browser, server, "models", "/?tab=models", ".models-line img", **wide)
    take_tab(browser, server, "feedback", "/?tab=feedback", "tbody tr", **wide)


def main() -> int:
    """Make all pictures."""
    FOLDER.mkdir(exist_ok=True)
    wide = {"viewport": {"width": 1440, "height": 900}}
    with (
        tempfile.TemporaryDirectory() as home,
        serving(Path(home), {"WORKBENCH_SAMPLES": "1"}) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find(), args=list(ARGUMENTS))
        cursive = wait_until_read(server, "cursive")
        accept_some(server, cursive)
        take(browser, server, "ocr", cursive, **wide)
        take(browser, server, "ocr-dark", cursive, color_scheme="dark", **wide)
        take(browser, server, "ocr-hebrew", cursive, locale="he-IL", **wide)
        take(browser, server, "ocr-narrow", cursive, viewport={"width": 420, "height": 900})
        take_loop(browser, server, **wide)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
