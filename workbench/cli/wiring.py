"""What commands share: settings, services, and the parsing of `-o NAME VALUE`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from typer.core import TyperCommand

from workbench.config import Settings

if TYPE_CHECKING:
    from typer._click.core import Context

    from workbench.services import Services
    from workbench.services.actors import Actor


@contextmanager
def services(*, database: bool = True, begins: bool = False) -> Iterator[Services]:
    """Give the services for the length of a block.

    Args:
        database: Whether the command uses the database, which must be of this version then.
        begins: The command may be the first one of a workbench: where there is no database at all, it is made.

    Raises:
        SchemaOutdated: The database is of another version, or there is none.
    """
    from workbench.services import build

    built = build(Settings.from_environment())
    try:
        if begins and built.store.schema.version() is None:
            built.store.upgrade()
        if database:
            built.store.schema.require()
        yield built
    finally:
        built.close()


def actor_of(built: Services, user: str | None) -> Actor:
    """Return for whom a command acts: a person by name, else the local one; the command line owns the machine."""
    return built.users.actor_named(user) if user else built.users.local()


def options(pairs: Sequence[str] | None) -> dict[str, object]:
    """Return engine options from `NAME=VALUE` texts; the engine converts and checks the values.

    Raises:
        typer.BadParameter: A name has no value.
    """
    found: dict[str, object] = {}
    for pair in pairs or ():
        name, sign, value = pair.partition("=")
        if not sign:
            raise typer.BadParameter(f"The option '{name}' needs a value: -o {name} VALUE.", param_hint="-o")
        found[name] = value
    return found


class TakesOptions(TyperCommand):
    """A command with engine options as `-o NAME VALUE`, which the parser underneath knows only as one word."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Join name and value, then parse as usual."""
        return super().parse_args(ctx, joined(args))


def joined(args: Sequence[str]) -> list[str]:
    """Return arguments in which every `-o NAME VALUE` is `-o NAME=VALUE`; one that has its sign already stays."""
    result: list[str] = []
    rest = list(args)
    while rest:
        result.append(rest.pop(0))
        if result[-1] == "--":
            return result + rest
        if result[-1] in ("-o", "--option") and len(rest) > 1 and "=" not in rest[0]:
            result.append(f"{rest.pop(0)}={rest.pop(0)}")
    return result
