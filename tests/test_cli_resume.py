"""`workbench jobs resume`: a training that failed goes on where it stopped."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.test_cli_evaluation import home, runner  # noqa: F401  # a fixture that every test here uses
from tests.test_cli_validation import books  # noqa: F401
from workbench.cli import app


def told(*words: str | Path, code: int = 0) -> tuple[str, str]:
    """Run a command; return what it printed, and what it said beside."""
    done = runner.invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output + done.stderr + repr(done.exception)
    return done.stdout, done.stderr


@pytest.mark.slow
def test_a_training_that_failed_at_its_end_goes_on(books: Path, tmp_path: Path) -> None:  # noqa: F811
    in_the_way = tmp_path / "home" / "models" / "local" / "ocr" / "hand" / ".training-1" / "model.safetensors"
    in_the_way.mkdir(parents=True)
    later = time.time() + 60  # else it would be of a job before
    os.utime(in_the_way.parent, (later, later))
    said = told("train", "ocr", books, "--base", "fixed", "--name", "hand", "-o", "epochs", "3", code=1)[1]
    assert "epoch 3" in said
    assert "workbench jobs resume 1" in said
    in_the_way.rmdir()
    assert "cannot have fewer epochs than 3" in told("jobs", "resume", "1", "-o", "epochs", "2", code=1)[1]
    printed, said = told("jobs", "resume", "1", "-o", "epochs", "4")
    assert printed.splitlines()[-1] == "local/ocr/hand/v1"
    assert "epoch 4" in said
    assert "goes on already" in told("jobs", "resume", "1", code=1)[1]
    assert "failed or was cancelled" in told("jobs", "resume", "2", code=1)[1]
    assert "no job 9" in told("jobs", "resume", "9", code=1)[1]
