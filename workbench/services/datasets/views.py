"""What the dataset service gives: the entry of a dataset, its content for a training, the pages that can be divided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.learning import Dataset, Split
from workbench.store import datasets as stored

Counts = Mapping[str, Mapping[str, int]]
"""{split: {"documents": …, "examples": …}} for each of the three."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out of an import, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetHead:
    """A dataset in a list.

    Attributes:
        documents: How many documents.
        examples: How many examples on them.
        sources: [{"project": id, "name": …}, …], or [{"folder": name}, …] when it was imported.
        created: Seconds since the epoch.
    """

    id: int
    name: str
    task: str
    documents: int
    examples: int
    sources: Sequence[Mapping[str, object]]
    author: str
    created: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetView(DatasetHead):
    """A dataset with how it is divided.

    Attributes:
        split: How many documents and examples each split has.
        shared: Both sides are of one hand or one document.
        sha256: Of its file.
        skipped: What was left out of an import.
    """

    split: Counts
    shared: bool
    sha256: str
    skipped: Sequence[Skipped] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is known of an example beside what a training sees.

    Attributes:
        line_id: None when it was imported, as `page_id`.
        page: Name of the page.
        number: Its place among those of its page that count, from 1.
        revision: Of the line.
        direction: `rtl` or `ltr`.
        reading: What an engine had read there last; None = nothing.
        layout: `page`, or `line` when the image is just this line.
        project_id: None when it was imported.
        project: Name of its project; of an imported one the folders that it lay in, parted by `/`.
    """

    line_id: int | None
    page_id: int | None
    page: str
    number: int
    text: str
    revision: int
    direction: str
    reading: str | None
    layout: str
    project_id: int | None
    project: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The content of a dataset.

    Attributes:
        dataset: What a training sees; the key of an example is the id of its line.
        rows: By key of the example.
        split: How many documents and examples each split has.
        view: The entry; None where nothing was written.
    """

    dataset: Dataset
    rows: Mapping[str, Row]
    split: Counts
    view: DatasetView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Look):
    """The content of a frozen dataset."""

    view: DatasetView


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPage:
    """A page with corrected lines, and where it goes.

    Attributes:
        examples: How many corrected lines it has.
        split: None = not decided yet: the next dataset does.
        split_by: The person who decided; None = the program does.
    """

    page_id: int
    name: str
    project_id: int
    project: str
    examples: int
    split: Split | None
    split_by: str | None


def head(dataset: stored.Dataset) -> DatasetHead:
    """Return a dataset in a list."""
    return DatasetHead(**_head(dataset))


def view(dataset: stored.Dataset, split: Counts, *, shared: bool, skipped: Sequence[Skipped] = ()) -> DatasetView:
    """Return a dataset with how it is divided."""
    return DatasetView(**_head(dataset), split=split, shared=shared, sha256=dataset.sha256, skipped=tuple(skipped))


def _head(dataset: stored.Dataset) -> dict[str, Any]:
    names = ("id", "name", "task", "documents", "examples", "sources", "author", "created")
    return {name: getattr(dataset, name) for name in names}
