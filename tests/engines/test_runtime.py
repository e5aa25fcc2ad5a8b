"""A process that computes: limited threads, a torchvision that imports, no TensorFlow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engines import runtime

ROOT = Path(__file__).resolve().parents[2]


def run(code: str, **variables: str) -> str:
    """Return what a fresh process prints."""
    free = {name: value for name, value in os.environ.items() if not name.endswith(("_NUM_THREADS", "_THREAD_LIMIT"))}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**free, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_threads_are_limited_unless_somebody_has_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    monkeypatch.delenv("OMP_THREAD_LIMIT", raising=False)
    runtime.limit_threads(1)
    assert os.environ["OMP_NUM_THREADS"] == "4"
    assert os.environ["OMP_THREAD_LIMIT"] == "1"
    monkeypatch.delenv("OMP_THREAD_LIMIT")


@pytest.mark.slow
def test_importing_it_imports_nothing_heavy() -> None:
    assert run("import engines.runtime, sys; print('torch' in sys.modules)") == "False"


@pytest.mark.kraken
def test_a_prepared_process_has_one_thread_and_imports_torchvision() -> None:
    code = (
        "from engines import runtime\nruntime.prepare()\nruntime.prepare()\n"
        "import torch, torchvision.transforms.v2\nprint(torch.get_num_threads(), runtime.device() in ('cpu', 'cuda'))"
    )
    assert run(code) == "1 True"


@pytest.mark.kraken
def test_a_tensorflow_that_is_installed_is_not_imported(tmp_path: Path) -> None:
    package = tmp_path / "tensorflow"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('TensorFlow was imported')\n")
    code = (
        "from engines import runtime\nruntime.prepare()\nimport sys, kraken.tasks, kraken.models\n"
        "print(sys.modules['tensorflow'], [name for name in sys.modules if name.startswith('tensorflow.')])"
    )
    assert run(code, PYTHONPATH=str(tmp_path)) == "None []"


def test_running_out_of_memory_is_known_by_the_errors_of_torch_and_numpy() -> None:
    import numpy as np
    import torch

    for make, kind in ((torch.empty, torch.uint8), (np.empty, np.uint8)):
        with pytest.raises((RuntimeError, MemoryError)) as error:
            make(2**50, dtype=kind)
        assert runtime.ran_out_of_memory(error.value)
    with pytest.raises(RuntimeError) as other:
        torch.zeros(2) @ torch.zeros(3)
    assert not runtime.ran_out_of_memory(other.value)
