"""The REST face over real services on an empty folder; the fake engine reads when a test says so."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw

from workbench.api.application import Pages, application
from workbench.config import Settings
from workbench.services import Services, build

LOCAL = "http://127.0.0.1:7860"
Make = Callable[..., Services]


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let hashing a password cost next to nothing; what it really costs is tested with the passwords themselves."""
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr("workbench.services.passwords.PasswordHasher", cheap)


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with an empty database."""
    home = tmp_path_factory.mktemp("empty-home")
    services = build(Settings(home=home))
    services.store.upgrade()
    services.close()
    return home


@pytest.fixture
def make(tmp_path: Path, empty_home: Path) -> Iterator[Make]:
    """Return a function that makes services on an empty home with the given settings."""
    made = []

    def make_services(**settings: Any) -> Services:
        home = tmp_path / f"home{len(made)}"
        shutil.copytree(empty_home, home)
        services = build(Settings(home=home, **settings))
        made.append(services)
        return services

    yield make_services
    for services in made:
        services.close()


@pytest.fixture
def services(make: Make) -> Services:
    """Return services in `local` mode."""
    services = make()
    services.users.local()
    return services


def client_of(services: Services, base_url: str = LOCAL, **options: Any) -> TestClient:
    """Return a client of the REST face, which sees answers where it would otherwise see exceptions."""
    pages = Pages(
        login=lambda: "<p>login</p>",
        invitation=lambda name: f"<p>invitation for {name}</p>",
        failure=lambda error, hint: f"<p>{error}</p><p>{hint}</p>",
    )
    return TestClient(
        application(services, pages), base_url=base_url, raise_server_exceptions=False, follow_redirects=False, **options
    )


@pytest.fixture
def client(services: Services) -> TestClient:
    """Return a client in `local` mode."""
    return client_of(services)


@pytest.fixture(scope="session")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the image of a page with three bars, which the fake engine takes for lines."""
    path = tmp_path_factory.mktemp("scan") / "scan.png"
    image = Image.new("RGB", (400, 300), "white")
    for top in (40, 120, 200):
        ImageDraw.Draw(image).rectangle((20, top, 380, top + 19), fill="black")
    image.save(path)
    return path


@pytest.fixture(scope="session")
def home_with_page(tmp_path_factory: pytest.TempPathFactory, empty_home: Path, scan: Path) -> Path:
    """Return a home in which one page of the local workspace has been read."""
    home = tmp_path_factory.mktemp("page") / "home"
    shutil.copytree(empty_home, home)
    services = build(Settings(home=home))
    services.ocr.add_scans(services.users.local(), scan, "page.png", engine="fixed")
    assert services.jobs.run_one("test", "ocr")
    services.close()
    return home


@pytest.fixture
def read(tmp_path: Path, home_with_page: Path) -> Iterator[Services]:
    """Return services with project 1, page 1, and its lines 1 to 3, read."""
    home = tmp_path / "home-with-page"
    shutil.copytree(home_with_page, home)
    services = build(Settings(home=home))
    yield services
    services.close()


@pytest.fixture
def page_client(read: Services) -> TestClient:
    """Return a client of a workbench with one page."""
    return client_of(read)
