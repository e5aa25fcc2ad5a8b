"""Around the lines: uploads, projects, trash, search, new readings, regions that are no lines, and how it looks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import FilePayload, expect

from tests.serving import Server
from tests.ui.ocr_pages import TEXTS, add_page, lines_of, row, scan, text_of, wait_for_status

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Window = Callable[..., "Page"]
UNTRANSLATED = "[...document.querySelectorAll('.ocr *')].map(node => node.textContent).filter(text => /^ocr\\.[a-z]/.test(text))"
OPENING = 1.5  # seconds of work for the browser's main thread until a page of 200 lines stands


@pytest.fixture
def opened(window: Window, server: Server) -> tuple[Page, int]:
    """Open a fresh page of four lines; the window and the id of the page."""
    ids = add_page(server.url)
    page = window(f"/?tab=ocr&page={ids['page_id']}")
    row(page, 4).wait_for()
    return page, ids["page_id"]


def png(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="image/png", buffer=content)


def test_many_files_with_progress_and_an_error_that_stays(window: Window, server: Server) -> None:
    project = httpx.post(f"{server.url}/projects/", json={"name": "Ledger", "engine": "fixed"}, timeout=30).json()
    page = window(f"/?tab=ocr&project={project['id']}")
    page.locator(".ocr-empty").wait_for()
    page.locator("input[type=file]").set_input_files(
        [png("a.png", scan(3)), png("bad.png", b"nothing"), png("b.png", scan(4, "beige"))]
    )
    failed = page.locator(".ocr-upload-list li[data-state=failed]")
    failed.wait_for()
    expect(page.locator(".ocr-rail-page")).to_have_count(2, timeout=30_000)
    expect(page.locator(".ocr-row").first).to_be_visible(timeout=60_000)
    expect(failed).to_contain_text("bad.png")
    failed.get_by_role("button", name="Dismiss bad.png").click()
    expect(page.locator(".ocr-uploads")).to_be_hidden()


def test_pages_and_projects_go_to_the_trash_and_come_back(opened: tuple[Page, int]) -> None:
    page, _ = opened
    page.locator(".ocr-page").click()
    page.get_by_role("menuitem", name="Delete the page").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.get_by_role("button", name="Delete the page").click()
    page.locator(".ocr-empty").wait_for()
    page.get_by_role("button", name="Bring it back").click()
    row(page, 4).wait_for()
    page.locator(".ocr-project").click()
    page.get_by_role("menuitem", name="Delete the project").click()
    page.get_by_role("button", name="Delete the project").click()
    page.locator(".ocr-project").click()
    page.get_by_role("menuitem", name="Trash").click()
    page.get_by_role("button", name="Bring back page").first.click()
    row(page, 4).wait_for()


def test_a_project_that_was_deleted_elsewhere_is_left_and_what_was_typed_waits(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    text_of(page, 3).click()
    page.keyboard.press("End")
    page.keyboard.type(" טיוטה")
    project = httpx.get(f"{server.url}/pages/{page_id}", timeout=30).json()["project"]["id"]
    httpx.delete(f"{server.url}/projects/{project}", timeout=30).raise_for_status()
    expect(page.locator(".wb-toast").first).to_contain_text("There is no such page here", timeout=15_000)
    expect(page).not_to_have_url(re.compile(f"page={page_id}\\b"))
    httpx.post(f"{server.url}/projects/{project}/restore", timeout=30).raise_for_status()
    page.goto(f"{server.url}/?tab=ocr&page={page_id}")
    expect(text_of(page, 3)).to_have_value(f"{TEXTS[2]} טיוטה")


def test_the_focus_ring_of_a_thumbnail_has_room(opened: tuple[Page, int]) -> None:
    page, _ = opened
    page.locator(".ocr-rail-page").focus()
    page.keyboard.press("Home")
    ring = """button => {
        const { outlineWidth, outlineOffset } = getComputedStyle(button);
        const [inner, outer] = [button, button.closest('li')].map(node => node.getBoundingClientRect());
        return [parseFloat(outlineWidth) + parseFloat(outlineOffset), inner.top - outer.top, inner.left - outer.left];
    }"""
    width, above, beside = page.locator(".ocr-rail-page").evaluate(ring)
    assert 2 < width <= min(above, beside)  # what lies outside of the list item is not drawn


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_is_unsure_and_the_slider_s_name_are_said_in_full(window: Window, server: Server, language: str) -> None:
    ids = add_page(server.url, unsure=1)
    page = window(f"/?tab=ocr&page={ids['page_id']}", width=1280, locale=language)
    row(page, 4).wait_for()
    cut = "node => node.scrollWidth > node.clientWidth"
    for width in (1280, 1366, 1440, 900):
        page.set_viewport_size({"width": width, "height": 800})
        why = row(page, 1).locator(".wb-chip.wb-unsure > span")
        expect(why).to_be_visible()
        assert not why.evaluate(cut), width
        assert not page.locator(".ocr-bar").evaluate(cut), width
        assert page.locator(".ocr-threshold > span").is_visible() == (width >= 1280)
        assert page.locator(".ocr-threshold > .wb-icon").is_visible() == (width < 1280)


def test_pages_of_one_book_differ_where_their_names_are_cut(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    httpx.patch(f"{server.url}/pages/{page_id}", json={"name": "Letters from Leipzig · 12"}, timeout=30).raise_for_status()
    name = page.locator(".ocr-rail-name").first
    expect(name).to_have_text("Letters from Leipzig · 12")
    ends = name.evaluate("node => [node.lastChild.getBoundingClientRect().right, node.parentNode.getBoundingClientRect().right]")
    assert name.locator("span").last.inner_text().strip() == "· 12"
    assert ends[0] < ends[1]


def test_a_polygon_leads_to_its_line_and_back(opened: tuple[Page, int]) -> None:
    page, _ = opened
    third = row(page, 3).get_attribute("data-line")
    page.locator(f"[data-polygon='{third}'] .ocr-outline").click(force=True)
    expect(text_of(page, 3)).to_be_focused()
    assert page.locator(f"[data-polygon='{third}'].ocr-here").count() == 1
    label = page.locator(f"[data-polygon='{third}']").get_attribute("aria-label") or ""
    assert label.startswith("line 3, ")


def test_not_a_line_and_back(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    text_of(page, 1).click()
    page.keyboard.press("Alt+KeyM")
    page.get_by_role("menuitem", name="This is not a line").click()
    page.locator(".ocr-stub").wait_for()
    expect(page.locator("[data-filter=all]")).to_have_text("All 3")
    assert [line["is_line"] for line in lines_of(server.url, page_id)] == [False, True, True, True]
    page.get_by_role("button", name="It is a line after all").click()
    expect(text_of(page, 1)).to_be_focused()
    page.keyboard.press("Control+z")
    page.locator(".ocr-stub").wait_for()
    page.keyboard.press("Control+z")
    expect(page.locator(".ocr-stub")).to_have_count(0)


def test_a_missed_line_by_two_points_with_the_keyboard(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    page.locator(".ocr-pane").focus()
    page.keyboard.press("a")
    for key in ["ArrowDown"] * 3 + ["Shift+ArrowLeft"] * 2 + ["Enter"] + ["Shift+ArrowRight"] * 4 + ["Enter"]:
        page.keyboard.press(key)
    expect(page.locator(".ocr-row")).to_have_count(5, timeout=15_000)
    added = [line for line in lines_of(server.url, page_id) if line["origin"] == "added"]
    assert len(added) == 1
    page.locator(f".ocr-row[data-line='{added[0]['id']}']:not([data-status=waiting])").wait_for(timeout=60_000)


def test_a_new_reading_keeps_corrections_and_offers_itself(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    text_of(page, 1).click()
    page.keyboard.press("End")
    page.keyboard.type(" רבה")
    page.keyboard.press("Enter")
    wait_for_status(page, 1, "saved")
    options = {"text": "אחרת לגמרי", "lines": 4, "direction": "rtl"}
    httpx.post(f"{server.url}/pages/{page_id}/read", json={"engine": "fixed", "options": options}, timeout=30)
    expect(text_of(page, 2)).to_have_value("אחרת לגמרי", timeout=60_000)
    expect(text_of(page, 1)).to_have_value(f"{TEXTS[0]} רבה")
    text_of(page, 1).click()
    page.locator(".ocr-suggestion").wait_for()
    page.keyboard.press("Alt+Digit0")
    expect(text_of(page, 1)).to_have_value("אחרת לגמרי")


def test_the_dialog_of_a_new_reading_is_made_from_the_engine_s_options(opened: tuple[Page, int]) -> None:
    page, _ = opened
    page.locator(".ocr-again").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Engine").select_option("fixed")
    expect(dialog.get_by_label("Seconds Per Line")).to_have_value("0")
    dialog.get_by_label("Seconds Per Line").fill("-5")
    dialog.get_by_role("button", name="Read again").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_filters_threshold_and_direction(opened: tuple[Page, int], server: Server) -> None:
    page, page_id = opened
    page.locator("[data-filter=changed]").click()
    expect(page.locator(".ocr-row")).to_have_count(0)
    page.locator("[data-filter=all]").click()
    page.locator(".ocr-threshold input").fill("0.05")
    expect(page.locator("[data-filter=unsure]")).to_have_text("Unsure 0")
    page.reload()
    expect(page.locator(".ocr-threshold output")).to_have_text("0.05")
    page.locator(".ocr-threshold input").fill("0.8")
    text_of(page, 1).click()
    page.get_by_role("button", name="Direction: auto").click()
    page.get_by_role("menuitemradio", name="left to right").click()
    expect(row(page, 1).locator(".ocr-field")).to_have_attribute("dir", "ltr")
    assert lines_of(server.url, page_id)[0]["direction"] == "ltr"


def test_two_hundred_lines_open_at_once(window: Window, server: Server) -> None:
    page_id = add_page(server.url, tuple(f"{TEXTS[number % 4]} {number}" for number in range(200)))["page_id"]
    page = window("/?tab=ocr")
    page.locator(".ocr-row, .ocr-empty").first.wait_for()
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})  # its own time, however busy the machine is

    def busy() -> float:
        return next(m["value"] for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration")

    before = busy()
    page.evaluate(
        """async (id) => {
          history.pushState(null, '', `/?tab=ocr&page=${id}`);
          dispatchEvent(new PopStateEvent('popstate'));
          while (document.querySelectorAll('.ocr-row').length < 200) await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
        }""",
        page_id,
    )
    assert busy() - before < OPENING


@pytest.mark.parametrize(
    ("width", "options"),
    [(1440, {}), (1440, {"color_scheme": "dark"}), (420, {}), (320, {}), (1440, {"locale": "he-IL"})],
    ids=["light", "dark", "narrow", "smallest", "hebrew"],
)
def test_no_fault_of_accessibility(
    window: Window, server: Server, axe: Callable[[Page], list[str]], width: int, options: dict[str, str]
) -> None:
    page_id = add_page(server.url)["page_id"]
    page = window(f"/?tab=ocr&page={page_id}", width=width, **options)
    row(page, 4).wait_for()
    text_of(page, 2).click()
    page.keyboard.type("א")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(UNTRANSLATED) == []


def test_a_project_tells_how_far_it_is_and_goes_on(window: Window, server: Server, axe: Callable[[Page], list[str]]) -> None:
    options = json.dumps({"text": "שלום", "lines": 3, "seconds_per_line": 60})
    files = [("files", (f"{number}.png", scan(3, colour))) for number, colour in enumerate(("white", "beige", "ivory", "snow"))]
    form = {"engine": "fixed", "options": options, "name": "Batch"}
    added = httpx.post(f"{server.url}/ocr/batch", files=files, data=form, timeout=60).json()
    page = window(f"/?tab=ocr&project={added['project_id']}")
    batch = page.locator(".ocr-batch")
    expect(batch.locator("span").first).to_have_text("0 of 4 pages read", timeout=30_000)
    assert axe(page) == []
    batch.get_by_role("button", name="Stop the rest").click()
    expect(batch.locator("span").first).to_have_text("4 pages were not read", timeout=30_000)
    assert axe(page) == []
    page.locator(".ocr-project").click()
    page.get_by_role("menuitem", name="Read all pages again").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Engine").select_option("fixed")
    dialog.get_by_label("Look for the lines anew").check()
    dialog.get_by_role("button", name="Read again").click()
    expect(batch).to_be_hidden(timeout=60_000)
    read = httpx.get(f"{server.url}/projects/{added['project_id']}/reading", timeout=30).json()
    assert (read["read"], read["failed"]) == (4, 0)
