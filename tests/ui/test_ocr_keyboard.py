"""Correcting lines with the keyboard alone, in a real browser against a real server."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests.serving import Server
from tests.ui.ocr_pages import TEXTS, add_page, lines_of, row, status_of, text_of, wait_for_status

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Window = Callable[..., "Page"]
HEBREW_LAYOUT = """([code, key, modifiers]) => document.activeElement.dispatchEvent(
    new KeyboardEvent('keydown', {code, key, bubbles: true, cancelable: true, ...modifiers}))"""


@pytest.fixture
def opened(window: Window, server: Server) -> tuple[Page, int]:
    """Open a fresh page of four lines; the window and the id of the page."""
    ids = add_page(server.url)
    page = window(f"/?tab=ocr&page={ids['page_id']}")
    row(page, 4).wait_for()
    return page, ids["page_id"]


def caret(page: Page) -> int:
    return page.evaluate("document.activeElement.selectionStart")


def test_enter_saves_and_goes_on(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    text_of(page, 1).focus()
    page.keyboard.press("End")
    page.keyboard.type(" רבה")
    assert status_of(page, 1) == "draft"
    page.keyboard.press("Enter")
    wait_for_status(page, 1, "saved")
    assert text_of(page, 2).evaluate("input => input === document.activeElement")
    line = lines_of(server.url, page_id)[0]
    assert (line["text"], line["state"], line["action"]) == (f"{TEXTS[0]} רבה", "saved", "correct")
    assert line["reading"]["text"] == TEXTS[0]


def test_enter_goes_to_the_first_unsure_character_and_selects_nothing(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    text_of(page, 1).focus()
    page.keyboard.press("Enter")
    reading = lines_of(server.url, page_id)[1]["reading"]["chars"]
    first = next(index for index, char in enumerate(reading) if char[1] < 0.8)
    assert caret(page) == first
    assert page.evaluate("document.activeElement.selectionEnd") == first
    page.keyboard.press("Shift+Enter")
    wait_for_status(page, 2, "saved")
    assert text_of(page, 1).evaluate("input => input === document.activeElement")


def test_ctrl_enter_accepts_unchanged(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    text_of(page, 1).focus()
    page.keyboard.type("טעות")
    page.keyboard.press("Control+Enter")
    wait_for_status(page, 1, "saved")
    line = lines_of(server.url, page_id)[0]
    assert (line["text"], line["action"]) == (TEXTS[0], "accept")


def test_unsure_characters_and_alternatives_under_a_hebrew_layout(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    chars = lines_of(server.url, page_id)[0]["reading"]["chars"]
    unsure = [index for index, char in enumerate(chars) if char[1] < 0.8]
    text_of(page, 1).click()
    page.keyboard.press("Home")
    page.evaluate(HEBREW_LAYOUT, ["KeyJ", "ח", {"altKey": True}])
    if unsure[0] == 0:
        unsure = unsure[1:]
    assert caret(page) == unsure[0]
    other = next(text for text, _ in chars[unsure[0]][3] if len(text) == 1 and text != chars[unsure[0]][0])
    digit = 2 + [text for text, _ in chars[unsure[0]][3]].index(other)
    page.evaluate(HEBREW_LAYOUT, [f"Digit{digit}", str(digit), {"altKey": True}])
    corrected = TEXTS[0][: unsure[0]] + other + TEXTS[0][unsure[0] + 1 :]
    assert text_of(page, 1).input_value() == corrected
    page.evaluate(HEBREW_LAYOUT, ["KeyK", "ל", {"altKey": True}])
    page.evaluate(HEBREW_LAYOUT, ["KeyZ", "ז", {"ctrlKey": True}])
    assert text_of(page, 1).input_value() == TEXTS[0]
    page.evaluate(HEBREW_LAYOUT, ["KeyJ", "j", {"altKey": True, "ctrlKey": True}])  # AltGr types, it does not command
    page.evaluate(HEBREW_LAYOUT, ["Enter", "Enter", {"isComposing": True}])
    assert text_of(page, 1).evaluate("input => input === document.activeElement")


def test_escape_reverts_and_undo_brings_it_again_across_lines(opened: tuple[Page, int]) -> None:
    page, _ = opened
    text_of(page, 1).click()
    page.keyboard.press("End")
    page.keyboard.type("אבג")
    page.keyboard.press("Escape")
    assert text_of(page, 1).input_value() == TEXTS[0]
    page.keyboard.press("Control+z")
    assert text_of(page, 1).input_value() == f"{TEXTS[0]}אבג"
    page.keyboard.press("Enter")
    wait_for_status(page, 1, "saved")
    page.keyboard.press("Control+z")  # the typing is taken back in the line before
    assert text_of(page, 1).evaluate("input => input === document.activeElement")
    assert text_of(page, 1).input_value() == TEXTS[0]


def test_unreadable_asks_why_in_the_line(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    text_of(page, 2).click()
    page.keyboard.press("Alt+KeyX")
    page.keyboard.type("Ink washed out")
    page.keyboard.press("Enter")
    wait_for_status(page, 2, "unreadable")
    line = lines_of(server.url, page_id)[1]
    assert (line["state"], line["reason"]) == ("unreadable", "Ink washed out")
    assert text_of(page, 2).get_attribute("placeholder") == "Ink washed out"
    page.keyboard.press("Control+z")
    wait_for_status(page, 2, "saved")
    assert text_of(page, 2).input_value() == TEXTS[1]


def test_hold_to_hide_and_keys_of_the_page_image(opened: tuple[Page, int]) -> None:
    page, _ = opened
    text_of(page, 1).click()
    page.keyboard.down("Alt")
    page.keyboard.down("KeyH")
    assert page.locator(".ocr-pane.ocr-held").count() == 1
    page.keyboard.up("KeyH")
    page.keyboard.up("Alt")
    assert page.locator(".ocr-pane.ocr-held").count() == 0
    page.locator(".ocr-pane").focus()
    before = page.locator(".ocr-percent").inner_text()
    page.keyboard.press("+")
    assert page.locator(".ocr-percent").inner_text() != before
    page.keyboard.press("0")
    assert page.locator(".ocr-percent").inner_text() == before


def test_the_whole_way_by_tab_and_keys(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    stops = 0
    while not page.evaluate("document.activeElement.matches('.ocr-input')"):
        page.keyboard.press("Tab")
        stops += 1
        assert stops < 60, "the lines cannot be reached by Tab"
    for _ in TEXTS:
        page.keyboard.press("Enter")
    wait_for_status(page, len(TEXTS), "saved")
    assert {line["state"] for line in lines_of(server.url, page_id)} == {"saved"}
    assert page.locator(".ocr-lines .ocr-pane-head strong").inner_text() == "4 of 4 done"


def test_after_the_last_line_comes_the_first_that_is_open(opened: tuple[Page, int]) -> None:
    page, _ = opened
    text_of(page, 1).focus()
    for _ in range(2):
        page.keyboard.press("Enter")
    page.keyboard.press("Control+ArrowDown")  # line 3 is passed over
    page.keyboard.press("Control+Enter")
    expect(text_of(page, 3)).to_be_focused()
    expect(page.locator(".ocr-page-end")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(text_of(page, 4)).to_be_focused()


def test_a_page_that_is_done_offers_the_next_one_and_enter_takes_it(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    project = httpx.get(f"{server.url}/pages/{page_id}", timeout=30).json()["project"]["id"]
    other = add_page(server.url, project=project)["page_id"]
    first = lines_of(server.url, other)[0]
    saved = {"text": first["text"], "base_revision": first["revision"]}
    httpx.put(f"{server.url}/lines/{first['id']}", json=saved, timeout=30).raise_for_status()
    expect(page.locator(".ocr-rail-page")).to_have_count(2)
    text_of(page, 1).focus()
    for _ in TEXTS:
        page.keyboard.press("Enter")
    end = page.locator(".ocr-page-end")
    expect(end).to_contain_text("This page is done.")
    expect(end.get_by_role("button", name="Next page")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**page={other}**")
    expect(text_of(page, 2)).to_be_focused()  # line 1 is done
    expect(end).to_be_hidden()
    page.wait_for_timeout(500)  # news of the lines just saved comes when their page is no longer open
    expect(page.locator(".ocr-row")).to_have_count(len(TEXTS))
    expect(text_of(page, 2)).to_be_focused()
    for _ in TEXTS[1:]:
        page.keyboard.press("Enter")
    expect(end).to_contain_text("This page is done, and with it the whole project.")
    expect(end.get_by_role("button")).to_be_hidden()
    page.goto(page.url.split("&line=")[0])
    row(page, 4).wait_for()
    expect(text_of(page, 1)).to_be_focused()


def test_without_a_line_in_the_address_work_begins_at_the_first_open_one(window: Window, server: Server) -> None:
    ids = add_page(server.url)
    first = lines_of(server.url, ids["page_id"])[0]
    saved = {"text": first["text"], "base_revision": first["revision"]}
    httpx.put(f"{server.url}/lines/{first['id']}", json=saved, timeout=30).raise_for_status()
    page = window(f"/?tab=ocr&page={ids['page_id']}")
    expect(text_of(page, 2)).to_be_focused()


def test_search_leads_to_the_line(opened: tuple[Page, int]) -> None:
    page, _ = opened
    page.locator(".ocr-pane").focus()
    page.keyboard.press("/")
    page.keyboard.type("leipzig")
    expect(page.locator(".ocr-hits mark")).to_have_text("Leipzig")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(text_of(page, 2)).to_be_focused()
    assert f"line={row(page, 2).get_attribute('data-line')}" in page.url


def test_who_searches_before_all_has_come_keeps_the_search(opened: tuple[Page, int]) -> None:
    page, _ = opened
    expect(text_of(page, 1)).to_be_focused()
    held = []
    page.route(re.compile(r"/projects/\d+\?"), lambda route: held.append(route))
    page.goto(page.url.split("&line=")[0])
    row(page, 4).wait_for()
    page.locator(".ocr-pane").focus()
    page.keyboard.press("/")
    page.keyboard.type("leipzig")
    expect(page.locator(".ocr-hits mark")).to_have_text("Leipzig")
    assert held
    for route in held:
        route.continue_()
    expect(page.locator(".ocr-rail-page")).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_be_focused()
