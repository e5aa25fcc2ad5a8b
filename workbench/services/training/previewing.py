"""What a network will see of the lines that it is to learn: a few of them, each as it is and as it may be varied."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np

from workbench.services.actors import Actor
from workbench.services.datasets.views import Row
from workbench.services.training.beginning import Beginning
from workbench.services.training.part import Wish

EXAMPLES, PICTURES = 4, 4
"""Lines that are shown, and in how many ways each."""
HEIGHT = 96
PAGE_SIDE = 700
"""Pixels of the longer side of a page that is shown."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One example: what a person calls it, and PNG pictures as data addresses; the first shows it as it is."""

    name: str
    text: str
    images: Sequence[str]


class Previewing(Beginning):
    """Shows what the options do to the lines before a training begins."""

    def preview(self, actor: Actor, task: str, projects: Sequence[int], **wish: Unpack[Wish]) -> list[Preview]:
        """Return some examples as they may be learnt; one picture each when nothing is varied. Nothing is written.

        Raises:
            NotFound: The workspace has no such project.
            Invalid: Nothing is corrected, or base model or options cannot be.
        """
        start, options, look = self._looked(actor, task, projects, wish)
        examples = look.dataset.examples["train"]
        shown: list[Preview] = []
        for place, example in enumerate(examples[:: max(1, len(examples) // EXAMPLES)][:EXAMPLES], 1):
            row = look.rows[example.key]
            picture = self._picture(actor, row)
            varied = [start.kind.preview(picture, options, 97 * place + seed) for seed in range(1, PICTURES)]
            images = [picture, *(image for image in varied if image is not None)]
            shown.append(Preview(example.name, row.text, [_address(image) for image in images]))
        return shown

    def _picture(self, actor: Actor, row: Row) -> np.ndarray:
        """Return the picture of a line, or of a page where that is the example, (height, width, 3) uint8 RGB."""
        from PIL import Image

        ocr = self._services.ocr
        is_page = row.line_id is None
        data = ocr.image(actor, row.page_id or 0)[0] if is_page else ocr.cut(ocr.crop(actor, row.line_id or 0, HEIGHT))
        with Image.open(io.BytesIO(data)) as image:
            if is_page:
                image.thumbnail((PAGE_SIDE, PAGE_SIDE))
            return np.asarray(image.convert("RGB"))


def _address(image: np.ndarray) -> str:
    """Return a picture as a data address."""
    from PIL import Image

    with io.BytesIO() as file:
        Image.fromarray(image).save(file, "PNG")
        return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
