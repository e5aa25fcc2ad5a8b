"""A table on standard output: for a person with headings and columns, for a program one line a row, parted by tabs."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], none: str) -> None:
    """Print rows of text.

    Args:
        headings: One a column; only a terminal shows them.
        rows: Each with a text for every column; long ones belong into the last columns.
        none: What to say beside the output when there is no row.
    """
    if not rows:
        typer.echo(none, err=True)
    elif sys.stdout.isatty():
        widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
        for row in (headings, *rows):
            typer.echo("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    else:
        for row in rows:
            typer.echo("\t".join(row))
