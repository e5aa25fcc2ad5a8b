"""The loop of the layout by command: from a folder of pages with PAGE to a promoted model that finds lines."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests import loop
from tests.layouts import page_of_blocks, write_layout
from tests.recognisers import write_recogniser
from tests.serving import ROOT

pytestmark = [pytest.mark.kraken, pytest.mark.slow, pytest.mark.timeout(400)]


def test_by_command_on_a_folder(tmp_path: Path) -> None:
    from workbench.formats import named

    (tmp_path / "pages").mkdir()
    for number in range(12):
        image, page = page_of_blocks(number)
        Image.fromarray(image).save(tmp_path / f"pages/{number}.png")
        document = loop.document_of(page, f"{number}.png")
        (tmp_path / f"pages/{number}.xml").write_bytes(named("page").write(document))
    tiny = write_layout(tmp_path / "tiny.safetensors")
    reader = write_recogniser(tmp_path / "reader.safetensors")
    environment = {**os.environ, "WORKBENCH_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}

    def command(*words: object, code: int = 0) -> str:
        line = [sys.executable, "-m", "workbench", *map(str, words)]
        done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done.stderr if code else done.stdout

    assert "not for recognition" in command("models", "import", tiny, "--name", "tiny", code=1)
    command("models", "import", tiny, "--name", "tiny", "--task", "layout")
    command("models", "import", reader, "--name", "reader")
    options = ("-o", "epochs", 3, "-o", "rate", 0.02, "-o", "variation", 0, "-o", "average", 0.5, "-o", "precision", "fp32")
    trained = command("train", "layout", tmp_path / "pages", "--base", "local/layout/tiny", "--name", "blocks", *options)
    assert trained.splitlines()[-1] == "local/layout/blocks/v1"
    assert "base/layout/blla/v1\tby default" in command("models", "list", "--task", "layout")
    assert command("models", "promote", "local/layout/blocks") == "local/layout/blocks/v1\n"
    assert "local/layout/blocks/v1\tby default" in command("models", "list", "--task", "layout")
    read = ("ocr", "read", tmp_path / "pages/0.png", "--model", "local/ocr/reader", "--format", "json")
    lines = len(page_of_blocks(0)[1].lines)
    assert command(*read).count('"baseline"') == lines
    assert command(*read, "--layout-model", "local/layout/tiny").count('"baseline"') != lines
    assert command("models", "rollback", "local/layout/blocks") == "none\n"
