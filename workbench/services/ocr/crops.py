"""Pictures of single lines, cut from the image of their page as the browser has it."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from workbench.services.actors import Actor
from workbench.services.errors import Invalid, NotFound
from workbench.services.ocr.part import Part
from workbench.store.lines import Line
from workbench.store.pages import Page

if TYPE_CHECKING:
    from PIL.Image import Image

    from workbench.services import Services

LOWEST, HIGHEST = 24, 400
WIDEST = 2_400
PAGES_KEPT = 2
_AIR = 0.12  # of the height of the line, above and below, and so much beside it
_QUALITY = 82

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Crop:
    """What is to be cut: known before the image is opened, so that nobody opens it who has the picture already.

    Attributes:
        scan: Blob key of the image of the page.
        page_width: Width in pixels of what `box` counts; the image itself may be smaller.
        box: Left, top, right, bottom of the line with some air.
        height: Of the picture, in pixels.
        etag: Changes with line and image.
    """

    scan: str
    page_width: int
    box: Box
    height: int
    etag: str


class Crops(Part):
    """The pictures of lines."""

    def __init__(self, services: Services) -> None:
        """Remember the services; the images of the last pages will be kept."""
        super().__init__(services)
        self._opening = Lock()
        self._opened = lru_cache(PAGES_KEPT)(self._open)

    def crop(self, actor: Actor, line_id: int, height: int) -> Crop:
        """Say what the picture of a line shows; quick.

        Args:
            actor: Who asks.
            line_id: The line.
            height: Of the picture, 24..400 pixels.

        Raises:
            NotFound: The workspace has no such line, or the image of its page was never opened.
            Invalid: The height is out of bounds.
        """
        if not LOWEST <= height <= HIGHEST:
            raise Invalid(f"A picture {height} pixels high cannot be made.", f"Ask for {LOWEST} to {HIGHEST}.")
        with self._store.connect() as connection:
            line = self._store.lines.get(connection, actor.workspace, line_id)
            page = self._store.pages.get(connection, actor.workspace, line.page_id)
        if page.scan is None or not page.width or not page.height:
            raise NotFound(f"image of page {page.id} yet", "It is made when the page is opened for reading.")
        box = _box(line, page)
        known = json.dumps([page.scan, page.width, box, height]).encode()
        return Crop(page.scan, page.width, box, height, f'"{hashlib.sha256(known).hexdigest()[:32]}"')

    def cut(self, crop: Crop) -> bytes:
        """Return the picture as JPEG; it takes long when another page was cut before.

        Raises:
            NotFound: The image is gone.
        """
        with self._opening:  # whoever wants another line of the same page waits for it to be opened, once
            image = self._opened(crop.scan)
        scale = image.width / crop.page_width
        box = tuple(value * scale for value in crop.box)
        wide, high = max(box[2] - box[0], 1.0), max(box[3] - box[1], 1.0)
        zoom = min(crop.height / high, WIDEST / wide)
        size = (max(1, round(wide * zoom)), max(1, round(high * zoom)))
        file = io.BytesIO()
        image.resize(size, box=_inside(box, image.size)).save(file, "JPEG", quality=_QUALITY)
        return file.getvalue()

    def _open(self, key: str) -> Image:
        """Return the whole image of a page in memory."""
        from PIL import Image

        with Image.open(io.BytesIO(self._services.blobs.get(key))) as image:
            return image.convert("RGB")


def _box(line: Line, page: Page) -> Box:
    """Return the upright box of a line with some air, inside its page."""
    points: Sequence[Sequence[int]] = line.polygon if len(line.polygon) > 2 else line.baseline
    left, right = min(point[0] for point in points), max(point[0] for point in points)
    top, bottom = min(point[1] for point in points), max(point[1] for point in points)
    if len(line.polygon) < 3:  # a bare baseline: the letters stand on it
        top -= max(16, (right - left) // 16)
    air = max(2, round(_AIR * (bottom - top)))
    width, height = page.width or 1, page.height or 1
    left, top = min(max(left - air, 0), width - 1), min(max(top - air, 0), height - 1)
    return (left, top, max(left + 1, min(right + air, width)), max(top + 1, min(bottom + air, height)))


def _inside(box: Sequence[float], size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Return a box that no rounding has moved out of the image."""
    left, top = min(box[0], size[0] - 1.0), min(box[1], size[1] - 1.0)
    return (left, top, max(left + 1.0, min(box[2], size[0])), max(top + 1.0, min(box[3], size[1])))
