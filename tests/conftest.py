"""One real server and one real browser for all tests that need them; each test gets its own window."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.chromium import ARGUMENTS, find
from tests.serving import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

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


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> dict[str, BrowserContext]:
    """Profiles by their options: one is kept for all its tests, so that scripts come from its cache, and emptied after each."""
    return {}


@pytest.fixture
def window(browser: Browser, server: Server, contexts: dict[str, BrowserContext]) -> Iterator[Window]:
    """Return a function that opens a window; script errors and requests to a foreign host fail the test at its end.

    Windows with equal options are of one profile; `width`, `height` and `color_scheme` may differ.
    """
    used: dict[str, set[str]] = {}
    faults: list[str] = []

    def guard(request: Request) -> None:  # no route: one would switch the browser's cache off
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            faults.append(f"foreign request: {request.url}")

    def open_window(path: str = "/", *, base: str | None = None, width: int = 1440, height: int = 900, **options) -> Page:
        scheme = options.pop("color_scheme", None)
        profile = repr(sorted(options.items()))
        if profile not in contexts:
            contexts[profile] = browser.new_context(**options)
        used.setdefault(profile, set()).add(base or server.url)
        page = contexts[profile].new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("request", guard)
        page.goto((base or server.url) + path)
        return page

    yield open_window
    for profile, origins in used.items():
        empty(contexts[profile], origins)
    assert not faults, "\n".join(faults)


def empty(context: BrowserContext, origins: Iterable[str]) -> None:
    """Close the pages of a profile and forget what they kept; the cache stays."""
    for page in context.pages:
        page.close()
    context.clear_cookies()
    keeper = context.new_page()
    session = context.new_cdp_session(keeper)
    for origin in origins:
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage,indexeddb"})
    keeper.close()


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
