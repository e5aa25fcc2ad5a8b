"""`export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.wiring import actor_of, services
from workbench.cli.written import moved


def export(
    project: Annotated[int | None, typer.Argument(help="Id of a project; none = the whole workspace.")] = None,
    format: Annotated[str, typer.Option(help="page, alto, hocr, text or json.")] = "page",
    out: Annotated[Path | None, typer.Option(help="The ZIP to write; none = PROJECT.FORMAT.zip in this folder.")] = None,
    user: Annotated[str | None, typer.Option(help="Whose; none = the local workspace.")] = None,
) -> None:
    """Write scans and corrected text of a project, or of everything, into one ZIP and print its name."""
    with services() as built:
        actor = actor_of(built, user)
        made = built.ocr.export_workspace(actor, format) if project is None else built.ocr.export_project(actor, project, format)
        typer.echo(str(moved(made, out)))
