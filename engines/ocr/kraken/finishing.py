"""What is done when the last epoch is over: as much is taken as the base allows, confidences are set right, texts are learnt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engines.learning import Learnt
from engines.ocr.kraken import language
from engines.ocr.kraken.calibration import calibrate, judge
from engines.ocr.kraken.course import base_score, settled
from engines.ocr.kraken.network import display_order

if TYPE_CHECKING:
    import torch
    from kraken.lib.vgsl.model import TorchVGSLModel

    from engines.ocr.kraken.course import Course

TAKEN = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
"""How much of a training may be taken, most of it first."""


def take(course: Course, start: Mapping[str, torch.Tensor]) -> float:
    """Let the trainer have what was best; with replay only as much of it as leaves the base where it was. Return how much.

    What lies on the straight line between the weights before a training and after it reads both kinds of lines nearly as well
    as the better of the two (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models", arXiv:2109.01903).

    Args:
        course: Its best epoch is known.
        start: Averaged weights of the same network before the first epoch.
    """
    best, lines, part = settled(course), course.replay.choosing, TAKEN[0]
    if not course.options.replay or not lines:
        course.trainer.use(best)
        return part
    course.trainer.use(start)
    allowed = course.options.forgotten * base_score(course, lines).cer
    for part in TAKEN:
        mixed = {name: old.lerp(best[name], part) if old.is_floating_point() else best[name] for name, old in start.items()}
        course.trainer.use(mixed)
        if base_score(course, lines).cer <= allowed:
            break
    if part < 1:
        course.note(0.99, f"{100 * part:.0f} % of it is taken: with more, lines of the base would be forgotten")
    return part


def completed(learnt: Learnt, network: TorchVGSLModel, course: Course, out: Path) -> Learnt:
    """Return what a training made with all that is found out afterwards.

    Args:
        learnt: As the training describes it.
        network: As it was written.
        course: With the lines that were learnt and those that were held out.
        out: Folder of the weights.
    """
    judged = judge(network, course.held_out)
    found = calibrate(judged) if judged is not None else None
    more = {} if found is None else {"temperature": found.temperature, "calibration": asdict(found)}
    if course.options.language_model:
        learning, unseen = (
            [display_order(line.text, course.base) for line in lines]
            for lines in (course.learning, [line for line, _ in course.held_out])
        )
        language.Language.of(learning, unseen).save(out / language.NAME)
    return replace(learnt, description={**learnt.description, **more})
