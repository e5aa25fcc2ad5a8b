"""The loop from outside, by REST: pages of rendered lines with their text, a training of them, and where it stands."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from io import BytesIO

import httpx
import numpy as np
from PIL import Image

from engines.types import Line, Page
from workbench.formats import Document, named

GAP = 14  # pixels between two lines of a page


def page_of(lines: Sequence[tuple[np.ndarray, str]]) -> tuple[bytes, Page]:
    """Return a page (PNG) on which grey line images stand under one another, and where they lie with their texts."""
    width = max(image.shape[1] for image, _ in lines) + 2 * GAP
    height = sum(image.shape[0] + GAP for image, _ in lines) + GAP
    sheet = np.full((height, width), 235, np.uint8)
    placed, top = [], GAP
    for image, text in lines:
        rows, columns = image.shape
        left = width - GAP - columns
        sheet[top : top + rows, left : left + columns] = image
        right, bottom = left + columns - 1, top + rows - 1
        baseline = top + round(0.78 * rows)
        outline = ((left, top), (right, top), (right, bottom), (left, bottom))
        placed.append(Line(((left, baseline), (right, baseline)), outline, text))
        top += rows + GAP
    with BytesIO() as file:
        Image.fromarray(sheet).save(file, "PNG")
        return file.getvalue(), Page(width, height, tuple(placed))


def document_of(page: Page, image: str) -> Document:
    """Return a page as a document that names its image."""
    return Document(image_name=image, page=page, line_ids=tuple(f"line_{number}" for number in range(len(page.lines))))


def import_pages(url: str, pages: Sequence[tuple[bytes, Page]]) -> int:
    """Import pages with their texts into a new project and return its id."""
    files = []
    for number, (image, page) in enumerate(pages):
        document = document_of(page, f"page{number}.png")
        files += [("files", (f"page{number}.png", image)), ("files", (f"page{number}.xml", named("page").write(document)))]
    answer = httpx.post(f"{url}/projects/import", files=files, timeout=120).raise_for_status()
    return int(answer.json()["project_id"])


def train(url: str, project: int, name: str, base: str, **options: object) -> int:
    """Begin a training and return the id of its job."""
    wanted = {"task": "ocr", "projects": [project], "base_model": base or None, "name": name, "options": options}
    answer = httpx.post(f"{url}/train/", json=wanted, timeout=60)
    assert answer.status_code == 202, answer.text
    return int(answer.json()["job_id"])


def job(url: str, job_id: int) -> dict:
    """Return a job."""
    return httpx.get(f"{url}/jobs/{job_id}", timeout=30).raise_for_status().json()


def wait(url: str, job_id: int, holds: Callable[[dict], object], seconds: float = 180.0) -> dict:
    """Wait until something holds of a job and return it.

    Raises:
        TimeoutError: It took longer, or the job failed.
    """
    end = time.monotonic() + seconds
    found = job(url, job_id)
    while time.monotonic() < end:
        found = job(url, job_id)
        if holds(found):
            return found
        if found["state"] == "failed":
            raise TimeoutError(f"the job failed: {found['error']} {found['hint']}")
        time.sleep(0.1)
    raise TimeoutError(f"waited {seconds} s for job {job_id}: {found}")
