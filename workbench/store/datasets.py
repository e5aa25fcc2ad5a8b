"""Datasets: their index, and which pages and lines go into one. Reached only through the workspace that owns them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from workbench.store.database import Database, now
from workbench.store.errors import NotFound
from workbench.store.learnable import joined, learnable
from workbench.store.schema import dataset_images, datasets, lines, pages, projects, readings, revisions

_KEYS_AT_ONCE = 10_000
"""Of uploads in one statement: databases take no more than some ten thousand values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One dataset as it is indexed.

    Attributes:
        task: Such as `ocr`.
        sha256: Of its file.
        sources: [{"project": id, "name": …}, …], or [{"folder": name}, …] when it was imported.
        documents: How many documents.
        examples: How many examples on them.
        author: Who made it.
        created: Seconds since the epoch.
    """

    id: int
    workspace: str
    task: str
    name: str
    sha256: str
    sources: Sequence[Mapping[str, object]]
    documents: int
    examples: int
    author: str
    created: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedPage:
    """A page with corrected lines.

    Attributes:
        source: Blob key of the upload.
        split: `train`, `held_out` or `test`; None = not decided yet.
        split_by: The person who decided that; None = the program did.
        examples: How many corrected lines.
        texts: How many of them have a text.
        learnt: A model has learnt from one of its lines.
    """

    page_id: int
    name: str
    project_id: int
    project: str
    source: str
    frame: int
    layout: str
    width: int | None
    height: int | None
    direction: str
    split: str | None
    split_by: str | None
    examples: int
    texts: int
    learnt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedLine:
    """A corrected line with its current revision; baseline and polygon are JSON texts."""

    id: int
    page_id: int
    number: int
    text: str
    revision: int
    author: str
    source: str
    model: str
    reading: str | None
    seconds: float | None
    saved_at: float
    baseline: str
    polygon: str
    direction: str


class Datasets:
    """The verbs of datasets. Each takes the connection of a unit of work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, connection: Connection, workspace: str, values: Mapping[str, object], images: Iterable[str]) -> Dataset:
        """Index a dataset.

        Args:
            connection: Of a unit of work.
            workspace: Its owner.
            values: task, name, sha256, sources, documents, examples, author.
            images: Blob keys that are kept for as long as it is there.
        """
        row = {"workspace": workspace, "created": now(), **values}
        made = _dataset(connection.execute(insert(datasets).values(row).returning(*datasets.c)).one())
        needed = [{"dataset_id": made.id, "image": image} for image in sorted(images)]
        if needed:
            connection.execute(insert(dataset_images), needed)
        return made

    def get(self, connection: Connection, workspace: str, dataset_id: int) -> Dataset:
        """Return a dataset of the workspace.

        Raises:
            NotFound: The workspace has no such dataset.
        """
        query = select(datasets).where(datasets.c.id == dataset_id, datasets.c.workspace == workspace)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"dataset {dataset_id}")
        return _dataset(row)

    def all(self, connection: Connection, workspace: str) -> list[Dataset]:
        """Return the datasets of the workspace, newest first."""
        query = select(datasets).where(datasets.c.workspace == workspace).order_by(datasets.c.id.desc())
        return [_dataset(row) for row in connection.execute(query)]

    def remove(self, connection: Connection, dataset_id: int) -> list[str]:
        """Forget a dataset; return the blob keys that it needed and no other dataset does."""
        own = select(dataset_images.c.image).where(dataset_images.c.dataset_id == dataset_id)
        keys = list(connection.execute(own).scalars())
        connection.execute(delete(dataset_images).where(dataset_images.c.dataset_id == dataset_id))
        connection.execute(delete(datasets).where(datasets.c.id == dataset_id))
        return [key for key in keys if not self.refers(connection, key)]

    def refers(self, connection: Connection, key: str) -> bool:
        """Say whether any dataset needs the blob of that key."""
        query = select(dataset_images.c.dataset_id).where(dataset_images.c.image == key).limit(1)
        return connection.execute(query).first() is not None

    def images(self, connection: Connection, workspace: str) -> list[str]:
        """Return the blob keys that the datasets of a workspace need, each once."""
        own = select(datasets.c.id).where(datasets.c.workspace == workspace)
        query = select(dataset_images.c.image).where(dataset_images.c.dataset_id.in_(own)).distinct()
        return list(connection.execute(query).scalars())

    def corrected_pages(
        self, connection: Connection, workspace: str, project_ids: Sequence[int] | None = None, task: str = "ocr"
    ) -> list[CorrectedPage]:
        """Return the pages of projects, None = of the whole workspace, with what a task can learn from, in their order."""
        own = ("name", "project_id", "source", "frame", "layout", "width", "height", "direction", "split", "split_by")
        columns = [pages.c.id.label("page_id"), *[pages.c[name] for name in own], projects.c.name.label("project")]
        figures = [
            func.count(lines.c.id).label("examples"),
            func.sum(case((lines.c.text != "", 1), else_=0)).label("texts"),
            func.count(lines.c.learnt_by).label("learnt"),
        ]
        query = learnable(select(*columns, *figures), joined(task), workspace, project_ids, task)
        query = query.group_by(pages.c.id, projects.c.id).order_by(projects.c.id, pages.c.position, pages.c.id)
        rows = (row._mapping for row in connection.execute(query))
        return [CorrectedPage(**{**row, "learnt": row["learnt"] > 0}) for row in rows]

    def corrected_lines(
        self, connection: Connection, workspace: str, project_ids: Sequence[int], task: str = "ocr"
    ) -> list[CorrectedLine]:
        """Return the lines of projects that a task can learn from, page after page in reading order."""
        place = func.row_number().over(partition_by=lines.c.page_id, order_by=(lines.c.position, lines.c.id))
        within = select(pages.c.id).where(pages.c.project_id.in_(project_ids))
        counted = select(lines.c.id.label("line_id"), place.label("number")).where(lines.c.page_id.in_(within), lines.c.is_line)
        numbers = counted.subquery()
        seen = readings.alias("seen")
        source = joined(task).join(numbers, numbers.c.line_id == lines.c.id)
        source = source.outerjoin(readings, readings.c.id == lines.c.reading_id)
        source = source.outerjoin(seen, seen.c.id == revisions.c.reading_id)
        reader = func.coalesce(
            *[func.nullif(column, "") for read in (seen, readings) for column in (read.c.model, read.c.engine)], ""
        )
        columns = [
            lines.c.id,
            lines.c.page_id,
            numbers.c.number,
            lines.c.text,
            lines.c.revision,
            func.coalesce(revisions.c.author, "").label("author"),
            func.coalesce(revisions.c.source, lines.c.origin).label("source"),
            reader.label("model"),
            readings.c.text.label("reading"),
            revisions.c.seconds,
            func.coalesce(revisions.c.created, pages.c.created).label("saved_at"),
            cast(lines.c.baseline, Text).label("baseline"),
            cast(lines.c.polygon, Text).label("polygon"),
            case((lines.c.direction == "auto", pages.c.direction), else_=lines.c.direction).label("direction"),
        ]
        query = learnable(select(*columns), source, workspace, project_ids, task)
        query = query.order_by(projects.c.id, pages.c.position, pages.c.id, lines.c.position, lines.c.id)
        return [CorrectedLine(**row._mapping) for row in connection.execute(query)]

    def texts(
        self, connection: Connection, workspace: str, project_ids: Sequence[int] | None, most: int
    ) -> list[tuple[int, str]]:
        """Return (project, text) of the newest corrected lines, `most` of each project; None = of the whole workspace."""
        newest = func.row_number().over(partition_by=projects.c.id, order_by=lines.c.id.desc()).label("newest")
        query = learnable(select(projects.c.id, lines.c.text, newest), joined("ocr"), workspace, project_ids, "ocr").subquery()
        rows = connection.execute(select(query.c.id, query.c.text).where(query.c.newest <= most))
        return [(row.id, row.text) for row in rows]

    def decided(self, connection: Connection, workspace: str, sources: Iterable[str]) -> list[tuple[str, int, str, str | None]]:
        """Return (source, frame, split, split_by) of the pages of these uploads, in the trash or not, that have a split."""
        query = select(pages.c.source, pages.c.frame, pages.c.split, pages.c.split_by)
        query = query.where(pages.c.id.in_(_own_pages(workspace)), pages.c.split.is_not(None))
        keys = sorted(sources)
        parts = (keys[start : start + _KEYS_AT_ONCE] for start in range(0, len(keys), _KEYS_AT_ONCE))
        return [tuple(row) for part in parts for row in connection.execute(query.where(pages.c.source.in_(part)))]

    def decide(self, connection: Connection, workspace: str, splits: Mapping[tuple[str, int], str]) -> None:
        """Give pages that no person has decided about their split, by (source, frame)."""
        rows = [{"of": source, "at": frame, "to": split} for (source, frame), split in splits.items()]
        same = and_(pages.c.source == bindparam("of"), pages.c.frame == bindparam("at"), pages.c.id.in_(_own_pages(workspace)))
        other = or_(pages.c.split.is_(None), pages.c.split != bindparam("to"))
        query = update(pages).where(same, other, pages.c.split_by.is_(None)).values(split=bindparam("to"))
        if rows:
            connection.execute(query, rows)

    def choose(
        self, connection: Connection, workspace: str, image: tuple[str, int], split: str | None, author: str | None
    ) -> list[int]:
        """Give all pages of an image, by (source, frame), a split by a person's word; return their ids."""
        query = update(pages).where(pages.c.source == image[0], pages.c.frame == image[1], pages.c.id.in_(_own_pages(workspace)))
        return list(connection.execute(query.values(split=split, split_by=author).returning(pages.c.id)).scalars())

    def learnt(self, connection: Connection, revisions_by_line: Mapping[int, int], model: str) -> None:
        """Note which revisions a model has learnt from, on the lines that have not been learnt so far yet.

        Args:
            connection: Of a unit of work.
            revisions_by_line: Number of the revision by line id; lines that are gone are passed over.
            model: Full name of the model.
        """
        rows = [{"line": line_id, "number": number, "name": model} for line_id, number in revisions_by_line.items()]
        newer = or_(lines.c.learnt_revision.is_(None), lines.c.learnt_revision < bindparam("number"))
        query = update(lines).where(lines.c.id == bindparam("line"), newer)
        if rows:
            connection.execute(query.values(learnt_revision=bindparam("number"), learnt_by=bindparam("name")), rows)


def _own_pages(workspace: str) -> Select[tuple[int]]:
    """Return the ids of all pages of a workspace."""
    return select(pages.c.id).join(projects, projects.c.id == pages.c.project_id).where(projects.c.workspace == workspace)


def _dataset(row: Row[*tuple[Any, ...]]) -> Dataset:
    return Dataset(**row._mapping)
