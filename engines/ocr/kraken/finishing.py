"""What a trained network gets beside its weights: the temperature of its confidences, and a language model if one is wanted."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engines.learning import Learnt
from engines.ocr.kraken import language
from engines.ocr.kraken.calibration import calibrate, judge
from engines.ocr.kraken.network import display_order

if TYPE_CHECKING:
    from kraken.lib.vgsl.model import TorchVGSLModel

    from engines.ocr.kraken.course import Course


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
