"""`datasets`: list, freeze, show, export, import, delete."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.failures import Commands
from workbench.cli.table import table
from workbench.cli.wiring import actor_of, services
from workbench.cli.written import moved

if TYPE_CHECKING:
    from workbench.services.datasets import DatasetView

app = typer.Typer(cls=Commands, help="Frozen snapshots of corrections.", no_args_is_help=True, rich_markup_mode=None)

Number = Annotated[int, typer.Argument(metavar="DATASET", help="Id of a dataset.")]
User = Annotated[str | None, typer.Option(help="Whose; none = the local workspace.")]
Task = Annotated[str, typer.Option(help="What is to be learnt: ocr = texts of lines, layout = where lines lie on whole pages.")]
Name = Annotated[str, typer.Option(help="How it is called; none = after what it is made of.")]


class Written(StrEnum):
    """As what a dataset is taken along."""

    sqlite = "sqlite"
    pairs = "pairs"
    page = "page"
    alto = "alto"
    arrow = "arrow"


@app.command("list")
def list_datasets(user: User = None) -> None:
    """List the datasets, newest first."""
    with services() as built:
        found = built.datasets.list(actor_of(built, user))
    rows = [(str(one.id), str(one.documents), str(one.examples), one.author, one.name) for one in found]
    table(("id", "documents", "examples", "author", "name"), rows, "There is none yet: workbench datasets freeze PROJECT.")


@app.command()
def freeze(
    projects: Annotated[list[int], typer.Argument(metavar="PROJECT...", help="Ids of projects.")],
    name: Name = "",
    task: Task = "ocr",
    user: User = None,
) -> None:
    """Freeze the corrected lines of projects, as they are now."""
    with services() as built:
        _show(built.datasets.freeze(actor_of(built, user), projects, name=name, task=task))


@app.command()
def show(dataset: Number, user: User = None) -> None:
    """Print what a dataset holds and how it is divided."""
    with services() as built:
        _show(built.datasets.get(actor_of(built, user), dataset))


@app.command()
def export(
    dataset: Number,
    format: Annotated[Written, typer.Option(help="sqlite opens in Datasette; arrow is for kraken.")] = Written.sqlite,
    out: Annotated[Path | None, typer.Option(help="The file to write; none = one of the dataset's name in this folder.")] = None,
    user: User = None,
) -> None:
    """Write a dataset into one file and print its name."""
    with services() as built:
        made = built.datasets.export(actor_of(built, user), dataset, format.value)
        typer.echo(str(moved(made, out)))


@app.command("import")
def import_dataset(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Folders or ZIPs of images with .gt.txt, PAGE or ALTO files; Arrow files."),
    ],
    name: Name = "",
    task: Task = "ocr",
    user: User = None,
) -> None:
    """Make a dataset of files, without a project. What is left out is named."""
    with services(begins=True) as built:
        _show(built.datasets.take_in(actor_of(built, user), paths, name=name, task=task))


@app.command()
def delete(dataset: Number, user: User = None) -> None:
    """Delete a dataset with its file; the models that learnt from it stay."""
    with services() as built:
        built.datasets.delete(actor_of(built, user), dataset)


def _show(dataset: DatasetView) -> None:
    """Print a dataset; what was left out beside the output."""
    typer.echo(f"{dataset.id}\t{dataset.name}")
    for split, counts in dataset.split.items():
        typer.echo(f"{split}\t{counts['documents']} documents\t{counts['examples']} examples")
    if dataset.shared:
        typer.echo("shared\tboth sides are of one document or one hand: figures are optimistic")
    for left_out in dataset.skipped:
        typer.echo(f"left out: {left_out.name}: {left_out.reason}", err=True)
