"""The pure modules of the tabs, run in a browser without a server: marks, merge, keys, drafts, fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from workbench.ui.static_files import STATIC

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).parent / "js"
ORIGIN = "http://modules.invalid"
CASES = [
    (path.name, name)
    for path in sorted(FOLDER.glob("*.test.js"))
    for name in re.findall(r"^  (?:async )?'(.+)'\(\) \{$", path.read_text(encoding="utf-8"), re.MULTILINE)
]


def answer(route) -> None:
    """Serve modules and cases from their folders."""
    path = route.request.url.removeprefix(ORIGIN)
    if path == "/":
        route.fulfill(body="<!doctype html><title>modules</title>", content_type="text/html")
        return
    file = STATIC / path.removeprefix("/static/") if path.startswith("/static/") else FOLDER / path.removeprefix("/tests/")
    route.fulfill(body=file.read_text(encoding="utf-8"), content_type="text/javascript")


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    """Open an empty page that may import the modules."""
    context = browser.new_context()
    page = context.new_page()
    page.route("**/*", answer)
    page.goto(f"{ORIGIN}/")
    yield page
    context.close()


@pytest.mark.parametrize(("file", "name"), CASES, ids=[f"{file.split('.')[0]}: {name}" for file, name in CASES])
def test_modules(modules: Page, file: str, name: str) -> None:
    modules.evaluate("async ([file, name]) => { await (await import(`/tests/${file}`)).tests[name](); }", [file, name])


@pytest.mark.parametrize("room", ["frame", "ocr", "training", "models", "feedback"])
def test_no_module_writes_html_and_all_stay_small(room: str) -> None:
    sinks = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(|new Function")
    files = [path for path in (STATIC / room).iterdir() if path.suffix in {".js", ".css"}]
    texts = {path.name: path.read_text(encoding="utf-8") for path in files}
    assert [name for name, text in texts.items() if name.endswith(".js") and sinks.search(text)] == []
    assert [name for name, text in texts.items() if len(text.splitlines()) > 300] == []
