"""Datasets from elsewhere: folders of images with true texts, and Arrow files of kraken; no project is made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import cast

from engines.learning import SPLITS, Split
from engines.ocr.text import main_direction, nodiac
from workbench.config import MEGABYTE
from workbench.services.actors import Actor
from workbench.services.datasets.freezing import UNDECIDED, Freezing, about_of, decided_before, require_task
from workbench.services.datasets.gathering import File, Found, gathered, listed
from workbench.services.datasets.keeping import LONGEST_NAME
from workbench.services.datasets.splitting import Document, Plan, document_key, plan, plan_whole, within
from workbench.services.datasets.views import DatasetView, Skipped
from workbench.services.errors import Invalid, Refused
from workbench.services.ocr.part import checked_name, displayed
from workbench.services.ocr.uploading import page_name
from workbench.store.database import now
from workbench.store.snapshots import Snapshot, SnapshotDocument, SnapshotLine

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class _Kept:
    """An image whose bytes are kept under a key."""

    key: str
    found: Found

    @property
    def document(self) -> str:
        """Return the key of the document."""
        return document_key(self.key, self.found.frame.index)

    @property
    def place(self) -> str:
        """Return the folders that it lay in, parted by `/`, without those that only name a split."""
        return "/".join(part for part in _folders(self.found) if part not in SPLITS)


class TakingIn(Freezing):
    """Makes datasets from files."""

    def take_in(self, actor: Actor, paths: Sequence[Path], *, name: str = "", task: str = "ocr") -> DatasetView:
        """Make a dataset of what lies in folders or files.

        Args:
            actor: Who takes it in.
            paths: Folders of images with .gt.txt, PAGE or ALTO files of the same names, Arrow files of kraken, ZIPs.
            name: How people call it; "" = after the first path.
            task: What is to be learnt: for `layout` only pages with PAGE or ALTO count, their lines with or without a text.

        Returns:
            The dataset; `skipped` names what was left out, and why.

        Raises:
            Invalid: There is nothing usable; the message names what was left out.
            TooLarge: A ZIP holds more than an upload may.
            Refused: A demo workspace has no room for it.
        """
        sources = [path.resolve().name for path in paths]
        return self.take_in_files(actor, listed(paths), name=name or ", ".join(sources), sources=sources, task=task)

    def take_in_files(
        self, actor: Actor, files: Sequence[File], *, name: str, sources: Sequence[str] = (), task: str = "ocr"
    ) -> DatasetView:
        """Make a dataset of files.

        Args:
            actor: Who takes it in.
            files: (name, file) as `take_in` finds them; names never become paths.
            name: How people call it.
            sources: Names of the folders that they come from.
            task: As for `take_in`.

        Raises:
            Invalid: There is nothing usable; the message names what was left out.
            TooLarge: A ZIP holds more than an upload may.
            Refused: A demo workspace has no room for it.
        """
        require_task(task)
        name = checked_name(name[:LONGEST_NAME], "dataset", LONGEST_NAME)
        with gathered(files, self._services.settings.upload_limit, pages=task == "layout") as (found, skipped):
            if not found:
                raise _nothing(skipped, task)
            self._require_room(actor, found)
            kept = [_Kept(self._services.blobs.put_file(one.path), one) for one in found]
            if task == "layout":
                kept = _once(kept, skipped)
            with self._store.connect() as connection:  # a page that is never learnt from is not learnt from by this way either
                decided = self._store.datasets.decided(connection, actor.workspace, {one.key for one in kept})
            documents = _documents(kept, decided_before(decided), task)
            snapshot = _snapshot(actor, kept, plan(documents) if task == "ocr" else plan_whole(documents), task)
            folders = [{"folder": source} for source in sources or [name]]
            values = {"name": name, "task": task, "sources": folders}
            about = about_of(actor, snapshot, values, shared=snapshot.about["shared"] == "1")
            told = json.dumps([{"name": one.name, "reason": one.reason} for one in skipped], ensure_ascii=False)
            made = self._keep(actor, replace(snapshot, about={**about, "skipped": told}), values, skipped)
            for one in kept:  # purged in this very moment: from now on the dataset holds them
                if not self._services.blobs.exists(one.key):
                    self._services.blobs.put_file(one.found.path)
        return made

    def _require_room(self, actor: Actor, found: Sequence[Found]) -> None:
        """Refuse what a demo workspace has no room for."""
        if actor.kind != "demo":
            return
        settings = self._services.settings
        with self._store.connect() as connection:
            pages = self._store.pages.sources(connection, actor.workspace)
            images = self._store.datasets.images(connection, actor.workspace)
        used = sum(self._services.blobs.size(key) for key in {*pages, *images} if self._services.blobs.exists(key))
        size = sum(path.stat().st_size for path in {one.path for one in found})
        if len(pages) + len(images) + len(found) > settings.demo_pages or used + size > settings.demo_megabytes * MEGABYTE:
            raise Refused(
                f"This demo holds {settings.demo_pages} images and {settings.demo_megabytes} MB.",
                "Import fewer images, or run the workbench on your own computer, where there is no limit.",
            )


def _nothing(skipped: Sequence[Skipped], task: str) -> Invalid:
    """Return the error for files among which nothing can be learnt from."""
    named = "; ".join(f"{one.name}: {one.reason}" for one in skipped[:MOST_NAMED])
    more = " …" if len(skipped) > MOST_NAMED else ""
    hint = "Give images with files of the same name: .gt.txt with one line each, PAGE or ALTO; or an Arrow file of kraken."
    if task == "layout":
        hint = "Give images of whole pages with PAGE or ALTO files of the same name."
    return Invalid(f"There is nothing to learn from. {named}{more}".strip(), hint)


def _once(kept: Sequence[_Kept], skipped: list[Skipped]) -> list[_Kept]:
    """Return each image once, as what comes first says where its lines are; the others are named."""
    first: dict[str, _Kept] = {}
    for one in kept:
        before = first.setdefault(one.document, one)
        if before is not one:
            reason = f"It is the same image as {displayed(before.found.name)}, and a page is learnt once."
            skipped.append(Skipped(displayed(one.found.name), reason))
    return list(first.values())


def _snapshot(actor: Actor, kept: Sequence[_Kept], divided: Plan, task: str) -> Snapshot:
    """Return what goes into the file; `about` says only whether the splits are shared."""
    lines = list(_lines(actor, kept, divided, task))
    measured = [line.id for line in lines if line.text and line.split == "train"]
    held_out = within(measured) if divided.within else set()
    lines = [replace(line, split="held_out") if line.id in held_out else line for line in lines]
    documents = [_document(one, divided) for one in kept]
    return Snapshot(lines, documents, {"shared": "1" if divided.shared else "0"})


def _documents(kept: Sequence[_Kept], before: Mapping[str, tuple[Split | None, bool]], task: str) -> list[Document]:
    """Return what decides about every document."""
    texts: dict[str, int] = {}
    cut: dict[str, bool] = {}
    named: dict[str, tuple[Split | None, bool]] = {}
    for one in kept:
        folder = next((part for part in _folders(one.found) if part in SPLITS), None)
        if folder is not None:  # as an export of a dataset divides them
            named[one.document] = (cast(Split, folder), True)
        known = sum(bool(line.text) or task == "layout" for line in one.found.document.page.lines)
        texts[one.document] = texts.get(one.document, 0) + known
        cut[one.document] = one.found.layout == "line"
    splits = {key: before.get(key) or named.get(key, UNDECIDED) for key in texts}
    return [
        Document(key=key, split=splits[key][0], chosen=splits[key][1], texts=count, learnt=False, cut=cut[key])
        for key, count in texts.items()
    ]


def _document(one: _Kept, divided: Plan) -> SnapshotDocument:
    return SnapshotDocument(
        document=one.document,
        page_id=None,
        page=page_name(one.found.name),
        project=one.place,
        split=divided.splits[one.document],
        width=one.found.frame.width,
        height=one.found.frame.height,
        direction=_direction(one.found),
        image=one.key,
        frame=one.found.frame.index,
        layout=one.found.layout,
    )


def _lines(actor: Actor, kept: Sequence[_Kept], divided: Plan, task: str) -> Iterator[SnapshotLine]:
    """Yield the lines with a text, for `layout` all; an image of one cut line may have none, which a look at the data tells."""
    time, number = now(), 0
    for one in kept:
        document, direction = one.found.document, _direction(one.found)
        for place, line in enumerate(document.page.lines):
            if not line.text and one.found.layout == "page" and task == "ocr":
                continue
            number += 1
            yield SnapshotLine(
                id=number,
                project_id=None,
                project=one.place,
                page_id=None,
                page=page_name(one.found.name),
                number=place + 1,
                document=one.document,
                split=divided.splits[one.document],
                text=line.text,
                plain=nodiac(line.text),
                revision=1,
                author=actor.name,
                source="import",
                model="",
                reading=None,
                seconds=None,
                saved_at=time,
                baseline=json.dumps(line.baseline),
                polygon=json.dumps(line.polygon),
                direction=document.own_direction(place) or direction,
                image=one.key,
                frame=one.found.frame.index,
                layout=one.found.layout,
            )


def _direction(found: Found) -> str:
    """Return the direction of the writing on an image; a text without a layout does not tell it."""
    if found.layout == "page":
        return found.document.page.direction
    return main_direction(line.text for line in found.document.page.lines)


def _folders(found: Found) -> tuple[str, ...]:
    """Return the folders that a file lay in."""
    return PurePath(found.name.replace("\\", "/")).parts[:-1]
