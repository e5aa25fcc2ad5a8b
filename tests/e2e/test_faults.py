"""Faults in the middle of work, seen from the browser: nothing typed is lost, nothing is overwritten in silence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.serving import Server, end, start, workers_of
from tests.ui.ocr_pages import TEXTS, add_page, lines_of, row, scan, text_of, wait_for_status

if TYPE_CHECKING:
    from playwright.sync_api import Page

Window = Callable[..., "Page"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """Serve a home of this test's own, so that it can be killed."""
    server = start(tmp_path / "home")
    yield server
    end(server)


def correct(page: Page, number: int, text: str) -> None:
    """Type a whole new text into a line, as a person does."""
    text_of(page, number).click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def until_saved(base: str, page_id: int, text: str) -> None:
    """Wait until the server holds a text on a page."""
    with httpx.Client(base_url=base, timeout=10) as client:
        for _ in range(200):
            if text in [line["text"] for line in client.get(f"/pages/{page_id}").json()["lines"]]:
                return
    raise AssertionError(f"'{text}' never reached the server")


def test_a_killed_server_loses_nothing_that_was_typed(own: Server, window: Window) -> None:
    """Type while the server is gone, close the tab, start the server again: what was typed is saved."""
    page_id = add_page(own.url)["page_id"]
    page = window(f"/?tab=ocr&page={page_id}", base=own.url)
    correct(page, 1, "נשמר לפני הנפילה")
    page.keyboard.press("Enter")
    wait_for_status(page, 1, "saved")
    own.kill()
    correct(page, 2, "נכתב בלי שרת")
    page.keyboard.press("Enter")
    wait_for_status(page, 2, "kept")
    correct(page, 3, "טיוטה שלא נשלחה")
    page.wait_for_function("Object.values(localStorage).some((value) => value.includes('טיוטה שלא נשלחה'))")
    context = page.context
    page.close(run_before_unload=False)
    again = start(own.home, port=int(own.url.rsplit(":", 1)[1]))
    try:
        assert lines_of(again.url, page_id)[0]["text"] == "נשמר לפני הנפילה"
        page = context.new_page()
        page.goto(f"{again.url}/?tab=ocr&page={page_id}")
        wait_for_status(page, 2, "saved")
        assert text_of(page, 3).input_value() == "טיוטה שלא נשלחה"
        until_saved(again.url, page_id, "נכתב בלי שרת")
    finally:
        end(again)


def test_a_stale_save_opens_the_collation(server: Server, window: Window) -> None:
    """Let two people save one line: the second one is shown both readings, and the first one's is never overwritten."""
    page_id = add_page(server.url)["page_id"]
    page = window(f"/?tab=ocr&page={page_id}")
    line = lines_of(server.url, page_id)[0]
    text_of(page, 1).click()
    page.keyboard.press("End")
    page.keyboard.type(" סוף")
    other = line["text"].replace("ימים", "שנים").replace("בימים", "בשנים")
    body = {"text": other + " אחר", "base_revision": line["revision"]}
    assert httpx.put(f"{server.url}/lines/{line['id']}", json=body, timeout=30).status_code == 201
    page.keyboard.press("Enter")
    wait_for_status(page, 1, "conflict")
    collation = row(page, 1).locator(".ocr-collation")
    for reading in (line["text"] + " סוף", body["text"], line["text"]):
        assert collation.get_by_text(reading, exact=True).count() or reading in re.sub(r"\s+", " ", collation.inner_text())
    collation.locator(".ocr-input").click()
    page.keyboard.press("Enter")
    wait_for_status(page, 1, "saved")
    revisions = httpx.get(f"{server.url}/lines/{line['id']}/revisions", timeout=30).json()
    texts = [revision["text"] for revision in revisions]
    assert body["text"] in texts
    assert len(texts) == 3


def test_a_killed_worker_is_tried_again(own: Server, window: Window) -> None:
    """Kill the worker in the middle of a page: the page is read to its end, and no line stands twice."""
    options = {"text": "|".join(TEXTS), "lines": 4, "seconds_per_line": 1.0}
    answer = httpx.post(
        f"{own.url}/ocr/",
        files={"image": ("p.png", scan(4))},
        data={"engine": "fixed", "options": json.dumps(options)},
        timeout=60,
    ).json()
    page = window(f"/?tab=ocr&page={answer['page_id']}", base=own.url)
    row(page, 1).and_(page.locator(":not([data-status=waiting])")).wait_for(timeout=60_000)
    for worker in workers_of(own.home):
        worker.kill()
    page.wait_for_function("document.querySelectorAll('.ocr-row:not([data-status=waiting])').length === 4", timeout=90_000)
    job = httpx.get(f"{own.url}/jobs/{answer['job_id']}", timeout=30).json()
    assert job["state"] in {"running", "done"}
    assert [line["text"] for line in lines_of(own.url, answer["page_id"])] == list(TEXTS)


HOSTILE = (
    "<img src=x onerror=window.pwned=1> ${window.pwned=1} {{constructor}}",
    "</script><script>window.pwned=1</script>",
    "\"'><svg onload=window.pwned=1>",
    "javascript:window.pwned=1 \\u12 \\2713",
)


def test_what_people_write_is_never_executed(server: Server, window: Window) -> None:
    """Show hostile text, file names and project names as text."""
    page_id = add_page(server.url)["page_id"]
    project = httpx.get(f"{server.url}/pages/{page_id}", timeout=30).json()["project"]["id"]
    for line, text in zip(lines_of(server.url, page_id), HOSTILE, strict=True):
        assert (
            httpx.put(f"{server.url}/lines/{line['id']}", json={"text": text, "base_revision": 1}, timeout=30).status_code == 201
        )
    httpx.patch(f"{server.url}/pages/{page_id}", json={"name": HOSTILE[0]}, timeout=30).raise_for_status()
    httpx.patch(f"{server.url}/projects/{project}", json={"name": HOSTILE[2]}, timeout=30).raise_for_status()
    page = window(f"/?tab=ocr&page={page_id}")
    wait_for_status(page, 4, "saved")
    assert [text_of(page, number).input_value() for number in range(1, 5)] == list(HOSTILE)
    assert page.evaluate("window.pwned") is None
