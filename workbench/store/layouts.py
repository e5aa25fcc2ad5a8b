"""Layouts: the lines that were found on a page, kept so that the next reading need not look for them; a cache, no more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from workbench.store.database import Database, now
from workbench.store.pages import Page
from workbench.store.schema import layouts, pages

KEPT = 3
"""Layouts of one page, the newest ones."""

Points = Sequence[Sequence[int]]


class Layouts:
    """The verbs of layouts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, connection: Connection, page_id: int, finder: str, lines: Sequence[tuple[Points, Points]]) -> None:
        """Keep what was found on a page instead of what the same finder found before; the oldest of too many goes.

        Args:
            connection: Of a unit of work.
            page_id: The page.
            finder: What found them.
            lines: (baseline, polygon) in reading order.
        """
        own = layouts.c.page_id == page_id
        connection.execute(delete(layouts).where(own, layouts.c.finder == finder))
        connection.execute(insert(layouts).values(page_id=page_id, finder=finder, lines=lines, created=now()))
        newest = select(layouts.c.finder).where(own).order_by(layouts.c.created.desc(), layouts.c.finder)
        for old in connection.execute(newest.offset(KEPT)).scalars().all():
            connection.execute(delete(layouts).where(own, layouts.c.finder == old))

    def find(self, connection: Connection, page: Page, finder: str) -> list[tuple[Points, Points]] | None:
        """Return what a finder has found on this page, or on another one of the same image; None when nothing is kept."""
        query = select(layouts.c.lines).join(pages, pages.c.id == layouts.c.page_id)
        query = query.where(pages.c.source == page.source, pages.c.frame == page.frame, layouts.c.finder == finder)
        return connection.execute(query.order_by(layouts.c.created.desc()).limit(1)).scalar_one_or_none()

    def prune(self, before: float) -> None:
        """Forget what was found before that time, seconds since the epoch."""
        with self._database.begin() as connection:
            connection.execute(delete(layouts).where(layouts.c.created < before))
