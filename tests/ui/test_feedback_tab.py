"""The Feedback tab: what was said is there at once, can be searched, taken along, and leads back to its line."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests.serving import Server
from tests.ui.ocr_pages import TEXTS, add_page, lines_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

Window = Callable[..., "Page"]
Ledger = tuple["Page", str, list[dict]]


def say(server: Server, line: dict, text: str, **more) -> None:
    """Save a line as a person would."""
    base = httpx.get(f"{server.url}/lines/{line['id']}", timeout=30).json()["revision"]
    answer = httpx.put(f"{server.url}/lines/{line['id']}", json={"text": text, "base_revision": base, **more}, timeout=30)
    assert answer.status_code == 201, answer.text


@pytest.fixture
def name(server: Server) -> tuple[str, list[dict]]:
    """Make a page of its own name on which a line was corrected, one accepted, one called unreadable; its lines."""
    page_id = add_page(server.url)["page_id"]
    name = f"Folio {uuid.uuid4().hex[:8]}"
    httpx.patch(f"{server.url}/pages/{page_id}", json={"name": name}, timeout=30).raise_for_status()
    lines = lines_of(server.url, page_id)
    say(server, lines[1], TEXTS[1].replace("לבן", "לבנה"), seconds=6.2)
    say(server, lines[0], TEXTS[0], action="accept", seconds=2)
    say(server, lines[2], "", action="unreadable", reason="ink washed out")
    return name, lines


def found(page: Page, text: str) -> Locator:
    """Search the ledger for a text; the rows, when the answer is there."""
    page.locator(".feedback-totals strong").first.wait_for()
    with page.expect_response(re.compile(r"/feedback/\?text=")):
        page.get_by_role("searchbox", name="Search text, page, person").fill(text)
    return page.locator(".feedback tbody tr")


@pytest.fixture
def ledger(window: Window, server: Server, name: tuple[str, list[dict]]) -> Ledger:
    """Open the ledger at the entries of that page."""
    page = window("/?tab=feedback")
    expect(found(page, name[0])).to_have_count(3)
    return page, *name


def test_what_was_said_stands_beside_what_was_read(ledger: Ledger, axe: Callable[[Page], list[str]]) -> None:
    page, name, _ = ledger
    unreadable, accepted, corrected = page.locator(".feedback tbody tr").all()
    expect(unreadable).to_contain_text("unreadable: ink washed out")
    expect(unreadable).to_contain_text("nothing to learn")
    expect(accepted).to_contain_text("accepted unchanged")
    expect(corrected).to_contain_text(f"{name}, line 2")
    expect(corrected).to_contain_text("6 s")
    assert corrected.locator("del").all_inner_texts() == ["ן"]
    assert corrected.locator("ins").all_inner_texts() == ["נה"]
    assert corrected.locator(".feedback-before bdi").inner_text() == TEXTS[1]
    expect(page.locator(".feedback-totals")).to_contain_text("3 entries")
    expect(page.locator(".feedback-totals")).to_contain_text("4.1 s median")
    expect(page.locator(".feedback-open")).to_have_text("2 not yet learnt by any model")
    page.wait_for_function("[...document.querySelectorAll('.feedback img')].every(image => image.naturalHeight === 80)")
    assert axe(page) == []


def test_a_row_leads_to_its_line(ledger: Ledger) -> None:
    page, _, lines = ledger
    page.locator(".feedback").click(position={"x": 5, "y": 5})
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.locator(".feedback tbody tr").first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"tab=ocr.*line={lines[1]['id']}"))
    expect(page.locator(".ocr-row").nth(1).locator(".ocr-input").first).to_be_focused()
    page.go_back()
    expect(page.locator(".feedback tbody tr")).to_have_count(3)


def test_what_comes_is_offered_and_moves_nothing(ledger: Ledger, server: Server) -> None:
    page, _, lines = ledger
    rows = page.locator(".feedback tbody tr")
    before = [row.get_attribute("data-id") for row in rows.all()]
    rows.nth(1).focus()
    say(server, lines[3], "נכתב שוב")
    news = page.get_by_role("button", name="1 new entry")
    news.wait_for()
    assert [row.get_attribute("data-id") for row in rows.all()] == before
    expect(rows.nth(1)).to_be_focused()
    expect(page.locator(".feedback-totals")).to_contain_text("4 entries")
    news.click()
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("נכתב שוב")
    expect(rows.first).to_be_focused()
    expect(news).to_be_hidden()


def test_older_entries_come_while_one_scrolls(window: Window, server: Server, name: tuple[str, list[dict]]) -> None:
    for number in range(50):
        body = {"text": f"שורה {number}", "base_revision": 1 + number}
        httpx.put(f"{server.url}/lines/{name[1][3]['id']}", json=body, timeout=30).raise_for_status()
    page = window("/?tab=feedback")
    rows = found(page, name[0])
    expect(page.locator(".feedback-totals")).to_contain_text("53 entries")
    expect(rows).to_have_count(50)
    rows.nth(49).scroll_into_view_if_needed()
    expect(rows).to_have_count(53)
    assert len({row.get_attribute("data-id") for row in rows.all()}) == 53


def test_export_takes_what_is_shown(ledger: Ledger) -> None:
    page, name, _ = ledger
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="CSV").click()
    assert download.value.suggested_filename == "feedback.csv"
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 4
    assert all(name in line for line in lines[1:])


def test_filters_narrow_it_down_and_one_click_takes_them_away(ledger: Ledger) -> None:
    page, _, _ = ledger
    page.get_by_role("button", name="Any person").click()
    page.get_by_role("menuitemradio", name="you").click()
    page.get_by_role("button", name="Any time").click()
    page.get_by_role("menuitemradio", name="last 7 days").click()
    expect(page.locator(".feedback tbody tr")).to_have_count(3)
    page.get_by_role("button", name="Any time again").click()
    expect(page.get_by_role("button", name="Any time", exact=True)).to_be_focused()
    page.get_by_role("searchbox").fill("nothing like this")
    page.get_by_text("Nothing matches these filters.").wait_for()
    page.get_by_role("button", name="Show everything").click()
    page.locator(".feedback tbody tr").nth(2).wait_for()
    expect(page.get_by_role("button", name="Any person")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_corrections_are_frozen_as_a_dataset(ledger: Ledger) -> None:
    page, name, _ = ledger
    sent = []
    made = {"id": 1, "name": f"Book of {name}", "task": "ocr", "documents": 1, "examples": 2}

    def take(route) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(status=201, json=made)

    page.route("**/datasets/", take)
    page.get_by_role("button", name="Freeze as dataset").click()
    dialog = page.get_by_role("dialog", name="Freeze as dataset")
    dialog.get_by_role("textbox").fill(f"Book of {name}")
    page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    assert sent[0]["task"] == "ocr"
    assert sent[0]["name"] == f"Book of {name}"
    assert sent[0]["projects"]
    page.get_by_role("button", name="Go to training").click()
    page.wait_for_url(re.compile("tab=training"))


def test_an_empty_ledger_says_what_will_stand_there(window: Window) -> None:
    page = window()
    page.route(re.compile(r"/feedback/\?"), lambda route: route.fulfill(json={"entries": [], "next": None}))
    page.goto(page.url.partition("?")[0] + "?tab=feedback")
    page.get_by_text("Everything that is corrected or accepted will stand here").wait_for()
    page.get_by_role("button", name="Correct lines").click()
    page.wait_for_url(re.compile("tab=ocr"))


@pytest.mark.parametrize(("width", "scheme", "locale"), [(420, "dark", "ar"), (320, "light", "he-IL")])
def test_every_size_theme_and_direction(
    window: Window, name: tuple[str, list[dict]], axe: Callable[[Page], list[str]], width: int, scheme: str, locale: str
) -> None:
    page = window("/?tab=feedback", width=width, color_scheme=scheme, locale=locale)
    row = page.locator(".feedback tbody tr", has_text=name[0]).first
    row.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert row.evaluate("node => node.scrollWidth") <= width
    assert axe(page) == []
    page.locator(".feedback-narrow").click()
    assert page.get_by_role("menuitem").count() == 8
