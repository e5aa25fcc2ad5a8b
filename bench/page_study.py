"""Ablations: what each option, and each piece of the variation of pages, is worth to a layout network: `make study PAGES=FOLDER`.

FOLDER holds images of pages with PAGE or ALTO files (`NAME.xml` or `NAME.….xml`), of the kind that the network is to learn;
they are divided by their names. Every cell trains a fixed number of epochs from the network that kraken ships; what is done
is kept in `bench/page_study.json` and not done again.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np

from bench.real import load
from bench.study import SEEDS, by_seed, filled
from engines.base import Trainable, silent
from engines.errors import TrainingFailed
from engines.finding import LayoutEngine
from engines.layout import variation
from engines.learning import SPLITS, Dataset, Example, Split

RESULTS = Path(__file__).parent / "page_study.json"
EPOCHS = 8
AS_IT_IS = "as it is"
OPTIONS: Mapping[str, Mapping[str, object]] = {
    AS_IT_IS: {},
    "constant rate": {"schedule": "constant"},
    "one cycle": {"schedule": "one cycle"},
    "steps": {"schedule": "step"},
    "plateau": {"schedule": "plateau"},
    "two pieces a step": {"gather": 2},
    "no clipping": {"clip": 1000},
    "frozen 50 steps": {"frozen": 50},
    "least gain 5 %": {"least_gain": 0.05},
    "no average": {"average": 0},
    "a third rendered": {"synthetic": 0.33},
    "fp32": {"precision": "fp32"},
    "no variation": {"variation": 0},
}
"""Options that differ from the usual ones, by what the table calls them."""

CHANGES = (*OPTIONS, *(f"no {name}" for name in (*variation.SPREADS, *variation.LOOKS)))
"""All cells: options, then pieces of the variation that are left out."""


def pages(folder: Path) -> Dataset:
    """Return the pages of a folder: of every four, two are learnt, one chooses the best epoch and one is only tested on."""
    from workbench.formats import recognise

    examples: dict[Split, list[Example]] = {split: [] for split in SPLITS}
    images = (path for path in sorted(folder.iterdir()) if path.suffix.lower() in {".png", ".jpg", ".jpeg", ".tif"})
    found = [(image, truth) for image in images for truth in sorted(folder.glob(f"{image.stem}.*xml"))[:1]]
    for place, (image, truth) in enumerate(found):
        split: Split = ("test", "train", "held_out", "train")[place % 4]
        data = truth.read_bytes()
        read = recognise(data).read
        assert read is not None
        height, width = load(str(image)).shape[:2]
        examples[split].append(Example(str(image), image.stem, str(image), read(data, (width, height)).page))
    return Dataset("layout", examples, load)


@contextmanager
def changed(name: str) -> Iterator[Mapping[str, object]]:
    """Leave a piece of the variation out for the length of a block, if the cell says so, and give the options of the training."""
    piece = name.removeprefix("no ")
    looks = tuple(look for look in variation.LOOKS if look != piece)
    still = {piece: 0.0} if piece in variation.SPREADS else {}
    with patch.object(variation, "LOOKS", looks), patch.dict(variation.SPREADS, still):
        yield OPTIONS.get(name, {})


def cell(dataset: Dataset, name: str, seed: int, start: Path | None = None) -> dict[str, float]:
    """Train with one thing changed and return the errors on the test pages; the start's, where no epoch was better."""
    from engines import get
    from engines.comparison import rates

    engine = get("layout", "kraken")
    with tempfile.TemporaryDirectory() as folder, changed(name) as options:
        learner = engine(start)
        assert isinstance(learner, Trainable)
        fixed = {"epochs": EPOCHS, "patience": EPOCHS, "minutes": 600, "seed": seed}
        try:
            made = Path(folder) / learner.train(dataset, {**fixed, **options}, silent, Path(folder)).weights
        except TrainingFailed:
            made = start
        finder = engine(made)
        assert isinstance(finder, LayoutEngine)
        rate = rates(list(finder.examine(dataset, dataset.examples["test"])), ["baselines"])["baselines"]
    return {"error": rate.value, "low": rate.low, "high": rate.high, "n": rate.n}


def table(done: Mapping[str, Mapping[str, float]]) -> str:
    """Return the cells as a table: mean error over the seeds, their range, and the difference from a training as it is."""
    rows = ["| change | baselines wrong, % | seeds | against as it is, points |", "| --- | --- | --- | --- |"]
    usual = by_seed(done, AS_IT_IS)
    for name in CHANGES:
        cells = by_seed(done, name)
        if not cells:
            continue
        errors = [100 * value["error"] for value in cells.values()]
        gaps = [100 * (cells[seed]["error"] - usual[seed]["error"]) for seed in cells if seed in usual]
        gap = f"{np.mean(gaps):+.2f} ({min(gaps):+.2f} to {max(gaps):+.2f})" if gaps and name != AS_IT_IS else "—"
        rows.append(f"| {name} | {np.mean(errors):.2f} | {min(errors):.2f}–{max(errors):.2f} (n {len(errors)}) | {gap} |")
    return "\n".join(rows)


def main() -> None:
    """Fill in the cells that are missing, then print the table."""
    parser = argparse.ArgumentParser(prog="bench.page_study")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", choices=CHANGES, help="names of changes; all without it")
    parser.add_argument("--seeds", type=int, nargs="*", default=list(SEEDS))
    given = parser.parse_args()
    dataset = pages(given.folder)
    counts = ", ".join(f"{len(dataset.examples[split])} {split}" for split in SPLITS)
    if not all(dataset.examples[split] for split in SPLITS):
        parser.error(f"there are too few pages in {given.folder}: {counts}")
    done = filled(RESULTS, given.only or CHANGES, given.seeds, lambda name, seed: cell(dataset, name, seed))
    print(f"pages: {counts}; {EPOCHS} epochs; load {os.getloadavg()[0]:.1f}")
    print(table(done))


if __name__ == "__main__":
    main()
