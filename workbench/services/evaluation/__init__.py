"""Measures how well engines and models read folders of images whose true text is known, alone or two on the same lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engines.base import silent
from engines.bootstrap import Unit, units
from engines.comparison import Comparison, Confusion, Rate, compare, confusions, rates
from engines.learning import Outcome
from engines.ocr.metrics import FORMULAS, PARTS
from engines.ocr.text import NORMAL_FORMS, form_label
from workbench.services.datasets.views import Skipped
from workbench.services.errors import Invalid
from workbench.services.evaluation.ground import Manner, ground
from workbench.services.evaluation.reading import Tell, read_all
from workbench.services.files import FileReader

if TYPE_CHECKING:
    from workbench.services import Services
    from workbench.services.ocr.reading import Wish

__all__ = ["Evaluation", "Figures", "Manner", "evaluate"]


@dataclass(frozen=True, slots=True)
class Figures:
    """How well the lines of a document, or all lines, were read.

    Attributes:
        document: Its name; "" = all of them together.
        lines: How many.
        unit: What was resampled for the intervals.
        rates: For each reader, by the name of the measure: error rates from 0, and `bleu`, `chrf`, `chrf++` from 0 to 100.
    """

    document: str
    lines: int
    unit: Unit
    rates: Sequence[Mapping[str, Rate]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation found.

    Attributes:
        form: The normal form of `wer`, `bleu`, `chrf` and `chrf++`, with its version; the first measure is the CER in it.
        given: Whether the readers were told where the lines lie.
        readers: Engine and model of each.
        documents: Each document.
        total: All lines.
        comparison: Of two readers on the same lines; None for one.
        confusions: What was taken for what, the most frequent first; `a` and `b` are the readers.
        left_out: What has nothing to be compared with.
        broken: What was to be read and could not be.
    """

    form: str
    given: str
    readers: Sequence[str]
    documents: Sequence[Figures]
    total: Figures
    comparison: Comparison | None
    confusions: Sequence[Confusion]
    left_out: Sequence[Skipped]
    broken: Sequence[Skipped]


def evaluate(
    services: Services, folders: Sequence[Path], wishes: Sequence[Wish], manner: Manner, tell: Tell = silent
) -> Evaluation:
    """Read folders with one engine and model, or with two, and measure what comes out.

    Args:
        services: Find engines and models; the database is not opened.
        folders: Of images with .gt.txt, PAGE or ALTO files of the same names.
        wishes: Who reads: one, or two that are compared.
        manner: How.
        tell: Told about progress.

    Raises:
        Invalid: There is no such folder, form or model, or nothing can be read.
        EngineError: An engine cannot work here, or an option is wrong.
        TooLarge: The folders hold too much.
    """
    if manner.form not in NORMAL_FORMS:
        raise Invalid(f"There is no normal form '{manner.form}'.", f"Known forms: {', '.join(NORMAL_FORMS)}.")
    readers = [FileReader(services, wish) for wish in wishes]
    tell(0.0, "Looking at the files")
    with ground(folders, manner, services.settings.upload_limit) as found:
        rows, failed = read_all(found.texts, readers, manner, tell)
    if not rows:
        raise Invalid(f"No image could be read. {failed[0].name}: {failed[0].reason}", "Look at the files.")
    sides = list(zip(*rows, strict=True))
    measures = list(dict.fromkeys((manner.form, "strict", "letters", "wer", *FORMULAS, *PARTS)))
    return Evaluation(
        form=form_label(manner.form),
        given=manner.given,
        readers=[f"{reader.choice.engine} {reader.choice.reader.model}".rstrip() for reader in readers],
        documents=list(_by_document(sides, measures)),
        total=_figures("", sides, measures),
        comparison=compare(sides[0], sides[1], measures, formulas=FORMULAS) if len(sides) > 1 else None,
        confusions=confusions(*sides),
        left_out=found.left_out,
        broken=[*found.broken, *failed],
    )


def _by_document(sides: Sequence[Sequence[Outcome]], measures: Sequence[str]) -> Iterator[Figures]:
    for document in dict.fromkeys(one.document for one in sides[0]):
        yield _figures(document, [[one for one in side if one.document == document] for side in sides], measures)


def _figures(document: str, sides: Sequence[Sequence[Outcome]], measures: Sequence[str]) -> Figures:
    unit = units([one.document for one in sides[0]])[1]
    return Figures(document, len(sides[0]), unit, [rates(side, measures, formulas=FORMULAS) for side in sides])
