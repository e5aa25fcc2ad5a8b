"""The contract of an engine that finds the lines of a page; image and options are checked before it works."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import numpy as np

from engines.base import Engine, Options, OptionsT, Report, silent
from engines.checks import check_image
from engines.learning import Dataset, Example, Measure, Outcome
from engines.types import Page


class LayoutEngine(Engine[OptionsT]):
    """Finds the lines of a page image and reads none. What it learns from are whole pages: the target is a `Page`."""

    task = "layout"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("baselines", "1 − F1, baselines", "points"),
        Measure("missed", "Missed lines", "lines"),
        Measure("invented", "Invented lines", "lines"),
        Measure("area", "1 − IoU, text area", "pixels"),
    )

    def find(self, image: np.ndarray, options: Mapping[str, object] | Options | None = None, report: Report = silent) -> Page:
        """Find the lines of a page.

        Args:
            image: (height, width, 3) uint8 RGB.
            options: Names and values, or checked options.
            report: Told about progress.

        Returns:
            The page, its lines in reading order and without text.

        Raises:
            InvalidImage: Wrong shape, type or size.
            InvalidOptions: An unknown option, or one outside its bounds.
            EngineError: Anything else that a person can be told.
        """
        checked = self.options(options)
        check_image(image)
        return self._find(image, checked, report)

    def examine(self, dataset: Dataset, examples: Sequence[Example], report: Report = silent) -> Iterator[Outcome]:
        """Find the lines of pages on which they are known and yield what came out, page after page.

        Raises:
            EngineError: As for `find`, or the image of a page is gone.
        """
        from engines.layout.metrics import outcome

        for done, example in enumerate(examples, 1):
            found = self.find(dataset.load(example.document))
            yield outcome(example.key, example.document, example.target.lines, found.lines)
            report(done / len(examples), f"{done} of {len(examples)} pages looked at")

    @abstractmethod
    def _find(self, image: np.ndarray, options: OptionsT, report: Report) -> Page:
        """Find the lines; image and options are already checked."""
