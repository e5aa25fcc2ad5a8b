"""What the tests of kraken's engine share: a recogniser made on the spot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.recognisers import write_recogniser


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the weights of a tiny recogniser that reads nonsense, the same each time."""
    return write_recogniser(tmp_path_factory.mktemp("tiny") / "tiny.safetensors")
