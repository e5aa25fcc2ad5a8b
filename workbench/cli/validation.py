"""`ocr cross-validate`: what a training would be worth, measured on documents that it has not seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.evaluation import JsonFile, level, print_figures
from workbench.cli.failures import tell
from workbench.cli.ocr import OptionPairs
from workbench.cli.train import follow
from workbench.cli.wiring import actor_of, options, services

if TYPE_CHECKING:
    from workbench.services import Services
    from workbench.services.actors import Actor
    from workbench.services.datasets.views import DatasetView
    from workbench.services.training.measured import Validation
    from workbench.services.training.validating import Division


def cross_validate(  # noqa: PLR0913, PLR0917  # the options of a command
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="[FOLDER...]", help="Images with .gt.txt, PAGE or ALTO beside them.")
    ] = None,
    project: Annotated[list[int] | None, typer.Option(help="Corrected lines of a project; as often as needed.")] = None,
    dataset: Annotated[int | None, typer.Option(help="A dataset that is there.")] = None,
    base: Annotated[
        str | None, typer.Option(help="Model to start from; the name of an engine = from nothing; none = the promoted one.")
    ] = None,
    folds: Annotated[
        int | None, typer.Option(help="How many times is trained; none = once for each page, project, folder.")
    ] = None,
    by: Annotated[
        str, typer.Option(help="What is never divided: page, source (a project, a folder), or how many levels of folders.")
    ] = "source",
    option: OptionPairs = None,
    form: Annotated[str, typer.Option(help="Of WER, BLEU and chrF: letters, strict, nodiac or loose.")] = "letters",
    json_file: JsonFile = None,
    user: Annotated[str | None, typer.Option(help="Whose projects, dataset and models; none = the local workspace.")] = None,
) -> None:
    """Train once for every fold and print how well the folds are read, each by a model that has not seen it.

    In each turn one fold is measured; of the rest one document of ten chooses the best epoch, and the others are learnt from.
    It is a job that the Training tab shows; folds that are over stay when it is interrupted. No model is kept.
    """
    division: Division = {"by": level(by, ("source", "page")), "folds": folds, "form": form}
    with services(begins=True) as built:
        actor = actor_of(built, user)
        source = _source(built, actor, folders or [], project or [], dataset)
        try:
            job, _ = built.training.cross_validate(actor, "ocr", source, division, base_model=base, options=options(option))
            ended = follow(built, actor, job)
        finally:
            if folders and not isinstance(source, list):  # it was made for this
                built.datasets.delete(actor, source.id)
        found = built.training.get(actor, ended.id).validation
        if found is None:
            tell(ended.error or f"The cross-validation was {ended.state}.", ended.hint)
            raise typer.Exit(1)
    if json_file is not None:
        json_file.write_text(json.dumps(asdict(found), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _print(found)


def _source(
    built: Services, actor: Actor, folders: Sequence[Path], projects: list[int], dataset: int | None
) -> list[int] | DatasetView:
    """Return what is learnt from.

    Raises:
        Invalid: Not exactly one kind of it is named.
    """
    from workbench.services.errors import Invalid

    if bool(folders) + bool(projects) + (dataset is not None) != 1:
        raise Invalid("What is to be learnt from is not clear.", "Name folders, or projects, or one dataset.")
    if projects:
        return projects
    if dataset is not None:
        return built.datasets.get(actor, dataset)
    view = built.datasets.take_in(actor, folders)
    for skipped in view.skipped:
        tell(f"{skipped.name} is left out: {skipped.reason}")
    return view


def _print(found: Validation) -> None:
    """Print who read, and the figures of the folds and of all."""
    for letter, reader in zip("ab", found.readers, strict=False):
        typer.echo(f"{letter} = {reader}", err=True)
    if found.left_out:
        typer.echo(f"left out: {found.left_out} lines of documents that no training ever sees", err=True)
    if found.seen is None:
        typer.echo(f"whether {found.readers[0]} was trained on these documents is not known", err=True)
    elif found.seen:
        typer.echo(
            f"{found.readers[0]} was trained or chosen on the documents of {found.seen} of these lines: optimistic", err=True
        )
    folds = [replace(fold, document=fold.document or f"fold {number}") for number, fold in enumerate(found.folds, 1)]
    print_figures(folds, found.pooled, found.form)
    if found.verdict is not None:
        change = "\t".join(f"{value:+.4f}" for value in (found.verdict.change, found.verdict.low, found.verdict.high))
        typer.echo(f"change of cer strict, paired\t{change}")
