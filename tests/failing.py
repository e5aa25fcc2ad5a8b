"""The engines that fail on purpose, and how to register them: `from tests.failing import engines_that_fail`."""

from __future__ import annotations

from pathlib import Path

import pytest

import engines

ENGINES_THAT_FAIL = Path(__file__).resolve().parent / "engines_that_fail"
"""A folder of engines: crash, hang, error, not_installed, wrong_count."""


@pytest.fixture
def engines_that_fail(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Add the failing engines to those of this process and of all processes that it starts."""
    monkeypatch.setenv(engines.FOLDERS_VARIABLE, str(ENGINES_THAT_FAIL))
    return ENGINES_THAT_FAIL
