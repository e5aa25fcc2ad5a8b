"""`feedback`: list, totals, export."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.failures import Commands
from workbench.cli.table import table
from workbench.cli.wiring import actor_of, services
from workbench.cli.written import moved

if TYPE_CHECKING:
    from workbench.services.feedback import EntryView, Wanted

app = typer.Typer(cls=Commands, help="What people said about what models predicted.", no_args_is_help=True, rich_markup_mode=None)

Project = Annotated[int | None, typer.Option(help="Id of a project; none = all.")]
Person = Annotated[str | None, typer.Option(help="Name of who said it; none = whoever.")]
Model = Annotated[str | None, typer.Option(help="Full name of the model that had read; none = any.")]
Text = Annotated[str | None, typer.Option(help="Part of a text, or of the name of a page or person.")]
User = Annotated[str | None, typer.Option(help="Whose workspace; none = the local one.")]


@app.command("list")
def list_entries(
    *,
    project: Project = None,
    person: Person = None,
    model: Model = None,
    text: Text = None,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    user: User = None,
) -> None:
    """List entries, the newest first. A program gets the columns of the terminal, parted by tabs, without their headings."""
    with services() as built:
        wanted = _wanted(project, person, model, text)
        found = built.feedback.entries(actor_of(built, user), limit=limit, **wanted).entries
    headings = ("id", "time", "project", "page", "line", "action", "person", "model", "before", "after")
    table(headings, [_row(entry) for entry in found], "No entries.")


@app.command()
def totals(project: Project = None, person: Person = None, model: Model = None, text: Text = None, user: User = None) -> None:
    """Count the entries of each kind."""
    with services() as built:
        found = built.feedback.totals(actor_of(built, user), **_wanted(project, person, model, text))
    for name in found.__dataclass_fields__:
        value = getattr(found, name)
        typer.echo(f"{name}\t{'-' if value is None else value}")


@app.command()
def export(
    *,
    format: Annotated[str, typer.Option(help="csv, jsonl or sqlite.")] = "csv",
    out: Annotated[Path | None, typer.Option(help="The file to write; none = feedback.FORMAT in this folder.")] = None,
    project: Project = None,
    person: Person = None,
    model: Model = None,
    text: Text = None,
    user: User = None,
) -> None:
    """Write the entries into one file and print its name."""
    with services() as built:
        made = built.feedback.export(actor_of(built, user), format, **_wanted(project, person, model, text))
        typer.echo(str(moved(made, out)))


def _wanted(project: int | None, person: str | None, model: str | None, text: str | None) -> Wanted:
    """Return the filter of a command."""
    return {"project": project, "person": person, "model": model, "text": text}


def _row(entry: EntryView) -> tuple[str, ...]:
    """Return what the list tells of an entry; no text breaks its line."""
    time = datetime.fromtimestamp(entry.created).astimezone().isoformat(" ", "seconds")
    number = "-" if entry.line.number is None else str(entry.line.number)
    after = entry.after if entry.state == "saved" else f"({entry.reason or 'unreadable'})"
    words = (entry.person, entry.model or "-", entry.before, after)
    where = (" ".join(entry.project.name.split()), " ".join(entry.page.name.split()))
    return (str(entry.id), time, *where, number, entry.action, *(" ".join(text.split()) for text in words))
