"""The Models tab with models that the fixed engine really learnt: lineage, comparison, lines, promotion, deletion."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests.serving import Server, serving
from tests.ui.models_pages import NAME, TEXTS, add_corrected_page, train

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Window = Callable[..., "Page"]
UNTRANSLATED = (
    "[...document.querySelectorAll('.models *')].map(node => node.textContent).filter(text => /^models\\.[a-z]/.test(text))"
)
MANY = 2_000  # lines of a comparison that is drawn at once
OPENING = 1.5  # seconds of work for the browser's main thread until it stands


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a home with two versions: the first knows half of the lines, the second all of them; the first is promoted."""
    with serving(tmp_path_factory.mktemp("learnt")) as server:
        ids = [
            httpx.post(f"{server.url}/projects/", json={"name": name, "engine": "fixed"}, timeout=30).json()["id"]
            for name in ("Half", "Other half")
        ]
        add_corrected_page(server.url, ids[0], (0, 1, 2, 3), "train", 1)
        add_corrected_page(server.url, ids[0], (0, 1, 2, 3), "held_out", 2)
        train(server.url, ids[:1], "fixed")
        httpx.post(f"{server.url}/models/{NAME}/v1/promote", timeout=30).raise_for_status()
        add_corrected_page(server.url, ids[1], (4, 5, 6, 7), "train", 3)
        add_corrected_page(server.url, ids[1], (0, 1, 2, 3, 4, 5, 6, 7), "test", 4)
        train(server.url, ids, f"{NAME}/v1")
        yield server


@pytest.fixture
def compared(window: Window, learnt: Server) -> Page:
    """Open the comparison of both versions; in the end the first one is promoted again."""
    httpx.post(f"{learnt.url}/models/{NAME}/v1/promote", timeout=30).raise_for_status()
    page = window("/?tab=models", base=learnt.url)
    expect(page.locator(".models-line").first).to_be_visible(timeout=60_000)
    return page


def node(page: Page, model: str):
    """Return a version in the lineage."""
    return page.locator(".models-node", has=page.locator(f"[data-key='version {model}']"))


def menu_of(page: Page, model: str, entry: str):
    """Open the menu of a version and return one entry of it."""
    node(page, model).hover()
    node(page, model).locator(".models-more").click()
    return page.get_by_role("menuitem", name=entry)


def test_without_a_model_of_one_s_own_the_way_to_training_is_shown(window: Window, server: Server) -> None:
    page = window("/?tab=models", base=server.url)
    expect(page.locator(".models-empty h2")).to_have_text("There is no model of your own yet")
    expect(page.locator(".models-note").first).to_have_text("shipped · synthetic lines")
    page.get_by_role("button", name="Go to training").click()
    expect(page).to_have_url(re.compile("tab=training"))
    expect(page.get_by_role("tab", name="Training")).to_have_attribute("aria-selected", "true")


def test_the_newest_version_is_compared_with_the_promoted_one(compared: Page) -> None:
    page = compared
    expect(node(page, f"{NAME}/v2").locator(".wb-chip")).to_have_text("candidate")
    expect(node(page, f"{NAME}/v1").locator(".wb-chip")).to_have_text("promoted")
    expect(node(page, f"{NAME}/v2").locator(".models-note")).to_contain_text(re.compile(r"CER [\d.]+\u202f%.* · \d+ lines"))
    expect(page.locator(".models-choice bdi")).to_have_text(["v1", "v2"])
    expect(page.locator(".models-basis")).to_contain_text("2 pages neither has learnt from, 12 lines")
    expect(page.locator(".models-basis")).to_contain_text("some of these pages chose the best epoch")
    expect(page.locator(".models-verdict")).to_be_visible()
    expect(page.locator(".models-filters button")).to_have_text(["All 12", "Better 4", "Worse 0", "Same 8"])
    assert "model=local%2Focr%2Fletters%2Fv2" in page.url
    assert "with=local%2Focr%2Fletters%2Fv1" in page.url


