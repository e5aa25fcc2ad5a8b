"""Freezes what people corrected: every line with its current revision, divided by document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from engines.learning import Split
from engines.ocr.text import form_label, nodiac
from workbench import __version__
from workbench.services.actors import Actor
from workbench.services.datasets.content import content, counts
from workbench.services.datasets.keeping import LONGEST_NAME, Keeping
from workbench.services.datasets.splitting import Document, Plan, document_key, plan, plan_whole, within
from workbench.services.datasets.views import DatasetView, Look, SplitPage
from workbench.services.errors import Invalid
from workbench.services.ocr.part import checked_name
from workbench.store.database import Connection
from workbench.store.datasets import CorrectedLine, CorrectedPage
from workbench.store.snapshots import Snapshot, SnapshotDocument, SnapshotLine

TASKS = ("ocr", "layout")
ATTEMPTS = 3
UNDECIDED: tuple[Split | None, bool] = (None, False)
CHOICES = ("train", "held_out", "test", "auto")


@dataclass(frozen=True, slots=True)
class _Found:
    """What of some projects can be learnt from, at one moment."""

    projects: Mapping[int, str]
    pages: Mapping[int, CorrectedPage]
    lines: Sequence[CorrectedLine]
    plan: Plan

    @property
    def is_decided(self) -> bool:
        """Say whether every page has the split that it is planned to have."""
        return all(page.split == self.plan.splits[_key(page)] for page in self.pages.values())


class Freezing(Keeping):
    """Makes datasets from projects."""

    def freeze(self, actor: Actor, projects: Sequence[int], *, name: str = "", task: str = "ocr") -> DatasetView:
        """Write the corrected lines of projects into a dataset, exactly as they are at one moment.

        Args:
            actor: Who makes it.
            projects: Ids.
            name: How people call it; "" = after the projects.
            task: What is to be learnt.

        Raises:
            NotFound: The workspace has no such project.
            Invalid: Nothing is corrected yet, or the task or the name is none.
        """
        require_task(task)
        name = checked_name(name, "dataset", LONGEST_NAME) if name.strip() else ""
        found = self._gather(actor, projects, task, decide=True)
        name = name or ", ".join(found.projects.values())[:LONGEST_NAME].strip()
        sources = [{"project": project_id, "name": title} for project_id, title in found.projects.items()]
        values = {"name": name, "task": task, "sources": sources}
        snapshot = _snapshot(found)
        about = about_of(actor, snapshot, values, shared=found.plan.shared)
        return self._keep(actor, replace(snapshot, about=about), values)

    def look(self, actor: Actor, projects: Sequence[int], *, task: str = "ocr") -> Look:
        """Return what `freeze` would write now, and write nothing.

        Raises:
            NotFound: The workspace has no such project.
            Invalid: Nothing is corrected yet.
        """
        require_task(task)
        found = self._gather(actor, projects, task)
        snapshot = _snapshot(found)
        learnable, rows = content(task, snapshot, self._services.blobs, shared=found.plan.shared)
        return Look(dataset=learnable, rows=rows, split=counts(snapshot.lines), view=None)

    def pages(self, actor: Actor, projects: Sequence[int] | None = None, *, task: str = "ocr") -> list[SplitPage]:
        """Return the pages that a task can learn from, with their split; None = of the whole workspace.

        Raises:
            NotFound: The workspace has no such project.
            Invalid: The task is none.
        """
        require_task(task)
        with self._store.connect() as connection:
            for project_id in projects or ():
                self._store.projects.get(connection, actor.workspace, project_id)
            found = self._store.datasets.corrected_pages(connection, actor.workspace, projects, task)
        return [_split_page(page) for page in found]

    def set_split(self, actor: Actor, page_id: int, split: str) -> SplitPage:
        """Decide where a page goes; pages of the same scan go with it. What a person decided stays.

        Args:
            actor: Who decides.
            page_id: The page.
            split: `train`, `held_out` or `test` (no training ever sees it); `auto` = the next dataset decides by its rule.

        Raises:
            NotFound: The workspace has no such page.
            Invalid: There is no such split.
        """
        if split not in CHOICES:
            raise Invalid(f"There is no split '{split[:40]}'.", f"Choose one of: {', '.join(CHOICES)}.")
        value, author = (None, None) if split == "auto" else (split, actor.name)
        with self._store.begin() as connection:
            page = self._store.pages.get(connection, actor.workspace, page_id)
            project = self._store.projects.get(connection, actor.workspace, page.project_id)
            changed = self._store.datasets.choose(connection, actor.workspace, (page.source, page.frame), value, author)
            for changed_id in changed:
                self._store.changes.add(connection, actor.workspace, "page", changed_id, changed_id)
            found = self._store.datasets.corrected_pages(connection, actor.workspace, [project.id])
        examples = next((other.examples for other in found if other.page_id == page_id), 0)
        return SplitPage(
            page_id=page_id,
            name=page.name,
            project_id=project.id,
            project=project.name,
            examples=examples,
            split=_split(value),
            split_by=author,
        )

    def _gather(self, actor: Actor, projects: Sequence[int], task: str, *, decide: bool = False) -> _Found:
        """Read what can be learnt from in one transaction; with `decide` write down first what goes where."""
        found = self._look(actor, projects, task)
        for _ in range(ATTEMPTS):
            if not decide or found.is_decided:
                break
            with self._store.begin() as connection:
                self._store.datasets.decide(connection, actor.workspace, _decisions(found))
            found = self._look(actor, projects, task)  # again: somebody may have been quicker, with another word
        return found

    def _look(self, actor: Actor, projects: Sequence[int], task: str) -> _Found:
        with self._store.connect() as connection:
            found = self._found(connection, actor, projects, task)
        if not found.lines and task == "layout":
            hint = "Import pages with PAGE or ALTO, or correct pages: add a line, say what is none, or go through all of them."
            raise Invalid("Nobody vouches for the lines of a page of these projects yet.", hint)
        if not found.lines:
            hint = "Save some lines in the OCR tab first: what a person corrected or accepted is learnt from."
            raise Invalid("Nothing is corrected yet in these projects.", hint)
        return found

    def _found(self, connection: Connection, actor: Actor, projects: Sequence[int], task: str) -> _Found:
        ids = list(dict.fromkeys(projects))
        names = {project_id: self._store.projects.get(connection, actor.workspace, project_id).name for project_id in ids}
        pages = self._store.datasets.corrected_pages(connection, actor.workspace, ids, task)
        lines = self._store.datasets.corrected_lines(connection, actor.workspace, ids, task)
        decided = self._store.datasets.decided(connection, actor.workspace, {page.source for page in pages})
        known = {page.page_id: page for page in pages}
        lines = [line for line in lines if line.page_id in known]
        documents = _documents(pages, decided, task)
        return _Found(names, known, lines, plan(documents) if task == "ocr" else plan_whole(documents))


def about_of(actor: Actor, snapshot: Snapshot, values: Mapping[str, object], *, shared: bool) -> dict[str, object]:
    """Return what a file tells of itself."""
    return {
        **values,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "author": actor.name,
        "program": f"workbench {__version__}",
        "split": counts(snapshot.lines),
        "shared": "1" if shared else "0",
        "text": "NFC, logical order",
        "plain": form_label("nodiac"),
    }


def _snapshot(found: _Found) -> Snapshot:
    """Return what goes into the file."""
    held_out = _held_out_within(found)
    lines = [_line(line, found, held_out=line.id in held_out) for line in found.lines]
    documents = [
        SnapshotDocument(
            document=_key(page),
            split=found.plan.splits[_key(page)],
            page=page.name,
            image=page.source,
            **{name: getattr(page, name) for name in ("page_id", "project", "width", "height", "direction", "frame", "layout")},
        )
        for page in found.pages.values()
    ]
    return Snapshot(lines, documents)


def _held_out_within(found: _Found) -> set[int]:
    """Return the ids of the lines that measure where no document as a whole does."""
    if not found.plan.within:
        return set()
    lines = [line.id for line in found.lines if line.text and found.plan.splits[_key(found.pages[line.page_id])] == "train"]
    return within(lines)


def _line(line: CorrectedLine, found: _Found, *, held_out: bool) -> SnapshotLine:
    page = found.pages[line.page_id]
    same = (
        "id",
        "page_id",
        "number",
        "text",
        "revision",
        "author",
        "source",
        "model",
        "reading",
        "seconds",
        "saved_at",
        "baseline",
        "polygon",
        "direction",
    )
    return SnapshotLine(
        **{name: getattr(line, name) for name in same},
        plain=nodiac(line.text),
        project_id=page.project_id,
        project=page.project,
        page=page.name,
        document=_key(page),
        split="held_out" if held_out else found.plan.splits[_key(page)],
        image=page.source,
        frame=page.frame,
        layout=page.layout,
    )


def _documents(pages: Sequence[CorrectedPage], decided: Sequence[tuple[str, int, str, str | None]], task: str) -> list[Document]:
    """Return what decides about every document; what is known of one of its pages, here or elsewhere, holds for all."""
    before = decided_before(decided)
    groups: dict[str, list[CorrectedPage]] = defaultdict(list)
    for page in pages:
        groups[_key(page)].append(page)
    return [
        Document(
            key=key,
            split=before.get(key, UNDECIDED)[0],
            chosen=before.get(key, UNDECIDED)[1],
            texts=sum(page.texts if task == "ocr" else page.examples for page in group),
            learnt=any(page.learnt for page in group),
            cut=all(page.layout == "line" for page in group),
        )
        for key, group in groups.items()
    ]


def decided_before(rows: Sequence[tuple[str, int, str, str | None]]) -> dict[str, tuple[Split | None, bool]]:
    """Return the split of documents, and whether a person chose it, from (source, frame, split, person) of their pages."""
    last = sorted(rows, key=lambda row: row[3] is not None)  # a person's word comes last, and counts
    return {document_key(source, frame): (_split(split), person is not None) for source, frame, split, person in last}


def _decisions(found: _Found) -> dict[tuple[str, int], str]:
    """Return where pages go that have another split yet, by their image."""
    pages = [page for page in found.pages.values() if page.split != found.plan.splits[_key(page)]]
    return {(page.source, page.frame): found.plan.splits[_key(page)] for page in pages}


def _key(page: CorrectedPage) -> str:
    return document_key(page.source, page.frame)


def _split(text: str | None) -> Split | None:
    return {"train": "train", "held_out": "held_out", "test": "test"}.get(text or "")  # pyright: ignore[reportReturnType]


def _split_page(page: CorrectedPage) -> SplitPage:
    names = ("page_id", "name", "project_id", "project", "examples", "split_by")
    return SplitPage(**{name: getattr(page, name) for name in names}, split=_split(page.split))


def require_task(task: str) -> None:
    """Refuse a task for which there are no datasets.

    Raises:
        Invalid: It is none.
    """
    if task not in TASKS:
        raise Invalid(f"There are no datasets for '{task[:40]}'.", f"Known tasks: {', '.join(TASKS)}.")
