"""Promoting a version, taking that back, and deleting a version that nobody needs."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.services.actors import Actor
from workbench.services.errors import Conflict, Invalid, NotFound, Refused
from workbench.services.models.choosing import is_meant, named, promoted
from workbench.services.models.finding import Finding, task_of
from workbench.services.models.publishing import renew_latest
from workbench.services.models.version import BASE, ModelVersion, parsed
from workbench.store.database import Connection
from workbench.store.promotions import ROLLBACK, Policy, Promotion

POLICIES: tuple[Policy, ...] = ("hand", "auto")


@dataclass(frozen=True, slots=True)
class Promoted:
    """What a promotion changed.

    Attributes:
        model: Full name of the version that is promoted now; None = none of its name any more.
        before: Full name of the version of that name that was promoted before; None = none was.
    """

    model: str | None
    before: str | None


class Promoting(Finding):
    """Says which version reads."""

    def promote(self, actor: Actor, full_name: str, reason: str = "") -> Promoted:
        """Make a version the one that its name means, and that reads pages of its script. What is promoted already stays.

        Args:
            actor: Who does it.
            full_name: `<owner>/<task>/<name>/v<N>`, of the own models or of the shipped ones.
            reason: Why, when nobody does it by hand.

        Raises:
            NotFound: The actor has no such model.
            Invalid: It is no name of a model, or the model cannot be used.
        """
        task = task_of(full_name)
        with self._services.store.begin() as connection:
            rows, found = self._now(connection, actor, task)
            if not any(full_name in (other.name, other.full_name) for other in found):
                raise NotFound(f"model '{full_name}'")
            version = named(found, full_name)
            if version.problem:
                hint = "Choose another version, or restore its folder."
                raise Invalid(f"The model '{version.full_name}' cannot be used: {version.problem}", hint)
            before = next((other.full_name for other in found if other.name == version.name and other.production), None)
            if promoted(found, rows, version.script) is not version:
                self._add(connection, actor, version, version.version, reason)
        return Promoted(version.full_name, before)

    def rollback(self, actor: Actor, name: str) -> Promoted:
        """Go back to the version of a model that was promoted before the present one; to none when there was none.

        Args:
            actor: Who does it.
            name: `<owner>/<task>/<name>`; a version at its end does not count.

        Raises:
            Invalid: It is no name.
            Conflict: No version of it is promoted.
        """
        task, name = task_of(name), parsed(name).name
        with self._services.store.begin() as connection:
            rows, found = self._now(connection, actor, task)
            own = {version.full_name: version for version in found if version.name == name}
            stack = [own[f"{name}/v{number}"] for number in _stack(rows, name) if f"{name}/v{number}" in own]
            if not stack:
                raise Conflict(f"No version of '{name}' is promoted.", "Promote one first.")
            present = stack[-1]
            before = next((version for version in reversed(stack) if version is not present), None)
            self._add(connection, actor, before or present, before.version if before else None, ROLLBACK)
        return Promoted(before.full_name if before else None, present.full_name)

    def policy(self, actor: Actor) -> Policy:
        """Return who promotes a better model of the actor's workspace: `hand` or `auto`."""
        with self._services.store.connect() as connection:
            return self._services.store.promotions.policy(connection, actor.workspace)

    def set_policy(self, actor: Actor, policy: str) -> Policy:
        """Say who promotes a better model: `hand` = a person, `auto` = the training that made it.

        Raises:
            Invalid: It is neither.
        """
        chosen: Policy | None = next((known for known in POLICIES if known == policy), None)
        if chosen is None:
            raise Invalid(f"There is no policy '{policy[:40]}'.", f"Known policies: {', '.join(POLICIES)}.")
        with self._services.store.begin() as connection:
            self._services.store.promotions.set_policy(connection, actor.workspace, chosen)
            self._tell(connection, actor)
        return chosen

    def delete(self, actor: Actor, full_name: str) -> None:
        """Delete a version for good. Its number is never given to another one.

        Raises:
            NotFound: The actor has no such version.
            Refused: It is shipped with the program.
            Conflict: It is promoted, a project names it, or a training starts from it.
        """
        version = self.get(actor, full_name)
        if version.owner == BASE:
            raise Refused("Models that are shipped cannot be deleted.", "Promote another one, and it is not used.")
        self._services.training.require_unused(actor, model=full_name)
        model = self._root(version.owner) / version.task / parsed(full_name).model
        gone = model / f".v{version.version}"
        with self._services.store.begin() as connection:
            _, found = self._now(connection, actor, version.task)
            if full_name not in {other.full_name for other in found}:
                raise NotFound(f"model '{full_name[:80]}'")
            if any(other.full_name == full_name and other.production for other in found):
                raise Conflict(f"'{full_name}' is promoted.", "Promote another version first, or roll back.")
            self._refuse_pinned(connection, actor, found, version)
            (model / f"v{version.version}").rename(gone)
            self._tell(connection, actor)
        empty(gone)
        renew_latest(model, version.task)

    def _now(self, connection: Connection, actor: Actor, task: str) -> tuple[list[Promotion], list[ModelVersion]]:
        """Return promotions and folders as they are while nobody else promotes or deletes."""
        self._services.store.promotions.lock(connection, actor.workspace)
        rows = self._promotions(actor.workspace, connection)
        return rows, self._list(actor, task, rows)

    def _add(self, connection: Connection, actor: Actor, version: ModelVersion, number: int | None, reason: str) -> None:
        """Add a promotion and tell the browsers."""
        self._services.store.promotions.add(
            connection, actor.workspace, version.name, number, script=version.script, author=actor.name, reason=reason
        )
        self._tell(connection, actor)

    def _tell(self, connection: Connection, actor: Actor) -> None:
        """Note for the browsers that something about models changed."""
        self._services.store.changes.add(connection, actor.workspace, "model", 0)

    def _refuse_pinned(self, connection: Connection, actor: Actor, found: Sequence[ModelVersion], version: ModelVersion) -> None:
        """Refuse to delete what a project names, the trash included: it can come back."""
        projects = self._services.store.projects.all(connection, actor.workspace)
        projects += self._services.store.projects.all(connection, actor.workspace, trash=True)
        last = sum(other.name == version.name for other in found) == 1
        pinned = [
            project.name
            for project in projects
            if project.model and is_meant(found, project.model, version) and (last or project.model == version.full_name)
        ]
        if pinned:
            names = ", ".join(f"'{name}'" for name in pinned[:3])
            raise Conflict(f"'{version.full_name}' reads for {names}.", "Choose another model for it first.")


def empty(folder: Path) -> None:
    """Remove what lies in the folder of a deleted version; the folder itself stays, so that its number is not given again."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _stack(rows: Iterable[Promotion], name: str) -> list[int]:
    """Return the versions of a model that were promoted and not rolled back, the present one last.

    Args:
        rows: The newest first.
        name: `<owner>/<task>/<name>`.
    """
    stack: list[int] = []
    for row in reversed([row for row in rows if row.model == name]):
        if row.version is None:
            stack = []
        elif row.reason == ROLLBACK and row.version in stack:
            while stack[-1] != row.version:
                stack.pop()
        else:
            stack.append(row.version)
    return stack
