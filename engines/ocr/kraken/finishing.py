"""What a trained network gets beside its weights: the temperature of its confidences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from engines.learning import Learnt
from engines.ocr.kraken.calibration import calibrate, judge

if TYPE_CHECKING:
    from kraken.lib.vgsl.model import TorchVGSLModel

    from engines.ocr.kraken.training import Sample


def completed(learnt: Learnt, network: TorchVGSLModel, held_out: Sequence[tuple[Sample, str]]) -> Learnt:
    """Return what a training made with all that is found out about it afterwards.

    Args:
        learnt: As the training describes it.
        network: As it was written.
        held_out: Lines that were not learnt, with their documents.
    """
    judged = judge(network, held_out)
    found = calibrate(judged) if judged is not None else None
    more = {} if found is None else {"temperature": found.temperature, "calibration": asdict(found)}
    return replace(learnt, description={**learnt.description, **more})
