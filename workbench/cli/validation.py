"""`ocr cross-validate`: what a training on these folders would be worth, measured on documents that it has not seen."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.cli.evaluation import By, Folders, JsonFile, Progress, level, print_figures, written
from workbench.cli.ocr import OptionPairs
from workbench.cli.wiring import options, services


def cross_validate(  # noqa: PLR0917  # the options of a command
    folders: Folders,
    base: Annotated[str, typer.Option(help="Model to start from; the name of an engine = from nothing.")],
    folds: Annotated[int, typer.Option(help="How many times is trained, 3 or more.")] = 5,
    option: OptionPairs = None,
    form: Annotated[str, typer.Option(help="Of WER, BLEU and chrF: letters, strict, nodiac or loose.")] = "letters",
    by: By = "folder",
    json_file: JsonFile = None,
) -> None:
    """Train once for every fold of the documents and print how well the folds are read, each by a model that has not seen it.

    In each turn one fold is measured, the next one chooses the best epoch, the others are learnt from. No model is kept.
    """
    from workbench.services.processes import limit_threads

    limit_threads()
    document = level(by)
    with services(database=False) as built:
        from workbench.services import evaluation

        manner = evaluation.Manner(form, document)
        found = evaluation.cross_validate(built, folders, base, options(option), count=folds, manner=manner, tell=Progress())
    with written(found, json_file):
        print_figures(found.folds, found.pooled, found.form)
