"""What a training costs those who work beside it: saving while it runs, how soon it stops, what a kill loses."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

from bench.figures import Figure, spread
from bench.learning import rendered
from bench.serving import ANNOTATORS, LINES, annotate, page_of_lines
from tests import loop
from tests.serving import Server, serving

MODEL = "base/ocr/hebrew"


def measure() -> Iterator[Figure]:
    """Run one server with trainings of real kraken."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "home") as server:
        lines = rendered()
        pairs = [(lines.load(example.document)[:, :, 0], example.target.text) for example in lines.pool[:80]]
        project = loop.import_pages(server.url, [loop.page_of(pairs[start : start + 20]) for start in range(0, 80, 20)])
        pages = [page_of_lines(server, LINES) for _ in range(ANNOTATORS)]
        job = loop.train(server.url, project, "bench", MODEL, minutes=10, patience=10_000)
        loop.wait(server.url, job, lambda found: found["metrics"].get("epoch", 0) >= 1, 300)
        yield from spread(f"train.save.{ANNOTATORS}", annotate(server, pages), 100.0)
        yield _cancelled(server, job)
        yield from _killed(server, project)


def _cancelled(server: Server, job: int) -> Figure:
    """Return how long a running training takes to end when it is cancelled."""
    began = time.perf_counter()
    httpx.post(f"{server.url}/jobs/{job}/cancel", timeout=30).raise_for_status()
    loop.wait(server.url, job, lambda found: found["state"] == "cancelled", 60)
    return Figure("train.cancel", time.perf_counter() - began, "s", 5.0)


def _killed(server: Server, project: int) -> Iterator[Figure]:
    """Kill a training in the middle of an epoch and see from where it goes on."""
    job = loop.train(server.url, project, "bench", MODEL, minutes=10, patience=10_000)
    before = loop.wait(server.url, job, lambda found: found["metrics"].get("epoch", 0) >= 2, 300)["metrics"]["epoch"]
    time.sleep(0.7)
    killed = [process for process in psutil.process_iter() if _is_trainer(process, job)]
    for process in killed:
        process.kill()
    began = time.perf_counter()
    resumed: list[str] = []
    while not resumed and time.perf_counter() - began < 300:
        time.sleep(0.2)
        log = httpx.get(f"{server.url}/train/jobs/{job}", timeout=30).json()["log"]
        resumed = [line["text"] for line in log if line["text"].startswith("Going on after epoch")]
    first = float(resumed[-1].rpartition(" ")[2])
    yield Figure("train.killed.lost", max(0.0, before - first) + 1, "epochs at most (the one under way included)", 1.0)
    yield Figure("train.killed.resumed", time.perf_counter() - began, "s until it goes on")
    httpx.post(f"{server.url}/jobs/{job}/cancel", timeout=30).raise_for_status()


def _is_trainer(process: psutil.Process, job: int) -> bool:
    try:
        line = process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return "workbench.trainer" in line and str(job) in line
