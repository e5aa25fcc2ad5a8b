"""The loop without a browser, with real kraken: by REST, and by command on a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests import loop
from tests.hands import Sheet, slanted
from tests.recognisers import write_recogniser
from tests.serving import ROOT, Server, serving

pytestmark = [pytest.mark.kraken, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, whose models are promoted here."""
    with serving(tmp_path_factory.mktemp("loop")) as running:
        yield running


@pytest.fixture(scope="module")
def sheets() -> tuple[Sheet, Sheet]:
    return slanted()


def test_by_rest(server: Server, sheets: tuple[Sheet, Sheet]) -> None:
    first, second = sheets
    project = loop.import_pages(server.url, [(first.image, first.page)])
    job = loop.train(server.url, project, "by-rest", "base/ocr/hebrew", minutes=10, epochs=8)
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
