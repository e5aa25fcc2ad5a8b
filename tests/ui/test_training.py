"""The Training tab in a real browser against a real server, with the engine that only pretends to learn."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.serving import Server, serving
from tests.ui.ocr_pages import add_page, lines_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

Window = Callable[..., "Page"]
Axe = Callable[["Page"], list[str]]
PATIENCE = 60_000
LEARNT = tuple(f"שורה {letter} של העמוד הראשון" for letter in "אבגדהו")
MEASURED = tuple(f"שורה {letter} של העמוד האחר" for letter in "זחטי")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own: what other tests corrected is not learnt from."""
    with serving(tmp_path_factory.mktemp("training")) as running:
        yield running


def correct(base: str, page: int) -> None:
    """Save every line of a page as a person would."""
    for line in lines_of(base, page):
        body = {"text": f"{line['text']}.", "base_revision": line["revision"]}
        httpx.put(f"{base}/lines/{line['id']}", json=body, timeout=30).raise_for_status()


@pytest.fixture(scope="module")
def corrected(server: Server) -> int:
    """A project with a page to learn from and one to measure on; its id."""
    first = add_page(server.url, LEARNT)
    second = add_page(server.url, MEASURED, project=first["project_id"])
    for page, split in ((first, "train"), (second, "held_out")):
        correct(server.url, page["page_id"])
        httpx.patch(f"{server.url}/pages/{page['page_id']}", json={"split": split}, timeout=30).raise_for_status()
    return first["project_id"]


def begin(base: str, project: int, name: str, *, epochs: int = 3, seconds: float = 0.0) -> int:
    """Queue a training by REST; its job."""
    options = {"epochs": epochs, "seconds_per_epoch": seconds}
    body = {"task": "ocr", "projects": [project], "base_model": "fixed", "name": name, "options": options}
    answer = httpx.post(f"{base}/train/", json=body, timeout=60)
    assert answer.status_code == 202, answer.text
    return int(answer.json()["job_id"])


def opened(page: Page) -> Page:
    """Wait until the room has drawn what it fetched."""
    page.locator(".training-tasks > button").first.wait_for(timeout=PATIENCE, state="attached")
    return page


def chip(page: Page, state: str) -> Locator:
    """Return the chip of a state in the head of the training that is shown."""
    return page.locator(f".training-head .wb-chip.wb-{state}")


def wait_for(page: Page, state: str) -> None:
    """Wait until the training that is shown has a state."""
    chip(page, state).wait_for(timeout=PATIENCE)


def ended(base: str, job: int) -> str:
    """Wait until a job has ended; its state."""
    for _ in range(300):
        state = httpx.get(f"{base}/jobs/{job}", timeout=30).json()["state"]
        if state in {"done", "failed", "cancelled"}:
            return str(state)
        time.sleep(0.2)
    raise AssertionError(f"job {job} has not ended")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
def test_before_anything_is_corrected_it_says_what_comes_first(window: Window, axe: Axe, width: int, scheme: str) -> None:
    page = opened(window("/?tab=training", width=width, color_scheme=scheme))
    page.locator(".training-steps li").nth(3).wait_for()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".training-empty a").click()
    page.locator("#wb-tab-ocr-button[aria-selected=true]").wait_for()
    assert "tab=ocr" in page.url


def test_a_training_from_the_form_to_the_new_version(window: Window, axe: Axe, server: Server, corrected: int) -> None:
    page = opened(window("/?tab=training"))
    page.get_by_label("Start from").select_option("fixed")
    page.get_by_text("Split by page: 1 to learn, 1 held out").wait_for()
    page.get_by_text("10 corrected lines on 2 pages").wait_for()
    page.get_by_label("Epochs").fill("4")
    page.get_by_label("Seconds per epoch").fill("0.4")
    page.get_by_label("Name", exact=True).fill("Not a name")
    page.get_by_role("button", name="Start training").click()
    page.locator(".training-form .training-fault:not([hidden])").wait_for()
    page.get_by_label("Name", exact=True).fill("first-try")
    page.get_by_text("becomes v1").wait_for()
    page.get_by_role("button", name="Start training").click()
    wait_for(page, "running")
    page.locator(".training-head h2", has_text="first-try v1").wait_for()
    page.locator(".training-chart .js-plotly-plot").first.wait_for(timeout=PATIENCE)
    wait_for(page, "done")
    page.locator(".training-head a", has_text="Open in Models").wait_for()
    page.locator(".training-table tbody tr").nth(3).wait_for(state="attached")
    assert page.locator(".training-figures strong").nth(2).inner_text() == "1 page"
    assert re.search(r"\d %", page.locator(".training-figures strong").first.inner_text().replace("\u202f", " "))
    link = page.locator(".training-head a", has_text="Open in Models")
    assert link.get_attribute("href") == "/?tab=models&model=local%2Focr%2Ffirst-try%2Fv1"
    page.locator(".training-becomes", has_text="becomes v2").wait_for()  # the name stays
    page.locator(".training-check:not([aria-busy])").wait_for()  # while it looks, what it found is pale
    assert axe(page) == []


