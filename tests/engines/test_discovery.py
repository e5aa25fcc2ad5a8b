"""Engines are found by the names of their files, our own and those of folders from outside."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import engines
from engines.errors import EngineUnavailable, ReadingFailed, UnknownEngine
from engines.types import whole_line
from tests.failing import ENGINES_THAT_FAIL, engines_that_fail

__all__ = ["engines_that_fail"]

ROOT = Path(__file__).resolve().parents[2]
IMAGE = np.full((60, 80, 3), 255, np.uint8)
PLUG_IN = """
from engines.base import OcrEngine, Options
from engines.types import Page
class {name}(OcrEngine[Options]):
    title = "From outside"
    def _read(self, image, lines, options, report):
        return Page(image.shape[1], image.shape[0], tuple(lines or ()))
"""


def test_the_shipped_engines_are_found_in_alphabetical_order() -> None:
    names = list(engines.classes("ocr"))
    assert names == sorted(names)
    assert {"fixed", "kraken", "tesseract"} <= set(names)


def test_an_unknown_task_or_engine_lists_the_known_ones() -> None:
    with pytest.raises(UnknownEngine) as task:
        engines.classes("cooking")
    assert "ocr" in task.value.hint
    with pytest.raises(UnknownEngine) as name:
        engines.get("ocr", "krakn")
    assert "kraken" in name.value.hint


def test_the_failing_engines_are_there_only_while_registered(engines_that_fail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"crash", "hang", "error", "not_installed", "wrong_count", "fixed"} <= set(engines.classes("ocr"))
    monkeypatch.delenv(engines.FOLDERS_VARIABLE)
    assert "crash" not in engines.classes("ocr")


def test_a_file_and_a_package_from_outside_are_engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.py").write_text(PLUG_IN.format(name="Mine"))
    (tmp_path / "yours").mkdir()
    (tmp_path / "yours" / "__init__.py").write_text(PLUG_IN.format(name="Yours"))
    (tmp_path / "_private.py").write_text("raise RuntimeError")
    monkeypatch.setenv(engines.FOLDERS_VARIABLE, f"{tmp_path}{os.pathsep}{ENGINES_THAT_FAIL}")
    found = engines.classes("ocr")
    assert {"mine", "yours", "crash"} <= set(found)
    assert found["mine"].name == "mine"
    assert engines.get("ocr", "yours")().read(IMAGE, [whole_line(80, 60)]).lines == (whole_line(80, 60),)


def test_what_is_broken_or_not_ours_is_left_out_and_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broken.py").write_text("import nothing_of_that_name")
    (tmp_path / "fixed.py").write_text(PLUG_IN.format(name="Impostor"))
    (tmp_path / "mine.py").write_text(PLUG_IN.format(name="Mine"))
    monkeypatch.setenv(engines.FOLDERS_VARIABLE, f"{tmp_path}{os.pathsep}{tmp_path / 'no_folder'}")
    with caplog.at_level(logging.WARNING):
        found = engines.classes("ocr")
    assert "broken" not in found
    assert found["fixed"].title != "From outside"
    assert "mine" in found
    assert "broken.py" in caplog.text
    assert "'fixed' is taken" in caplog.text
    assert "no_folder" in caplog.text


def test_an_engine_without_its_library_is_listed_and_says_how_to_get_it(engines_that_fail: Path) -> None:
    engine = engines.get("ocr", "not_installed")
    problem = engine.unavailable()
    assert problem is not None
    assert "a_library_that_nobody_has" in problem.message
    assert "pip install" in problem.hint
    with pytest.raises(EngineUnavailable):
        engine()


def test_an_engine_that_loses_a_line_is_caught(engines_that_fail: Path) -> None:
    with pytest.raises(ReadingFailed, match="2 lines and gave back 1"):
        engines.get("ocr", "wrong_count")().read(IMAGE, [whole_line(80, 60)] * 2)


def test_an_error_in_the_middle_comes_after_the_finished_line(engines_that_fail: Path) -> None:
    engine = engines.get("ocr", "error")()
    with pytest.raises(ReadingFailed, match="too beautiful"):
        engine.read(IMAGE)
    with pytest.raises(ZeroDivisionError):
        engine.read(IMAGE, options={"kind": "bug"})


@pytest.mark.slow
def test_a_crashing_engine_takes_only_its_own_process_along(tmp_path: Path) -> None:
    code = (
        "import engines, numpy as np; "
        "page = engines.get('ocr', 'crash')().read("
        f"np.zeros((60, 80, 3), np.uint8), options={{'once': {str(tmp_path / 'once')!r}}}); "
        "print(len(page.lines))"
    )
    variables = {**os.environ, engines.FOLDERS_VARIABLE: str(ENGINES_THAT_FAIL)}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=variables, capture_output=True, text=True, check=False)

    assert run().returncode == -9
    second = run()
    assert (second.returncode, second.stdout.strip()) == (0, "3")