def test_measures_stand_on_one_axis_that_is_never_mirrored(window: Window, learnt: Server) -> None:
    page = window("/?tab=models", base=learnt.url, locale="he-IL")
    page.locator(".models-line").first.wait_for(timeout=60_000)
    errors, scores = page.locator(".models-table tbody").all()
    named = ["CER, כל תו strict-1", "CER, אותיות letters-1", "WER letters-1", "CER, עיצורים strict-1"]
    expect(errors.locator("th")).to_have_text(named)  # no row for what no text has
    expect(scores.locator("th")).to_have_text(["גבוה עדיף, 0 עד 100", "BLEU letters-1", "chrF letters-1"])
    chrf = scores.locator("tr").nth(2).locator("td:is(.models-a, .models-b) bdi").all_inner_texts()
    assert 0 < float(chrf[0]) < float(chrf[1]) <= 100
    strict = page.locator(".models-table tbody tr").first
    numbers = [float(cell.inner_text()) for cell in strict.locator("td:is(.models-a, .models-b) bdi").all()]
    places = [strict.locator(f".models-whisker-{side} circle").bounding_box() for side in "ab"]
    assert numbers[1] < numbers[0]
    assert places[0] is not None
    assert places[1] is not None
    assert places[1]["x"] < places[0]["x"]
    for axis in page.locator(".models-axis").all():
        ends = [text.bounding_box() for text in axis.locator("text").all()]
        assert [end["x"] for end in ends if end] == sorted(end["x"] for end in ends if end)


def test_wrong_and_right_are_marked_without_breaking_letters(compared: Page) -> None:
    page = compared
    page.locator("[data-show=better]").click()
    expect(page.locator(".models-line")).to_have_count(4)
    first = page.locator(".models-line").first
    expect(first.locator(".models-line-label[data-side=b]")).to_have_text("v2right")
    expect(first.locator(".models-reading[data-side=a] .models-wrong").first).to_have_css("text-decoration-style", "dotted")
    expect(first.locator(".models-reading[data-side=b] .models-right").first).to_have_css("text-decoration-style", "solid")
    spaced = """() => [...document.querySelectorAll('.models-reading span')].map(getComputedStyle)
        .filter(style => style.padding !== '0px' || style.display !== 'inline').length"""
    assert page.evaluate(spaced) == 0
    expect(first.locator("img")).to_have_js_property("complete", True)


def test_a_confusion_filters_the_lines(compared: Page) -> None:
    page = compared
    page.locator(".models-confusions li button").first.click()
    expect(page.locator(".models-confusions li button").first).to_have_attribute("aria-pressed", "true")
    chip = page.locator(".models-filter-chip")
    expect(chip).to_be_visible()
    assert 0 < page.locator(".models-line").count() < 12
    chip.get_by_role("button").click()
    expect(chip).to_have_count(0)
    expect(page.locator(".models-line")).to_have_count(12)
    expect(page.locator("[data-show=all]")).to_be_focused()


def test_j_and_k_walk_and_enter_opens_the_line(compared: Page) -> None:
    page = compared
    page.locator(".models-body").focus()
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    first = page.locator(".models-line").first
    expect(first).to_be_focused()
    expect(first).to_have_attribute("aria-current", "true")
    href = first.locator("a").get_attribute("href") or ""
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="OCR")).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile(re.escape(href.partition("&")[2])))
    expect(page.locator(f".ocr-row[data-line='{href.rpartition('=')[2]}'] .ocr-input")).to_be_focused(timeout=15_000)
    page.go_back()
    expect(page.get_by_role("tab", name="Models")).to_have_attribute("aria-selected", "true")


