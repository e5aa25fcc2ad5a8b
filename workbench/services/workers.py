"""Keeps the worker processes alive: starts, adopts and restarts them, and takes their jobs back when they die."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.services import Services


class Workers:
    """The keeper of the worker processes of this computer."""

    def __init__(self, services: Services) -> None:
        """Remember where everything is; nothing is started yet."""
        self.services = services

    def stop(self) -> None:
        """Stop keeping; the workers finish what they do."""
