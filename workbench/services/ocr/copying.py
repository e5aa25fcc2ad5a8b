"""Equal pages are read once: the reading of an equal image by the same model with the same options is copied."""

from __future__ import annotations

from workbench.services.ocr.recording import Read, Reader, entry_of, reading_row
from workbench.store import Store
from workbench.store.database import Connection
from workbench.store.pages import Page

COPIED = ("scan", "thumbnail", "width", "height", "direction", "options", "message", "hint")


def copy_twin(store: Store, connection: Connection, page: Page, *, reader: Reader, key: str) -> int | None:
    """Copy what an engine read on an equal page, of whichever workspace; never what people wrote there.

    Args:
        store: The store.
        connection: Of the unit of work in which all of it happens.
        page: The page to fill; it has no lines yet.
        reader: Who is to read.
        key: The reading key.

    Returns:
        How many lines the page has now; None when nothing was copied, as no equal page was read yet or it has lines already.
    """
    twin = store.pages.twin(connection, key, page.id)
    if twin is None or store.lines.of_pages(connection, [page.id])[page.id]:
        return None
    lines = store.lines.of_page(connection, twin.id)
    for place, line in enumerate(lines):
        found = line.reading
        if found is None:
            raise ValueError(f"line {line.id} of an equal page has no reading")
        read = Read(text=found.text, chars=found.chars, confidence=found.confidence, reason=found.reason)
        values = {"position": float(place), "baseline": line.baseline, "polygon": line.polygon, "origin": "found"}
        line_id = store.lines.add(connection, page.id, values)
        reading_id = store.lines.add_reading(connection, line_id, reading_row(reader, read))
        store.lines.save(connection, line_id, 0, entry_of(reader, read, base=0, reading_id=reading_id))
    values = {name: getattr(twin, name) for name in COPIED} | {"state": "read", "reading_key": key}
    store.pages.change(connection, page.id, values | {"engine": reader.engine, "model": reader.model})
    return len(lines)
