"""Which documents are learnt from and which ones measure: by a stable hash, unless a person says otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engines.learning import Split

HELD_OUT_OF = 10
"""One of so many documents measures."""

HELD_OUT_OF_FEW = 5
"""One of so many, where there are only a few lines, cut ones or those of one document."""

FEW = 100
"""Fewer lines than these are few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What decides about a document.

    Attributes:
        key: As `document_key` gives it.
        split: What was decided before; None = nothing.
        chosen: A person decided it, and nothing else may.
        texts: How many examples have something to learn from.
        learnt: A model has learnt from it.
        cut: It is one cut line.
    """

    key: str
    split: Split | None
    chosen: bool
    texts: int
    learnt: bool
    cut: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Where documents go.

    Attributes:
        splits: By key.
        shared: Both sides are of one hand or one document, so that figures are optimistic.
        within: Nothing is held out as a whole: single examples of the documents must measure.
    """

    splits: Mapping[str, Split]
    shared: bool
    within: bool


def document_key(source: str, frame: int) -> str:
    """Return the key of an image: the same scan uploaded twice is one document.

    Args:
        source: sha256 of the file.
        frame: Which image of it, from 0.
    """
    return f"{source[:16]}-{frame}"


def draw(key: object) -> int:
    """Return a number that is always the same for a key and evenly spread over keys."""
    return int(hashlib.sha256(str(key).encode()).hexdigest()[:8], 16)


def plan(documents: Iterable[Document]) -> Plan:
    """Decide about every document.

    What was decided before stays, except that something must be learnt from and something should measure: where nothing
    is held out, one document that no model has learnt from changes sides, or all measure within themselves.
    """
    documents = list(documents)
    cut = bool(documents) and all(document.cut for document in documents)
    every = one_in(sum(document.texts > 0 for document in documents)) if cut else HELD_OUT_OF
    splits: dict[str, Split] = {document.key: document.split or _drawn(document.key, every) for document in documents}
    _require(documents, splits, "train", "held_out")
    useful = [document for document in documents if document.texts]
    if sum(splits[document.key] == "train" for document in useful) > 1:
        _require(documents, splits, "held_out", "train")
    used = {splits[document.key] for document in useful}
    within = "train" in used and "held_out" not in used
    chosen = all(document.chosen for document in documents)  # cut lines that a person has divided, as by book or page
    return Plan(splits, shared=(cut and not chosen) or within, within=within)


def plan_whole(documents: Iterable[Document]) -> Plan:
    """Decide about documents that are examples as a whole: a single one cannot be divided, and nothing measures."""
    return replace(plan(documents), shared=False, within=False)


def _drawn(key: str, every: int) -> Split:
    """Return the split that the hash of a key gives."""
    return "held_out" if draw(key) % every == 0 else "train"


def _require(documents: Sequence[Document], splits: dict[str, Split], wanted: Split, other: Split) -> None:
    """Let one document change sides where none with a text has the wanted split; those that a person chose stay."""
    useful = [document for document in documents if document.texts]
    if any(splits[document.key] == wanted for document in useful):
        return
    free = [document for document in useful if splits[document.key] == other and not document.chosen]
    if wanted == "held_out":
        free = [document for document in free if not document.learnt] or free
    if free:
        order = sorted(free, key=lambda document: (draw(document.key), document.key))
        splits[order[0 if wanted == "held_out" else -1].key] = wanted


def one_in(lines: int) -> int:
    """Return how many lines there are to each one that measures, where every line is drawn by itself."""
    return HELD_OUT_OF if lines >= FEW else HELD_OUT_OF_FEW


def within(keys: Sequence[int]) -> set[int]:
    """Return which examples of a document measure: as `one_in` says, by hash, and one at least when there are two or more.

    Args:
        keys: Ids of examples with something to learn from.
    """
    order = sorted(keys, key=lambda key: (draw(key), key))
    if len(order) < 2:
        return set()
    chosen = [key for key in order if draw(key) % one_in(len(order)) == 0]
    return set(chosen[: len(order) - 1] or order[:1])
