"""Finds lines with kraken's layout network, which learns from pages whose lines a person vouches for."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from engines import runtime
from engines.base import Options, Report, Trainable
from engines.checkpoints import CHECKPOINT
from engines.finding import LayoutEngine
from engines.layout.kraken.options import LayoutTraining
from engines.learning import Dataset, Finding, Learnt
from engines.types import Page

if TYPE_CHECKING:
    from pathlib import Path

_SHOWN = 700
"""Height at which the preview shows a page, pixels."""


class KrakenLayoutOptions(Options):
    """How lines are put in order."""

    direction: Literal["rtl", "ltr"] = Field("rtl", description="Base direction of the page: orders columns.")


class KrakenLayoutEngine(LayoutEngine[KrakenLayoutOptions], Trainable):
    """Finds lines by their baselines, in print and handwriting of any script."""

    title = "kraken"
    Options = KrakenLayoutOptions
    TrainingOptions = LayoutTraining
    checkpoint = CHECKPOINT
    requires = ("kraken", "torch", "torchvision")
    install_hint = "Install it with: pip install kraken==7.1.1"
    suffixes = (".safetensors", ".mlmodel")
    needs_weights = False

    @classmethod
    def own_weights(cls) -> Path | None:
        """Return the network that kraken ships; see the base class."""
        from engines.layout.kraken.weights import shipped

        return shipped()

    @classmethod
    def describe(cls, weights: Path) -> dict[str, object]:
        """Return the height at which a page is seen and the kinds of lines and regions; see the base class."""
        from engines.layout.kraken.weights import describe

        return describe(weights)

    @classmethod
    def check(cls, dataset: Dataset, options: Options, weights: Path | None) -> list[Finding]:  # noqa: ARG003
        """Look at the data before a training; see the base class."""
        from engines.layout.checking import findings

        return findings(dataset)

    @classmethod
    def preview(cls, image: np.ndarray, options: LayoutTraining, seed: int) -> np.ndarray | None:
        """Return a page as it may be turned, warped, stained or blurred; see the base class."""
        if options.variation == 0:
            return None
        from PIL import Image

        from engines.layout.kraken.canvas import scaled
        from engines.layout.variation import varied

        seen, _ = scaled(Image.fromarray(image))  # some effects are a number of its pixels
        page = Image.fromarray(varied(seen, [], options.strength, random.Random(seed))[0])
        return np.asarray(page.resize((max(8, round(page.width * _SHOWN / page.height)), _SHOWN), Image.Resampling.LANCZOS))

    def _train(self, dataset: Dataset, options: LayoutTraining, report: Report, out: Path) -> Learnt:
        """Learn from whole pages; see the base class."""
        from engines.layout.kraken.tuning import train

        return train(dataset, options, self.weights, report, out)

    def _find(self, image: np.ndarray, options: KrakenLayoutOptions, report: Report) -> Page:
        """Find the lines; see the base class."""
        from PIL import Image

        from engines.layout.kraken import finding
        from engines.layout.kraken.weights import finder

        report(0.0, "Loading the model")
        runtime.prepare()
        network = finder(self.weights)
        found = finding.find(Image.fromarray(image), network, lambda done: report(0.99 * done, "Finding lines"))
        lines = finding.in_order(found, options.direction)
        report(1.0, f"{len(lines)} lines found")
        return Page(image.shape[1], image.shape[0], tuple(lines), options.direction)
