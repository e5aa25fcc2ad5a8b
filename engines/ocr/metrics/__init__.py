"""How well text was read: error rates, BLEU and chrF, errors of letters and signs apart, all with their intervals."""

from engines.ocr.metrics.alignment import PARTS, confusions, part, part_counts
from engines.ocr.metrics.outcomes import MEASURES, outcome
from engines.ocr.metrics.scores import FORMULAS, Sample, Score, counts, distance, score

__all__ = [
    "FORMULAS",
    "MEASURES",
    "PARTS",
    "Sample",
    "Score",
    "confusions",
    "counts",
    "distance",
    "outcome",
    "part",
    "part_counts",
    "score",
]
