"""Unpacks what comes in ZIPs, one file after the other, whatever their names and sizes say."""

from __future__ import annotations

import lzma
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePath

from workbench.config import MEGABYTE
from workbench.services.datasets.views import Skipped
from workbench.services.errors import Invalid, TooLarge
from workbench.services.ocr.exchange import IN_ORDER
from workbench.services.ocr.part import displayed

MOST_FILES = 4000
DAMAGED = "it is damaged"
_CHUNK = 1024 * 1024
_BROKEN = (  # RuntimeError: a password; ValueError: a place before the file, or a name that is no text
    *(zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, lzma.LZMAError, EOFError, ValueError, struct.error),
)


def natural(name: str) -> list[object]:
    """Return the key by which people sort names: figures count as numbers, so that 10 comes after 9."""
    parts = re.split(r"([0-9]+)", name.casefold())  # every second one is figures
    return [(len(part.lstrip("0")), part.lstrip("0")) if place % 2 else part for place, part in enumerate(parts)]


@contextmanager
def unpacked(
    files: Sequence[tuple[str, Path]],
    limit: int,
    most: int = MOST_FILES,
    *,
    wanted: Callable[[str], bool] | None = None,
    left_out: list[Skipped] | None = None,
) -> Iterator[list[tuple[str, Path]]]:
    """Give the files in order of their names, those in a ZIP each by itself; names of members never become paths.

    Args:
        files: (name, file).
        limit: Most bytes that a ZIP may hold.
        most: Most files in all.
        wanted: Which files of a ZIP are unpacked, by their names; None = all.
        left_out: Takes what cannot be unpacked, and why, so that the rest is given; None = that is an error.

    Raises:
        TooLarge: They are too many, or a ZIP holds more bytes than an upload may have.
        Invalid: A ZIP, or a file in it, is damaged or locked, and nobody takes what is left out.
    """
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        targets = (Path(folder) / str(number) for number in count())
        found: list[tuple[str, Path]] = []
        for name, path in sorted(files, key=lambda file: natural(file[0])):
            if zipfile.is_zipfile(path):
                found += _Unpacking(displayed(name), limit, most, wanted, left_out).members(path, targets)
            else:
                found.append((name, path))
            if len(found) > most:
                raise TooLarge(f"These are more than {most:,} files.", "Import them in several parts.")
        yield found


@dataclass
class _Unpacking:
    """The unpacking of one ZIP; see `unpacked`."""

    name: str
    limit: int
    most: int
    wanted: Callable[[str], bool] | None
    left_out: list[Skipped] | None
    size: int = 0

    def members(self, path: Path, targets: Iterator[Path]) -> list[tuple[str, Path]]:
        """Unpack the files into new ones, in order of their names, or in that of an export; hidden ones are left out."""
        try:
            with zipfile.ZipFile(path) as archive:
                members = self._chosen(archive)
                if len(members) > self.most:
                    raise TooLarge(f"{self.name} holds more than {self.most:,} files.", "Import them in several parts.")
                if archive.comment != IN_ORDER:
                    members.sort(key=lambda member: natural(member.filename))
                pairs = list(zip(members, targets, strict=False))
                return [(member.filename, target) for member, target in pairs if self._unpack(archive, member, target)]
        except _BROKEN:
            self._leave(self.name, DAMAGED)
            return []

    def _chosen(self, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
        """Return what is to be unpacked."""
        plain: list[zipfile.ZipInfo] = []
        for member in archive.infolist():
            parts = PurePath(member.filename.replace("\\", "/")).parts
            if ".." in parts and self.left_out is not None:
                self._leave(member.filename, "its name leads out of the ZIP")
            elif not member.is_dir() and not any(part.startswith((".", "__MACOSX")) for part in parts):
                plain.append(member)
        chosen = [member for member in plain if self.wanted is None or self.wanted(member.filename)]
        if not chosen and self.left_out is not None:
            self._leave(self.name, "the ZIP holds no file that can be used")
        return chosen

    def _unpack(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> bool:
        """Unpack one file and return whether it is whole."""
        if self.left_out is not None and member.file_size > self.limit:
            self._leave(member.filename, f"it is larger than {self.limit / MEGABYTE:,.0f} MB")
            return False
        try:
            with target.open("wb") as copy:
                for chunk in _chunks(archive, member):
                    self.size += len(chunk)
                    if self.size > self.limit:  # whatever the ZIP says
                        raise TooLarge(f"{self.name} holds more than an upload may have.", "Import it in several parts.")
                    copy.write(chunk)
        except _BROKEN:
            self._leave(member.filename, "it is locked with a password" if member.flag_bits & 1 else DAMAGED)
            return False
        return True

    def _leave(self, name: str, reason: str) -> None:
        """Name what is left out, or refuse the whole ZIP because of it."""
        if self.left_out is None:
            raise Invalid(f"{displayed(name)} cannot be unpacked: {reason}.", "Pack the files again, without a password.")
        self.left_out.append(Skipped(displayed(name), reason))


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a file of a ZIP part by part; of a damaged one, reading may raise what otherwise a broken disk does."""
    try:
        with archive.open(member) as source:
            while chunk := source.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise zipfile.BadZipFile(str(error)) from error
