"""Makes the first models of scripts from nothing but texts and fonts: `python -m engines.ocr.kraken.base_model --help`."""

from __future__ import annotations

import argparse
import logging
import random
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engines import runtime
from engines.errors import EngineError, InvalidOptions
from engines.ocr.synthesis.fonts import check_shaping, scan, system_folders
from engines.ocr.synthesis.scripts import HEBREW, SCRIPTS, Script
from engines.ocr.synthesis.texts import Texts, folder_of, left_out
from engines.ocr.text import main_script

if TYPE_CHECKING:
    from engines.ocr.kraken.base_card import Making
    from engines.ocr.kraken.base_lines import Writing
    from engines.ocr.kraken.batches import Sample
    from engines.ocr.kraken.training import Trainer

log = logging.getLogger(__name__)

PUBLISH_S = 600.0
"""Seconds of training between two published models."""

CHECKED, TESTED = 40, 300
"""Lines of each set that are read on the way, and at the end."""

REPLAYED = {"learning": 200, "choosing": 200, "testing": 200}
"""Lines that lie beside a model: to be learnt again, to choose by, and to tell what is forgotten."""

ROUND, FRESH, STOCK = 1200, 480, 6000
"""Lines that are learnt per round, lines that are new in it, lines in stock."""

VARIED = 0.5
"""How many of the lines are bent, thinned or blurred each time they are learnt, so that they teach more than their fonts."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to make.

    Attributes:
        text: Folder of .txt files, one sentence a line.
        fonts: Folders to search for fonts; () = those of the system.
        out: Folder of the version, `v<N>`.
        work: Folder for the checkpoint.
        minutes: Budget of time.
        seed: Of everything random.
        lines: Folders of transcribed lines to test on as well, by name.
        script: What it is to read.
    """

    text: Path
    fonts: tuple[Path, ...]
    out: Path
    work: Path
    minutes: float
    seed: int = 0
    lines: Mapping[str, Path] = field(default_factory=dict)
    script: Script = HEBREW

    @property
    def checkpoint(self) -> Path:
        """Return the file from which training goes on."""
        return self.work / "checkpoint.pt"


def make(order: Order) -> Trainer:
    """Train for the ordered time, publishing usable models on the way; goes on where an earlier run stopped.

    Raises:
        EngineUnavailable: No font of the script, or text cannot be shaped here.
        InvalidOptions: No texts.
    """
    runtime.prepare()
    from engines.ocr.kraken.base_card import Making
    from engines.ocr.kraken.base_lines import Writing, divided
    from engines.ocr.kraken.base_scores import check_sets
    from engines.ocr.kraken.network import build
    from engines.ocr.kraken.training import Recipe, Trainer

    check_shaping()
    order.work.mkdir(parents=True, exist_ok=True)
    fonts, unseen = divided(scan(order.fonts or system_folders(), order.script))
    network = build(order.script.alphabet)
    writing = Writing.load(fonts, order.text, "train", network.codec, order.script)
    testing = Writing.load(fonts, order.text, "test", network.codec, order.script)
    trainer = Trainer(network, Recipe(), order.minutes * 60)
    if order.checkpoint.exists():
        trainer.resume(order.checkpoint)
    making = Making(writing.texts.files, fonts, unseen, order.seed, order.lines, order.script)
    log.info(
        "%s to learn from, in %d fonts; %d fonts kept for tests",
        ", ".join(path.name for path in writing.texts.files),
        len(fonts),
        len(unseen),
    )
    _train(trainer, order, making, (writing, check_sets(testing, unseen, CHECKED, order.seed)))
    publish(trainer, order.out, making, check_sets(testing, unseen, TESTED, order.seed + 1), last=True)
    replayed(order.out, writing, testing, order.seed)
    return trainer


def replayed(out: Path, writing: Writing, testing: Writing, seed: int) -> None:
    """Write the lines that trainings from the model mix into others, and those that tell what they forget, beside it."""
    from engines.ocr.kraken import replay

    parts = {}
    for part, count in REPLAYED.items():
        rng, source = random.Random(f"{seed} replay {part}"), writing if part == "learning" else testing
        parts[part] = [source.sample(rng, rng.randrange(2, 9)) for _ in range(count)]
    replay.write(out, replay.Replay(**parts))


def _train(trainer: Trainer, order: Order, making: Making, lines: tuple[Writing, Mapping[str, Sequence[Sample]]]) -> None:
    """Train until the budget is spent; checkpoints and publishes at its times."""
    from engines.ocr.kraken.batches import Pool
    from engines.ocr.kraken.strips import varied

    writing, checks = lines
    rng = random.Random(f"{order.seed} {trainer.steps}")
    pool = Pool(lambda: writing.sample(rng, length(trainer, rng)), STOCK)
    due = trainer.seconds + PUBLISH_S
    while not trainer.done:
        began = time.monotonic()
        pool.renew(FRESH)
        trainer.spend(time.monotonic() - began)
        trainer.learn(pool.pick(ROUND, rng), rng, varied(VARIED, 1.0, f"{order.seed} {trainer.steps}"))
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


