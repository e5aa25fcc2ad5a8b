"""Equal pages are read once: the reading of an equal image by the same model with the same options is copied."""

from __future__ import annotations

from workbench.services.ocr.recording import Reader
from workbench.store import Store
from workbench.store.copying import copy_lines, twin_of
from workbench.store.database import Connection
from workbench.store.pages import Page

COPIED = ("scan", "thumbnail", "width", "height", "direction", "options", "message", "hint")


def copy_twin(store: Store, connection: Connection, page: Page, *, reader: Reader, key: str) -> int | None:
    """Copy what an engine read on an equal page, of whichever workspace; never what people wrote there.

    Args:
        store: The store.
        connection: Of the unit of work in which all of it happens.
        page: The page to fill.
        reader: Who is to read.
        key: The reading key.

    Returns:
        How many lines the page has now; None when nothing was copied, as no equal page was read yet or it has lines already.
    """
    twin_id = twin_of(connection, key, page.id)
    if twin_id is None or store.pages.counts(connection, [page.id]):
        return None
    count = copy_lines(connection, twin_id, page.id, reader.author)
    twin = store.pages.known(connection, twin_id)
    values = {name: getattr(twin, name) for name in COPIED} | {"state": "read", "reading_key": key}
    store.pages.change(connection, page.id, values | {"engine": reader.engine, "model": reader.model})
    return count
