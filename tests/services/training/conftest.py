"""A workbench in which Anna has corrected pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.ocr.conftest import ANNA, empty_home, near, opened  # noqa: F401  # fixtures
from tests.services.training_pages import corrected
from workbench.services import Services


@pytest.fixture(scope="session")
def corrected_home(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """Return a home in which Anna has three corrected pages in project 1."""
    folder = tmp_path_factory.mktemp("corrected")
    shutil.copytree(empty_home, folder / "home")
    with opened(folder / "home") as services:
        assert corrected(services, ANNA, folder)[0].project.id == 1
    return folder / "home"


@pytest.fixture
def services(corrected_home: Path, tmp_path: Path) -> Iterator[Services]:
    shutil.copytree(corrected_home, tmp_path / "home")
    with opened(tmp_path / "home") as found:
        yield found


@pytest.fixture
def project() -> int:
    return 1
