"""Which version of a model reads: what people and trainings promoted, in order. Rows are only added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from workbench.store.database import Database, now
from workbench.store.errors import NotFound
from workbench.store.schema import promotions, workspaces

Policy = Literal["hand", "auto"]
"""Who promotes a better model: a person, or the training that made it."""


ROLLBACK = "rollback"
"""Reason of a promotion that is a step back to the version before."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion; the fields are the columns of `schema.promotions`.

    Attributes:
        id: Grows with every promotion.
        model: `<owner>/<task>/<name>`.
        version: From 1; None = no version of this model any more.
        script: That the version reads; "" = it does not say.
        author: Who did it.
        reason: Why, when nobody did it by hand; "" = somebody did.
        created: Seconds since the epoch.
    """

    id: int
    workspace: str
    model: str
    version: int | None
    script: str
    author: str
    reason: str
    created: float


class Promotions:
    """The verbs of promotions. Each takes the connection of a unit of work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, connection: Connection, workspace: str) -> list[Promotion]:
        """Return the promotions of a workspace, the newest first."""
        query = select(promotions).where(promotions.c.workspace == workspace).order_by(promotions.c.id.desc())
        return [Promotion(*row) for row in connection.execute(query)]

    def add(
        self,
        connection: Connection,
        workspace: str,
        model: str,
        version: int | None,
        *,
        script: str,
        author: str,
        reason: str = "",
    ) -> Promotion:
        """Add a promotion.

        Args:
            connection: Of a unit of work.
            workspace: Where it counts.
            model: `<owner>/<task>/<name>`.
            version: From 1; None = no version of this model any more.
            script: That the version reads; "" = it does not say.
            author: Who does it.
            reason: Why, when nobody does it by hand.
        """
        values = {"workspace": workspace, "model": model, "version": version, "script": script}
        values |= {"author": author, "reason": reason, "created": now()}
        return Promotion(*connection.execute(insert(promotions).values(values).returning(*promotions.c)).one())

    def lock(self, connection: Connection, workspace: str) -> None:
        """Let one unit of work at a time promote or delete models of a workspace; on SQLite every one is alone anyway.

        Raises:
            NotFound: There is no such workspace.
        """
        query = select(workspaces.c.slug).where(workspaces.c.slug == workspace).with_for_update()
        if connection.execute(query).first() is None:
            raise NotFound(f"workspace '{workspace}'")

    def policy(self, connection: Connection, workspace: str) -> Policy:
        """Return who promotes a better model in a workspace."""
        query = select(workspaces.c.promotion).where(workspaces.c.slug == workspace)
        return "auto" if connection.execute(query).scalar_one_or_none() == "auto" else "hand"

    def set_policy(self, connection: Connection, workspace: str, policy: Policy) -> None:
        """Say who promotes a better model in a workspace."""
        connection.execute(update(workspaces).where(workspaces.c.slug == workspace).values(promotion=policy))
