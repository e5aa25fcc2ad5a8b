"""Import: images with the PAGE, ALTO, hOCR, JSON or text files that tell their lines, paired by name; also in one ZIP."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from workbench.formats import Document, FormatError, recognise, scans
from workbench.formats.text import read_cut_line
from workbench.services.actors import Actor
from workbench.services.errors import Invalid
from workbench.services.jobs import INTERACTIVE
from workbench.services.ocr.part import displayed
from workbench.services.ocr.reading import OPEN_PAGE
from workbench.services.ocr.unpacking import unpacked
from workbench.services.ocr.uploading import Added, Uploading, page_name, project_name
from workbench.store.database import Connection
from workbench.store.lines import Entry

SUFFIXES = (".page.xml", ".alto.xml", ".hocr.html", ".xml", ".hocr", ".html", ".htm", ".json", ".gt.txt", ".txt")


@dataclass(frozen=True, slots=True)
class Pair:
    """One image, as it was called, with what is known of its lines; `layout` is `line` when it is one cut line."""

    name: str
    path: Path
    frame: scans.Frame
    document: Document | None
    layout: str = "page"


class Importing(Uploading):
    """What people bring along from elsewhere."""

    def import_files(self, actor: Actor, project_id: int | None, files: Sequence[tuple[str, Path]]) -> Added:
        """Add images with their transcriptions to a project. All of them are added, or none.

        Texts count as saved. An image without a transcription is read like any upload.

        Args:
            actor: Who imports.
            project_id: Where to; None = a new project.
            files: (name, file): images, PAGE, ALTO, hOCR or JSON files of the same stem, text for a cut line, ZIPs of these.

        Raises:
            NotFound: The workspace has no such project.
            Invalid: An image is missing or has several pages; the message names the files.
            FormatError: A transcription cannot be read, or tells of another image.
            Refused: A demo workspace has no room for it.
        """
        if project_id is not None:
            with self._store.connect() as connection:
                self._store.projects.get(connection, actor.workspace, project_id)
        with unpacked(files, self._services.settings.upload_limit) as found:
            pairs = _pairs(found, self._limits())
            self._require_room(actor, len(pairs), sum(path.stat().st_size for path in {pair.path for pair in pairs}))
            return self._keep(actor, project_id, pairs)

    def _keep(self, actor: Actor, project_id: int | None, pairs: Sequence[Pair]) -> Added:
        choice = None
        if any(pair.document is None for pair in pairs):
            choice = self._choice_for(actor, {"project_id": project_id})
        keys = [self._services.blobs.put_file(pair.path) for pair in pairs]
        jobs: list[int] = []
        page_ids: list[int] = []
        with self._store.begin() as connection:
            if project_id is None:
                project_id = self._new_project(connection, actor, project_name(pairs[0].name)).id
            self._store.projects.get(connection, actor.workspace, project_id)
            for key, pair in zip(keys, pairs, strict=True):
                if not self._services.blobs.exists(key):  # purged in this very moment
                    self._services.blobs.put_file(pair.path)
                page = self._store.pages.add(connection, project_id, _row(pair, key))
                page_ids.append(page.id)
                if pair.document is None and choice is not None:
                    jobs.append(self._submit_page(connection, actor, page, choice).id)
                elif pair.document is not None:
                    self._add_lines(connection, actor, page.id, pair.document)
                    jobs.append(self._submit_opening(connection, actor, page.id, pair.name))
            self._tell_project(connection, actor, project_id)
        return Added(project_id, tuple(page_ids), tuple(jobs))

    def _add_lines(self, connection: Connection, actor: Actor, page_id: int, document: Document) -> None:
        """Add the lines of a document; those with a text, or a reason why there is none, have a first revision."""
        rows = [_line_row(document, place) for place in range(len(document.page.lines))]
        ids = self._store.lines.add(connection, page_id, rows)
        for line_id, line in zip(ids, document.page.lines, strict=True):
            if line.text or line.reason:
                state = "saved" if line.text else "unreadable"
                entry = Entry(
                    base=0,
                    text=line.text,
                    state=state,
                    reason=str(line.reason),
                    author=actor.name,
                    source="import",
                    action="import",
                )
                self._store.lines.save(connection, line_id, 0, entry)

    def _submit_opening(self, connection: Connection, actor: Actor, page_id: int, name: str) -> int:
        job = self._services.jobs.submit(
            actor,
            OPEN_PAGE,
            {"page_id": page_id},
            title=page_name(name),
            subject=f"page:{page_id}",
            priority=INTERACTIVE,
            connection=connection,
        )
        return job.id


def _line_row(document: Document, place: int) -> dict[str, object]:
    """Return the columns of an imported line."""
    line, direction = document.page.lines[place], document.own_direction(place) or "auto"
    shape = {"baseline": line.baseline, "polygon": line.polygon}
    return {"position": float(place), "origin": "imported", "direction": direction, **shape}


def _row(pair: Pair, key: str) -> dict[str, object]:
    """Return the columns of an imported page."""
    row: dict[str, object] = {"name": page_name(pair.name), "source": key, "frame": pair.frame.index, "engine": None, "model": ""}
    row |= {"layout": pair.layout, "width": pair.frame.width, "height": pair.frame.height}
    if pair.document is None:
        return row | {"state": "queued"}
    return row | {"state": "read", "direction": pair.document.page.direction}


def _pairs(files: Sequence[tuple[str, Path]], limits: scans.Limits) -> list[Pair]:
    """Return the images in the order of the files, each with its document."""
    images = {stem(name): (name, path) for name, path in files if not is_transcription(name)}
    texts, missing = _matched([file for file in files if is_transcription(file[0])], images)
    if missing:
        raise Invalid(
            f"The images of these files are missing: {', '.join(sorted(missing)[:10])}{' …' if len(missing) > 10 else ''}.",
            "Add each image under the same name, such as 0001.png beside 0001.xml. Nothing was imported.",
        )
    if not images:
        raise Invalid("There is nothing to import.", "Choose images, and beside them PAGE or ALTO files of the same names.")
    pairs: list[Pair] = []
    for found, (name, path) in images.items():
        with named_in_errors(name):
            frames = scans.inspect_apart(path, limits)
        if found in texts and len(frames) > 1:
            raise Invalid(
                f"{displayed(name)} holds {len(frames)} pages, but one file tells its lines.", "Save each page as an image."
            )
        if found in texts:
            layout = "line" if is_text(texts[found][0]) else "page"
            pairs.append(Pair(name, path, frames[0], _document(texts[found], frames[0]), layout))
        else:
            pairs += [Pair(name, path, frame, None) for frame in frames]
    return pairs


def _matched(files: Sequence[tuple[str, Path]], images: Collection[str]) -> tuple[dict[str, tuple[str, Path]], list[str]]:
    """Return the transcriptions by the stem of their image, and the names of those whose image is missing.

    A transcription may lie in another folder than its image. What is no transcription, such as a table of contents, is
    passed over.
    """
    matched: dict[str, tuple[str, Path]] = {}
    missing: list[str] = []
    for name, path in sorted(files, key=lambda file: not is_text(file[0])):  # what tells where lines lie wins over a text
        wanted = stem(name)
        same = [image for image in images if PurePath(image).name == PurePath(wanted).name]
        if wanted in images:
            matched[wanted] = (name, path)
        elif len(same) == 1:
            matched[same[0]] = (name, path)
        elif not is_text(name) and _is_recognised(path):
            missing.append(displayed(name))
    return matched, missing


def _is_recognised(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(4096)
    try:
        recognise(start)
    except FormatError:
        return False
    return True


def _document(file: tuple[str, Path], frame: scans.Frame) -> Document:
    """Return what a transcription says about an image."""
    name, path = file
    data = path.read_bytes()
    with named_in_errors(name):
        if is_text(name):
            return read_cut_line(data, frame.width, frame.height, displayed(name))
        kind = recognise(data)
        if kind.read is None:
            raise FormatError("It does not tell where lines lie.", "Import PAGE, ALTO, hOCR or JSON.")
        return kind.read(data, (frame.width, frame.height))


@contextmanager
def named_in_errors(name: str) -> Iterator[None]:
    """Put the name of a file before what is wrong with it: there are several."""
    try:
        yield
    except (FormatError, scans.ScanError) as error:
        raise Invalid(f"{displayed(name)}: {error.message}", f"{error.hint} Nothing was imported.".strip()) from error


def is_transcription(name: str) -> bool:
    """Say whether a file tells lines, by the end of its name."""
    return name.lower().endswith(SUFFIXES)


def is_text(name: str) -> bool:
    """Say whether a file holds plain text, by the end of its name."""
    return name.lower().endswith(".txt")


def stem(name: str) -> str:
    """Return what an image and its transcription have in common: folders and name without suffix."""
    whole = displayed(name).replace("\\", "/").casefold()
    ending = next((suffix for suffix in SUFFIXES if whole.endswith(suffix)), PurePath(whole).suffix)
    return whole.removesuffix(ending)
