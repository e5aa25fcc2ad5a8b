"""Receives multipart forms straight to files on disk, never in memory."""

from __future__ import annotations

import re
import shutil
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from workbench.config import MEGABYTE
from workbench.services.errors import Invalid
from workbench.store.database import translated

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_PARTS = 2_000
LONGEST_FIELD = MEGABYTE
_EXTENDED = re.compile(rb"filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was received.

    Attributes:
        field: Name of its form field.
        filename: As the sender calls it, without folders; for showing only, it never becomes a path.
        path: Where it lies until the request is answered.
    """

    field: str
    filename: str
    path: Path


@dataclass(slots=True)
class Form:
    """A received form: text fields by name, and files in their order."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)

    def refuse_others(self, known: set[str]) -> None:
        """Raise Invalid for a field that has no meaning here."""
        for name in (*self.fields, *(file.field for file in self.files)):
            if name not in known:
                raise Invalid(f"The form field '{name}' is not known here.", f"Known fields: {', '.join(sorted(known))}.")


@asynccontextmanager
async def received(request: Request, folder: Path) -> AsyncIterator[Form]:
    """Receive the form of a request for the length of a block; afterwards its files are gone.

    Args:
        request: With a multipart/form-data body.
        folder: Where uploads wait; made when missing.

    Raises:
        Invalid: The body is not a multipart form, or not a whole one.
        DiskFull: There is no room for it.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise Invalid("The body is not a form with files.", "Send multipart/form-data, as curl -F does.")
    place = folder / uuid.uuid4().hex
    with translated():
        place.mkdir(parents=True)
    receiver = _Receiver(place)
    try:
        parser = MultipartParser(options[b"boundary"], receiver.callbacks())
        try:
            async for chunk in request.stream():
                parser.write(chunk)
                await run_in_threadpool(receiver.store)
        except FormParserError as error:
            raise _broken() from error
        if not receiver.ended:
            raise _broken()
        yield receiver.form
    finally:
        receiver.close()
        await run_in_threadpool(shutil.rmtree, place, True)


def sweep(folder: Path, older_than: float = 86_400.0) -> None:
    """Remove uploads that a killed server left behind, when they are older than so many seconds."""
    for place in folder.glob("*"):
        if place.stat().st_mtime < time.time() - older_than:
            shutil.rmtree(place, ignore_errors=True)


class _Receiver:
    """Collects what the parser finds; `store` writes it, in a thread."""

    def __init__(self, place: Path) -> None:
        self.form = Form()
        self.ended = False
        self._place = place
        self._name, self._value, self._headers = b"", b"", dict[bytes, bytes]()
        self._field = ""
        self._text = bytearray()
        self._file: BinaryIO | None = None
        self._pending: list[tuple[BinaryIO, bytes]] = []
        self._parts = 0

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self.on_part_begin,
            "on_part_data": self.on_part_data,
            "on_part_end": self.on_part_end,
            "on_header_field": self.on_header_field,
            "on_header_value": self.on_header_value,
            "on_header_end": self.on_header_end,
            "on_headers_finished": self.on_headers_finished,
            "on_end": self.on_end,
        }

    def on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise Invalid(f"The form has more than {MOST_PARTS} parts.", "Send fewer files at once.")
        self._headers = {}
        self._text = bytearray()

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def on_headers_finished(self) -> None:
        disposition = self._headers.get(b"content-disposition", b"")
        _, options = parse_options_header(disposition)
        self._field = _decoded(options.get(b"name", b""))
        filename = _filename(disposition, options)
        if filename is None:
            return
        path = self._place / str(self._parts)
        self._file = path.open("wb")
        self.form.files.append(Upload(self._field, filename, path))

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._pending.append((self._file, data[start:end]))
            return
        self._text += data[start:end]
        if len(self._text) > LONGEST_FIELD:
            raise Invalid(f"The form field '{self._field}' is too long.", "A text field holds at most 1 MB.")

    def on_part_end(self) -> None:
        if self._file is None:
            self.form.fields[self._field] = _decoded(bytes(self._text))
            return
        self.store()
        self._file.close()
        self._file = None

    def on_end(self) -> None:
        self.ended = True

    def store(self) -> None:
        """Write what has come."""
        pending, self._pending = self._pending, []
        with translated():
            for file, data in pending:
                file.write(data)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _filename(disposition: bytes, options: dict[bytes, bytes]) -> str | None:
    """Return the file name of a part, without the folders of the sender's computer; None when it is no file.

    Browsers write UTF-8 and %22 for a quotation mark; other programs use the extended form of RFC 5987.
    """
    extended = _EXTENDED.search(disposition)
    if extended is not None:
        filename = unquote(extended[1].decode("ascii", "replace"))
    elif b"filename" in options:
        filename = _decoded(options[b"filename"]).replace("%22", '"')
    else:
        return None
    return filename.replace("\\", "/").rpartition("/")[2] or "upload"


def _broken() -> Invalid:
    return Invalid("The form is broken or was cut off.", "Send it again.")
