"""Going on with a cancelled training in a real browser."""

from __future__ import annotations

import httpx
import pytest

from tests.serving import Server
from tests.ui.test_training import PATIENCE, Axe, Window, begin, corrected, opened, server, wait_for  # noqa: F401  # fixtures

pytestmark = pytest.mark.browser


def test_a_cancelled_training_goes_on_where_it_stopped(window: Window, axe: Axe, server: Server, corrected: int) -> None:  # noqa: F811
    job = begin(server.url, corrected, "resumed", epochs=200, seconds=0.3)
    page = opened(window(f"/?tab=training&job={job}", width=420))
    page.locator(".training-table").first.locator("tbody tr").nth(2).wait_for(state="attached", timeout=PATIENCE)
    httpx.post(f"{server.url}/jobs/{job}/cancel", timeout=30).raise_for_status()
    wait_for(page, "cancelled")
    page.locator(".training-list tr", has_text="It can go on where it stopped.").first.wait_for()
    assert axe(page) == []
    page.locator(".training-head").get_by_role("button", name="Go on").click()
    page.get_by_role("dialog").get_by_label("Epochs").fill("100")
    page.get_by_role("dialog").get_by_role("button", name="Go on").click()
    page.get_by_role("alert").get_by_text("cannot have fewer epochs than 200").wait_for()
    assert axe(page) == []
    page.get_by_role("dialog").get_by_label("Epochs").fill("250")
    page.get_by_role("dialog").get_by_role("button", name="Go on").click()
    wait_for(page, "running")
    assert page.locator(".training-figures dd").first.inner_text() != "—"  # they are known from before
    page.locator(".training-origin", has_text=f"goes on from job {job}").wait_for()
    page.locator(".training-table").first.locator("tbody tr").nth(2).wait_for(state="attached")  # its curve goes on too
    heir = httpx.get(f"{server.url}/train/jobs?limit=1", timeout=30).json()[0]
    assert (heir["resumes"], heir["options"]["epochs"]) == (job, 250)
    httpx.post(f"{server.url}/jobs/{heir['job']['id']}/cancel", timeout=30).raise_for_status()
