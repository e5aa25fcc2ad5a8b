"""A plain text for a page that is here: corrected elsewhere line by line, and taken back in."""

from __future__ import annotations

from workbench.formats.text import read_lines
from workbench.services.actors import Actor
from workbench.services.errors import Conflict, Invalid
from workbench.services.ocr.correcting import cleaned_text
from workbench.services.ocr.part import Part
from workbench.store.lines import Entry, Line


class Texts(Part):
    """What comes back as plain text."""

    def import_text(self, actor: Actor, page_id: int, data: bytes) -> int:
        """Give every line of a page the line of a text file in its place, as the export of that page wrote it.

        An empty line of the file, and one that says what is there, leaves the line of the page as it is: that nobody changed a
        reading does not mean that somebody checked it. Whatever was there before stays in the history.

        Args:
            actor: Who imports.
            page_id: The page.
            data: The file, UTF-8.

        Returns:
            How many lines got a new revision.

        Raises:
            NotFound: The workspace has no such page.
            MalformedFile: The bytes are no text.
            Conflict: On PostgreSQL somebody saved a line of the page at the same moment; nothing is changed then.
            Invalid: The file has more or fewer lines than the page, or one of them is too long.
        """
        texts = [cleaned_text(text) for text in read_lines(data)]
        with self._store.begin() as connection:
            self._store.pages.get(connection, actor.workspace, page_id)
            lines = [line for line in self._store.lines.of_page(connection, page_id) if line.is_line]
            if len(texts) != len(lines):
                raise Invalid(
                    f"The text has {len(texts)} lines, the page has {len(lines)}.",
                    "Export the page as text and keep its line breaks: one line of text for each line of the page.",
                )
            changed = [(line, text) for line, text in zip(lines, texts, strict=True) if text not in {"", line.text}]
            for line, text in changed:
                if self._store.lines.save(connection, line.id, line.revision, _entry(actor, line, text)) is None:
                    raise Conflict("A line of the page changed meanwhile. Nothing was imported.", "Import the text again.")
            if changed:
                self._tell_page(connection, actor, page_id)
        return len(changed)


def _entry(actor: Actor, line: Line, text: str) -> Entry:
    reading_id = line.reading.id if line.reading is not None else None
    return Entry(
        base=line.revision,
        text=text,
        state="saved",
        author=actor.name,
        source="import",
        action="import",
        reading_id=reading_id,
    )
