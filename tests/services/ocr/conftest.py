"""A workbench on an empty folder with the fake engine, and pages of black bars for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from workbench.config import Settings
from workbench.services import Services, build
from workbench.services.actors import Actor
from workbench.services.ocr.views import PageView

ANNA = Actor(workspace="anna", name="anna")
BORIS = Actor(workspace="boris", name="boris")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with all tables and two workspaces."""
    home = tmp_path_factory.mktemp("empty")
    services = build(Settings(home=home))
    services.store.upgrade()
    add_workspaces(services, "anna", "boris", "local")
    services.close()
    return home / "data" / "workbench.db"


def add_workspaces(services: Services, *slugs: str) -> None:
    """Add workspaces that nobody logs in to."""
    for slug in slugs:
        with services.store.begin() as connection:
            connection.exec_driver_sql("INSERT OR IGNORE INTO workspaces (slug, kind, created) VALUES (?, 'user', 0)", (slug,))


@pytest.fixture
def services(tmp_path: Path, empty_database: Path) -> Iterator[Services]:
    """Return a workbench of its own."""
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    shutil.copy(empty_database, home / "data" / "workbench.db")
    found = build(Settings(home=home))
    yield found
    found.close()


def bars(path: Path, *tops: int, width: int = 400, height: int = 300) -> Path:
    """Write a white page with black bars of 20 pixels' height, which the fake engine takes for lines."""
    image = Image.new("RGB", (width, height), "white")
    for top in tops:
        ImageDraw.Draw(image).rectangle((20, top, width - 20, top + 19), fill="black")
    image.save(path)
    return path


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """Return a page image with three lines."""
    return bars(tmp_path / "scan.png", 40, 120, 200)


def work(services: Services) -> int:
    """Run the queued jobs of OCR one after the other; return how many."""
    count = 0
    while services.jobs.run_one("worker-1", "ocr"):
        count += 1
    return count


@pytest.fixture
def upload(services: Services, scan: Path) -> Callable[..., PageView]:
    """Return a function that uploads a scan, has it read, and returns its page."""

    def add(actor: Actor = ANNA, path: Path = scan, **wanted) -> PageView:
        wanted = {"engine": "fixed", **wanted}
        added = services.ocr.add_scans(actor, path, wanted.pop("filename", "page.png"), **wanted)
        work(services)
        return services.ocr.page(actor, added.page_ids[0])

    return add
