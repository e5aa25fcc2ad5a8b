"""The figures of some lines: every measure of reading with its interval, for one reader or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engines.bootstrap import Unit, units
from engines.comparison import Rate, rates
from engines.learning import Outcome
from engines.ocr.metrics import FORMULAS, PARTS
from engines.ocr.text import form_label


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


def measures(form: str) -> list[str]:
    """Return the names of what is measured; the CER in the wanted form is the first one."""
    return list(dict.fromkeys((form, "strict", "letters", "wer", *FORMULAS, *PARTS)))


def forms(form: str) -> dict[str, str]:
    """Return the normal form of each measure, with its version."""
    label = {name: form_label(name) for name in (form, "strict", "letters")}
    return {name: label.get(name) or label["strict" if name in PARTS else form] for name in measures(form)}


def figures(document: str, sides: Sequence[Sequence[Outcome]], form: str) -> Figures:
    """Return the figures of what each reader said about the same lines."""
    unit = units([one.document for one in sides[0]])[1]
    return Figures(document, len(sides[0]), unit, [rates(side, measures(form), formulas=FORMULAS) for side in sides])


def by_document(sides: Sequence[Sequence[Outcome]], form: str) -> list[Figures]:
    """Return the figures of each document, in their order."""
    documents = dict.fromkeys(one.document for one in sides[0])
    return [figures(name, [[one for one in side if one.document == name] for side in sides], form) for name in documents]
