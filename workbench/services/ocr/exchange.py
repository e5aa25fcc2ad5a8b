"""Export: the current texts of a page, a project or a workspace in the formats of the field."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from engines import types
from workbench.formats import Document, named, scans
from workbench.services.actors import Actor
from workbench.services.errors import Invalid
from workbench.services.ocr.part import Part, displayed
from workbench.store.blobs import Blobs
from workbench.store.lines import Line
from workbench.store.pages import Page
from workbench.store.projects import Project

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_LONGEST = 100
_AS_IT_IS = {"PNG": ".png", "JPEG": ".jpg"}
_PLAIN_MODES = {"1", "L", "RGB"}
_ORIENTATION = 0x0112  # EXIF
IN_ORDER = b"The pages lie in their order."
"""Comment of an exported ZIP, by which an import knows it: the order of a project need not be that of its pages' names."""


class Exchange(Part):
    """What people take along."""

    def export_page(self, actor: Actor, page_id: int, format: str) -> tuple[bytes, str, str]:
        """Return a page as a file: (bytes, media type, file name). What a person called "not a line" is left out.

        Raises:
            NotFound: The workspace has no such page.
            WrongFormat: There is no such format.
            Invalid: The page was never opened.
        """
        kind = named(format)
        with self._store.connect() as connection:
            page = self._store.pages.get(connection, actor.workspace, page_id)
            lines = self._store.lines.of_page(connection, page_id)
        stem = safe_name(page.name)
        suffix = self._image_suffix(page) if kind.name != "text" else ""
        return kind.write(document_of(page, lines, stem + suffix)), kind.media_type, stem + kind.suffix

    def export_project(self, actor: Actor, project_id: int, format: str) -> Path:
        """Return a ZIP of a project: each page as a file of that format beside its image; text comes without images.

        It lies in a folder of its own, which the caller deletes when the file is sent.

        Raises:
            NotFound: The workspace has no such project.
            WrongFormat: There is no such format.
        """
        named(format)
        with self._store.connect() as connection:
            project = self._store.projects.get(connection, actor.workspace, project_id)
        return self._zip([("", project)], format, safe_name(project.name))

    def export_workspace(self, actor: Actor, format: str) -> Path:
        """Return a ZIP of all projects, one folder each; the caller deletes its folder when it is sent.

        Raises:
            WrongFormat: There is no such format.
            Invalid: There is no project.
        """
        named(format)
        with self._store.connect() as connection:
            projects = self._store.projects.all(connection, actor.workspace)
        if not projects:
            raise Invalid("There is nothing to export yet.", "Upload a page first.")
        names = unique([safe_name(project.name) for project in projects])
        return self._zip([(f"{name}/", project) for name, project in zip(names, projects, strict=True)], format, "workbench")

    def _zip(self, folders: Sequence[tuple[str, Project]], format: str, name: str) -> Path:
        target = self._services.settings.data / "exports"
        target.mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=target)) / f"{name}.{format}.zip"
        try:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.comment = IN_ORDER
                for folder, project in folders:
                    self._add_project(archive, folder, project, format=format)
        except BaseException:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise
        return path

    def _add_project(self, archive: zipfile.ZipFile, folder: str, project: Project, *, format: str) -> None:
        kind = named(format)
        with self._store.connect() as connection:
            pages = self._store.pages.of_project(connection, project.id)
        stems = unique([safe_name(page.name) for page in pages])
        for stem, page in zip(stems, pages, strict=True):
            with self._store.connect() as connection:
                lines = self._store.lines.of_page(connection, page.id)
            image = ""
            if kind.name != "text":
                with plain_image(self._services.blobs, page.source, page.frame) as (path, suffix):
                    image = stem + suffix
                    archive.write(path, folder + image, zipfile.ZIP_STORED)
            archive.writestr(folder + stem + kind.suffix, kind.write(document_of(page, lines, image)))

    def _image_suffix(self, page: Page) -> str:
        """Return the suffix of the image as an export of the whole project names it."""
        with self._services.blobs.file(page.source) as path:
            return _plain_suffix(path) or ".png"


