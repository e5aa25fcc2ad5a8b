"""Pages and trainings for the browser tests of the Models tab: the fixed engine knows each row of ink again."""

from __future__ import annotations

import io
import json

import httpx
from PIL import Image, ImageDraw

from tests import loop

TEXTS = (
    "ראש הקהל קיבל אותו",
    "בסבר פנים יפות ונתן",
    "לו חדר קטן בבית",
    "הכנסת ושם ישב כל",
    "ימי החורף והעתיק את",
    "פנקס הקהילה הישן שורה",
    "אחר שורה ובחודש אדר",
    "נפתח הקרח והסוחרים חזרו",
)
NAME = "local/ocr/letters"


def scan(rows: tuple[int, ...], tint: int) -> bytes:
    """Return a PNG in which every row has its own pattern of ink, so that the fixed engine knows it again."""
    image = Image.new("RGB", (1000, 120 + 90 * len(rows)), (255, 255, 255 - tint))
    draw = ImageDraw.Draw(image)
    for place, row in enumerate(rows):
        top = 80 + 90 * place
        draw.rectangle((150, top + 12, 880, top + 20), fill="black")
        for bit in range(8):
            if (row + 1) >> (bit % 4) & 1:
                draw.rectangle((160 + bit * 90, top, 220 + bit * 90, top + 30), fill="black")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def add_corrected_page(base: str, project: int, rows: tuple[int, ...], split: str, tint: int) -> int:
    """Upload a page, have it read, correct its lines, and say what it is for."""
    form = {"engine": "fixed", "options": json.dumps({"text": "?", "direction": "rtl"}), "wait": "true", "project": str(project)}
    answer = httpx.post(f"{base}/ocr/", files={"image": (f"page {tint}.png", scan(rows, tint))}, data=form, timeout=90)
    page_id = answer.raise_for_status().json()["page_id"]
    lines = httpx.get(f"{base}/pages/{page_id}", timeout=30).json()["lines"]
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        saved = {"text": TEXTS[row], "base_revision": line["revision"]}
        httpx.put(f"{base}/lines/{line['id']}", json=saved, timeout=30).raise_for_status()
    httpx.patch(f"{base}/pages/{page_id}", json={"split": split}, timeout=30).raise_for_status()
    return page_id


def train(base: str, projects: list[int], base_model: str) -> None:
    """Train the next version and wait for it."""
    wanted = {"task": "ocr", "projects": projects, "base_model": base_model, "name": "letters", "options": {"epochs": 1}}
    job = httpx.post(f"{base}/train/", json=wanted, timeout=60).raise_for_status().json()["job_id"]
    loop.wait(base, job, lambda found: found["state"] == "done", 90)
