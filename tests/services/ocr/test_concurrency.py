"""Many save against one another: every acknowledged revision is there, the chain has no gap; also when a process is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.services.ocr.conftest import ANNA, opened
from workbench.services import Services
from workbench.services.actors import Actor
from workbench.services.errors import Conflict

ROOT = Path(__file__).parents[3]
THREADS, PROCESSES, SAVES = 8, 3, 10


def save_often(services: Services, line_ids: list[int], name: str, count: int) -> list[tuple[int, int, str]]:
    """Save `count` times, each time on what was seen last, and return (line, revision, text) of what was acknowledged."""
    actor = Actor(workspace="anna", name=name)
    seen = {line_id: 1 for line_id in line_ids}
    kept = []
    for number in range(count):
        line_id = line_ids[number % len(line_ids)]
        text = f"{name} {number}"
        while True:
            try:
                saved = services.ocr.save_line(actor, line_id, text=text, base_revision=seen[line_id])
            except Conflict as refused:
                theirs = refused.detail["theirs"]
                assert isinstance(theirs, dict)
                seen[line_id] = theirs["revision"]
                continue
            seen[line_id] = saved.revision
            kept.append((line_id, saved.revision, text))
            break
    return kept


def check(services: Services, kept: list[tuple[int, int, str]]) -> None:
    """Check that all that was acknowledged is there, and that each revision was made from the one before it."""
    for line_id in {line_id for line_id, _, _ in kept}:
        history = services.ocr.revisions(ANNA, line_id)
        assert [row["revision"] for row in history] == list(range(1, len(history) + 1))
        assert [row["base"] for row in history] == list(range(len(history)))
        texts = {row["revision"]: row["text"] for row in history}
        for line, revision, text in kept:
            if line == line_id:
                assert texts[revision] == text
        assert services.ocr.line(ANNA, line_id).text == history[-1]["text"]


def child(home: Path, line_ids: list[int], name: str, count: int) -> subprocess.Popen[str]:
    """Start a process that saves and says each acknowledged revision on a line of its own."""
    command = [
        sys.executable,
        "-m",
        "tests.services.ocr.test_concurrency",
        str(home),
        ",".join(map(str, line_ids)),
        name,
        str(count),
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def told(output: str) -> list[tuple[int, int, str]]:
    """Return what a process acknowledged, without a last line that was cut off."""
    rows = [line.split("\t") for line in output.split("\n")[:-1]]
    return [(int(line_id), int(revision), text) for line_id, revision, text in rows]


@pytest.mark.slow
def test_threads_and_processes_lose_nothing(services, page, tmp_path):
    ids = [line.id for line in page.lines]
    children = [child(tmp_path / "home", ids, f"p{number}", SAVES) for number in range(PROCESSES)]
    with ThreadPoolExecutor(THREADS) as pool:
        runs = [pool.submit(save_often, services, ids, f"t{number}", SAVES) for number in range(THREADS)]
        kept = [saved for run in runs for saved in run.result()]
    for process in children:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        kept += told(output)
    assert len(kept) == (THREADS + PROCESSES) * SAVES
    check(services, kept)
    total = sum(len(services.ocr.revisions(ANNA, line_id)) for line_id in ids)
    assert total == len(kept) + len(ids)


@pytest.mark.slow
def test_a_killed_process_has_kept_what_it_acknowledged(services, page, tmp_path):
    ids = [line.id for line in page.lines]
    process = child(tmp_path / "home", ids, "victim", 100_000)
    assert process.stdout is not None
    seen = "".join(process.stdout.readline() for _ in range(25))
    process.kill()
    seen += process.stdout.read()
    process.wait()
    kept = told(seen)
    assert len(kept) >= 25
    check(services, kept)
    assert services.ocr.save_line(ANNA, ids[0], text="weiter", base_revision=services.ocr.line(ANNA, ids[0]).revision)


if __name__ == "__main__":
    home, ids, name, count = sys.argv[1:]
    with opened(Path(home)) as found:
        for number in range(int(count)):
            line_ids = [int(line_id) for line_id in ids.split(",")]
            at = line_ids[number % len(line_ids)]
            actor = Actor(workspace="anna", name=name)
            while True:
                base = found.ocr.line(actor, at).revision
                try:
                    saved = found.ocr.save_line(actor, at, text=f"{name} {number}", base_revision=base)
                except Conflict:
                    continue
                os.write(1, f"{at}\t{saved.revision}\t{name} {number}\n".encode())
                break