@contextmanager
def plain_image(blobs: Blobs, source: str, frame: int) -> Iterator[tuple[Path, str]]:
    """Give the image of a page and its suffix, with the coordinates of the lines: the upload itself where it is such.

    Args:
        blobs: Where it is.
        source: Blob key of the upload.
        frame: Which image of it, from 0.

    Raises:
        NotFound: It is gone.
    """
    with blobs.file(source) as path:
        suffix = _plain_suffix(path)
        if suffix:
            yield path, suffix
            return
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            file.write(_png(path, frame))
            file.flush()
            yield Path(file.name), ".png"


def document_of(page: Page, lines: Sequence[Line], image: str) -> Document:
    """Return the current texts of a page as a document.

    Args:
        page: The page.
        lines: In reading order; what is not a line is left out.
        image: File name of its image.

    Raises:
        Invalid: The image was never opened, so that its size is not known.
    """
    if page.width is None or page.height is None:
        raise Invalid(f"The page '{page.name}' was not opened yet.", "Wait until its reading has begun.")
    lines = [line for line in lines if line.is_line]
    direction: types.Direction = "ltr" if page.direction == "ltr" else "rtl"
    return Document(
        image_name=image,
        page=types.Page(page.width, page.height, tuple(_written(line) for line in lines), direction),
        line_ids=tuple(f"line_{line.id}" for line in lines),
        directions=tuple(_own_direction(line) for line in lines),
        creator=" ".join(filter(None, (page.engine, page.model))),
        created=datetime.fromtimestamp(page.created, UTC),
    )


def _written(line: Line) -> types.Line:
    """Return a line with its current text; what the engine was sure of is only told while its text stands."""
    text = "" if line.state == "unreadable" else line.text
    reason = "" if text else line.reason or ("unreadable" if line.state == "unreadable" else "")
    chars: tuple[types.Char, ...] = ()
    if line.current is not None and line.current.source == "model" and line.reading is not None and line.reading.text == text:
        chars = tuple(_char(char) for char in line.reading.chars)
    return types.Line(_points(line.baseline), _points(line.polygon), text, chars, reason)


def _char(stored: object) -> types.Char:
    """Return a character from how a reading keeps it."""
    if not isinstance(stored, list):
        raise TypeError(f"a stored character is a list, got {stored!r}")
    text, confidence, box, others = stored
    return types.Char(text, confidence, tuple(box), tuple(types.Alternative(*other) for other in others))


def _own_direction(line: Line) -> types.Direction | None:
    return {"rtl": "rtl", "ltr": "ltr"}.get(line.direction)  # pyright: ignore[reportReturnType]


def _points(points: Sequence[Sequence[int]]) -> tuple[types.Point, ...]:
    return tuple((point[0], point[1]) for point in points)


def _plain_suffix(path: Path) -> str:
    """Return the suffix of an image that every program shows just as we do; "" for any other file."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            upright = image.getexif().get(_ORIENTATION, 1) == 1
            single = getattr(image, "n_frames", 1) == 1
            return _AS_IT_IS.get(image.format or "", "") if upright and single and image.mode in _PLAIN_MODES else ""
    except UnidentifiedImageError:
        return ""  # a PDF


def _png(path: Path, frame: int) -> bytes:
    """Return a page image as PNG; a process of its own decodes it, not the one that serves."""
    return scans.view_apart(path, frame, None, "PNG")


def safe_name(name: str) -> str:
    """Return a name that every file system takes, in any script; never a path, never hidden."""
    cleaned = _UNSAFE.sub("_", displayed(name)).strip(" .")
    return cleaned[:_LONGEST].strip(" .") or "page"


def unique(names: Sequence[str]) -> list[str]:
    """Return the names, those that occur again with a number, also for file systems that do not tell case apart."""
    taken: set[str] = set()
    result: list[str] = []
    for name in names:
        candidate, number = name, 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{name} ({number})"
        taken.add(candidate.casefold())
        result.append(candidate)
    return result
