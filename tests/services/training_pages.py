"""Pages with lines that look different from one another, corrected: what the fake engine can learn from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from workbench.services import Services
from workbench.services.actors import Actor
from workbench.services.ocr.views import PageView

TEXTS = ("ראשונה", "שנייה", "שלישית", "רביעית", "חמישית", "שישית", "שביעית", "שמינית")
ARABIC = ("الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن")
CODES = (0b000000, 0b111000, 0b000111, 0b101010, 0b010101, 0b110011, 0b001100, 0b111111)


def pattern(path: Path, shade: int = 0) -> Path:
    """Write a page of eight lines; each has its own pattern of blocks, the same on every page of whatever shade."""
    image = Image.new("RGB", (600, 440), "white")
    draw = ImageDraw.Draw(image)
    for number in range(len(TEXTS)):
        top = 30 + 50 * number
        draw.rectangle((20, top, 579, top + 19), fill=(200, 200, 200))
        for block in range(8):
            if block in (0, 7) or CODES[number] >> (block - 1) & 1:
                draw.rectangle((24 + 69 * block, top, 24 + 69 * block + 50, top + 19), fill=(shade, shade, shade))
    image.save(path)
    return path


def corrected(
    services: Services, actor: Actor, folder: Path, pages: int = 3, project: int | None = None, texts: Sequence[str] = TEXTS
) -> list[PageView]:
    """Upload pages, have the fake read them, and correct every line."""
    found = []
    for number in range(pages):
        scan = pattern(folder / f"page-{number}.png", shade=number * 7)
        added = services.ocr.add_scans(actor, scan, f"page {number}.png", project_id=project, engine="fixed")
        project = added.project_id
        while services.jobs.run_one("worker-1", "ocr"):
            pass
        page = services.ocr.page(actor, added.page_ids[0])
        for line, text in zip(page.lines, texts, strict=True):
            services.ocr.save_line(actor, line.id, text=text, base_revision=line.revision, seconds=3.0)
        found.append(services.ocr.page(actor, page.id))
    return found
