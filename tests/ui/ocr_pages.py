"""Pages for the browser tests of the OCR tab: read by the fixed engine, so that every text is known."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import httpx
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

TEXTS = (
    "ויהי בימים ההם יצא איש מן העיר",
    "הביאו עמהם נייר לבן מן העיר Leipzig במחיר 14 זהובים",
    "ודיו שחורה שאינה דוהה גם אחרי מאה שנה",
    "אז אמר הסופר אכתוב את השמות",
)


def scan(lines: int = 4, colour: str = "white") -> bytes:
    """Return a PNG with so many black bars, which stand for lines of ink."""
    image = Image.new("RGB", (1000, 120 + 90 * lines), colour)
    draw = ImageDraw.Draw(image)
    for line in range(lines):
        draw.rectangle((150, 80 + 90 * line, 880, 110 + 90 * line), fill="black")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def add_page(base: str, texts: tuple[str, ...] = TEXTS, *, unsure: int = 7, project: int | None = None) -> dict[str, int]:
    """Upload a page whose lines read as `texts` and wait until it is read; `{project_id, page_id}`."""
    options = {"text": "|".join(texts), "lines": len(texts), "unsure": unsure, "direction": "rtl"}
    form = {"engine": "fixed", "options": json.dumps(options), "wait": "true"}
    if project is not None:
        form["project"] = str(project)
    answer = httpx.post(f"{base}/ocr/", files={"image": ("page.png", scan(len(texts)))}, data=form, timeout=90)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return {"project_id": found["project_id"], "page_id": found["page_id"]}


def lines_of(base: str, page_id: int) -> list[dict]:
    """Return the lines of a page as REST shows them."""
    return httpx.get(f"{base}/pages/{page_id}", timeout=30).json()["lines"]


def row(page: Page, number: int) -> Locator:
    """Return the row of line `number`, counted from 1."""
    return page.locator(".ocr-row").nth(number - 1)


def text_of(page: Page, number: int) -> Locator:
    """Return the input of line `number`."""
    return row(page, number).locator(".ocr-field .ocr-input").first


def status_of(page: Page, number: int) -> str:
    """Return the state that the row of line `number` shows."""
    return row(page, number).get_attribute("data-status") or ""


def wait_for_status(page: Page, number: int, status: str) -> None:
    """Wait until line `number` has a state."""
    page.locator(f".ocr-row:nth-child({number})[data-status='{status}']").wait_for(timeout=10_000)
