"""`users`: invite, list, shut out, tokens. For whoever owns the machine."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import typer

from workbench.cli.failures import Commands
from workbench.cli.table import table
from workbench.cli.wiring import services
from workbench.config import Settings, is_loopback

app = typer.Typer(cls=Commands, help="People and their keys.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help="Lower-case Latin letters, digits and hyphens.")]


@app.command()
def add(
    name: Name,
    admin: Annotated[bool, typer.Option("--admin", help="May manage users.")] = False,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")] = False,
) -> None:
    """Add a person and print the one-time link by which they choose their password."""
    password = typer.get_text_stream("stdin").readline().rstrip("\r\n") if password_stdin else None
    with services() as built:
        secret = built.users.create(None, name, "admin" if admin else "person", password)
        if secret:
            _print_link(built.settings, secret)
        else:
            typer.echo(f"Added {name}.")


@app.command("list")
def list_users() -> None:
    """List everybody."""
    with services() as built:
        found = built.users.list(None)
    states = ("disabled" if person.disabled else "invited" if person.invited else "active" for person in found)
    rows = [(person.name, person.role, state) for person, state in zip(found, states, strict=True)]
    table(("name", "role", "state"), rows, "Nobody has been added yet: workbench users add NAME.")


@app.command()
def invite(name: Annotated[str | None, typer.Argument(help="None = the first admin.")] = None) -> None:
    """Print a new one-time link by which a person chooses a (new) password; older links stop working."""
    with services() as built:
        secret = built.users.invite(None, name) if name else built.users.admin_link()
        if secret is None:
            typer.echo("There is an admin already: log in, or name a person.")
        else:
            _print_link(built.settings, secret)


@app.command()
def disable(name: Name, undo: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False) -> None:
    """Shut a person out at once; what they made stays."""
    with services() as built:
        built.users.disable(None, name, not undo)
        typer.echo(f"{name} can log in again." if undo else f"{name} is shut out.")


@app.command()
def token(name: Name, token_name: Annotated[str, typer.Option("--name", help="What will use it.")] = "command line") -> None:
    """Make an API token for a person and print it, this once."""
    with services() as built:
        _, secret = built.users.add_token(built.users.actor_named(name), token_name)
        typer.echo(secret)


def _print_link(settings: Settings, secret: str) -> None:
    """Print a one-time link, and beside it what is to be changed about it where it names only this computer."""
    from workbench.services.addresses import address

    link = f"{address(settings)}/invitation/{secret}"
    typer.echo(link)
    if is_loopback(urlsplit(link).hostname or ""):
        elsewhere = "For others set WORKBENCH_HOST, _PORT and _HOSTS here as for the server, or mend its address."
        typer.echo(f"hint: This link works on this computer only. {elsewhere}", err=True)
