"""The settings: what the environment says, what follows from it, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.config import MEGABYTE, PROGRAM, ConfigError, Settings, is_loopback


def test_the_defaults_are_a_workbench_on_this_computer() -> None:
    settings = Settings.from_environment({})
    assert (settings.home, settings.host, settings.port, settings.access) == (PROGRAM, "127.0.0.1", 7860, "local")
    assert settings.database_url == f"sqlite:///{PROGRAM}/data/workbench.db"
    assert settings.blob_url == f"file://{PROGRAM}/data/blobs"
    assert settings.models_home == PROGRAM / "models"


def test_everything_can_be_set_and_passed_on_to_a_child(tmp_path: Path) -> None:
    environ = {
        "WORKBENCH_HOME": str(tmp_path / "with space"),
        "WORKBENCH_HOST": "0.0.0.0",
        "WORKBENCH_PORT": "8000",
        "WORKBENCH_ACCESS": "accounts",
        "WORKBENCH_HOSTS": "ocr.example.org, other",
        "WORKBENCH_WORKERS": "0",
        "WORKBENCH_UPLOAD_MEGABYTES": "0.5",
        "DATABASE_URL": "postgresql://me:secret@db/workbench",
        "WORKBENCH_PAGES_LIMIT": "",
    }
    settings = Settings.from_environment(environ)
    assert settings.hosts == ("ocr.example.org", "other")
    assert (settings.port, settings.workers, settings.upload_limit, settings.pages_limit) == (8000, 0, MEGABYTE // 2, 500)
    assert "secret" not in repr(settings)
    assert Settings.from_environment(settings.environment()) == settings


def test_a_space_is_shown_in_the_frame_of_its_site() -> None:
    settings = Settings.from_environment({"WORKBENCH_ACCESS": "demo", "SPACE_HOST": "me-ocr.hf.space"})
    assert settings.frame_ancestors == ("'self'", "https://huggingface.co")
    assert settings.hosts == ("me-ocr.hf.space",)


@pytest.mark.parametrize(
    ("variable", "value", "hint"),
    [
        ("WORKBENCH_PORT", "70000", "from 0 to 65535"),
        ("WORKBENCH_PORT", "many", "from 0 to 65535"),
        ("WORKBENCH_WORKERS", "-1", "from 0 to 64"),
        ("WORKBENCH_WORKERS", "nan", "from 0 to 64"),
        ("WORKBENCH_ACCESS", "open", "local, accounts, demo"),
        ("WORKBENCH_HOST", "0.0.0.0", "WORKBENCH_ACCESS=accounts"),
        ("WORKBENCH_HOME", __file__, "Give a folder"),
    ],
)
def test_a_value_that_cannot_be_used_is_explained(variable: str, value: str, hint: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Settings.from_environment({variable: value})
    assert hint in refused.value.hint
    assert value in refused.value.message


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("example.org", False)],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
