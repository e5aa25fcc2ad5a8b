"""Equal pages are read once: finds a page with the same reading, and copies what the engine read there in four statements."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, literal, or_, select, update

from workbench.store.database import now
from workbench.store.schema import lines, pages, readings, revisions

_SHAPE = ("position", "baseline", "polygon", "origin")
_READ = ("engine", "model", "text", "chars", "confidence", "reason")


def twin_of(connection: Connection, reading_key: str, page_id: int) -> int | None:
    """Return the id of another page, of any workspace, whose lines were read once as a whole under the same key."""
    every = select(func.count()).select_from(readings).where(readings.c.line_id == lines.c.id).correlate(lines, pages)
    fitting = every.where(readings.c.engine == pages.c.engine, readings.c.model == pages.c.model)
    once = (every.scalar_subquery() == 1) & (fitting.scalar_subquery() == 1)
    other = select(lines.c.id).where(lines.c.page_id == pages.c.id, or_(lines.c.origin != "found", ~once))
    query = select(pages.c.id).where(pages.c.reading_key == reading_key, pages.c.state == "read", pages.c.id != page_id)
    return connection.execute(query.where(pages.c.scan.is_not(None), ~other.exists()).order_by(pages.c.id).limit(1)).scalar()


def copy_lines(connection: Connection, twin_id: int, page_id: int, author: str) -> int:
    """Give a page without lines those of its twin, as the engine read them; what people wrote or said there is not copied.

    Args:
        connection: Of a unit of work.
        twin_id: As `twin_of` found it.
        page_id: The page to fill.
        author: Signs the first revisions.

    Returns:
        How many lines the page has now.
    """
    theirs = lines.alias("theirs")
    read = theirs.join(readings, readings.c.line_id == theirs.c.id)
    shape = [theirs.c[name] for name in _SHAPE]
    said = [literal(1), readings.c.text, literal("read"), readings.c.reason, literal(True), literal("auto")]
    found = select(literal(page_id), *shape, *said).select_from(read).where(theirs.c.page_id == twin_id)
    columns = ["page_id", *_SHAPE, "revision", "text", "state", "reason", "is_line", "direction"]
    count = connection.execute(insert(lines).from_select(columns, found, include_defaults=False)).rowcount
    copied = select(lines.c.id, *[readings.c[name] for name in _READ], literal(now()))
    pairs = lines.join(theirs, theirs.c.position == lines.c.position).join(readings, readings.c.line_id == theirs.c.id)
    copied = copied.select_from(pairs).where(lines.c.page_id == page_id, theirs.c.page_id == twin_id)
    connection.execute(insert(readings).from_select(["line_id", *_READ, "created"], copied, include_defaults=False))
    own = select(readings.c.id).where(readings.c.line_id == lines.c.id).scalar_subquery()
    connection.execute(update(lines).where(lines.c.page_id == page_id).values(reading_id=own))
    _sign(connection, page_id, author)
    return count


def _sign(connection: Connection, page_id: int, author: str) -> None:
    """Write the first revision of every line of a page that was copied."""
    values = {
        "base": literal(0),
        "author": literal(author),
        "source": literal("model"),
        "action": literal("read"),
        "created": literal(now()),
    }
    same = ("revision", "text", "state", "reason", "reading_id")
    first = select(lines.c.id, *[lines.c[name] for name in same], *values.values()).where(lines.c.page_id == page_id)
    connection.execute(insert(revisions).from_select(["line_id", *same, *values], first, include_defaults=False))
