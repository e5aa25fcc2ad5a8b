"""A training outlives the server that began it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests import loop
from tests.services.training_pages import TEXTS, pattern
from tests.serving import Server, end, start

pytestmark = pytest.mark.slow


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """Serve a home of this test's own, so that it can be killed."""
    server = start(tmp_path / "home")
    yield server
    end(server)


def corrected(url: str, folder: Path) -> int:
    """Upload a page, have the fake read it, correct its lines; return the project."""
    image = pattern(folder / "page.png").read_bytes()
    form = {"engine": "fixed", "wait": "true"}
    page = httpx.post(f"{url}/ocr/", files={"image": ("page.png", image)}, data=form, timeout=90).json()
    for line, text in zip(page["lines"], TEXTS, strict=True):
        body = {"text": text, "base_revision": line["revision"]}
        httpx.put(f"{url}/lines/{line['id']}", json=body, timeout=30).raise_for_status()
    return int(page["project_id"])


def test_a_training_goes_on_while_its_server_is_killed_and_started_again(own: Server, tmp_path: Path) -> None:
    project = corrected(own.url, tmp_path)
    job = loop.train(own.url, project, "letters", "fixed", epochs=12, seconds_per_epoch=0.6)
    loop.wait(own.url, job, lambda found: found["metrics"].get("epoch", 0) >= 1)
    own.kill()
    again = start(own.home)
    try:
        shown = loop.wait(again.url, job, lambda found: found["state"] == "done")
        epochs = [line["text"] for line in httpx.get(f"{again.url}/train/jobs/{job}", timeout=30).json()["log"]]
        assert shown["result"]["model"] == "local/ocr/letters/v1"
        assert [text.partition("  ")[0] for text in epochs] == [f"epoch {number}" for number in range(13)]
    finally:
        end(again)
