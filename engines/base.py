"""The contract of an engine: one abstract method per task; options and image are checked before it is called."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar, cast

import numpy as np

from engines.checks import check_image, check_lines
from engines.comparison import PLAIN, Formula
from engines.errors import EngineUnavailable, InvalidWeights, ReadingFailed, TrainingFailed
from engines.learning import Dataset, Example, Finding, Learnt, Measure, Outcome
from engines.ocr.metrics import FORMULAS, MEASURES, outcome
from engines.ocr.text import main_direction
from engines.options import Options, checked_options
from engines.types import Line, Page

OptionsT = TypeVar("OptionsT", bound=Options)


class Report:
    """How an engine tells its caller about its progress. The default keeps silent; a caller overrides what it follows.

    Any of the three may raise `engines.errors.Cancelled`; an engine lets that pass through.
    """

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Say how far the work is.

        Args:
            progress: 0..1, never falling.
            message: What is being done now, for a person.
            metrics: Named figures of this moment, such as `loss`.
        """

    def found(self, lines: Sequence[Line]) -> None:
        """Hand over the layout: all lines in reading order, none read yet."""

    def finished(self, index: int, line: Line) -> None:
        """Hand over the line at `index` of the layout (or of the given lines) as soon as it is read."""

    @property
    def enough(self) -> bool:
        """Return whether a training is to end early and keep the best it has."""
        return False


silent = Report()


