"""The jobs of OCR as a worker runs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engines import types
from engines.errors import Cancelled
from workbench.formats import scans
from workbench.services.actors import Actor
from workbench.services.jobs import Handler
from workbench.services.ocr.copying import copy_twin
from workbench.services.ocr.matching import Points, Trace
from workbench.services.ocr.reading import OPEN_PAGE, READ_LINES, READ_PAGE, Choice, OpenPage, ReadLines, ReadPage, Wish
from workbench.services.ocr.recording import PageReport, Read, Recording, write
from workbench.store.database import Connection
from workbench.store.jobs import Job
from workbench.store.pages import Page

if TYPE_CHECKING:
    import numpy as np

    from engines.base import OcrEngine
    from workbench.services import Services
    from workbench.services.reports import JobReport

LANE = "ocr"
LONGEST_SIDE = 3000
"""Pixels of the image that browsers get."""


def handlers() -> list[Handler]:
    """Return what runs the jobs of OCR."""
    return [
        Handler(READ_PAGE, LANE, ReadPage, read_page, ended=page_not_read),
        Handler(OPEN_PAGE, LANE, OpenPage, open_page),
        Handler(READ_LINES, LANE, ReadLines, read_lines, ended=lines_not_read),
    ]


def read_page(services: Services, job: Job, report: JobReport) -> Mapping[str, object]:
    """Read a page: open its image, find its lines, read them; what is found is stored at once.

    Returns:
        `page_id`, number of `lines`, `engine`, `model`, `layout_model`, whether it was `copied` from an equal page, and `layout`:
        `kept` when the lines were known from an earlier reading, else `found`.
    """
    asked = ReadPage.model_validate(job.parameters)
    page, choice = _begin(services, job, asked)
    key = choice.key(page)
    result: dict[str, object] = {"page_id": page.id, **_who(choice), "layout_model": choice.finder_name}
    with services.store.begin() as connection:
        report.guard(connection)
        services.store.pages.change(connection, page.id, {"state": "reading", "message": "", "hint": ""})
        services.store.changes.add(connection, job.workspace, "page", page.id, page.id)
        if not asked.again:
            copied = copy_twin(services.store, connection, page, reader=choice.reader, key=key)
            if copied is not None:
                return result | {"lines": copied, "copied": True}
    report(0.0, "Opening the image")
    image = _open(services, page, report)
    engine = choice.open()
    finder = engine.finder(choice.options) if page.layout == "page" else ""
    kept = _kept(services, page, finder) if asked.layout == "kept" else None
    recording = Recording(services.store, page.id, choice.reader, report.guard, finder="" if kept else finder)
    given = kept if page.layout == "page" else [types.whole_line(image.shape[1], image.shape[0])]
    read = _read(engine, image, given, choice.options, PageReport(report, recording))
    values: dict[str, object] = {
        "state": "read",
        "reading_key": key,
        "direction": read.direction,
        "options": dict(choice.options),
    }
    values |= _who(choice) | _said(read)
    recording.finish([_trace(line) for line in read.lines], [Read.of(line) for line in read.lines], values)
    return result | {"lines": len(read.lines), "copied": False, "layout": "kept" if kept else "found"}


def open_page(services: Services, job: Job, report: JobReport) -> Mapping[str, object]:
    """Make the images for the browser of a page that was imported with its text."""
    asked = OpenPage.model_validate(job.parameters)
    with services.store.connect() as connection:
        page = services.store.pages.get(connection, job.workspace, asked.page_id)
    _open(services, page, report)
    return {"page_id": page.id}


def _begin(services: Services, job: Job, asked: ReadPage | ReadLines) -> tuple[Page, Choice]:
    """Return the page of a job and who reads it.

    Raises:
        NotFound: The page was deleted meanwhile.
        ServiceError: Engine or model are gone.
    """
    actor = Actor(workspace=job.workspace, name=job.owner)
    with services.store.connect() as connection:
        page = services.store.pages.get(connection, job.workspace, asked.page_id)
    wish: Wish = {"engine": asked.engine, "model": asked.model, "options": asked.options}
    if isinstance(asked, ReadPage):
        wish["layout_model"] = asked.layout_model
    return page, services.ocr.choose(actor, None, **wish)


def _open(services: Services, page: Page, report: JobReport) -> np.ndarray:
    """Return the pixels of the page, (height, width, 3) uint8 RGB; store its images for the browser if there are none yet."""
    with services.blobs.file(page.source) as path:
        image = scans.load(path, page.frame)
    if page.scan is None:
        values: dict[str, object] = {"width": image.shape[1], "height": image.shape[0]}
        values["scan"] = services.blobs.put(scans.view(image, LONGEST_SIDE))
        values["thumbnail"] = services.blobs.put(scans.thumbnail(image))
        with services.store.begin() as connection:
            report.guard(connection)
            services.store.pages.change(connection, page.id, values)
            services.store.changes.add(connection, report.job.workspace, "page", page.id, page.id)
    return image


def _kept(services: Services, page: Page, finder: str) -> list[types.Line] | None:
    """Return the lines that were found on this image before, in reading order; None when they have to be looked for."""
    if not finder:
        return None
    with services.store.connect() as connection:
        found = services.store.layouts.find(connection, page, finder)
    return [types.Line(_points(baseline), _points(polygon)) for baseline, polygon in found] if found else None


def _read(
    engine: OcrEngine,
    image: np.ndarray,
    given: Sequence[types.Line] | None,
    options: Mapping[str, object],
    report: PageReport,
) -> types.Page:
    """Read with the engine; what was read before it failed is kept."""
    if given is not None:
        report.found(given)
    try:
        return engine.read(image, given, options, report)
    except Cancelled:
        raise
    except Exception:
        report.keep()
        raise


def _said(read: types.Page) -> dict[str, object]:
    """Return what is said about a page that was read."""
    if read.lines:
        return {"message": "", "hint": ""}
    return {"message": "No line was found on this page.", "hint": "Read it with another engine, or add its lines by hand."}


def read_lines(services: Services, job: Job, report: JobReport) -> Mapping[str, object]:
    """Read single lines where they lie.

    Returns:
        `page_id`, `line_ids` of those that were read, `engine`, `model`.
    """
    asked = ReadLines.model_validate(job.parameters)
    page, choice = _begin(services, job, asked)
    image = _open(services, page, report)
    with services.store.connect() as connection:
        lines = services.store.lines.some(connection, asked.line_ids)
    lines = [line for line in lines if line.page_id == page.id]
    given = [types.Line(_points(line.baseline), _points(line.polygon)) for line in lines]
    read = choice.open().read(image, given, choice.options, report) if lines else None
    with services.store.begin() as connection:
        report.guard(connection)
        now = {line.id: line for line in services.store.lines.some(connection, [line.id for line in lines])}
        for line, result in zip(lines, read.lines if read else (), strict=True):
            if line.id in now:
                write(services.store, connection, now[line.id], (choice.reader, Read.of(result)))
                services.store.changes.add(connection, job.workspace, "line", line.id, page.id)
    return {"page_id": page.id, "line_ids": [line.id for line in lines], **_who(choice)}


def _who(choice: Choice) -> dict[str, object]:
    return {"engine": choice.reader.engine, "model": choice.reader.model}


def page_not_read(services: Services, connection: Connection, job: Job) -> None:
    """Note on a page why it was not read. What was read before, or before the failure, stays."""
    page_id = ReadPage.model_validate(job.parameters).page_id
    values: dict[str, object] = {"state": "failed", "message": job.error, "hint": job.hint}
    if job.state == "cancelled":
        values |= {"message": "Reading was cancelled.", "hint": "Read the page again when you want its lines."}
        if services.store.pages.was_read(connection, page_id):
            values = {"state": "read", "message": "", "hint": ""}
    services.store.pages.change(connection, page_id, values)
    services.store.changes.add(connection, job.workspace, "page", page_id, page_id)


def lines_not_read(services: Services, connection: Connection, job: Job) -> None:
    """Note on lines that nobody has read yet why there is still no text."""
    asked = ReadLines.model_validate(job.parameters)
    for line in services.store.lines.some(connection, asked.line_ids):
        if line.state == "waiting":
            services.store.lines.change(connection, line.id, {"reason": job.error or "Reading was cancelled."})
        services.store.changes.add(connection, job.workspace, "line", line.id, line.page_id)


def _trace(line: types.Line) -> Trace:
    return Trace(line.baseline, line.polygon)


def _points(points: Points) -> tuple[types.Point, ...]:
    return tuple((int(point[0]), int(point[1])) for point in points)