@pytest.mark.parametrize(("locale", "width"), [("en-GB", 1440), ("he-IL", 320)])
def test_a_cross_validation_is_a_table_of_its_folds(window: Window, axe: Axe, server: Server, locale: str, width: int) -> None:
    first = add_page(server.url, LEARNT)
    second = add_page(server.url, (*LEARNT, "שורה אחרונה"), project=first["project_id"])
    for page in (first, second):
        correct(server.url, page["page_id"])
    name = f"base-{width}"
    assert ended(server.url, begin(server.url, first["project_id"], name)) == "done"
    body = {"projects": [first["project_id"]], "base_model": f"local/ocr/{name}", "options": {"epochs": 2}}
    answer = httpx.post(f"{server.url}/train/cross-validate", json=body, timeout=60)
    assert answer.status_code == 202, answer.text
    job = int(answer.json()["job_id"])
    assert ended(server.url, job) == "done"
    shown = opened(window(f"/?tab=training&job={job}", locale=locale, width=width))
    rows = shown.locator(".training-folds > table tbody tr")
    rows.nth(1).wait_for(timeout=PATIENCE)
    assert rows.count() == 2
    pooled = shown.locator(".training-folds > table tfoot td")
    assert pooled.first.inner_text() == "13"
    assert re.search(r"\d\.\d", pooled.nth(1).inner_text())
    assert shown.locator(".training-folds > table thead th").count() == 8  # the base stands beside the trained ones
    assert "letters-1" in shown.locator(".training-folds > table thead th").last.inner_text()  # chrF
    assert re.fullmatch(r"\W*\d+\.\d\W*", pooled.last.locator("strong").inner_text())
    parts = shown.locator(".training-folds details")
    assert parts.locator("td").first.is_hidden()
    parts.locator("summary").click()
    assert parts.locator("thead th").count() == 4  # consonants and punctuation: these texts have no points
    assert shown.locator(".training-folds-notes p").count() == 3  # it has met these pages; the change; what intervals are over
    assert shown.locator(".training-figures").is_hidden()
    assert shown.locator(".training-charts").first.is_hidden()
    assert shown.locator(".training-head-actions button").count() == 0
    assert axe(shown) == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_the_address_shows_a_training_again_in_another_window(window: Window, server: Server, corrected: int) -> None:
    job = begin(server.url, corrected, "addressed")
    begin(server.url, corrected, "newer")
    assert ended(server.url, job) == "done"
    page = opened(window(f"/?tab=training&job={job}", locale="he-IL"))
    page.locator(".training-head h2", has_text="addressed").wait_for()
    assert page.locator(".training-plot").first.evaluate("node => getComputedStyle(node).direction") == "ltr"
    form, main = page.locator(".training-side").bounding_box(), page.locator(".training-main").bounding_box()
    assert form is not None
    assert main is not None
    assert form["x"] > main["x"]
    page.locator(".training-choose", has_text="newer").click()
    page.locator(".training-head h2", has_text="newer").wait_for()
    page.go_back()
    page.locator(".training-head h2", has_text="addressed").wait_for()


def test_stop_keeps_the_best_and_cancel_asks_first(window: Window, server: Server, corrected: int) -> None:
    begin(server.url, corrected, "stopped", epochs=200, seconds=0.5)
    page = opened(window("/?tab=training"))
    wait_for(page, "running")
    page.locator(".training-table").first.locator("tbody tr").nth(1).wait_for(
        state="attached", timeout=PATIENCE
    )  # there is a best to keep
    page.get_by_role("button", name="Stop, keep the best").click()
    wait_for(page, "done")
    job = begin(server.url, corrected, "dropped", epochs=200, seconds=0.5)
    page.locator(".training-head h2", has_text="dropped").wait_for(timeout=PATIENCE)
    wait_for(page, "running")
    cancel = page.locator(".training-head").get_by_role("button", name="Cancel")
    cancel.click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert httpx.get(f"{server.url}/jobs/{job}", timeout=30).json()["state"] == "running"
    cancel.click()
    page.get_by_role("button", name="Cancel it").click()
    wait_for(page, "cancelled")
    page.locator(".training-head").get_by_role("button", name="Try again").wait_for()


