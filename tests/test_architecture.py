"""The house keeps its rules: file lengths, light imports, a map that is true."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path
    for folder in ("engines", "workbench", "tests", "bench", "docs")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".js"}
)


def test_no_file_is_longer_than_300_lines() -> None:
    long = {str(path.relative_to(ROOT)): n for path in SOURCES if (n := len(path.read_text(encoding="utf-8").splitlines())) > 300}
    assert not long


def test_no_room_is_called_by_an_empty_word() -> None:
    empty = {"utils", "helpers", "common", "core", "manager", "misc"}
    assert not [path for path in SOURCES if empty & set(path.relative_to(ROOT).with_suffix("").parts)]


@pytest.mark.parametrize("folder", ["models", "data"])
def test_artefact_folders_hold_no_python(folder: str) -> None:
    tracked = subprocess.run(["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    assert not [name for name in tracked if name.endswith(".py")]


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        (
            "import engines; engines.classes('ocr'), engines.classes('layout')",
            {"torch", "kraken", "tensorflow", "tesserocr", "torchvision", "cv2"},
        ),
        ("import workbench.cli", {"torch", "kraken", "tensorflow", "gradio"}),
        ("import workbench.server, workbench.api, workbench.ui.frame, workbench.services", {"torch", "kraken", "tensorflow"}),
        ("import workbench.worker", {"torch", "kraken", "tensorflow", "gradio", "fastapi"}),
    ],
)
def test_imports_stay_light(statement: str, forbidden: set[str]) -> None:
    code = f"{statement}\nimport sys\nprint(' '.join(m for m in sys.modules if '.' not in m))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not forbidden & set(done.stdout.split())


def test_the_bundled_fonts_carry_their_licence() -> None:
    fonts = ROOT / "workbench/ui/static/fonts"
    sources = (fonts / "SOURCES.md").read_text(encoding="utf-8")
    for family in {path.parent for path in fonts.rglob("*.woff2")}:
        licences = list(family.glob("*LICENSE*"))
        assert licences, f"{family.name} has no licence"
        assert family == fonts or family.name in sources
