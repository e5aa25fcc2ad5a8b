"""The content of a dataset as a training sees it, from what a snapshot holds."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engines.errors import InvalidImage
from engines.learning import SPLITS, Dataset, Example, Split
from engines.types import Line, Page, Point
from workbench.formats.scans import ScanError, load
from workbench.services.datasets.splitting import draw
from workbench.services.datasets.views import Counts, Row
from workbench.store.blobs import Blobs
from workbench.store.errors import NotFound
from workbench.store.snapshots import Snapshot, SnapshotDocument, SnapshotLine

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT_IMAGES = 2
"""Decoded pages that stay in memory: lines come page after page."""


def content(task: str, snapshot: Snapshot, blobs: Blobs, *, shared: bool) -> tuple[Dataset, dict[str, Row]]:
    """Return what a training sees, and what else is known of each example, by its key.

    Args:
        task: Such as `ocr`.
        snapshot: Its lines have keys by their ids.
        blobs: Where the images are.
        shared: See `Dataset`.
    """
    if task == "layout":
        return _pages(snapshot, blobs)
    examples: dict[Split, list[Example]] = {split: [] for split in SPLITS}
    for line in snapshot.lines:
        examples[split_of(line)].append(_example(line))
    return Dataset(task, examples, loader(snapshot, blobs), shared), {str(line.id): _row(line) for line in snapshot.lines}


def _pages(snapshot: Snapshot, blobs: Blobs) -> tuple[Dataset, dict[str, Row]]:
    """Return whole pages as examples: the key of each is that of its document, and its target a `Page` of all its lines."""
    examples: dict[Split, list[Example]] = {split: [] for split in SPLITS}
    rows: dict[str, Row] = {}
    members: dict[tuple[str, int | None], list[SnapshotLine]] = defaultdict(list)
    for line in snapshot.lines:
        members[line.document, line.page_id].append(line)
    for place in snapshot.documents:
        if place.document in rows:  # the same scan in two projects
            continue
        lines = members[place.document, place.page_id]
        direction = "ltr" if place.direction == "ltr" else "rtl"
        page = Page(place.width or 0, place.height or 0, tuple(replace(line_of(line), text="") for line in lines), direction)
        split = split_of(place)
        examples[split].append(Example(place.document, place.page, place.document, page))
        rows[place.document] = Row(
            line_id=None,
            page_id=place.page_id,
            page=place.page,
            number=1,
            text=f"{len(lines)} lines",
            revision=draw([(line.baseline, line.polygon) for line in lines]),
            direction=direction,
            reading=None,
            layout=place.layout,
            project_id=lines[0].project_id if lines else None,
            project=lines[0].project if lines else "",
        )
    return Dataset("layout", examples, loader(snapshot, blobs)), rows


def counts(lines: Iterable[SnapshotLine]) -> Counts:
    """Return how many documents and examples each split has."""
    documents: Mapping[str, set[str]] = {split: set() for split in SPLITS}
    examples = dict.fromkeys(SPLITS, 0)
    for line in lines:
        split = split_of(line)
        documents[split].add(line.document)
        examples[split] += 1
    return {split: {"documents": len(documents[split]), "examples": examples[split]} for split in SPLITS}


def loader(snapshot: Snapshot, blobs: Blobs) -> Callable[[str], np.ndarray]:
    """Return the function that gives the pixels of a document; the last ones stay in memory."""
    places = {document.document: document for document in snapshot.documents}

    @lru_cache(maxsize=KEPT_IMAGES)
    def pixels(document: str) -> np.ndarray:
        place = places.get(document)
        if place is None:
            raise InvalidImage(f"The dataset has no document {document}.", "Make the dataset again.")
        try:
            with blobs.file(place.image) as path:
                image = load(path, place.frame)
        except NotFound as error:
            hint = "It was deleted. Upload it again, or make the dataset again without this page."
            raise InvalidImage(f"The scan of '{place.page}' is gone.", hint) from error
        except ScanError as error:
            raise InvalidImage(f"{place.page}: {error.message}", error.hint) from error
        image.flags.writeable = False  # it is given out more than once
        return image

    return pixels


def split_of(line: SnapshotLine | SnapshotDocument) -> Split:
    """Return the split of a line or of a document."""
    return "held_out" if line.split == "held_out" else "test" if line.split == "test" else "train"


def points(text: str) -> tuple[Point, ...]:
    """Return points from their JSON."""
    return tuple((x, y) for x, y in json.loads(text))


def line_of(line: SnapshotLine) -> Line:
    """Return a line with its text, as engines take it."""
    return Line(points(line.baseline), points(line.polygon), line.text)


def _example(line: SnapshotLine) -> Example:
    name = line.page if line.layout == "line" else f"{line.page}, line {line.number}"
    return Example(str(line.id), name, line.document, line_of(line))


def _row(line: SnapshotLine) -> Row:
    own = line.page_id is not None
    return Row(
        line_id=line.id if own else None,
        page_id=line.page_id,
        page=line.page,
        number=line.number,
        text=line.text,
        revision=line.revision,
        direction=line.direction,
        reading=line.reading,
        layout=line.layout,
        project_id=line.project_id,
        project=line.project,
    )