def test_promote_says_so_and_is_taken_back(compared: Page) -> None:
    page = compared
    page.get_by_role("button", name="Promote v2").click()
    expect(page.locator(".models-is-promoted")).to_have_text("v2 is promoted", timeout=15_000)
    expect(node(page, f"{NAME}/v2")).to_have_class(re.compile("models-promoted"))
    menu_of(page, f"{NAME}/v2", "Roll back").click()
    expect(page.get_by_role("button", name="Promote v2")).to_be_visible(timeout=15_000)
    expect(node(page, f"{NAME}/v1").locator(".wb-chip")).to_have_text("promoted")


def test_what_happens_elsewhere_is_shown_and_the_choice_stays(compared: Page, learnt: Server) -> None:
    page = compared
    node(page, f"{NAME}/v1").locator(".models-version").click()
    expect(page.locator(".models-version[aria-current]")).to_contain_text("v1")
    httpx.post(f"{learnt.url}/models/{NAME}/v2/promote", timeout=30).raise_for_status()
    expect(node(page, f"{NAME}/v2").locator(".wb-chip")).to_have_text("promoted", timeout=15_000)
    expect(page.locator(".models-version[aria-current]")).to_contain_text("v1")
    page.go_back()
    expect(page.locator(".models-version[aria-current]")).to_contain_text("v2")


def test_details_show_card_figures_and_lineage(compared: Page) -> None:
    page = compared
    menu_of(page, f"{NAME}/v2", "Details").click()
    dialog = page.get_by_role("dialog", name=f"Details of {NAME}/v2")
    expect(dialog.get_by_role("heading", name="Lineage")).to_be_visible()
    expect(dialog.locator("section ol li")).to_contain_text([f"{NAME}/v1", f"{NAME}/v2"])
    expect(dialog.locator(".models-card")).to_be_visible()
    apart = dialog.locator("section", has=page.get_by_role("heading", name="Other measures"))
    # these texts have neither points nor punctuation
    expect(apart.locator("dt")).to_have_text(["CER, letters", "WER", "CER, consonants", "BLEU", "chrF"])
    expect(apart.locator("dl > div").last).to_contain_text(re.compile(r"chrF\d+\.\d .*n = \d+.*letters-1"))
    expect(dialog.get_by_role("heading", name="Confidences")).to_have_count(0)  # the fixed engine says nothing about them
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_details_draw_how_far_confidences_can_be_believed(
    window: Window, learnt: Server, axe: Callable[[Page], list[str]]
) -> None:
    bars = {"bars_before": [[0.5, 0.3, 20], [0.99, 0.9, 80]], "bars_after": [[0.98, 0.97, 100]]}
    found = {"temperature": 1.7, "before": 0.08, "after": 0.01, "n": 100, "wrong": 12, **bars}
    page = window("/?tab=models", base=learnt.url, locale="he-IL")

    def calibrated(route) -> None:
        data = route.fetch().json()
        route.fulfill(json={**data, "description": {**data["description"], "calibration": found}})

    page.route(f"**/models/{NAME}/v2", calibrated)
    menu_of(page, f"{NAME}/v2", "פרטים").click()
    drawn = page.locator(".models-reliability")
    expect(drawn.locator("figcaption")).to_contain_text(re.compile("12\\W* מתוך \\W*100"))
    expect(drawn.locator("svg .models-whisker-a circle")).to_have_count(2 + 2)  # two bars, and two legends
    places = [circle.bounding_box() for circle in drawn.locator("> svg .models-whisker-a circle").all()]
    assert [at["x"] for at in places if at] == sorted(at["x"] for at in places if at)
    drawn.locator("summary").click()
    expect(drawn.locator("td")).to_have_text(["30.0", "20", "–", "–", "90.0", "80", "97.0", "100"])
    assert axe(page) == []


