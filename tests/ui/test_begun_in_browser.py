"""What is begun by a form of its own: a reading with another layout model, a cross-validation, one model of two, a schedule."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests import loop
from tests.layouts import write_layout
from tests.recognisers import write_recogniser
from tests.serving import Server, serving, workers_of
from tests.ui.ocr_pages import add_page, lines_of
from workbench.config import Settings
from workbench.services import build

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.kraken]

Window = Callable[..., "Page"]
Axe = Callable[["Page"], list[str]]
BOOKS = ("A first book", "A second book")


def add_models(home: Path) -> None:
    """Publish two tiny recognisers, and two tiny networks that see lines where there are none, each others."""
    built = build(Settings(home=home))
    built.store.upgrade()
    write = {"ocr": write_recogniser, "layout": lambda path, seed: write_layout(path, seed, contrast=6)}
    for task, name, seed in (("ocr", "one", 3), ("ocr", "other", 4), ("layout", "many", 1), ("layout", "few", 5)):
        folder = built.models.staging("local", task, name, seed)
        write[task](folder / "model.safetensors", seed)
        built.models.publish("local", task, name, folder, {"engine": "kraken", "job": seed})
    built.close()


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a home with models of both tasks and two books of one corrected page each."""
    home = tmp_path_factory.mktemp("furnished")
    add_models(home)
    with serving(home) as server:
        for lines, name in enumerate(BOOKS, 8):  # another number of lines is another scan
            page = add_page(server.url, tuple(f"{name} {number}" for number in range(lines)))
            httpx.patch(f"{server.url}/projects/{page['project_id']}", json={"name": name}, timeout=30).raise_for_status()
            for line in lines_of(server.url, page["page_id"]):
                body = {"text": f"{line['text']}.", "base_revision": line["revision"]}
                httpx.put(f"{server.url}/lines/{line['id']}", json=body, timeout=30).raise_for_status()
        yield server
    shutil.rmtree(home, ignore_errors=True)


def newest(server: Server, kind: str) -> dict:
    """Wait until the newest job of a kind is done; the job."""
    job = next(job for job in httpx.get(f"{server.url}/jobs/", timeout=30).json() if job["kind"] == kind)
    return loop.wait(server.url, job["id"], lambda found: found["state"] == "done", 90)


def test_a_page_is_read_again_with_another_layout_model(window: Window, axe: Axe, furnished: Server) -> None:
    page_id = add_page(furnished.url)["page_id"]
    page = window(f"/?tab=ocr&page={page_id}", base=furnished.url)
    page.locator(".ocr-row").first.wait_for()
    one, many, few = "local/ocr/one/v1", "local/layout/many/v1", "local/layout/few/v1"

    def read(layout: str) -> dict:
        page.locator(".ocr-again").click()
        form = page.get_by_role("dialog")
        form.get_by_role("combobox", name="Engine").select_option("fixed")
        expect(form.get_by_role("combobox", name="Lines found by")).to_be_hidden()  # the fake does it in its own way
        form.get_by_role("combobox", name="Engine").select_option("kraken")
        form.get_by_role("combobox", name="Model", exact=True).select_option(one)
        form.get_by_role("combobox", name="Lines found by").select_option(layout)
        form.get_by_role("button", name="Read again").click()
        form.wait_for(state="detached")
        return newest(furnished, "ocr.read_page")["result"]

    found = [read(layout) for layout in (many, few, many)]
    assert [result["layout_model"] for result in found] == [many, few, many]
    assert [result["layout"] for result in found] == ["found", "found", "kept"]
    assert {result["model"] for result in found} == {one}
    assert found[0]["lines"] == found[2]["lines"] != found[1]["lines"]
    page.locator(".ocr-again").click()
    assert axe(page) == []


