"""What every part of the OCR service has at hand, and the few things that all of them do."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from workbench.services.actors import Actor
from workbench.services.errors import Invalid
from workbench.services.ocr.views import LineView, line_view
from workbench.store import Store
from workbench.store.database import Connection

if TYPE_CHECKING:
    from workbench.services import Services


class Part:
    """A part of the OCR service."""

    def __init__(self, services: Services) -> None:
        """Remember the services; nothing is opened yet."""
        self._services = services

    @property
    def _store(self) -> Store:
        return self._services.store

    def _line_view(self, connection: Connection, actor: Actor, line_id: int) -> LineView:
        """Return one line as the faces show it."""
        line = self._store.lines.get(connection, actor.workspace, line_id)
        return line_view(line, self._store.lines.index(connection, line))

    def _tell_page(self, connection: Connection, actor: Actor, page_id: int) -> None:
        """Note for the browsers that a page changed, lines included."""
        self._store.changes.add(connection, actor.workspace, "page", page_id, page_id)

    def _tell_line(self, connection: Connection, actor: Actor, line_id: int, page_id: int) -> None:
        """Note for the browsers that a line changed."""
        self._store.changes.add(connection, actor.workspace, "line", line_id, page_id)

    def _tell_project(self, connection: Connection, actor: Actor, project_id: int) -> None:
        """Note for the browsers that a project or the list of its pages changed."""
        self._store.changes.add(connection, actor.workspace, "project", project_id)


def checked_name(name: str, what: str, longest: int) -> str:
    """Return the name that a person gave, on one line, visible, in NFC.

    Raises:
        Invalid: Nothing is left of it, or it is too long.
    """
    cleaned = displayed(name[: 4 * longest])
    if not cleaned:
        raise Invalid(f"The name of the {what} is empty.", "Give it a name of one or more visible characters.")
    if len(cleaned) > longest:
        raise Invalid(f"The name of the {what} has {len(cleaned)} characters.", f"Shorten it to {longest} or fewer.")
    return cleaned


def displayed(name: str) -> str:
    """Return a name without control characters, lone surrogates and direction overrides; runs of blanks become one."""
    kept = "".join(" " if unicodedata.category(char) == "Cc" else char for char in name)
    kept = "".join(char for char in kept if unicodedata.category(char) not in {"Cs", "Cn", "Co", "Cf"})
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", kept)).strip()
