"""`ocr evaluate`: how well a model reads folders whose true text is known, alone or beside another one."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from workbench.cli.failures import tell
from workbench.cli.ocr import EngineName, Layout, ModelName, OptionPairs
from workbench.cli.table import table
from workbench.cli.wiring import options, services

if TYPE_CHECKING:
    from engines.comparison import Comparison, Confusion, Rate
    from workbench.services.evaluation import Evaluation, Figures
    from workbench.services.ocr.reading import Wish

Folders = Annotated[
    list[Path], typer.Argument(metavar="FOLDER...", help="Images, each with a .gt.txt, PAGE or ALTO file of the same stem.")
]
By = Annotated[str, typer.Option(help="What a document is: folder, image, or how many levels of folders below FOLDER.")]
JsonFile = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write all figures here, too.")]

_SECONDS = 2.0
_SHOWN = 15
_SCORES = ("bleu", "chrf", "chrf++")
_Word = TypeVar("_Word", bound=str)
_WORDS: tuple[Literal["folder", "image"], ...] = ("folder", "image")
_CER = ("strict", "nodiac", "loose", "letters")


def evaluate(  # noqa: PLR0913, PLR0917  # the options of a command
    folders: Folders,
    engine: EngineName = None,
    model: ModelName = None,
    option: OptionPairs = None,
    paired_with: Annotated[
        str | None, typer.Option(metavar="NAME", help="A second model, or an engine, that reads the same lines.")
    ] = None,
    paired_option: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="An option of the second one; as often as needed.")
    ] = None,
    form: Annotated[
        str, typer.Option(help="Of WER, BLEU and chrF: letters, strict, nodiac or loose. Its CER decides which one is better.")
    ] = "letters",
    by: By = "folder",
    layout: Annotated[Layout, typer.Option(help="page = the engine finds the lines itself.")] = Layout.line,
    json_file: JsonFile = None,
) -> None:
    """Print how well a model reads, for every document and for all: CER, WER, BLEU, chrF, errors of letters and signs apart.

    Rates of errors are parts of 1, BLEU and chrF go from 0 to 100. low and high are the 95 % interval of a bootstrap over
    documents, over lines where they are fewer than five. What cannot be read is named and left out; the exit code is 1 then.
    """
    from workbench.services.processes import limit_threads

    limit_threads()
    document = level(by, _WORDS)
    wishes: list[Wish] = [{"engine": engine, "model": model, "options": options(option)}]
    if paired_with is not None:
        other, version = (None, paired_with) if "/" in paired_with else (paired_with, None)
        wishes.append({"engine": other, "model": version, "options": options(paired_option)})
    with services(database=False) as built:
        from workbench.services import evaluation

        manner = evaluation.Manner(form, document, "page" if layout is Layout.page else "lines")
        found = evaluation.evaluate(built, folders, wishes, manner, Progress())
    with written(found, json_file):
        _print(found)


@contextmanager
def written(found: Evaluation, json_file: Path | None) -> Iterator[None]:
    """Say what was left out and write the JSON; what the block prints comes next, then the exit code.

    Raises:
        typer.Exit: Something was broken.
    """
    for one in found.left_out:
        typer.echo(f"left out: {one.name}: {one.reason}", err=True)
    for one in found.broken:
        tell(f"{one.name} is left out: {one.reason}")
    if json_file is not None:
        json_file.write_text(json.dumps(asdict(found), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    yield
    if found.broken:
        raise typer.Exit(1)


class Progress:
    """Says how far the reading is, beside the output, now and then."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, progress: float, message: str) -> None:
        """Say it when some time has passed, and at the end."""
        if progress == 1 or time.monotonic() - self._told > _SECONDS:
            self._told = time.monotonic()
            typer.echo(message, err=True)


def level(by: str, words: Sequence[_Word]) -> _Word | int:
    """Return what a document is.

    Raises:
        typer.BadParameter: There is no such thing.
    """
    if by.isdecimal():
        return int(by)
    for word in words:
        if by == word:
            return word
    raise typer.BadParameter(f"'{by}' is neither {words[0]} nor {words[1]} nor a number.", param_hint="--by")


