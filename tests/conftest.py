"""One real server and one real browser for all tests that need them; each test gets its own window."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.chromium import ARGUMENTS, find
from tests.serving import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Window = Callable[..., "Page"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs Tesseract's data is skipped where that is missing, never in CI: there it must be."""
    folders = [
        *sorted(Path("/usr/share/tesseract-ocr").glob("*/tessdata")),
        Path(os.environ.get("TESSDATA_PREFIX", "/nonexistent")),
    ]
    if os.environ.get("CI") or any((folder / "heb.traineddata").exists() for folder in folders):
        return
    for item in items:
        if item.get_closest_marker("tesseract"):
            item.add_marker(pytest.mark.skip(reason="Tesseract's Hebrew data is not installed (make system)"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve an empty home in `local` mode."""
    home = tmp_path_factory.mktemp("home")
    with serving(home) as running:
        yield running
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one Chromium for all browser tests."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)  # a busy machine opens a page in ten seconds
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def window(browser: Browser, server: Server) -> Iterator[Window]:
    """Return a function that opens a window; script errors and requests to a foreign host fail the test at its end."""
    contexts, faults = [], []

    def guard(route) -> None:
        if route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            route.continue_()
        else:
            faults.append(f"foreign request: {route.request.url}")
            route.abort()

    def open_window(path: str = "/", *, base: str | None = None, width: int = 1440, height: int = 900, **options) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.route("**/*", guard)
        page.goto((base or server.url) + path)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Return a function that lists the WCAG A and AA violations of a page as axe-core finds them."""
    package = importlib.util.find_spec("axe_playwright_python")
    assert package is not None
    assert package.origin is not None
    source = (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")

    def violations(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        return [f"{v['impact']} {v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in found["violations"]]

    return violations
