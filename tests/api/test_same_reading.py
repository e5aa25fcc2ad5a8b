"""One page through the command line, REST and the service gives the same lines, with the engine and model that are shipped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.serving import ROOT, serving
from workbench.config import Settings
from workbench.services import build

pytestmark = [pytest.mark.kraken, pytest.mark.slow, pytest.mark.timeout(600)]


def test_the_shipped_model_reads_the_same_by_every_way(tmp_path: Path) -> None:
    scan = tmp_path / "top.png"
    with Image.open(ROOT / "data/samples/hebrew-print.jpg") as page:
        page.crop((0, 0, page.width, 480)).save(scan)
    home = tmp_path / "home"
    environment = {**os.environ, "WORKBENCH_HOME": str(home), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "workbench", "ocr", "read", str(scan), "--format", "json", "--engine", "kraken"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    printed = json.loads(done.stdout)["lines"]
    with serving(home) as server, scan.open("rb") as file:
        form = {"engine": "kraken", "wait": "true"}
        answer = httpx.post(f"{server.url}/ocr/", files={"image": file}, data=form, timeout=400)
        assert answer.status_code == 200, answer.text
        page_id, by_rest = answer.json()["page_id"], answer.json()["lines"]
        services = build(Settings(home=home))
        by_service = services.ocr.page(services.users.local(), page_id).lines
        services.close()
    assert len(printed) > 1
    assert any(line["text"] for line in printed)
    for line, rest, own in zip(printed, by_rest, by_service, strict=True):
        assert line["text"] == rest["text"] == own.text
        assert line["baseline"] == rest["baseline"]
        assert line["polygon"] == rest["polygon"]