def _print(found: Evaluation) -> None:
    """Print who read, the figures, the paired differences and the confusions."""
    for letter, reader in zip("ab", found.readers, strict=False):
        typer.echo(f"{letter} = {reader}", err=True)
    for letter, met in zip("ab", found.met, strict=False):
        typer.echo(f"{letter} {_met(met)}", err=True)
    print_figures(found.documents if len(found.documents) > 1 else (), found.total, found.form)
    if found.comparison is not None:
        typer.echo()
        _print_pair(found.comparison)
    typer.echo()
    table(("truth", "read", "a", "b", "code points"), [_confusion(one) for one in found.confusions[:_SHOWN]], "No confusions.")


def _met(met: Mapping[str, int] | None) -> str:
    """Say whether a reader is measured on what it has met in its training."""
    if met is None:
        return "does not say what it was trained on: whether it has met these images is not known"
    known = {name: count for name, count in met.items() if count}
    if not known:
        return "was trained on none of these images"
    return f"was trained or chosen on {sum(known.values())} of these images, in {', '.join(known)}: figures there are optimistic"


def print_figures(parts: Sequence[Figures], total: Figures, form: str) -> None:
    """Print the figures of parts and of all."""
    over = "documents" if total.unit == "documents" else "lines"
    typer.echo(f"wer, bleu, chrf: {form}; intervals of all: over {over}", err=True)
    rows = [row for figures in (*parts, total) for row in _rows(figures)]
    table(("document", "measure", "reader", "value", "low", "high", "errors", "n", "lines"), rows, "No figures.")


def _rows(figures: Figures) -> Iterator[tuple[str, ...]]:
    """Yield a row for each measure and reader; no rate where there is nothing, no row where nothing was invented either."""
    for measure in figures.rates[0]:
        for letter, rates in zip("ab", figures.rates, strict=False):
            rate = rates[measure]
            if rate.n or rate.value:
                values = (_value(measure, value) if rate.n else "-" for value in (rate.value, rate.low, rate.high))
                counted = (_errors(measure, rate), str(rate.n), str(figures.lines))
                yield (figures.document or "all", _title(measure), letter, *values, *counted)


def _title(measure: str) -> str:
    return f"cer {measure}" if measure in _CER else measure


def _value(measure: str, value: float, sign: str = "") -> str:
    return f"{value:{sign}.2f}" if measure in _SCORES else f"{value:{sign}.4f}"


def _errors(measure: str, rate: Rate) -> str:
    return "-" if measure in _SCORES else str(round(rate.value * max(rate.n, 1)))


def _print_pair(comparison: Comparison) -> None:
    """Print the difference of two readers by every measure, and which one is better."""
    rows = []
    for figure in comparison.figures:
        if figure.a.n:
            values = (_value(figure.name, value) for value in (figure.a.value, figure.b.value))
            changes = (_value(figure.name, value, "+") for value in (figure.change, figure.change_low, figure.change_high))
            rows.append((_title(figure.name), *values, *changes, str(figure.a.n)))
    table(("measure", "a", "b", "change", "low", "high", "n"), rows, "No figures.")
    verdict = comparison.verdict
    typer.echo(f"b is better on {verdict.better} lines, worse on {verdict.worse}, same on {verdict.same}, p = {verdict.p:.4g}")
    typer.echo(f"winner\t{verdict.winner or 'none'}")


def _confusion(one: Confusion) -> tuple[str, ...]:
    points = " ".join(f"U+{ord(char):04X}" if char else "-" for char in (one.truth, one.said))
    return _visible(one.truth), _visible(one.said), str(one.a), str(one.b), points


def _visible(char: str) -> str:
    """Return a character so that a person sees it: a mark on a circle, a blank and nothing in words."""
    if not char:
        return "nothing"
    if char.isspace():
        return "blank"
    return f"\u25cc{char}" if unicodedata.category(char).startswith("M") else char
