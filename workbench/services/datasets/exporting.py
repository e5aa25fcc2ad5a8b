"""Takes a dataset along: as its SQLite file, as pairs of image and text, as PAGE or ALTO, as an Arrow file of kraken."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from engines.learning import SPLITS
from engines.types import Direction, Page
from workbench.formats import Document, named, scans
from workbench.formats.arrow import CutLine, write
from workbench.services.actors import Actor
from workbench.services.datasets.content import line_of, points
from workbench.services.datasets.cutting import cut_png
from workbench.services.datasets.taking_in import TakingIn
from workbench.services.errors import Invalid
from workbench.services.ocr.exchange import plain_image, safe_name, unique
from workbench.store.datasets import Dataset
from workbench.store.errors import NotFound
from workbench.store.snapshots import Snapshot, SnapshotDocument, SnapshotLine

FORMATS = ("sqlite", "pairs", "page", "alto", "arrow")

_Group = tuple[SnapshotDocument, str, Sequence[SnapshotLine]]
"""A page, a name for its files that no other has, and its lines."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A line as an image of its own (PNG), and how its files are called, without a suffix."""

    place: str
    image: bytes
    line: SnapshotLine


class Exporting(TakingIn):
    """What people take along of datasets."""

    def export(self, actor: Actor, dataset_id: int, format: str) -> Path:
        """Return a dataset as a file. It lies in a folder of its own, which the caller deletes when it is sent.

        Args:
            actor: Who wants it.
            dataset_id: The dataset.
            format: `sqlite` (the file itself), `pairs` (ZIP of cut lines with .gt.txt), `page` and `alto` (ZIP of images
                with XML), `arrow` (of kraken; a ZIP when there are several splits).

        Raises:
            NotFound: The workspace has no such dataset.
            Invalid: There is no such format, or the dataset or one of its images is gone.
        """
        if format not in FORMATS:
            raise Invalid(f"There is no format '{format[:40]}'.", f"Known formats: {', '.join(FORMATS)}.")
        dataset, snapshot = self._read(actor, dataset_id)
        target = self._services.settings.data / "exports"
        target.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=target))
        try:
            return self._write(folder, dataset, snapshot, format)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _write(self, folder: Path, dataset: Dataset, snapshot: Snapshot, format: str) -> Path:
        name = safe_name(dataset.name)
        if format == "sqlite":
            return Path(shutil.copyfile(self.path(dataset), folder / f"{name}.db"))
        if format == "arrow":
            return self._arrow(folder, name, snapshot)
        path = folder / f"{name}.{format}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            if format == "pairs":
                self._add_pairs(archive, snapshot)
            else:
                self._add_pages(archive, snapshot, format, datetime.fromtimestamp(dataset.created, UTC))
        return path

    def _add_pairs(self, archive: zipfile.ZipFile, snapshot: Snapshot) -> None:
        """Add every line as an image with its text, in a folder for each split."""
        for made in self._cut(snapshot):
            archive.writestr(f"{made.place}.png", made.image, zipfile.ZIP_STORED)
            archive.writestr(f"{made.place}.gt.txt", f"{made.line.text}\n")

    def _add_pages(self, archive: zipfile.ZipFile, snapshot: Snapshot, format: str, created: datetime) -> None:
        """Add every page as an image with a file of that format, in a folder for each split."""
        kind = named(format)
        for document, name, lines in _groups(snapshot):
            place = f"{document.split}/{name}"
            with _told(document), plain_image(self._services.blobs, document.image, document.frame) as (path, suffix):
                archive.write(path, place + suffix, zipfile.ZIP_STORED)
                frame = scans.inspect(path)[0]
            page = Page(frame.width, frame.height, tuple(line_of(line) for line in lines), _direction(document.direction))
            archive.writestr(place + kind.suffix, kind.write(_document(name + suffix, page, lines, created)))

    def _arrow(self, folder: Path, name: str, snapshot: Snapshot) -> Path:
        """Write a file for each split, and a ZIP around several."""
        splits = [split for split in SPLITS if any(line.split == split for line in snapshot.lines)]
        paths = [folder / (f"{name}.arrow" if len(splits) == 1 else f"{split}.arrow") for split in splits]
        for split, path in zip(splits, paths, strict=True):
            write(path, (CutLine(made.image, made.line.text, split) for made in self._cut(snapshot, split)))
        if len(paths) == 1:
            return paths[0]
        whole = folder / f"{name}.arrow.zip"
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
            for path in paths:
                archive.write(path, path.name)
                path.unlink()
        return whole

    def _cut(self, snapshot: Snapshot, split: str | None = None) -> Iterator[_Cut]:
        """Yield lines as PNG, page after page; None = of all splits."""
        for document, name, lines in _groups(snapshot):
            wanted = [line for line in lines if split in (None, line.split)]
            if not wanted:
                continue
            image = self._pixels(document)
            for line in wanted:
                stem = name if line.layout == "line" and len(lines) == 1 else f"{name}-{line.number:04d}"
                yield _Cut(f"{line.split}/{stem}", cut_png(image, points(line.polygon)), line)

    def _pixels(self, document: SnapshotDocument) -> np.ndarray:
        """Return the pixels of a page; what is no plain image was decoded by a process of its own."""
        with _told(document), plain_image(self._services.blobs, document.image, document.frame) as (path, _):
            return scans.load(path)


def _groups(snapshot: Snapshot) -> Iterator[_Group]:
    """Yield the pages in their order; pages without lines are left out."""
    lines: dict[tuple[str, int | None, str], list[SnapshotLine]] = defaultdict(list)
    for line in snapshot.lines:
        lines[line.document, line.page_id, line.page].append(line)
    names = unique([safe_name(document.page) for document in snapshot.documents])
    for document, name in zip(snapshot.documents, names, strict=True):
        own = lines.pop(
            (document.document, document.page_id, document.page), []
        )  # an image that is there twice has its lines once
        if own:
            yield document, name, own


def _document(image: str, page: Page, lines: Sequence[SnapshotLine], created: datetime) -> Document:
    """Return a page as a file tells it."""
    return Document(
        image_name=image,
        page=page,
        line_ids=tuple(f"line_{line.id}" for line in lines),
        directions=tuple(_direction(line.direction) if line.direction != page.direction else None for line in lines),
        creator="workbench",
        created=created,
    )


def _direction(text: str) -> Direction:
    return "ltr" if text == "ltr" else "rtl"


@contextmanager
def _told(document: SnapshotDocument) -> Iterator[None]:
    """Say of which page an image is gone or cannot be read."""
    try:
        yield
    except NotFound as error:
        raise Invalid(f"The scan of '{document.page}' is gone.", "It was deleted. Make the dataset again without it.") from error
    except scans.ScanError as error:
        raise Invalid(f"{document.page}: {error.message}", error.hint) from error
