"""What annotators feel: saving alone and among twenty while pages are read, opening 200 lines, start and memory."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import psutil

from bench.figures import Figure, spread
from tests.chromium import ARGUMENTS, find
from tests.serving import Server, serving, workers_of

SAVES = 40
ANNOTATORS = 20
LINES = 200


def measure() -> Iterator[Figure]:
    """Run one server and measure it from outside."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "home") as server:
        yield Figure("serve.start", server.seconds, "s")
        page = page_of_lines(server, LINES)
        yield from _opening(server, page["id"])
        yield from spread("serve.save.1", annotate(server, [page]))
        pages = [page_of_lines(server, LINES) for _ in range(ANNOTATORS)]
        stop = threading.Event()
        reading = threading.Thread(target=_keep_reading, args=(server, stop))
        reading.start()
        try:
            yield from spread(f"serve.save.{ANNOTATORS}", annotate(server, pages), 100.0)
        finally:
            stop.set()
            reading.join()
        yield Figure("serve.memory.web", psutil.Process(server.process.pid).memory_info().rss / 1e6, "MB", 400.0)
        for number, worker in enumerate(workers_of(server.home), 1):
            yield Figure(f"serve.memory.worker.{number}", worker.memory_info().rss / 1e6, "MB")


def _picture(width: int = 1200, height: int = 1700) -> bytes:
    from PIL import Image

    with BytesIO() as file:
        Image.new("RGB", (width, height), "white").save(file, "PNG")
        return file.getvalue()


def page_of_lines(server: Server, lines: int) -> dict:
    """Return a page of so many lines, read by the fake engine."""
    answer = httpx.post(
        f"{server.url}/ocr/",
        files={"image": ("page.png", _picture())},
        data={"engine": "fixed", "options": f'{{"lines": {lines}}}', "wait": "true"},
        timeout=120,
    ).raise_for_status()
    page = answer.json()
    return httpx.get(f"{server.url}/pages/{page['id']}", timeout=30).json()


def _keep_reading(server: Server, stop: threading.Event) -> None:
    sample = sorted((Path(__file__).resolve().parent.parent / "data/samples").glob("hebrew-print.*"))[0].read_bytes()
    number = 0
    while not stop.is_set():
        number += 1  # another picture each time: equal pages are read once
        answer = httpx.post(
            f"{server.url}/ocr/",
            files={"image": (f"sample-{number}.png", sample)},
            data={"engine": "kraken", "options": f'{{"padding": {16 + number % 8}}}'},
            timeout=120,
        )
        answer.raise_for_status()
        job = answer.json()["job_id"]
        while not stop.wait(0.5):
            if httpx.get(f"{server.url}/jobs/{job}", timeout=30).json()["state"] not in {"queued", "running"}:
                break


def annotate(server: Server, pages: list[dict]) -> list[float]:
    """Let one annotator per page save line after line, about three a second; return the seconds of every save."""
    seconds: list[float] = []
    faults: list[str] = []

    def work(page: dict) -> None:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            for line in page["lines"][:SAVES]:
                began = time.perf_counter()
                answer = client.put(f"/lines/{line['id']}", json={"text": line["text"] + " א", "base_revision": line["revision"]})
                seconds.append(time.perf_counter() - began)
                if answer.status_code != 201:
                    faults.append(answer.text)
                time.sleep(0.3)

    annotators = [threading.Thread(target=work, args=(page,)) for page in pages]
    for annotator in annotators:
        annotator.start()
    for annotator in annotators:
        annotator.join()
    if faults:
        raise AssertionError(f"{len(faults)} saves failed, the first: {faults[0]}")
    return seconds


def _opening(server: Server, page: int) -> Iterator[Figure]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(ARGUMENTS))
        window = browser.new_page(viewport={"width": 1440, "height": 900})
        seconds = []
        for _ in range(6):
            began = time.perf_counter()
            window.goto(f"{server.url}/?tab=ocr&page={page}", wait_until="commit")
            window.wait_for_function(f"document.querySelectorAll('[data-line]').length >= {LINES}")
            window.locator("[data-line] input, [data-line] textarea").first.wait_for(state="visible")
            seconds.append(time.perf_counter() - began)
        browser.close()
    yield Figure("serve.open.200.cold", seconds[0], "s")
    yield Figure("serve.open.200", sorted(seconds[1:])[2], "s", 1.5)