def test_a_cross_validation_that_leaves_one_book_out(window: Window, axe: Axe, furnished: Server) -> None:
    page = window("/?tab=training", base=furnished.url)
    page.get_by_label("Start from").select_option("base/ocr/hebrew/v1")
    expect(page.get_by_label("Learning rate")).to_have_attribute("placeholder", "by the recipe")  # its schema says "Rate"
    page.get_by_label("Start from").select_option("fixed")
    page.get_by_role("button", name="Choose projects").click()
    for row in page.get_by_role("dialog", name="Learn from").locator("label").all():
        row.get_by_role("checkbox").set_checked(any(name in row.inner_text() for name in BOOKS))
    page.keyboard.press("Escape")
    name = page.get_by_label("Name", exact=True)
    name.fill("my-own-name")
    page.get_by_role("button", name="Cross-validate").click()
    form = page.get_by_role("dialog", name="Cross-validate")
    part, folds, begin = form.get_by_label("Never divided"), form.get_by_label("Folds"), form.get_by_role("button", name="Begin")
    expect(part).to_have_value("source")
    expect(folds).to_have_attribute("placeholder", "one for each project")
    for wrong, told in (("1", "a whole number from 2 to 50"), ("7", "cannot be divided into 7 folds: 2 parts")):
        folds.fill(wrong)
        begin.click()
        expect(form.get_by_role("alert")).to_contain_text(told)
        expect(folds).to_have_attribute("aria-invalid", "true")
        assert axe(page) == []
    folds.fill("")
    begin.click()
    form.wait_for(state="detached")
    page.locator(".training-head h2", has_text="cross-validated").wait_for()
    expect(page.locator(".training-folds > table tbody th")).to_contain_text(BOOKS[::-1], timeout=60_000)  # the larger one first
    expect(name).to_have_value("my-own-name")


def test_one_model_is_made_of_two(window: Window, axe: Axe, furnished: Server) -> None:
    page = window("/?tab=models", base=furnished.url)
    page.get_by_role("button", name="Combine models").click()
    form = page.get_by_role("dialog", name="Make one model of several")
    for box in form.get_by_role("checkbox").all():
        box.uncheck()
    form.get_by_label("local / one v1").check()
    form.get_by_label("Name").fill("Both of them")
    form.get_by_role("button", name="Combine").click()
    expect(form.get_by_role("alert")).to_have_text("Choose two models, or more.")
    form.get_by_label("local / other v1").check()
    form.get_by_role("button", name="Combine").click()
    expect(form.get_by_role("alert")).to_contain_text("'Both of them' cannot be the name of a model.")
    assert axe(page) == []
    workers = workers_of(furnished.home)
    assert workers
    for worker in workers:
        worker.suspend()
    form.get_by_label("Name").fill("both")
    form.get_by_role("button", name="Combine").click()
    form.wait_for(state="detached")
    page.reload()
    expect(page.locator(".models-making p")).to_contain_text("both")
    for worker in workers:
        worker.resume()
    page.locator("[data-key='version local/ocr/both/v1']").wait_for(timeout=60_000)
    expect(page.locator(".models-making p")).to_have_count(0)
    made = httpx.get(f"{furnished.url}/models/local/ocr/both/v1", timeout=30).json()
    assert (made["engine"], made["combines"]) == ("ensemble", ["vote"])
    assert sorted(made["description"]["members"]) == ["local/ocr/one/v1", "local/ocr/other/v1"]


def test_a_schedule_is_added_changed_and_deleted(window: Window, axe: Axe, furnished: Server) -> None:
    page = window("/?tab=training", base=furnished.url)
    page.locator(".training-tasks > button").first.wait_for()
    page.get_by_label("Start from").select_option("fixed")
    page.get_by_label("Name", exact=True).fill("nightly")
    page.locator(".training-auto").get_by_role("button", name="Add").click()
    page.get_by_label("Number of corrections").fill("500")
    page.get_by_role("dialog").get_by_label("Start from").select_option("fixed")
    assert axe(page) == []
    page.get_by_role("button", name="Save").click()
    page.locator(".training-schedules", has_text="every 500 corrections").wait_for()
    page.get_by_role("button", name="Change: nightly").click()
    page.get_by_label("Hour").select_option("4")
    page.get_by_role("button", name="Save").click()
    both = page.locator(".training-schedules", has_text="every night at 04:00")
    expect(both).to_contain_text("every 500 corrections")
    page.get_by_role("button", name="Change: nightly").click()
    page.get_by_role("checkbox", name="After every").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(both).not_to_contain_text("every 500 corrections")
    page.get_by_role("button", name="Delete: nightly").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.locator(".training-schedules", has_text="Nothing trains by itself").wait_for()