def test_a_comparison_of_before_stands_with_dashes(window: Window, learnt: Server) -> None:
    httpx.post(f"{learnt.url}/models/{NAME}/v1/promote", timeout=30).raise_for_status()
    page = window("/?tab=feedback", base=learnt.url)

    def old(route) -> None:
        data = route.fetch().json()
        told = [{key: value for key, value in row.items() if key not in {"form", "score"}} for row in data["measures"][:2]]
        route.fulfill(json={**data, "measures": told})

    page.route("**/models/comparisons/*", old)
    page.get_by_role("tab", name="Models").click()
    rows = page.locator(".models-table tbody tr")
    expect(rows.nth(0).locator(".models-a")).to_have_text(re.compile(r"\d\.\d"), timeout=60_000)
    expect(rows.filter(has_text="WER").locator("td:not(.models-interval)")).to_have_text(["–"] * 4)
    expect(rows.filter(has_text="BLEU").locator("td:not(.models-interval)")).to_have_text(["–"] * 4)


def test_only_what_nobody_needs_is_deleted_and_only_when_sure(compared: Page) -> None:
    page = compared
    expect(menu_of(page, f"{NAME}/v1", "Delete v1")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    menu_of(page, f"{NAME}/v2", "Delete v2").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    expect(page.get_by_role("dialog")).to_contain_text("The corrections it learnt from stay")
    refusal = {"error": "A project names it.", "hint": "Choose another model there first."}
    page.route(f"**/models/{NAME}/v2", lambda route: route.fulfill(status=409, json=refusal))
    page.get_by_role("button", name="Delete v2").click()
    expect(page.get_by_role("dialog", name=f"{NAME}/v2 was not deleted")).to_contain_text("A project names it.")


def test_the_policy_is_kept(compared: Page) -> None:
    page = compared
    page.get_by_label("automatically when the interval excludes zero").check()
    page.reload()
    expect(page.get_by_label("automatically when the interval excludes zero")).to_be_checked(timeout=15_000)
    page.get_by_label("by hand").check()
    expect(page.get_by_label("by hand")).to_be_checked()


def test_two_thousand_lines_are_drawn_as_they_are_needed(compared: Page) -> None:
    page = compared
    item = {"line_id": None, "page_id": None, "page_name": "Folio", "number": 1, "direction": "rtl", "image": None}
    sides = {"truth": TEXTS[0], "a": {"text": TEXTS[1], "errors": 9}, "b": {"text": TEXTS[0], "errors": 0}}

    def many(route) -> None:
        data = route.fetch().json()
        route.fulfill(json={**data, "items": [{**item, **sides, "number": number} for number in range(MANY)]})

    page.route("**/models/comparisons/*", many)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})  # its own time, however busy the machine is

    def busy() -> float:
        return next(m["value"] for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration")

    before = busy()
    page.locator(".models-choice").first.click()
    page.get_by_role("menuitemradio", name="v2").click()  # the same on both sides: they change places
    expect(page.locator("[data-show=worse]")).to_be_visible()
    expect(page.locator("[data-show=all]")).to_have_text(re.compile("2.000"), timeout=30_000)
    assert busy() - before < OPENING
    assert page.locator(".models-line").count() < 200
    page.locator(".models-line").last.scroll_into_view_if_needed()
    expect(page.locator(".models-line").nth(60)).to_be_attached()


@pytest.mark.parametrize(
    ("width", "options"),
    [(1440, {}), (1440, {"color_scheme": "dark"}), (420, {}), (1440, {"locale": "he-IL"}), (420, {"locale": "ar"})],
    ids=["light", "dark", "narrow", "hebrew", "arabic"],
)
def test_no_fault_of_accessibility(
    window: Window, learnt: Server, axe: Callable[[Page], list[str]], width: int, options: dict[str, str]
) -> None:
    page = window("/?tab=models", base=learnt.url, width=width, **options)
    page.locator(".models-line").first.wait_for(timeout=60_000)
    if width < 860:
        page.locator(".models-toggle").click()
    page.locator(".models-confusions li button").first.click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(UNTRANSLATED) == []
