"""The whole loop with real kraken: correct a hand, train for a minute, watch, promote, and read another page better."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from engines.ocr.metrics import Sample, score
from tests import loop
from tests.hands import Sheet, slanted
from tests.recognisers import write_recogniser
from tests.serving import ROOT, Server, serving
from tests.ui.ocr_pages import row, text_of, wait_for_status

if TYPE_CHECKING:
    from playwright.sync_api import Page

Window = Callable[..., "Page"]
pytestmark = [pytest.mark.kraken, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, whose models are promoted here."""
    with serving(tmp_path_factory.mktemp("loop")) as running:
        yield running


@pytest.fixture(scope="module")
def sheets() -> tuple[Sheet, Sheet]:
    return slanted()


def read(url: str, sheet: Sheet, name: str) -> float:
    """Have a page read with whatever reads now, and return the share of wrong characters."""
    answer = httpx.post(f"{url}/ocr/", files={"image": (name, sheet.image)}, data={"wait": "true"}, timeout=300)
    assert answer.status_code == 200, answer.text
    said = "\n".join(line["text"] for line in answer.json()["lines"])
    return score([Sample("\n".join(sheet.texts), said)], "strict").cer


@pytest.mark.browser
def test_in_the_browser(server: Server, window: Window, sheets: tuple[Sheet, Sheet], tmp_path: Path) -> None:
    first, second = sheets
    before = read(server.url, second, "before.png")
    page = window("/?tab=ocr", base=server.url)
    page.locator(".ocr-row, .ocr-empty").first.wait_for(timeout=30_000)
    with page.expect_file_chooser() as chooser:
        for _ in range(20):  # the keys work a moment after the first rows stand
            page.keyboard.press("Control+O")
            page.wait_for_timeout(500)
            if chooser.is_done():
                break
    chooser.value.set_files(first.write(tmp_path / "hand.png"))
    page.wait_for_url("**page=*")
    page.locator(".ocr-page", has_text="hand").wait_for(state="attached")
    row(page, len(first.texts)).and_(page.locator(":not([data-status=waiting])")).wait_for(timeout=120_000)
    for number, text in enumerate(first.texts, 1):
        text_of(page, number).focus()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(text)
        page.keyboard.press("Enter")
    for number in range(1, len(first.texts) + 1):
        wait_for_status(page, number, "saved")

    page.get_by_role("tab", name="Training").click()
    page.get_by_label("Start from").select_option("base/ocr/hebrew/v1")
    page.get_by_text("11 corrected lines on 1 page").wait_for(timeout=30_000)
    page.get_by_text("optimistic").first.wait_for()
    page.get_by_label("Minutes").fill("0.8")
    page.get_by_label("Name", exact=True).fill("slanted")
    page.get_by_role("button", name="Start training").click()
    page.locator(".training-head .wb-chip.wb-running").wait_for(timeout=60_000)
    page.locator(".training-chart .js-plotly-plot").first.wait_for(timeout=120_000)
    page.locator(".training-log", has_text="best, kept").wait_for(timeout=120_000)
    page.locator(".training-head .wb-chip.wb-done").wait_for(timeout=180_000)

    page.locator(".training-head a", has_text="Open in Models").click()
    page.get_by_role("button", name="Promote v1").wait_for(timeout=60_000)
    page.get_by_role("button", name="Promote v1").click()
    page.locator(".models-is-promoted").wait_for(timeout=30_000)
    after = read(server.url, second, "after.png")
    assert after < 0.75 * before, f"{before:.3f} before, {after:.3f} after"
    ledger = httpx.get(f"{server.url}/feedback/", params={"person": "you"}, timeout=30).json()["entries"]
    assert {entry["learnt_by"] for entry in ledger} >= {"local/ocr/slanted/v1"}


def test_by_rest(server: Server, sheets: tuple[Sheet, Sheet]) -> None:
    first, second = sheets
    project = loop.import_pages(server.url, [(first.image, first.page)])
    job = loop.train(server.url, project, "by-rest", "base/ocr/hebrew", minutes=0.4)
    done = loop.wait(server.url, job, lambda found: found["state"] == "done", 240)
    model = done["result"]["model"]
    assert model == "local/ocr/by-rest/v1"
    compared = httpx.post(f"{server.url}/models/compare", json={"a": "base/ocr/hebrew/v1", "b": model}, timeout=60).json()
    if compared["job_id"]:
        loop.wait(server.url, compared["job_id"], lambda found: found["state"] == "done", 120)
    found = httpx.get(f"{server.url}/models/comparisons/{compared['comparison']}", timeout=30).json()
    assert found["verdict"]["better"] + found["verdict"]["worse"] + found["verdict"]["same"] == found["examples"]
    assert found["shared"] is True
    httpx.post(f"{server.url}/models/{model}/promote", timeout=30).raise_for_status()
    answer = httpx.post(f"{server.url}/ocr/", files={"image": ("page.png", second.image)}, data={"wait": "true"}, timeout=300)
    assert answer.json()["model"] == model
    assert httpx.post(f"{server.url}/models/local/ocr/by-rest/rollback", timeout=30).json()["model"] is None


def test_by_command_on_a_folder(tmp_path: Path, sheets: tuple[Sheet, Sheet]) -> None:
    """With a tiny model, without a server: the last line is the name of the new one, which then reads."""
    from workbench.formats import named

    first, _ = sheets
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/hand.png").write_bytes(first.image)
    (tmp_path / "pages/hand.xml").write_bytes(named("page").write(loop.document_of(first.page, "hand.png")))
    weights = write_recogniser(tmp_path / "tiny.safetensors")
    environment = {**os.environ, "WORKBENCH_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "workbench", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    assert command("db", "upgrade").returncode == 0
    imported = command("models", "import", str(weights), "--name", "tiny")
    assert imported.returncode == 0, imported.stderr
    trained = command("train", "ocr", str(tmp_path / "pages"), "--base", "local/ocr/tiny", "--name", "hand", "-o", "epochs", "2")
    assert trained.returncode == 0, trained.stderr
    assert trained.stdout.splitlines()[-1] == "local/ocr/hand/v1"
    assert "epoch 2" in trained.stderr
    listed = command("models", "list")
    assert "local/ocr/hand" in listed.stdout
    read_with = command("ocr", "read", str(tmp_path / "pages/hand.png"), "--model", "local/ocr/hand", "--format", "json")
    assert read_with.returncode == 0, read_with.stderr
    refused = command("train", "ocr", str(tmp_path / "pages"), "--name", "../hand")
    assert refused.returncode == 1
    assert "cannot be the name" in refused.stderr
