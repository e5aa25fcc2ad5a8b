"""The documents are true: generated blocks, named files and targets, and the example engine runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", document.read_text(encoding="utf-8"))
    assert not [link for link in links if not (document.parent / link.partition("#")[0]).exists()]


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / ".ci/run"], ids=lambda path: path.name)
def test_named_targets_exist(document: Path) -> None:
    named = set(re.findall(r"\bmake ((?:[a-z]+-)*[a-z]+)\b(?=[ `\n,;)]|$)", document.read_text(encoding="utf-8")))
    assert named & TARGETS or not named
    prose = {"sure", "it", "a", "the", "and"}
    assert not named - TARGETS - prose


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_named_data_is_there(document: Path) -> None:
    """What a command in a document reads lies where it says."""
    blocks = re.findall(r"^```.*?^```", document.read_text(encoding="utf-8"), re.M | re.S)
    named = re.findall(r"\bdata/[^\s`'\"#)]+", "\n".join(blocks))
    assert not [path for path in named if not list(ROOT.glob(path))]
    assert named or document.name != "README.md"


def test_generated_blocks_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "docs.generate", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_image_is_built_by_tested_targets() -> None:
    steps = [line for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines() if line.startswith("RUN make")]
    assert [step.split()[2] for step in steps] == ["system", "env"]
    assert 'CMD ["serve"]' in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^sdk: docker\napp_port: 7860$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)


def _said(tmp_path: Path, mark: str, name: str, script: str, *arguments: str) -> str:
    """Return what a script prints that uses an engine of docs/add_an_engine.md from outside the tree."""
    document = (ROOT / "docs/add_an_engine.md").read_text(encoding="utf-8")
    code = re.search(rf"<!-- {mark} -->\n```python\n(.*?)```", document, re.S)
    assert code is not None
    (tmp_path / f"{name}.py").write_text(code[1], encoding="utf-8")
    environment = {**os.environ, "WORKBENCH_ENGINES": str(tmp_path), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_example_engine_reads(tmp_path: Path) -> None:
    """Run the engine of docs/add_an_engine.md from outside the tree, as the document says."""
    script = (
        "import json, numpy as np, engines\n"
        "page = engines.get('ocr', 'halves')().read(np.zeros((100, 80, 3), np.uint8), options={'confidence': '0.5'})\n"
        "print(json.dumps([[line.text, line.confidence] for line in page.lines]))"
    )
    assert json.loads(_said(tmp_path, "engine", "halves", script)) == [["עליון", 0.5], ["תחתון", 0.5]]


def test_the_example_that_learns_does(tmp_path: Path) -> None:
    """Train and read with the second engine of docs/add_an_engine.md."""
    script = (
        "import sys, numpy as np, engines\n"
        "from pathlib import Path\n"
        "from engines.base import silent\n"
        "from engines.learning import Dataset, Example\n"
        "from engines.types import Line, whole_line\n"
        "where = whole_line(80, 20)\n"
        "shown = [Example(str(n), '', 'page', Line(where.baseline, where.polygon, text)) for n, text in enumerate('אאב')]\n"
        "image = np.zeros((20, 80, 3), np.uint8)\n"
        "data = Dataset('ocr', {'train': shown, 'held_out': shown[2:], 'test': ()}, lambda document: image)\n"
        "kind, out = engines.get('ocr', 'parrot'), Path(sys.argv[1])\n"
        "learnt = kind().train(data, {}, silent, out)\n"
        "print(kind(out / learnt.weights).read(image, [where]).lines[0].text)"
    )
    assert _said(tmp_path, "learner", "parrot", script, str(tmp_path / "out")) == "א\n"


def test_the_example_that_finds_lines_does(tmp_path: Path) -> None:
    """Find lines with the third engine of docs/add_an_engine.md."""
    script = (
        "import numpy as np, engines\n"
        "page = np.full((60, 50, 3), 255, np.uint8)\n"
        "page[10:20, 5:40] = page[30:44, 5:40] = 0\n"
        "print([line.box for line in engines.get('layout', 'rows')().find(page).lines])"
    )
    assert _said(tmp_path, "finder", "rows", script) == "[(0, 10, 50, 20), (0, 30, 50, 44)]\n"
