"""One page through the command line, REST and the service gives the same lines, with the engine and model that are shipped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.api.conftest import client_of
from tests.serving import ROOT
from workbench.services import Services

pytestmark = [pytest.mark.kraken, pytest.mark.slow, pytest.mark.timeout(600)]


_WORK = """
from workbench.config import Settings
from workbench.services import build
assert build(Settings.from_environment()).jobs.run_one("test", "ocr")
"""


def _python(services: Services, *arguments: str) -> str:
    """Run Python in a process of its own, as kraken and the other tests do not go together, and return what it printed."""
    environment = {**os.environ, "WORKBENCH_HOME": str(services.settings.home), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def test_the_shipped_model_reads_the_same_by_every_way(services: Services, tmp_path: Path) -> None:
    scan = tmp_path / "top.png"
    with Image.open(ROOT / "data/samples/hebrew-print.jpg") as page:
        page.crop((page.width - 480, 0, page.width, 480)).save(scan)  # square: a broad strip costs the layout far more
    client = client_of(services)
    sent = client.post("/ocr/", files={"image": ("top.png", scan.read_bytes())}, data={"engine": "kraken"})
    assert sent.status_code == 202, sent.text
    _python(services, "-c", _WORK)
    by_rest = client.get(f"/pages/{sent.json()['page_id']}").json()
    assert by_rest["state"] == "read", by_rest["message"]
    by_service = services.ocr.page(services.users.local(), by_rest["id"]).lines
    command = ("-m", "workbench", "ocr", "read", str(scan), "--engine", "kraken", "--format", "json")
    printed = json.loads(_python(services, *command))["lines"]
    assert len(printed) > 1
    assert any(line["text"] for line in printed)
    for line, rest, own in zip(printed, by_rest["lines"], by_service, strict=True):
        assert line["text"] == rest["text"] == own.text
        assert line["baseline"] == rest["baseline"]
        assert line["polygon"] == rest["polygon"]
