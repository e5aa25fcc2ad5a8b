"""Makes the first model of Hebrew from nothing but texts and fonts: `python -m engines.ocr.kraken.base_model --help`."""

from __future__ import annotations

import argparse
import logging
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engines import runtime

if TYPE_CHECKING:
    from engines.ocr.kraken.base_card import Making
    from engines.ocr.kraken.base_lines import Writing
    from engines.ocr.kraken.training import Sample, Trainer

log = logging.getLogger(__name__)

PUBLISH_S = 600.0
"""Seconds of training between two published models."""

CHECKED, TESTED = 40, 300
"""Lines of each set that are read on the way, and at the end."""

ROUND, FRESH, STOCK = 1200, 480, 6000
"""Lines that are learnt per round, lines that are new in it, lines in stock."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to make.

    Attributes:
        text: Folder of .txt files, one sentence a line.
        fonts: Folders to search for fonts; () = those of the system.
        out: Folder for the model.
        work: Folder for the checkpoint.
        minutes: Budget of time.
        seed: Of everything random.
    """

    text: Path
    fonts: tuple[Path, ...]
    out: Path
    work: Path
    minutes: float
    seed: int = 0

    @property
    def checkpoint(self) -> Path:
        """Return the file from which training goes on."""
        return self.work / "checkpoint.pt"


def make(order: Order) -> Trainer:
    """Train for the ordered time, publishing usable models on the way; goes on where an earlier run stopped.

    Raises:
        EngineUnavailable: No Hebrew font, or text cannot be shaped here.
        InvalidOptions: No texts.
    """
    runtime.prepare()
    from engines.ocr.kraken.base_card import Making
    from engines.ocr.kraken.base_lines import Writing, divided
    from engines.ocr.kraken.base_scores import check_sets
    from engines.ocr.kraken.network import build
    from engines.ocr.kraken.training import Recipe, Trainer
    from engines.ocr.synthesis.fonts import check_shaping, scan, system_folders
    from engines.ocr.synthesis.texts import ALPHABET

    check_shaping()
    order.work.mkdir(parents=True, exist_ok=True)
    fonts, unseen = divided(scan(order.fonts or system_folders()))
    network = build(ALPHABET)
    writing = Writing.load(fonts, order.text, "train", network.codec)
    testing = Writing.load(fonts, order.text, "test", network.codec)
    trainer = Trainer(network, Recipe(), order.minutes * 60)
    if order.checkpoint.exists():
        trainer.resume(order.checkpoint)
    making = Making(order.text, fonts, unseen, order.seed)
    log.info("%d fonts to learn from, %d kept for tests", len(fonts), len(unseen))
    _train(trainer, order, making, (writing, check_sets(testing, unseen, CHECKED, order.seed)))
    publish(trainer, order.out, making, check_sets(testing, unseen, TESTED, order.seed + 1))
    return trainer


def _train(trainer: Trainer, order: Order, making: Making, lines: tuple[Writing, Mapping[str, Sequence[Sample]]]) -> None:
    """Train until the budget is spent; checkpoints and publishes at its times."""
    from engines.ocr.kraken.training import Pool

    writing, checks = lines
    rng = random.Random(f"{order.seed} {trainer.steps}")
    pool = Pool(lambda: writing.sample(rng, length(trainer, rng)), STOCK)
    due = trainer.seconds + PUBLISH_S
    while not trainer.done:
        began = time.monotonic()
        pool.renew(FRESH)
        trainer.spend(time.monotonic() - began)
        trainer.learn(pool.pick(ROUND, rng), rng)
        log.info("%5.0f s, step %d, %d lines, loss %.3f", trainer.seconds, trainer.steps, trainer.lines, trainer.loss)
        if trainer.seconds >= due or trainer.done:
            due = trainer.seconds + PUBLISH_S
            trainer.save(order.checkpoint)
            publish(trainer, order.out, making, checks)


def length(trainer: Trainer, rng: random.Random) -> int:
    """Return a number of words: few at first, then up to whole lines, as what is learnt on short ones carries over."""
    part = trainer.seconds / trainer.budget_s
    if part < 0.04:
        return rng.randrange(1, 4)
    return rng.randrange(1, 7) if part < 0.3 or rng.random() < 0.5 else rng.randrange(4, 13)


def publish(trainer: Trainer, out: Path, making: Making, tests: Mapping[str, Sequence[Sample]]) -> None:
    """Measure the averaged network as it is now and write it with its description; each file replaces an older one at once."""
    from engines.ocr.kraken.base_card import describe
    from engines.ocr.kraken.base_scores import measured
    from engines.ocr.kraken.network import write

    scores = measured(trainer, tests)
    log.info("CER %s", "; ".join(f"{name} {100 * result.cer:.2f} %" for name, result in scores.items()))
    out.mkdir(parents=True, exist_ok=True)
    write(trainer.averaged(), out / "model.safetensors")
    describe(trainer, making, scores, out)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m engines.ocr.kraken.base_model", description=__doc__)
    parser.add_argument("--text", type=Path, required=True, help="folder of .txt files in UTF-8, one sentence a line")
    parser.add_argument(
        "--fonts", type=Path, nargs="*", default=[], help="folders to search for fonts (default: FONTS, or the system's)"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--work", type=Path, help="folder for the checkpoint (default: beside OUT)")
    parser.add_argument("--minutes", type=float, default=80.0, help="budget of time")
    parser.add_argument("--seed", type=int, default=0, help="of everything random")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    make(
        Order(
            given.text,
            tuple(given.fonts),
            given.out,
            given.work or given.out.with_name(f"{given.out.name}.work"),
            given.minutes,
            given.seed,
        )
    )


if __name__ == "__main__":
    main()
