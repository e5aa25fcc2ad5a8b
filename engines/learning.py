"""What learning is made of: examples, the dataset that a training sees, what is doubtful in it, and what came of it.

Nothing here knows a task: an `Example` of OCR has a line with its text as its target, one of another task a mask or a label.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

Split = Literal["train", "held_out", "test"]
"""train = learnt from · held_out = measures every epoch and so chooses the best one · test = never seen by any training."""

SPLITS: tuple[Split, ...] = ("train", "held_out", "test")


@dataclass(frozen=True, slots=True)
class Example:
    """One corrected thing.

    Attributes:
        key: Its name within the dataset.
        name: How a person calls it, such as `Folio 4 recto, line 12`.
        document: Key of the page, book or track that it is of; examples of one document are not independent.
        target: What a person says that it is: a `Line` with its text, a mask, a label.
    """

    key: str
    name: str
    document: str
    target: Any


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a training sees: frozen, divided by document.

    Attributes:
        task: Such as `ocr`.
        examples: By split; each of the three is there, maybe empty.
        load: Returns the content of a document by its key: (height, width, 3) uint8 RGB of an image.
            It raises `EngineError` when that is gone.
        shared: Examples of one document stand on both sides, because there is only one: figures are optimistic.
    """

    task: str
    examples: Mapping[Split, Sequence[Example]]
    load: Callable[[str], np.ndarray]
    shared: bool = False

    def documents(self, split: Split) -> tuple[str, ...]:
        """Return the keys of the documents of a split, in their order."""
        return tuple(dict.fromkeys(example.document for example in self.examples[split]))


@dataclass(frozen=True, slots=True)
class Suspect:
    """An example about which something is doubtful, and why, in words for a person."""

    key: str
    why: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at the data before a training found.

    Attributes:
        kind: A word for programs, such as `characters`.
        level: ok = nothing wrong · warn = worth a look · stop = a training could not learn from this.
        text: One sentence for a person.
        value: How many; with `total`, of how many.
        total: See `value`; None = it stands for itself.
        suspects: What to look at.
        characters: Characters that are meant, where it is about such.
    """

    kind: str
    level: Literal["ok", "warn", "stop"]
    text: str
    value: int
    total: int | None = None
    suspects: tuple[Suspect, ...] = ()
    characters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure by which models are told apart: a rate of errors, of which less is better, or a score.

    Attributes:
        name: A word for programs, such as `strict`.
        title: How a person calls it, such as `CER, letters`.
        unit: What one error and one thing are, such as `characters`.
        form: The normal form in which truth and reading are compared, with its version, such as `letters-1`; "" = there is none.
        score: It goes from 0 to 100 by a formula of its engine, and more is better.
    """

    name: str
    title: str
    unit: str
    form: str = ""
    score: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a model said about one example whose truth is known.

    Attributes:
        key: Of the example.
        document: Of the example.
        truth: What is true, as text.
        prediction: What the model said, as text.
        counts: By the name of the measure: errors and how much could be wrong, or what the formula of the measure needs, of
            which the second one is how much there is. Counts of several examples can be added.
        confusions: Pairs (true, said) of what was taken for what, one for each time.
    """

    key: str
    document: str
    truth: str
    prediction: str
    counts: Mapping[str, tuple[int, ...]]
    confusions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a training made.

    Attributes:
        weights: Name of the file of weights in the folder that it was given.
        description: What the model is, for its `model.json`, such as its alphabet and script. On its card stand `recipe` too:
            its `options` as they were used, and `why`; and `left_out`: the `name` of each example that could not be
            learnt, and `why`, or of the first ones, while the figure of that name counts all.
        metrics: Last figures of the training: epochs, the best one, seconds, losses.
        figures: Names of pictures and reports in the folder.
    """

    weights: str
    description: Mapping[str, object]
    metrics: Mapping[str, float]
    figures: tuple[str, ...] = field(default=())


class Combining(ABC):
    """What an engine is beside its task when it can make one model of several: a second base class."""

    combines: ClassVar[tuple[str, ...]]
    """Names of the engines whose models it takes."""

    @classmethod
    @abstractmethod
    def combine(cls, weights: Sequence[Path], out: Path) -> Learnt:
        """Make one model of several.

        Args:
            weights: Of the models, two or more.
            out: Folder for the new weights; nothing is written elsewhere.

        Raises:
            EngineError: They cannot be combined.
        """
