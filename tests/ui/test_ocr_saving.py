"""Nothing typed is ever lost: conflicts, a server that is away, a tab that was closed, changes from elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests.serving import Server
from tests.ui.ocr_pages import TEXTS, add_page, lines_of, row, text_of, wait_for_status

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Window = Callable[..., "Page"]


@pytest.fixture
def opened(window: Window, server: Server) -> tuple[Page, int]:
    """Open a fresh page of four lines; the window and the id of the page."""
    ids = add_page(server.url)
    page = window(f"/?tab=ocr&page={ids['page_id']}")
    row(page, 4).wait_for()
    return page, ids["page_id"]


def save_elsewhere(server: Server, page_id: int, number: int, text: str) -> int:
    """Save a line as somebody else would; the new revision."""
    line = lines_of(server.url, page_id)[number - 1]
    answer = httpx.put(f"{server.url}/lines/{line['id']}", json={"text": text, "base_revision": line["revision"]}, timeout=30)
    assert answer.status_code == 201, answer.text
    return answer.json()["revision"]


def conflicting(page: Page, server: Server, page_id: int) -> None:
    """Type in line 2 while somebody else saves it, and open the collation."""
    text_of(page, 2).click()
    page.keyboard.press("End")
    page.keyboard.type(" שלי")
    save_elsewhere(server, page_id, 2, TEXTS[1].replace("לבן", "לבנה") + " שלהם")
    expect(text_of(page, 2)).to_have_value(f"{TEXTS[1]} שלי")  # the row being typed in is never touched
    page.keyboard.press("Enter")
    page.locator(".ocr-collation").wait_for()
    row(page, 2).locator(".ocr-crop").click()


def test_a_stale_save_opens_the_collation_and_loses_nothing(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    conflicting(page, server, page_id)
    assert page.locator(".ocr-reading").count() == 4
    assert page.locator(".ocr-result .ocr-open").inner_text().strip() == "שלי"
    page.keyboard.press("Alt+Digit2")
    merged = TEXTS[1].replace("לבן", "לבנה") + " שלהם"
    expect(page.locator(".ocr-result .ocr-input")).to_have_value(merged)
    page.keyboard.press("Alt+Digit1")
    page.keyboard.press("Enter")
    wait_for_status(page, 2, "saved")
    line = lines_of(server.url, page_id)[1]
    assert (line["text"], line["revision"]) == (TEXTS[1].replace("לבן", "לבנה") + " שלי", 3)


def test_back_to_the_draft_stays_a_conflict_until_it_is_decided(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    conflicting(page, server, page_id)
    page.keyboard.press("Escape")
    expect(text_of(page, 2)).to_have_value(f"{TEXTS[1]} שלי")
    wait_for_status(page, 2, "conflict")
    page.keyboard.press("End")
    page.keyboard.type("!")
    page.keyboard.press("Enter")
    page.locator(".ocr-collation").wait_for()
    page.get_by_role("button", name="Take all of the other").click()
    wait_for_status(page, 2, "saved")
    assert lines_of(server.url, page_id)[1]["revision"] == 2
    expect(text_of(page, 2)).to_have_value(TEXTS[1].replace("לבן", "לבנה") + " שלהם")


def test_drafts_outlive_a_lost_server_and_a_closed_tab(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    page.route("**/lines/*", lambda route: route.abort())
    text_of(page, 1).click()
    page.keyboard.press("End")
    page.keyboard.type(" רבה")
    page.keyboard.press("Enter")
    wait_for_status(page, 1, "kept")
    expect(page.locator(".wb-save")).to_contain_text("1 kept here")
    page.reload()
    expect(text_of(page, 1)).to_have_value(f"{TEXTS[0]} רבה")
    wait_for_status(page, 1, "kept")
    page.unroute("**/lines/*")
    wait_for_status(page, 1, "saved")
    line = lines_of(server.url, page_id)[0]
    assert (line["text"], line["revision"]) == (f"{TEXTS[0]} רבה", 2)


def test_a_conflict_is_still_there_after_another_page(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    conflicting(page, server, page_id)
    other = add_page(server.url, project=httpx.get(f"{server.url}/pages/{page_id}", timeout=30).json()["project"]["id"])
    page.locator(".ocr-rail-page").nth(1).click()
    page.wait_for_url(f"**page={other['page_id']}**")
    page.get_by_role("button", name="1 conflict").click()
    page.wait_for_url(f"**page={page_id}**")
    page.locator(".ocr-collation").wait_for()
    expect(page.locator(".ocr-reading.ocr-yours .ocr-reading-text")).to_have_text(f"{TEXTS[1]} שלי")


def test_a_text_whose_line_is_gone_is_offered(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    text_of(page, 4).click()
    page.keyboard.press("End")
    page.keyboard.type(" שלי")
    options = {"text": "א|ב", "lines": 2, "direction": "rtl"}
    httpx.post(f"{server.url}/pages/{page_id}/read", json={"engine": "fixed", "options": options}, timeout=30).raise_for_status()
    expect(page.locator(".ocr-gone")).to_contain_text(f"{TEXTS[3]} שלי", timeout=30_000)
    expect(page.locator(".wb-save")).to_contain_text("1 kept here", timeout=15_000)  # sent after a pause, refused, kept
    page.reload()
    page.get_by_role("button", name="Add it as a line").click()
    expect(page.locator(".ocr-gone")).to_have_count(0)
    wait_for_status(page, 3, "saved")
    assert [line["text"] for line in lines_of(server.url, page_id)] == ["א", "ב", f"{TEXTS[3]} שלי"]
    page.reload()
    row(page, 3).wait_for()
    assert page.locator(".ocr-gone").count() == 0


def read_again(server: Server, page_id: int, text: str) -> None:
    """Have a page of four lines read again: every line reads as `text`."""
    how = {"engine": "fixed", "options": {"text": "|".join([text] * 4), "lines": 4, "direction": "rtl"}}
    httpx.post(f"{server.url}/pages/{page_id}/read", json=how, timeout=30).raise_for_status()
    deadline = time.monotonic() + 30
    while lines_of(server.url, page_id)[3]["reading"]["text"] != text or state_of(server, page_id) != "read":
        assert time.monotonic() < deadline, "the page was not read again"
        time.sleep(0.05)


def state_of(server: Server, page_id: int) -> str:
    return httpx.get(f"{server.url}/pages/{page_id}", timeout=30).json()["state"]


def test_a_reading_that_comes_while_one_types_is_shown_beside_the_text(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    text_of(page, 2).click()
    page.keyboard.press("End")
    page.keyboard.type(" שלי")
    read_again(server, page_id, "קריאה חדשה")
    expect(row(page, 2).locator(".ocr-suggestion ins").first).to_be_visible(timeout=15_000)
    expect(text_of(page, 2)).to_have_value(f"{TEXTS[1]} שלי")
    page.keyboard.type("!")
    wait_for_status(page, 2, "draft")  # saved by a person's key alone, after a look at the reading
    page.keyboard.press("Enter")
    wait_for_status(page, 2, "saved")
    assert page.locator(".ocr-collation").count() == 0
    line = lines_of(server.url, page_id)[1]
    assert (line["text"], line["revision"], line["reading"]["text"]) == (f"{TEXTS[1]} שלי!", 3, "קריאה חדשה")


def test_a_reading_that_came_before_the_save_is_no_conflict(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    page.route(f"**/pages/{page_id}", lambda route: route.abort())  # the browser does not hear of the reading
    page.route("**/lines/*", lambda route: route.abort() if route.request.method == "GET" else route.continue_())
    text_of(page, 2).click()
    page.keyboard.press("End")
    page.keyboard.type(" שלי")
    read_again(server, page_id, "קריאה חדשה")
    page.unroute("**/lines/*")
    page.keyboard.press("Enter")
    wait_for_status(page, 2, "draft")
    row(page, 2).locator(".ocr-crop").click()
    expect(row(page, 2).locator(".ocr-suggestion ins").first).to_be_visible()
    page.keyboard.press("Alt+Digit0")
    expect(text_of(page, 2)).to_have_value("קריאה חדשה")
    page.keyboard.press("Enter")
    wait_for_status(page, 2, "saved")
    assert lines_of(server.url, page_id)[1]["action"] == "accept"


def test_changes_from_elsewhere_arrive_without_taking_the_focus(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    text_of(page, 1).click()
    page.keyboard.press("End")
    page.keyboard.type("ת")
    save_elsewhere(server, page_id, 4, "מרחוק")
    expect(text_of(page, 4)).to_have_value("מרחוק", timeout=15_000)
    wait_for_status(page, 4, "saved")
    assert text_of(page, 1).evaluate("input => input === document.activeElement && input.selectionStart === input.value.length")


def test_what_is_typed_is_text_and_never_markup(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    hostile = "<img src=x onerror=window.hit=1> ${window.hit=2} {{value}}"
    text_of(page, 3).click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(hostile)
    page.keyboard.press("Enter")
    wait_for_status(page, 3, "saved")
    page.reload()
    expect(text_of(page, 3)).to_have_value(hostile)
    assert lines_of(server.url, page_id)[2]["text"] == hostile
    assert page.evaluate("window.hit") is None


def test_a_page_of_text_in_one_line_is_refused_at_once(opened: tuple[Page, int]) -> None:
    page, _ = opened
    text_of(page, 3).click()
    page.evaluate("document.execCommand('insertText', false, 'אבגדה '.repeat(9000))")
    expect(row(page, 3).locator(".wb-chip.wb-failed")).to_have_text(
        "One line holds at most 2\u202f000 characters. Nothing was put in."
    )
    expect(text_of(page, 3)).to_have_value(TEXTS[2])
    page.keyboard.type("א")
    expect(row(page, 3).locator(".wb-chip.wb-failed")).to_have_count(0)


def test_history_restores_any_revision(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    save_elsewhere(server, page_id, 2, "אחרת")
    expect(text_of(page, 2)).to_have_value("אחרת", timeout=15_000)
    text_of(page, 2).click()
    page.get_by_role("button", name="2 revisions").click()
    page.get_by_role("button", name="Restore revision 1").click()
    expect(text_of(page, 2)).to_have_value(TEXTS[1])
    line = lines_of(server.url, page_id)[1]
    assert (line["text"], line["action"], line["revision"]) == (TEXTS[1], "restore", 3)
