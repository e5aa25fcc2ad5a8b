"""On which lines two models can be compared: corrected ones of documents that neither has learnt from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engines.learning import SPLITS, Example
from engines.types import Line
from workbench.services.datasets.views import Look
from workbench.services.errors import Invalid
from workbench.services.models.version import ModelVersion

MOST_LINES = 400
"""More are not read or looked for, as pages that somebody uploads wait meanwhile: whole documents are left out, always the
same ones."""

FORMAT = 2
"""Rises whenever the same lines would give another verdict; a result of before stays, without measures that came later."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What two models are compared on.

    Attributes:
        look: The corrections they are taken from.
        examples: By document, in reading order.
        shared: Examples of these documents, or of the same hand, were learnt: figures are optimistic.
        chosen: Some of these documents chose the best epoch of one of the two.
        left_out: Examples that are not read because there are too many.
    """

    look: Look
    examples: Sequence[Example]
    shared: bool
    chosen: bool
    left_out: int

    def key(self, a: ModelVersion, b: ModelVersion) -> str:
        """Return the name of the result: equal for the same models on the same words of people."""
        lines = sorted((example.key, self.look.rows[example.key].revision) for example in self.examples)
        parts = [FORMAT, [[version.full_name, version.fingerprint] for version in (a, b)], lines]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]


def ground(look: Look, a: ModelVersion, b: ModelVersion) -> Ground:
    """Return what is left for a comparison of two models.

    Raises:
        Invalid: Nothing: both have learnt from all of it.
    """
    learnt = _learnt("documents", a, b)
    single = _learnt("examples", a, b)
    known = [example for split in SPLITS for example in look.dataset.examples[split] if _is_known(example)]
    left = [example for example in known if example.document not in learnt and example.key not in single]
    if not left:
        raise Invalid(
            "Both have learnt from every corrected page.",
            "Correct a page that no model has seen, or keep one out of training: its split in the Training tab is test.",
        )
    examples = _most(left)
    touched = {example.document for example in known if example.key in single}
    shared = any(version.said.get("shared") is True for version in (a, b))
    chosen = a.chosen_on | b.chosen_on
    return Ground(
        look=look,
        examples=examples,
        shared=shared or any(example.document in touched for example in examples),
        chosen=any(example.document in chosen for example in examples),
        left_out=len(left) - len(examples),
    )


def _is_known(example: Example) -> bool:
    """Tell whether a person has said what an example is: a line has a text; a page is in a dataset only with its lines."""
    return not isinstance(example.target, Line) or bool(example.target.text.strip())


def sources(versions: Iterable[ModelVersion]) -> list[int]:
    """Return the ids of the projects from which models have learnt, as their `model.json` says."""
    found = []
    for version in versions:
        dataset = version.said.get("dataset")
        listed = dataset.get("sources") if isinstance(dataset, Mapping) else None
        for source in listed if isinstance(listed, list) else ():
            project = source.get("project") if isinstance(source, Mapping) else None
            if isinstance(project, int):
                found.append(project)
    return list(dict.fromkeys(found))


def _learnt(what: str, *versions: ModelVersion) -> set[str]:
    """Return the keys of documents or examples that at least one of the models has learnt."""
    learnt = [version.said.get("learnt") for version in versions]
    return {key for told in learnt if isinstance(told, Mapping) for key in _named(told.get(what))}


def _named(value: object) -> set[str]:
    """Return the texts of a list."""
    return {key for key in value if isinstance(key, str)} if isinstance(value, list) else set()


def _most(examples: Sequence[Example]) -> list[Example]:
    """Return as many examples as are read, by document; documents are taken in an order that only their keys decide."""
    documents: dict[str, list[Example]] = {}
    for example in examples:
        documents.setdefault(example.document, []).append(example)
    kept, count = set(), 0
    for document in sorted(documents, key=lambda key: hashlib.sha256(key.encode()).digest()):
        size = sum(1 if isinstance(example.target, Line) else len(example.target.lines) for example in documents[document])
        if count and count + size > MOST_LINES:
            break
        kept.add(document)
        count += size
    return [example for document in documents if document in kept for example in documents[document]][:MOST_LINES]
