"""The Training tab: one room, which works by REST."""

from __future__ import annotations

from workbench.ui.components.room import room

NAME = "training"


def build() -> None:
    """Put the tab's content into the Gradio context that is open."""
    room(NAME)
