"""The OCR tab: one room, which corrects lines by REST."""

from __future__ import annotations

from workbench.ui.components.room import room

NAME = "ocr"


def build() -> None:
    """Put the tab's content into the Gradio context that is open."""
    room(NAME)