def publish(trainer: Trainer, out: Path, making: Making, tests: Mapping[str, Sequence[Sample]], *, last: bool = False) -> None:
    """Measure the averaged network as it is now and write it with its description; each file replaces an older one at once.

    Args:
        trainer: Has the network.
        out: Folder of the version.
        making: What the model is made from.
        tests: Lines to measure it on.
        last: Measure it on the sample pages and on transcribed lines as well.
    """
    from engines.ocr.kraken.base_card import describe
    from engines.ocr.kraken.base_scores import measured
    from engines.ocr.kraken.network import write

    scores = measured(trainer, tests)
    out.mkdir(parents=True, exist_ok=True)
    write(trainer.averaged(), out / "model.safetensors")
    if last:
        from engines.ocr.kraken.base_pages import line_scores, page_scores

        scores |= page_scores(out / "model.safetensors", making.script.unicode)
        for name, folder in making.lines.items():
            scores |= line_scores(out / "model.safetensors", name, folder)
    log.info("CER %s", "; ".join(f"{name} {100 * result.cer:.2f} %" for name, result in scores.items()))
    describe(trainer, making, scores, out)


def version_folder(out: Path, resumed: bool) -> Path:
    """Return the folder of the next version of a model, or of the last one when resumed."""
    numbers = [int(path.name[1:]) for path in out.glob("v*") if path.name[1:].isdecimal()]
    return out / f"v{max(max(numbers, default=0) + (0 if resumed else 1), 1)}"


def check(order: Order) -> None:
    """Make sure that there is what the order needs, before an hour is spent on another one; says what text is left out.

    Raises:
        EngineUnavailable: No font of the script, or text cannot be shaped here.
        InvalidOptions: No texts.
    """
    check_shaping()
    for path in sorted(order.text.glob("*.txt")):
        if reason := left_out(path):
            log.warning("%s is left out: %s", path.name, reason)
    Texts.load(order.text, "train", order.script)
    scan(order.fonts or system_folders(), order.script)


def tests_of(script: Script, sets: Mapping[str, Path]) -> dict[str, Path]:
    """Return the folders of transcribed lines that are written in a script.

    Args:
        script: The script.
        sets: Folders of `NAME.gt.txt` beside their images, by name.

    Raises:
        InvalidOptions: A folder holds no transcribed line, or its lines are in a script that no model is made for.
    """
    known = [script.unicode for script in SCRIPTS.values()]
    found: dict[str, Path] = {}
    for name, folder in sets.items():
        written = main_script(path.read_text("utf-8") for path in sorted(folder.rglob("*.gt.txt")))
        if not name or written not in known:
            raise InvalidOptions(
                f"There are no transcribed lines to test {name!r} on in {folder}.",
                f"Give NAME=DIR, with NAME.gt.txt beside the images of the folder, in {' or '.join(known)}.",
            )
        if written == script.unicode:
            found[name] = folder
    return found


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m engines.ocr.kraken.base_model", description=__doc__)
    add = parser.add_argument
    add("--script", choices=list(SCRIPTS), nargs="+", default=list(SCRIPTS), help="what the models are to read (default: all)")
    add("--text", type=Path, required=True, help="folder of .txt files in UTF-8, one sentence a line, or of text_SCRIPT folders")
    add("--fonts", type=Path, nargs="+", action="extend", default=[], help="folders of fonts (default: FONTS, or the system's)")
    add("--out", type=Path, required=True, help="folder of the models; OUT/SCRIPT gets a new version")
    add("--work", type=Path, help="folder for the checkpoints, kept (default: beside OUT, removed at the end)")
    add("--minutes", type=float, default=65.0, help="budget of time of each, as the shipped models had")
    add("--seed", type=int, default=0, help="of everything random")
    add(
        "--lines",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME=DIR",
        help="also test on these transcribed lines (.png or .jpg, with .gt.txt), each set with the model of its script",
    )
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    work = given.work or given.out.with_name(f".{given.out.name}.work")
    sets = {name: Path(folder) for name, _, folder in (entry.rpartition("=") for entry in given.lines)}
    try:
        orders = [_order(given, SCRIPTS[name], work / name, sets) for name in given.script]
        for order in orders:
            check(order)
        for order in orders:
            make(order)
    except EngineError as error:
        parser.exit(1, f"{error.message} {error.hint}\n")
    if given.work is None:
        shutil.rmtree(work)


def _order(given: argparse.Namespace, script: Script, work: Path, sets: Mapping[str, Path]) -> Order:
    out = version_folder(given.out / script.name, (work / "checkpoint.pt").exists())
    lines, text = tests_of(script, sets), folder_of(given.text, script)
    return Order(text, tuple(given.fonts), out, work, given.minutes, given.seed, lines, script)


if __name__ == "__main__":
    main()
