"""Which of the versions that there are is meant: by its name, by promotions, by the script of a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.services.errors import Invalid
from workbench.services.models.version import ModelVersion, parsed
from workbench.store.promotions import ROLLBACK, Promotion

USUAL_SCRIPT = "Hebrew"
"""What a page is taken for as long as no text of its project tells."""


def promoted_name(row: Promotion) -> str:
    """Return the full name of the version that a row promotes."""
    return f"{row.model}/v{row.version}"


def standing(found: Iterable[ModelVersion], rows: Iterable[Promotion]) -> list[Promotion]:
    """Return the promotion that counts for each model: its last one whose version still exists.

    The model that was promoted last comes first; a step back to an older version is no reason to be preferred to others.

    Args:
        found: The versions that exist.
        rows: The newest first.
    """
    existing = {version.full_name for version in found}
    counting: dict[str, Promotion | None] = {}
    promoted_at: dict[str, int] = {}
    for row in rows:
        if row.version is None or promoted_name(row) in existing:
            counting.setdefault(row.model, None if row.version is None else row)
        if row.reason != ROLLBACK:
            promoted_at.setdefault(row.model, row.id)
    standing = [row for row in counting.values() if row is not None]
    return sorted(standing, key=lambda row: promoted_at.get(row.model, row.id), reverse=True)


def promoted(found: Sequence[ModelVersion], rows: Iterable[Promotion], script: str) -> ModelVersion | None:
    """Return the version that was promoted last for a script; one that says no script is for every one, and so is ""."""
    usable = {version.full_name: version for version in found if not version.problem}
    for row in standing(found, rows):
        if promoted_name(row) in usable and (not script or row.script in ("", script)):
            return usable[promoted_name(row)]
    return None


def first(found: Iterable[ModelVersion], script: str) -> ModelVersion | None:
    """Return what reads where nothing is promoted: the newest that is shipped for a script, else of any, else one's own."""
    usable = [version for version in found if not version.problem]
    return next((version for version in usable if version.script == (script or USUAL_SCRIPT)), usable[0] if usable else None)


def reading(found: Sequence[ModelVersion], rows: Sequence[Promotion], script: str) -> ModelVersion | None:
    """Return what reads where neither the request nor the project names a model or an engine."""
    return promoted(found, rows, script) or first(found, script)


def is_meant(found: Sequence[ModelVersion], name: str, version: ModelVersion) -> bool:
    """Tell whether a name means a version."""
    try:
        return named(found, name).full_name == version.full_name
    except Invalid:  # that model is gone
        return False


def named(found: Sequence[ModelVersion], name: str) -> ModelVersion:
    """Return the version of that name; without `/v<N>` the promoted one, else the newest."""
    wanted = parsed(name)
    same = [version for version in found if version.name == wanted.name]
    if wanted.version is not None:
        same = [version for version in same if version.version == wanted.version]
    for version in sorted(same, key=lambda version: not version.production):
        return version
    known = ", ".join(version.full_name for version in found) or "none"
    raise Invalid(f"There is no model '{name}'.", f"Known models: {known}.")


def usable(version: ModelVersion, engine: str) -> ModelVersion:
    """Return a version that can be used with an engine.

    Raises:
        Invalid: It cannot.
    """
    if version.problem:
        raise Invalid(
            f"The model '{version.full_name}' cannot be used: {version.problem}", "Choose another model, or restore its folder."
        )
    if version.engine != engine:
        raise Invalid(
            f"The model '{version.full_name}' is for {version.engine}, not for {engine}.",
            f"Choose the engine '{version.engine}'.",
        )
    return version