class Engine(ABC, Generic[OptionsT]):
    """What all engines share: a name, a task, options, the libraries they need, and their weights."""

    task: ClassVar[str]
    name: ClassVar[str]  # the name of the file or package
    title: ClassVar[str]  # how a person calls it
    Options: ClassVar[type[Options]] = Options
    requires: ClassVar[tuple[str, ...]] = ()  # import names
    install_hint: ClassVar[str] = ""
    measures: ClassVar[tuple[Measure, ...]] = ()  # how models of its task are told apart; the first one decides
    formulas: ClassVar[Mapping[str, Formula]] = PLAIN  # of the measures that are no plain rate of errors
    suffixes: ClassVar[tuple[str, ...]] = ()  # of its weights; () = takes none
    needs_weights: ClassVar[bool] = True  # where there are suffixes; False = weights are welcome, and it works without
    weights_hint: ClassVar[str] = "Put one into the models folder, or run `make base-models`."  # how to get some

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Name the engine after its module."""
        super().__init_subclass__(**keywords)
        cls.name = cls.__module__.rpartition(".")[2]

    def __init__(self, weights: Path | None = None) -> None:
        """Remember the weights; nothing is loaded yet.

        Raises:
            EngineUnavailable: A library or data file is missing.
        """
        problem = self.unavailable()
        if problem is not None:
            raise problem
        self.weights = weights

    @classmethod
    def unavailable(cls) -> EngineUnavailable | None:
        """Return why the engine cannot work here, or None when it can. Imports nothing heavy."""
        missing = [module for module in cls.requires if find_spec(module) is None]
        if missing:
            return EngineUnavailable(f"{cls.title} needs {', '.join(missing)}, which is not installed.", cls.install_hint)
        return None

    @classmethod
    def options(cls, given: Mapping[str, object] | Options | None = None) -> OptionsT:
        """Return checked options.

        Args:
            given: Option names and values; text values are converted, as they come from a command line.

        Raises:
            InvalidOptions: A name is unknown or a value is outside its bounds.
        """
        return cast(OptionsT, checked_options(cls.Options, given, cls.name))

    @classmethod
    def option_fields(cls) -> dict[str, dict[str, Any]]:
        """Return the JSON schema of every option by name; the forms and commands are derived from it."""
        return cls.Options.model_json_schema().get("properties", {})

    @classmethod
    def own_weights(cls) -> Path | None:
        """Return the weights that come with its library, with which it works when it is given none. Imports nothing heavy."""
        return None

    @classmethod
    def describe(cls, weights: Path) -> Mapping[str, object]:
        """Return what weights say about themselves, such as `alphabet` and `script`; they are loaded for it.

        Args:
            weights: A file of one of the `suffixes`, which nobody has looked into yet.

        Raises:
            EngineError: They are damaged or made for something else.
        """
        raise InvalidWeights(f"{cls.title} cannot tell what {weights.name} is.", "Put it into the models folder by hand.")


class Trainable(ABC):
    """What an engine is beside its task when it can learn: a second base class.

    Its form, its jobs, its curves, its versions and their comparison follow from what is declared here.
    """

    TrainingOptions: ClassVar[type[Options]]
    """Options of a training; a field with `MAIN` stands in the form at once."""
    checkpoint: ClassVar[str] = ""
    """Name of the file in `out` from which a training goes on; "" = it begins anew."""

    name: ClassVar[str]

    @classmethod
    def training_options(cls, given: Mapping[str, object] | Options | None = None) -> Options:
        """Return checked options of a training.

        Raises:
            InvalidOptions: A name is unknown or a value is outside its bounds.
        """
        return checked_options(cls.TrainingOptions, given, f"a training of {cls.name}")

    @classmethod
    @abstractmethod
    def check(cls, dataset: Dataset, options: Options, weights: Path | None) -> list[Finding]:
        """Look at the data before a training, without any heavy library and without opening an image.

        Args:
            dataset: What would be learnt from.
            options: Checked options of the training.
            weights: Of the model to start from; None = from nothing.
        """

    @classmethod
    def preview(cls, image: np.ndarray, options: Any, seed: int) -> np.ndarray | None:  # noqa: ARG003  # by default as it is
        """Return how an example may look when it is learnt, without any heavy library; None = as it is.

        Args:
            image: Of one example, (height, width, 3) uint8 RGB; what comes back may be grey and of another size.
            options: Checked options of the training.
            seed: Another one gives another picture.
        """
        return None

    def train(
        self,
        dataset: Dataset,
        options: Mapping[str, object] | Options | None,
        report: Report,
        out: Path,
        *,
        keep_checkpoint: bool = False,
    ) -> Learnt:
        """Learn from a dataset, starting from the weights of this engine, or from nothing when it has none.

        A call with the folder of an earlier attempt goes on where that one stopped.

        Args:
            dataset: Examples of this engine's task, by split.
            options: Of the training: names and values, or checked options.
            report: Told the progress; each epoch with the metrics `epoch`, `best_epoch`, `loss`, `held_out_loss`, and `error` of
                the first measure on the held-out examples with `error_low`, `error_high` and `error_n`; epoch 0 is what it
                starts from. It ends the training with `Cancelled`; with `enough` the best so far is kept.
            out: Folder for weights and reports; nothing is written elsewhere.
            keep_checkpoint: Leave the checkpoint there at the end: who has more to do with what was made may need it.

        Returns:
            What was made; its weights lie in `out`.

        Raises:
            InvalidOptions: An unknown option, or one outside its bounds.
            TrainingFailed: There is nothing to learn from, or nothing was learnt.
            EngineError: Anything else that a person can be told.
        """
        checked = self.training_options(options)
        if not dataset.examples["train"]:
            raise TrainingFailed("There is nothing to learn from.", "Correct some lines first, or choose other projects.")
        out.mkdir(parents=True, exist_ok=True)
        learnt = self._train(dataset, checked, report, out)
        if self.checkpoint and not keep_checkpoint:
            (out / self.checkpoint).unlink(missing_ok=True)
        return learnt

    @abstractmethod
    def _train(self, dataset: Dataset, options: Any, report: Report, out: Path) -> Learnt:
        """Learn; options are already checked and there is at least one example."""


class OcrEngine(Engine[OptionsT]):
    """Finds and reads the lines of a page image."""

    task = "ocr"
    measures: ClassVar[tuple[Measure, ...]] = MEASURES
    formulas: ClassVar[Mapping[str, Formula]] = FORMULAS
    finds_with: ClassVar[str] = ""  # engine of the task `layout` whose weights `layout` may be; "" = it takes none
    layout: Path | None = None  # finds the lines where none are given; None = as the engine does by itself

    def read(
        self,
        image: np.ndarray,
        lines: Sequence[Line] | None = None,
        options: Mapping[str, object] | Options | None = None,
        report: Report = silent,
    ) -> Page:
        """Read a page.

        Args:
            image: (height, width, 3) uint8 RGB.
            lines: Read just these, in this order; None = find the lines first.
            options: Names and values, or checked options.
            report: Told about progress, the layout and every finished line.

        Returns:
            The page. With `lines` given it has exactly those lines; a line that could not be read has an empty
            text and a reason.

        Raises:
            InvalidImage: Wrong shape, type or size.
            InvalidOptions: An unknown option, or one outside its bounds.
            InvalidLines: A given line lies outside the image.
            ReadingFailed: The engine failed, or gave back another number of lines than it was given.
            EngineError: Anything else that a person can be told.
        """
        checked = self.options(options)
        check_image(image)
        if lines is not None:
            check_lines(lines, image)
        page = self._read(image, lines, checked, report)
        if lines is not None and len(page.lines) != len(lines):
            raise ReadingFailed(
                f"The engine {self.name} was given {len(lines)} lines and gave back {len(page.lines)}.",
                "This is a fault of the engine: read with another one and tell its author.",
            )
        return page

    def examine(self, dataset: Dataset, examples: Sequence[Example], report: Report = silent) -> Iterator[Outcome]:
        """Read lines whose text is known and yield what came out, in their order by document.

        Where an engine has an option `direction`, it is that of these texts, as in the training that learns from them.

        Raises:
            EngineError: As for `read`, or the image of a document is gone.
        """
        direction = main_direction(example.target.text for example in examples)
        options = {"direction": direction} if "direction" in self.Options.model_fields else {}
        documents = list(dict.fromkeys(example.document for example in examples))
        done = 0
        for document in documents:
            members = [example for example in examples if example.document == document]
            bare = [Line(example.target.baseline, example.target.polygon) for example in members]
            page = self.read(dataset.load(document), bare, options)
            for example, line in zip(members, page.lines, strict=True):
                yield outcome(example.key, document, example.target.text, line.text)
            done += len(members)
            report(done / len(examples), f"{done} of {len(examples)} lines read")

    def finder(self, options: Mapping[str, object] | Options | None = None) -> str:  # noqa: ARG002  # by default nothing is told
        """Return a name for what finds the lines of a page: engines that say the same find the same lines in the same order.

        Whoever kept what `report.found` told of an image may give it as `lines` to another engine of that finder, or to the same
        one with other options, and no line is looked for. "" = nothing can be kept: finding takes no time, or depends on reading.

        Args:
            options: Names and values, or checked options.
        """
        return ""

    @abstractmethod
    def _read(self, image: np.ndarray, lines: Sequence[Line] | None, options: OptionsT, report: Report) -> Page:
        """Read a page; image, lines and options are already checked."""
