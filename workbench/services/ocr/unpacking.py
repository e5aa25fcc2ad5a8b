"""Unpacks what comes in ZIPs, one file after the other, whatever their names and sizes say."""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import IO

from workbench.services.errors import Invalid, TooLarge
from workbench.services.ocr.exchange import IN_ORDER

MOST_FILES = 4000
_CHUNK = 1024 * 1024


def natural(name: str) -> list[object]:
    """Return the key by which people sort names: figures count as numbers, so that 10 comes after 9."""
    parts = re.split(r"([0-9]+)", name.casefold())  # every second one is figures
    return [(len(part.lstrip("0")), part.lstrip("0")) if place % 2 else part for place, part in enumerate(parts)]


@contextmanager
def unpacked(files: Sequence[tuple[str, Path]], limit: int, most: int = MOST_FILES) -> Iterator[list[tuple[str, Path]]]:
    """Give the files in order of their names, those in a ZIP each by itself; names of members never become paths.

    Args:
        files: (name, file).
        limit: Most bytes that a ZIP may hold.
        most: Most files in all.

    Raises:
        TooLarge: They are too many, or a ZIP holds more bytes than an upload may have.
    """
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        found: list[tuple[str, Path]] = []
        for name, path in sorted(files, key=lambda file: natural(file[0])):
            found += _members(path, Path(folder), limit, most) if zipfile.is_zipfile(path) else [(name, path)]
            if len(found) > most:
                raise TooLarge(f"These are more than {most:,} files.", "Import them in several parts.")
        yield found


def _members(path: Path, folder: Path, limit: int, most: int) -> list[tuple[str, Path]]:
    """Unpack the files of a ZIP into numbered files, in order of their names, or in that of an export; hidden ones are left out.

    Raises:
        Invalid: It is damaged or asks for a password.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir() and not _is_hidden(member.filename)]
            if len(members) > most:
                raise TooLarge(f"The ZIP holds more than {most:,} files.", "Import them in several parts.")
            if archive.comment != IN_ORDER:
                members.sort(key=lambda member: natural(member.filename))
            start = sum(1 for _ in folder.iterdir())
            targets = [folder / str(start + number) for number in range(len(members))]
            left = limit
            for member, target in zip(members, targets, strict=True):
                with archive.open(member) as source:
                    left = _copy(source, target, left)
            return [(member.filename, target) for member, target in zip(members, targets, strict=True)]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError) as error:  # RuntimeError: a password
        raise Invalid(f"The ZIP cannot be opened: {error}.", "Pack the files again, without a password.") from error


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePath(name).parts)


def _copy(source: IO[bytes], target: Path, left: int) -> int:
    """Unpack one file; stop as soon as it grows beyond what is left, whatever the ZIP says. Return what is left then."""
    with target.open("wb") as copy:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise TooLarge("The ZIP holds more than an upload may have.", "Import it in several parts.")
            copy.write(chunk)
    return left
