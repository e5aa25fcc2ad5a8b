"""Measures how well engines and models read folders of images whose true text is known, alone or two on the same lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engines.base import silent
from engines.comparison import Comparison, Confusion, compare, confusions
from engines.ocr.metrics import FORMULAS
from engines.ocr.text import form_label
from workbench.services.datasets.views import Skipped
from workbench.services.errors import Invalid
from workbench.services.evaluation.figures import Figures, by_document, figures, measures
from workbench.services.evaluation.ground import Manner, ground
from workbench.services.evaluation.met import met_images
from workbench.services.evaluation.reading import Tell, read_all
from workbench.services.files import FileReader

if TYPE_CHECKING:
    from workbench.services import Services
    from workbench.services.ocr.reading import Wish

__all__ = ["Evaluation", "Figures", "Manner", "evaluate"]


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
        met: Of each reader, from how many images of each document it has learnt, or was chosen by: 0 = it is measured on what
            it has not seen; None = its model does not say.
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
    met: Sequence[Mapping[str, int] | None]
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
    readers = [FileReader(services, wish) for wish in wishes]
    tell(0.0, "Looking at the files")
    with ground(folders, manner, services.settings.upload_limit) as found:
        rows, failed = read_all(found.texts, readers, manner, tell)
        met = [met_images(found.texts, reader.choice.version) for reader in readers]
    if not rows:
        raise Invalid(f"No image could be read. {failed[0].name}: {failed[0].reason}", "Look at the files.")
    sides = list(zip(*rows, strict=True))
    return Evaluation(
        form=form_label(manner.form),
        given=manner.given,
        readers=[f"{reader.choice.engine} {reader.choice.reader.model}".rstrip() for reader in readers],
        documents=by_document(sides, manner.form),
        total=figures("", sides, manner.form),
        comparison=compare(sides[0], sides[1], measures(manner.form), formulas=FORMULAS) if len(sides) == 2 else None,
        met=met,
        confusions=confusions(*sides),
        left_out=found.left_out,
        broken=[*found.broken, *failed],
    )
