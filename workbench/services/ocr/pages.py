"""Pages of a project: show, images, rename, trash."""

from __future__ import annotations

from workbench.services.actors import Actor
from workbench.services.errors import NotFound
from workbench.services.ocr.part import checked_name
from workbench.services.ocr.trash import Trash
from workbench.services.ocr.views import LineView, PageHead, PageView, page_head, page_view
from workbench.store.database import now
from workbench.store.pages import Page
from workbench.store.projects import Counts

LONGEST_NAME = 300


class Pages(Trash):
    """The pages of a workspace."""

    def page(self, actor: Actor, page_id: int) -> PageView:
        """Return a page with all that is needed to correct it.

        Raises:
            NotFound: The workspace has no such page.
        """
        with self._store.connect() as connection:
            page = self._store.pages.get(connection, actor.workspace, page_id)
            project = self._store.projects.get(connection, actor.workspace, page.project_id)
            siblings = self._store.pages.ids(connection, page.project_id)
            lines = self._store.lines.of_page(connection, page_id)
            job = self._store.pages.jobs(connection, [page_id]).get(page_id)
        return page_view(page, project, siblings, lines, job)

    def line(self, actor: Actor, line_id: int) -> LineView:
        """Return one line.

        Raises:
            NotFound: The workspace has no such line.
        """
        with self._store.connect() as connection:
            return self._line_view(connection, actor, line_id)

    def image(self, actor: Actor, page_id: int) -> tuple[bytes, str, str]:
        """Return the image of a page for the browser as (bytes, media type, ETag).

        Its longest side may be shorter than that of the page; coordinates are scaled by the face.

        Raises:
            NotFound: The workspace has no such page, or its image was not opened yet.
        """
        with self._store.connect() as connection:
            page = self._store.pages.get(connection, actor.workspace, page_id, trash=True)
        return self._picture(page, page.scan)

    def thumbnail(self, actor: Actor, page_id: int) -> tuple[bytes, str, str]:
        """Return the small image of a page as (bytes, media type, ETag); pages in the trash have it too.

        Raises:
            NotFound: The workspace has no such page, or its image was not opened yet.
        """
        with self._store.connect() as connection:
            page = self._store.pages.get(connection, actor.workspace, page_id, trash=True)
        return self._picture(page, page.thumbnail)

    def _picture(self, page: Page, key: str | None) -> tuple[bytes, str, str]:
        if key is None:
            raise NotFound(
                f"image of page {page.id} yet", "It is made when the page is opened for reading. Try again in a moment."
            )
        data = self._services.blobs.get(key)
        return data, media_type(data), f'"{key}"'

    def update_page(self, actor: Actor, page_id: int, name: str | None) -> PageHead:
        """Rename a page; None = it keeps its name.

        Raises:
            NotFound: The workspace has no such page.
            Invalid: The name is empty or longer than 300 characters.
        """
        if name is not None:
            name = checked_name(name, "page", LONGEST_NAME)
            with self._store.begin() as connection:
                self._store.pages.get(connection, actor.workspace, page_id)
                self._store.pages.change(connection, page_id, {"name": name})
                self._tell_page(connection, actor, page_id)
        return self._head(actor, page_id)

    def delete_page(self, actor: Actor, page_id: int) -> None:
        """Put a page into the trash; after 30 days it is purged. A job that waits for it or reads it is cancelled.

        Raises:
            NotFound: The workspace has no such page.
        """
        with self._store.begin() as connection:
            page = self._store.pages.get(connection, actor.workspace, page_id)
            self._store.pages.change(connection, page_id, {"deleted": now()})
            self._cancel(connection, actor, [page_id])
            self._tell_page(connection, actor, page_id)
            self._tell_project(connection, actor, page.project_id)

    def restore_page(self, actor: Actor, page_id: int) -> PageHead:
        """Take a page out of the trash, and read it if that was cancelled; one that is not there stays as it is.

        Raises:
            NotFound: The workspace has no such page, or its project lies in the trash.
        """
        with self._store.begin() as connection:
            page = self._store.pages.get(connection, actor.workspace, page_id, trash=True)
            self._store.projects.get(connection, actor.workspace, page.project_id)
            self._store.pages.change(connection, page_id, {"deleted": None})
            self._resume(connection, actor, [page_id], page.deleted)
            self._tell_page(connection, actor, page_id)
            self._tell_project(connection, actor, page.project_id)
        return self._head(actor, page_id)

    def _head(self, actor: Actor, page_id: int) -> PageHead:
        with self._store.connect() as connection:
            page = self._store.pages.get(connection, actor.workspace, page_id)
            counts = self._store.pages.counts(connection, [page_id]).get(page_id, Counts())
            job = self._store.pages.jobs(connection, [page_id]).get(page_id)
        return page_head(page, counts, job)


def media_type(data: bytes) -> str:
    """Return the media type of an image of our own making, by its first bytes."""
    if data[:4] == b"RIFF":
        return "image/webp"
    return "image/png" if data[:4] == b"\x89PNG" else "image/jpeg"
