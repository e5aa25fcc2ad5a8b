"""Many pages at once: uploaded together, read one after another, followed as a whole, stopped, and gone on with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Unpack

from workbench.formats import scans
from workbench.services.actors import Actor
from workbench.services.datasets.views import Skipped
from workbench.services.errors import Invalid
from workbench.services.ocr.part import checked_name, displayed
from workbench.services.ocr.projects import LONGEST_NAME
from workbench.services.ocr.reading import READ_PAGE, Layout, Wish
from workbench.services.ocr.unpacking import unpacked
from workbench.services.ocr.uploading import Scan, Upload, Uploading, project_name

Which = Literal["unread", "all"]
AT_ONCE = 20
"""Pages in one unit of work: whoever saves meanwhile waits for no more."""
MOST_SHOWN = 200
"""Failures of a batch that are told."""
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class BatchAdded:
    """What came of the files of a batch.

    Attributes:
        project_id: Where they are.
        page_ids: The new pages, in order.
        job_ids: The reading of each.
        known: How many pages were there already, of the same file under the same name.
        skipped: The files that hold no page, and why.
    """

    project_id: int
    page_ids: Sequence[int]
    job_ids: Sequence[int]
    known: int
    skipped: Sequence[Skipped]


@dataclass(frozen=True, slots=True)
class PageAtWork:
    """A page that is being read."""

    page_id: int
    name: str
    job_id: int
    progress: float
    message: str


@dataclass(frozen=True, slots=True)
class PageNotRead:
    """A page whose reading failed, and why, or was cancelled."""

    page_id: int
    name: str
    message: str
    hint: str
    cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """How far the reading of a project is.

    Attributes:
        total: Pages of the project.
        read: Pages that are read.
        queued: Pages that wait.
        reading: Pages that are being read now.
        failed: Pages that could not be read.
        cancelled: Pages that were not read because somebody cancelled it.
        running: Those that are being read.
        failures: The first ones of those that were not read, for either reason.
        seconds_left: About how long it still takes; None when nobody knows, 0 when nothing is left to do.
    """

    project_id: int
    total: int
    read: int
    queued: int
    reading: int
    failed: int
    cancelled: int
    running: Sequence[PageAtWork]
    failures: Sequence[PageNotRead]
    seconds_left: float | None


class Batches(Uploading):
    """Reads whole projects. A batch is a project, and its state that of its pages and jobs: it outlives every server."""

    def add_batch(
        self, actor: Actor, files: Sequence[tuple[str, Path]], *, name: str = "", **wanted: Unpack[Upload]
    ) -> BatchAdded:
        """Add all page images of many files to a project and have them read; what is no image is left out and named.

        Files that the project holds already under the same name are passed over, so that a batch can be sent again.

        Args:
            actor: Who uploads.
            files: (name, file): images, PDFs, and ZIPs of these; they may be deleted afterwards.
            name: Of a new project; "" = after the first file.
            wanted: Project, layout, engine, model and options.

        Raises:
            NotFound: The workspace has no such project.
            Invalid: None of them holds a page image, or a ZIP is damaged.
            TooLarge: They are too many.
            Refused: A demo workspace has no room for them.
        """
        choice = self._choice_for(actor, wanted)
        place: int | str | None = wanted.get("project_id")
        if place is None:
            place = checked_name(name, "project", LONGEST_NAME) if name.strip() else project_name(files[0][0] if files else "")
        known = self._files(place)
        page_ids: list[int] = []
        job_ids: list[int] = []
        with unpacked(files, self._services.settings.upload_limit) as found:
            usable, skipped = self._looked_at(found)
            if not usable:
                told = "; ".join(f"{one.name}: {one.reason}" for one in skipped[:MOST_NAMED])
                raise Invalid(f"There is no page to read. {told}".strip(), "Send PNG, JPEG, WebP, TIFF or PDF, or a ZIP of them.")
            count = sum(len(scan.frames) for scan in usable)
            self._require_room(actor, count, sum(scan.path.stat().st_size for scan in usable))
            for scan in usable:
                added = self._keep_scan(actor, scan, place, wanted, choice, known=known)
                place = added.project_id
                page_ids += added.page_ids
                job_ids += added.job_ids
        return BatchAdded(int(place), page_ids, job_ids, count - len(page_ids), skipped)

    def _files(self, project: int | str) -> set[tuple[str, str, int]]:
        """Return (name, blob key, frame) of the pages of a project; nothing of one that is still to be made."""
        if isinstance(project, str):
            return set()
        with self._store.connect() as connection:
            return self._store.batches.files(connection, project)

    def _looked_at(self, files: Sequence[tuple[str, Path]]) -> tuple[list[Scan], list[Skipped]]:
        """Return the files that hold page images, and those that do not."""
        usable: list[Scan] = []
        skipped: list[Skipped] = []
        looked = scans.inspect_all_apart([path for _, path in files], self._limits())
        for (name, path), frames in zip(files, looked, strict=True):
            if isinstance(frames, scans.ScanError):
                skipped.append(Skipped(displayed(name), frames.message))
            else:
                usable.append(Scan(name, path, frames))
        return usable, skipped

    def batch(self, actor: Actor, project_id: int) -> BatchView:
        """Return how far the reading of a project is.

        Raises:
            NotFound: The workspace has no such project.
        """
        with self._store.connect() as connection:
            self._store.projects.get(connection, actor.workspace, project_id)
            states = self._store.batches.states(connection, project_id)
            active = self._store.batches.active(connection, project_id, READ_PAGE)
            seconds = self._store.batches.seconds(connection, project_id, READ_PAGE)
            failed = self._store.batches.pages(connection, project_id, "failed")[:MOST_SHOWN]
            failures = [self._store.pages.known(connection, page_id) for page_id in failed]
            cancelled = self._store.batches.cancelled(connection, project_id, READ_PAGE)
        running = [(page_id, job) for page_id, job in active if job.state != "queued"]
        left = len(active) - sum(job.progress for _, job in running)
        known = seconds is not None or not active
        return BatchView(
            project_id=project_id,
            total=sum(states.values()),
            read=states.get("read", 0),
            queued=states.get("queued", 0),
            reading=states.get("reading", 0),
            failed=states.get("failed", 0) - len(cancelled),
            cancelled=len(cancelled),
            running=[PageAtWork(page_id, job.title, job.id, job.progress, job.message) for page_id, job in running],
            failures=[PageNotRead(page.id, page.name, page.message, page.hint, page.id in cancelled) for page in failures],
            seconds_left=left * (seconds or 0.0) / max(1, len(running)) if known else None,
        )

    def read_project(
        self, actor: Actor, project_id: int, which: Which = "unread", *, layout: Layout = "kept", **wish: Unpack[Wish]
    ) -> int:
        """Have pages of a project read that do not wait already; return how many. What people saved stays as it is.

        Args:
            actor: Who asks.
            project_id: The project.
            which: `unread` = whose reading failed or was cancelled; `all` = all of them, once more.
            layout: As for `read_again`.
            wish: Who is to read; nothing = for unread pages whoever was to read them, for all who reads the project.

        Raises:
            NotFound: The workspace has no such project.
            Invalid: As for `choose`.
        """
        with self._store.connect() as connection:
            project = self._store.projects.get(connection, actor.workspace, project_id)
            page_ids = self._store.batches.pages(connection, project_id, None if which == "all" else "failed")
        choice = self.choose(actor, project, **wish) if which == "all" or any(wish.values()) else None
        count = 0
        for some in _portions(page_ids):
            with self._store.begin() as connection:
                waiting = self._store.pages.jobs(connection, some)
                before = {} if choice else self._store.batches.last(connection, some, READ_PAGE)
                for page_id in some:
                    page = self._store.pages.known(connection, page_id)
                    if page_id in waiting or page.deleted is not None:
                        continue
                    if choice is not None:
                        self._submit_page(connection, actor, page, choice, again={"again": True, "layout": layout})
                    elif page_id in before:
                        job = before[page_id]
                        told = {**job.parameters, "layout": layout} if layout == "anew" else job.parameters
                        self._repeat(connection, actor, page_id, replace(job, parameters=told))
                        self._tell_page(connection, actor, page_id)
                    count += 1
        return count

    def stop_reading(self, actor: Actor, project_id: int) -> int:
        """Cancel what of a project waits or is being read; return how many pages. What is read already stays.

        Raises:
            NotFound: The workspace has no such project.
        """
        with self._store.connect() as connection:
            self._store.projects.get(connection, actor.workspace, project_id)
            active = [job.id for _, job in self._store.batches.active(connection, project_id, READ_PAGE)]
        for some in _portions(active[::-1]):  # the last first: the worker is not to begin one that is about to be cancelled
            with self._store.begin() as connection:
                for job_id in some:
                    self._services.jobs.note(connection, self._store.jobs.cancel(connection, job_id, actor.workspace))
        return len(active)


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
