"""`db upgrade`."""

from __future__ import annotations

import typer

from workbench.cli.failures import Commands
from workbench.config import Settings

app = typer.Typer(cls=Commands, help="The database.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def database() -> None:
    """The database."""


@app.command()
def upgrade() -> None:
    """Make the tables, or bring them to the version of this program, after a backup copy."""
    from workbench.services import build

    built = build(Settings.from_environment())
    try:
        before = built.store.schema.version()
        built.store.upgrade()
        after = built.store.schema.version()
    finally:
        built.close()
    typer.echo(
        f"The database is up to date ({after})." if before == after else f"Upgraded from {before or 'nothing'} to {after}."
    )
