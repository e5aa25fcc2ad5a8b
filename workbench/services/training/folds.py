"""Folds of a cross-validation: whole pages, or whole projects and folders, are measured by models that have not seen them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engines.learning import Dataset, Example, Split
from workbench.services.datasets.splitting import Document, plan, within
from workbench.services.datasets.views import Look, Row
from workbench.services.errors import Invalid

By = Literal["page", "source"] | int
"""What is never divided: a page · a project, or the folder of an import · the folders so many levels below the first one."""

Group = tuple[str, str]
"""What is never divided: how people call it, and what tells it from others of that name."""

LEAST_FOLDS, MOST_FOLDS = 2, 50


@dataclass(frozen=True, slots=True)
class Fold:
    """One turn.

    Attributes:
        groups: What is measured.
        dataset: Its `test` is measured, its `held_out` chooses the best epoch.
        group: Of each measured example, by its key.
    """

    groups: Sequence[Group]
    dataset: Dataset
    group: Mapping[str, Group]

    @property
    def name(self) -> str:
        """Return the name of what is measured, where that is one thing; else ""."""
        return self.groups[0][0] if len(self.groups) == 1 else ""


def folded(look: Look, by: By, count: int | None) -> list[Fold]:
    """Return the folds of a dataset, the same every time. Lines without a text, and those of the split `test`, have no part.

    Args:
        look: The content of the dataset.
        by: What is never divided.
        count: How many folds; None = one for each page, project or folder.

    Raises:
        Invalid: There are too few of these, or too many folds.
    """
    groups = grouped(look, by)
    parts = divided({group: len(examples) for group, examples in groups.items()}, count)
    return [_fold(look, groups, part) for part in parts]


def grouped(look: Look, by: By) -> dict[Group, list[Example]]:
    """Return what can be learnt from, as it stays together; a scan that is in several places is of the first one."""
    found: dict[Group, list[Example]] = {}
    places: dict[str, Group] = {}
    for split in ("train", "held_out"):
        for example in look.dataset.examples[split]:
            if example.target.text.strip():
                group = places.setdefault(example.document, _group(look.rows[example.key], example.document, by))
                found.setdefault(group, []).append(example)
    return found


def divided(sizes: Mapping[Group, int], count: int | None) -> list[list[Group]]:
    """Return groups in parts of about as many examples each.

    The largest are dealt out first, each to the part that has the fewest.

    Args:
        sizes: How many examples each group has.
        count: How many parts; None = one for each group.

    Raises:
        Invalid: There are fewer groups, or too few or too many parts.
    """
    wanted = len(sizes) if count is None else count
    if not LEAST_FOLDS <= wanted <= min(len(sizes), MOST_FOLDS):
        raise Invalid(
            f"What there is cannot be divided into {wanted} folds: {len(sizes)} parts of it stay whole.",
            f"There are {LEAST_FOLDS} to {MOST_FOLDS} folds, and a part for each; pages are more parts than projects or folders.",
        )
    parts: list[list[Group]] = [[] for _ in range(wanted)]
    for group in sorted(sizes, key=lambda group: (-sizes[group], group)):
        min(parts, key=lambda part: sum(sizes[other] for other in part)).append(group)
    return parts


def _group(row: Row, document: str, by: By) -> Group:
    """Return what an example stays together with."""
    if by == "page":
        return row.page, document
    if isinstance(by, int) and row.project_id is None:
        return "/".join(row.project.split("/")[: by + 1]), ""
    return row.project, str(row.project_id or "")


def _fold(look: Look, groups: Mapping[Group, Sequence[Example]], measured: Sequence[Group]) -> Fold:
    """Return one turn: of what is not measured, some documents choose the best epoch, as they do in any training."""
    rest = [example for group, examples in groups.items() if group not in measured for example in examples]
    cut = {example.document: look.rows[example.key].layout == "line" for example in rest}
    texts = Counter(example.document for example in rest)
    decided = plan(
        Document(key=key, split=None, chosen=False, texts=texts[key], learnt=False, cut=cut[key]) for key in sorted(texts)
    )
    single = {str(key) for key in within([int(example.key) for example in rest])} if decided.within else set[str]()
    examples: dict[Split, list[Example]] = {"train": [], "held_out": [], "test": []}
    for example in rest:
        examples["held_out" if example.key in single else decided.splits[example.document]].append(example)
    group = {example.key: name for name in measured for example in groups[name]}
    examples["test"] = [example for name in measured for example in groups[name]]
    return Fold(measured, Dataset(look.dataset.task, examples, look.dataset.load, decided.shared), group)
