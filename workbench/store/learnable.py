"""Which lines can be learnt from: texts of people for reading; for finding lines, all lines of pages that people vouch for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, or_, select

from workbench.store.schema import lines, pages, projects, revisions

PERSONS = ("person", "import")
"""Sources of revisions that are the word of somebody, and not of a model."""


def joined(task: str) -> FromClause:
    """Return lines with their current revision, page and project; lines without a revision too where only their place counts.

    Args:
        task: `ocr` or `layout`.
    """
    current = and_(revisions.c.line_id == lines.c.id, revisions.c.revision == lines.c.revision)
    return (
        lines.join(revisions, current, isouter=task == "layout")
        .join(pages, pages.c.id == lines.c.page_id)
        .join(projects, projects.c.id == pages.c.project_id)
    )


def learnable(
    query: Select[*tuple[Any, ...]], source: FromClause, workspace: str, project_ids: Sequence[int] | None, task: str
) -> Select[*tuple[Any, ...]]:
    """Restrict a query to what of a workspace can be learnt from.

    Args:
        query: Of columns of `source`.
        source: As `joined` gives it, maybe with more.
        workspace: The owner.
        project_ids: None = of the whole workspace.
        task: `ocr`: lines that a person wrote or that came with a text. `layout`: all lines of the pages of `_vouched`.
    """
    wanted: list[ColumnElement[bool]] = [
        projects.c.workspace == workspace,
        projects.c.deleted.is_(None),
        pages.c.deleted.is_(None),
        lines.c.is_line,
    ]
    if task == "layout":
        wanted += [pages.c.layout == "page", pages.c.state.in_(("read", "failed")), pages.c.id.in_(_vouched())]
    else:
        wanted += [lines.c.state == "saved", revisions.c.source.in_(PERSONS)]
    if project_ids is not None:
        wanted.append(projects.c.id.in_(project_ids))
    return query.select_from(source).where(*wanted)


def _vouched() -> Select[tuple[int]]:
    """Return the ids of the pages for whose lines a person vouches.

    These are pages on which lines were imported or added, on which a region was said to be no line, and those of which a
    person has gone through every line: each is saved or called unreadable.
    """
    current = and_(revisions.c.line_id == lines.c.id, revisions.c.revision == lines.c.revision)
    touched = or_(lines.c.origin.in_(("imported", "added")), lines.c.is_line.is_(False))
    unseen = or_(revisions.c.source.is_(None), revisions.c.source.not_in(PERSONS))
    return (
        select(lines.c.page_id)
        .select_from(lines.join(revisions, current, isouter=True))
        .group_by(lines.c.page_id)
        .having(or_(_count(touched) > 0, _count(unseen) == 0))
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
