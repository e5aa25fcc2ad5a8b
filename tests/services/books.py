"""Projects whose lines are corrected already, made straight in the store: pages of noise with any number of lines."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image
from sqlalchemy import insert

from tests.services.ocr.conftest import opened
from workbench.formats import scans
from workbench.services import Services
from workbench.services.actors import Actor
from workbench.store.schema import lines, revisions, workspaces

HEIGHT = 40
"""Pixels of a line."""


@contextmanager
def two_workspaces(home: Path) -> Iterator[Services]:
    """Give a workbench in which Anna and Boris have nothing yet."""
    with opened(home) as services:
        services.store.upgrade()
        with services.store.begin() as connection:
            for slug in ("anna", "boris"):
                connection.execute(workspaces.insert().values(slug=slug, kind="user", created=0.0))
        yield services


def inspect_near(paths: Sequence[Path], limits: scans.Limits | None = None) -> Iterator[list[scans.Frame] | scans.ScanError]:
    """Look at images in this process, which is quicker than in a child."""
    for path in paths:
        try:
            yield scans.inspect(path, limits, decode=True)
        except scans.ScanError as error:
            yield error


def scan(seed: int, count: int, width: int = 200) -> bytes:
    """Return a page as PNG that no other seed gives, with room for so many lines."""
    noise = np.random.default_rng(seed).integers(200, 255, (count * HEIGHT + 20, width), dtype=np.uint8)
    made = io.BytesIO()
    Image.fromarray(noise).save(made, "PNG")
    return made.getvalue()


def add_page(
    services: Services,
    actor: Actor,
    project_id: int,
    image: bytes,
    texts: Sequence[str],
    *,
    name: str = "page",
    layout: str = "page",
    width: int = 200,
) -> tuple[int, list[int]]:
    """Add a page with saved lines; return its id and theirs."""
    key = services.blobs.put(image)
    with services.store.begin() as connection:
        row = {"name": name, "source": key, "state": "read", "model": "", "layout": layout, "engine": "fixed"}
        page = services.store.pages.add(
            connection, project_id, {**row, "width": width, "height": len(texts) * HEIGHT + 20, "direction": "rtl"}
        )
        shapes = [_shape(place, width) for place in range(len(texts))]
        ids = services.store.lines.add(connection, page.id, shapes)
        for line_id, text in zip(ids, texts, strict=True):
            same = {"text": text, "state": "saved", "reason": ""}
            first = {"line_id": line_id, "revision": 1, "base": 0, "source": "person", "action": "correct", "created": 5.0}
            connection.execute(insert(revisions).values({**first, **same, "author": actor.name, "seconds": 2.0}))
            connection.execute(lines.update().where(lines.c.id == line_id).values(revision=1, **same))
    return page.id, ids


def _shape(place: int, width: int) -> dict[str, object]:
    top = 10 + place * HEIGHT
    polygon = [[5, top], [width - 6, top], [width - 6, top + HEIGHT - 5], [5, top + HEIGHT - 5]]
    return {"position": float(place), "baseline": [[5, top + 28], [width - 6, top + 28]], "polygon": polygon, "origin": "found"}


def add_book(services: Services, actor: Actor, pages: int, count: int = 3, *, first: int = 0, name: str = "Book") -> int:
    """Add a project with pages of so many saved lines; return its id. Its scans are those from `first` on."""
    with services.store.begin() as connection:
        project = services.store.projects.add(connection, actor.workspace, name, engine=None, model=None)
    for number in range(first, first + pages):
        texts = [f"שורה {number} {place}" for place in range(count)]
        add_page(services, actor, project.id, scan(number, count), texts, name=f"Folio {number}")
    return project.id
