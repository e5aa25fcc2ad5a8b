"""Uploads become pages: looked at apart, kept under the hash of their content, and put into the queue."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import NotRequired, Unpack

from workbench.config import MEGABYTE
from workbench.formats import scans
from workbench.services.actors import Actor
from workbench.services.errors import Invalid, Refused
from workbench.services.ocr.pages import LONGEST_NAME
from workbench.services.ocr.part import displayed
from workbench.services.ocr.projects import LONGEST_NAME as LONGEST_PROJECT_NAME
from workbench.services.ocr.projects import Projects
from workbench.services.ocr.reading import Choice, Reading, Wish
from workbench.store.database import Connection
from workbench.store.pages import Page

LAYOUTS = ("page", "line")


@dataclass(frozen=True, slots=True)
class Added:
    """What came of an upload: one page and one job per page image, in order."""

    project_id: int
    page_ids: tuple[int, ...]
    job_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that was looked at: how a person calls it, where it lies, and the page images that it holds."""

    name: str
    path: Path
    frames: Sequence[scans.Frame]


class Upload(Wish):
    """Where an upload goes and how it is read.

    Attributes:
        project_id: None = a new project, named after the file.
        layout: `page`, or `line` when each image is one cut line.
    """

    project_id: NotRequired[int | None]
    layout: NotRequired[str]


class Uploading(Projects, Reading):
    """What people bring in."""

    def add_scans(self, actor: Actor, upload: Path, filename: str, **wanted: Unpack[Upload]) -> Added:
        """Add the page images of a file to a project and have them read.

        Args:
            actor: Who uploads.
            upload: The file; it may be deleted afterwards.
            filename: How the person calls it; for display only.
            wanted: Project, layout, engine, model and options.

        Raises:
            NotFound: The workspace has no such project.
            ScanError: The file has no page images; the message says why.
            Refused: A demo workspace has no room for it.
            Invalid: A layout, engine, model or option that does not exist.
        """
        choice = self._choice_for(actor, wanted)
        scan = Scan(filename, upload, scans.inspect_apart(upload, self._limits()))
        self._require_room(actor, len(scan.frames), upload.stat().st_size)
        project_id = wanted.get("project_id")
        return self._keep_scan(actor, scan, project_name(filename) if project_id is None else project_id, wanted, choice)

    def _limits(self) -> scans.Limits:
        """Return what looking at an upload may cost."""
        settings = self._services.settings
        return scans.Limits(pages=settings.pages_limit, file_bytes=settings.upload_limit)

    def _keep_scan(
        self,
        actor: Actor,
        scan: Scan,
        project: int | str,
        wanted: Upload,
        choice: Choice,
        *,
        known: Collection[tuple[str, str, int]] = (),
    ) -> Added:
        """Keep a file and add its pages to a project, or to a new one of that name.

        Args:
            actor: Who uploads.
            scan: The file.
            project: Id, or the name of a new one.
            wanted: Its layout counts.
            choice: Who reads.
            known: (name, blob key, frame) of pages that are not added.
        """
        key = self._services.blobs.put_file(scan.path)
        with self._store.begin() as connection:
            if not self._services.blobs.exists(key):  # purged in this very moment
                self._services.blobs.put_file(scan.path)
            project_id = project if isinstance(project, int) else self._new_project(connection, actor, project).id
            self._store.projects.get(connection, actor.workspace, project_id)
            origin = (key, wanted.get("layout", "page"), scan.name)
            rows = [_row(frame, origin, len(scan.frames)) for frame in scan.frames]
            fresh = [row for row, frame in zip(rows, scan.frames, strict=True) if (row["name"], key, frame.index) not in known]
            pages = [self._store.pages.add(connection, project_id, row) for row in fresh]
            jobs = self._queue(connection, actor, pages, choice)
            self._tell_project(connection, actor, project_id)
        return Added(project_id, tuple(page.id for page in pages), jobs)

    def _queue(self, connection: Connection, actor: Actor, pages: Sequence[Page], choice: Choice) -> tuple[int, ...]:
        return tuple(self._submit_page(connection, actor, page, choice).id for page in pages)

    def _choice_for(self, actor: Actor, wanted: Upload) -> Choice:
        """Decide who reads before anything is kept, so that a wrong layout or option leaves nothing behind."""
        layout = wanted.get("layout", "page")
        if layout not in LAYOUTS:
            raise Invalid(f"'{layout[:40]}' is no layout.", f"Choose one of: {', '.join(LAYOUTS)}.")
        project, project_id = None, wanted.get("project_id")
        if project_id is not None:
            with self._store.connect() as connection:
                project = self._store.projects.get(connection, actor.workspace, project_id)
        wish: Wish = {"engine": wanted.get("engine"), "model": wanted.get("model"), "options": wanted.get("options")}
        wish["layout_model"] = wanted.get("layout_model")
        return self.choose(actor, project, **wish)

    def _require_room(self, actor: Actor, pages: int, size: int) -> None:
        """Refuse what a demo workspace has no room for; pages in the trash count too."""
        if actor.kind != "demo":
            return
        settings = self._services.settings
        with self._store.connect() as connection:
            sources = self._store.pages.sources(connection, actor.workspace)
        used = sum(self._services.blobs.size(key) for key in set(sources))
        if len(sources) + pages > settings.demo_pages:
            raise Refused(
                f"This demo holds {settings.demo_pages} pages: {len(sources)} are there, {pages} more were uploaded.",
                "Upload fewer pages, or run the workbench on your own computer, where there is no limit.",
            )
        if used + size > settings.demo_megabytes * MEGABYTE:
            raise Refused(
                f"This demo holds {settings.demo_megabytes} MB of uploads; {used / MEGABYTE:.1f} MB are used.",
                "Upload smaller scans, or run the workbench on your own computer, where there is no limit.",
            )


def project_name(filename: str) -> str:
    """Return the name of a new project for a file."""
    return page_name(filename)[:LONGEST_PROJECT_NAME].strip()


def page_name(filename: str, number: int | None = None) -> str:
    """Return how a page is called: the name of its file without folders and suffix, and its number when there are several."""
    name = PurePath(displayed(filename).replace("\\", "/").rstrip("/")).name
    stem = PurePath(name).stem.strip() or name or "Page"
    ending = "" if number is None else f" · {number}"
    return stem[: LONGEST_NAME - len(ending)] + ending


def _row(frame: scans.Frame, origin: tuple[str, str, str], count: int) -> dict[str, object]:
    """Return the columns of a new page.

    Args:
        frame: Its image.
        origin: Blob key, layout, file name.
        count: How many images the file has.
    """
    source, layout, filename = origin
    name = page_name(filename, frame.index + 1 if count > 1 else None)
    size = {"width": frame.width, "height": frame.height}
    return {
        "name": name,
        "source": source,
        "frame": frame.index,
        "layout": layout,
        "state": "queued",
        "engine": None,
        "model": "",
        **size,
    }
