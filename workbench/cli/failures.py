"""How the command line fails: one line that says what is wrong, one that says what to do, and an exit code.

Codes: 0 done · 1 could not be done · 2 the command or a setting is wrong.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup

from workbench.config import ConfigError

if TYPE_CHECKING:
    from typer._click.core import Context


class Commands(TyperGroup):
    """A group of commands that tells errors in the words of the workbench instead of a traceback."""

    def invoke(self, ctx: Context) -> object:
        """Run the command.

        Raises:
            typer.Exit: It failed; the reason has been told.
        """
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            tell(error.message, error.hint)
            raise typer.Exit(2) from error
        except Exception as error:
            told = _told(error)
            if told is None:
                raise
            tell(*told)
            raise typer.Exit(1) from error


def tell(message: str, hint: str = "") -> None:
    """Say what is wrong and what to do, beside the output."""
    typer.echo(f"error: {message}", err=True)
    if hint:
        typer.echo(f"hint: {hint}", err=True)


def _told(error: Exception) -> tuple[str, str] | None:
    """Return message and hint of an error that a person can be told, None for a fault of the program."""
    from workbench.services.errors import translate  # late: services take longer to import than help to print
    from workbench.store.errors import DiskFull

    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        error = DiskFull()
    if isinstance(error, PermissionError | IsADirectoryError | NotADirectoryError):
        return f"{error.filename}: {error.strerror}.", "Check the path and its permissions."
    known = translate(error)
    return (known.message, known.hint) if known is not None else None