def test_pages_are_put_to_another_use_and_the_check_follows(window: Window, axe: Axe, server: Server, corrected: int) -> None:
    page = opened(window("/?tab=training", color_scheme="dark"))
    page.get_by_label("Start from").select_option("fixed")
    page.get_by_text("Split by page: 1 to learn, 1 held out").wait_for()
    page.get_by_role("button", name=re.compile("^Look: Split")).click()
    uses = page.locator(".training-pages select")
    uses.nth(1).wait_for()
    assert axe(page) == []
    at = next(at for at in range(2) if uses.nth(at).input_value() == "held_out")
    uses.nth(at).select_option("test")
    page.locator(".training-findings", has_text="Nothing is held out").or_(
        page.locator(".training-findings", has_text="Only one page")
    ).wait_for(state="attached")
    uses.nth(at).select_option("held_out")
    page.locator(".training-findings", has_text="1 to learn, 1 held out").wait_for(state="attached")


def test_without_the_library_of_charts_the_table_is_shown(window: Window, server: Server, corrected: int) -> None:
    job = begin(server.url, corrected, "plain")
    assert ended(server.url, job) == "done"
    page = window("/")
    page.route("**/static/plotly.js*", lambda route: route.abort())
    page.goto(f"{server.url}/?tab=training&job={job}")
    page.get_by_text("The chart could not be drawn.").first.wait_for(timeout=PATIENCE)
    assert page.locator(".training-table td").first.is_visible()


def test_on_a_narrow_screen_the_form_waits_behind_a_button(window: Window, axe: Axe, server: Server, corrected: int) -> None:
    page = opened(window("/?tab=training", width=420))
    page.locator(".training-list tbody tr").first.wait_for()
    assert not page.locator(".training-form").is_visible()
    assert axe(page) == []
    page.get_by_role("button", name="New training").click()
    page.locator(".training-form").wait_for()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    page.locator(".training-form-head").get_by_role("button", name="Close").click()
    assert not page.locator(".training-form").is_visible()


def test_the_list_of_jobs_leads_to_a_training(window: Window, server: Server, corrected: int) -> None:
    job = begin(server.url, corrected, "followed", epochs=200, seconds=0.5)
    page = window("/?tab=ocr")
    page.locator(".wb-pill:not([hidden])").click(timeout=PATIENCE)
    page.locator(".wb-jobs").get_by_role("button", name=re.compile("followed")).first.click()
    page.locator(".training-head h2", has_text="followed").wait_for(timeout=PATIENCE)
    assert f"job={job}" in page.url
    httpx.post(f"{server.url}/jobs/{job}/cancel", timeout=30).raise_for_status()
    wait_for(page, "cancelled")


def test_what_the_network_will_see_is_shown_before_it_begins(window: Window, axe: Axe, corrected: int) -> None:
    page = opened(window("/?tab=training"))
    page.get_by_label("Start from").select_option("base/ocr/hebrew/v1")
    page.get_by_role("button", name="See what it sees").click()
    seen = page.get_by_role("dialog").locator(".training-seen")
    seen.first.wait_for(timeout=PATIENCE)
    assert seen.first.locator("img").count() == 4
    shown = seen.first.locator("img").evaluate_all("nodes => nodes.map((node) => [node.naturalWidth > 20, node.src])")
    assert all(there for there, _ in shown)
    assert len({source for _, source in shown}) == 4
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.get_by_label("Start from").select_option("fixed")
    page.get_by_role("button", name="See what it sees").click()
    page.get_by_role("dialog").get_by_text("Lines are learnt as they are").wait_for()


def test_the_base_follows_the_projects_until_somebody_picks_one(window: Window, server: Server, corrected: int) -> None:
    arabic = add_page(server.url, ("السطر الأول", "السطر الثاني"))
    correct(server.url, arabic["page_id"])
    httpx.patch(f"{server.url}/projects/{arabic['project_id']}", json={"name": "An Arabic book"}).raise_for_status()
    page = opened(window("/?tab=training"))
    base, rows = page.get_by_label("Start from"), page.get_by_role("dialog", name="Learn from").locator("label")
    assert base.input_value() == "base/ocr/hebrew/v1"
    page.get_by_role("button", name="Choose projects").click()
    for row in rows.all():
        row.get_by_role("checkbox").set_checked("An Arabic book" in row.inner_text())
    assert base.input_value() == "base/ocr/arabic/v1"
    page.keyboard.press("Escape")
    base.select_option("fixed")
    page.get_by_role("button", name="Choose projects").click()
    for row in rows.all():
        row.get_by_role("checkbox").check()
    assert base.input_value() == "fixed"
