"""A workbench on an empty folder with the fake engine, and pages of black bars for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from workbench.config import Settings
from workbench.formats import scans
from workbench.services import Services, build
from workbench.services.actors import Actor
from workbench.services.ocr.views import PageView

ANNA = Actor(workspace="anna", name="anna")
BORIS = Actor(workspace="boris", name="boris")


@pytest.fixture(autouse=True)
def near(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at uploads in this process, which is quicker; tests marked `slow` do it in a child as the workbench does."""
    if request.node.get_closest_marker("slow") is None:
        monkeypatch.setattr(scans, "inspect_apart", partial(scans.inspect, decode=True))


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a workbench with all tables and two workspaces more than `local`."""
    home = tmp_path_factory.mktemp("empty")
    with opened(home) as services:
        services.store.upgrade()
        for slug in ("anna", "boris"):
            with services.store.begin() as connection:
                connection.exec_driver_sql("INSERT INTO workspaces (slug, kind, created) VALUES (?, 'user', 0)", (slug,))
    return home


@pytest.fixture(scope="session")
def read_home(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a workbench in which Anna has a page with the lines אחד, שתיים, שלוש."""
    folder = tmp_path_factory.mktemp("read")
    shutil.copytree(empty_home, folder / "home")
    with opened(folder / "home") as services:
        scan = bars(folder / "scan.png", 40, 120, 200)
        services.ocr.add_scans(ANNA, scan, "page.png", engine="fixed", options={"text": "אחד|שתיים|שלוש"})
        work(services)
    return folder / "home"


@contextmanager
def opened(home: Path) -> Iterator[Services]:
    """Give the workbench of a folder."""
    services = build(Settings(home=home))
    try:
        yield services
    finally:
        services.close()


@pytest.fixture
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    """Return a workbench of its own: with a page when the test asks for `page`, else empty."""
    kind = "read_home" if "page" in request.fixturenames else "empty_home"
    shutil.copytree(request.getfixturevalue(kind), tmp_path / "home")
    with opened(tmp_path / "home") as found:
        yield found


@pytest.fixture
def page(services: Services) -> PageView:
    """Return Anna's page with three lines, read and not corrected."""
    return services.ocr.page(ANNA, services.ocr.project(ANNA, services.ocr.projects(ANNA)[0].id).pages[0].id)


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
