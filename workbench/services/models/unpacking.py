"""Takes the files of a model out of a ZIP that somebody brings: only known kinds, flat, and never more than they may be."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from pathlib import Path
from typing import IO

from workbench.config import MEGABYTE
from workbench.formats.weights import KINDS, PICKLES
from workbench.formats.weights.kinds import PICKLES_ARE_REFUSED
from workbench.services.errors import Invalid, TooLarge
from workbench.services.models.folders import SAID

MOST_BYTES = 2048 * MEGABYTE
"""Of a model, unpacked."""

MOST_FILES = 200
_MOST_SAID = 4 * MEGABYTE
_MOST_LIST = MEGABYTE  # of the list of files at the end of a ZIP
_OTHERS = frozenset({".json", ".md", ".png", ".jpg", ".svg", ".csv", ".txt", ".jsonl"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_CHUNK = MEGABYTE
_NO_MODEL = "Give a ZIP that `workbench models export` wrote, or the file of weights itself."


def unpack(file: Path, folder: Path) -> None:
    """Write the files of a ZIP into a folder.

    Args:
        file: The ZIP.
        folder: An empty one.

    Raises:
        Invalid: It is no ZIP of a model, or holds something that is never taken.
        TooLarge: It unpacks to more than a model may be.
        OSError: The folder cannot be written.
    """
    try:
        _check_end(file)
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_all(members)
            for member in members:
                with archive.open(member) as source, (folder / member.filename).open("xb") as target:
                    _copy(source, target, member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Invalid(f"{file.name[:80]} is no ZIP, or damaged.", _NO_MODEL) from error


def _check_end(file: Path) -> None:
    """Refuse a list of files that would take much memory to read."""
    size = file.stat().st_size
    with file.open("rb") as source:
        source.seek(max(0, size - 0x10000 - 22))
        tail = source.read()
    at = len(tail) - 22 if tail[-22:-18] == b"PK\x05\x06" else tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise zipfile.BadZipFile("no end")
    if tail.rfind(b"PK\x06\x07") >= 0 or int.from_bytes(tail[at + 12 : at + 16], "little") > _MOST_LIST:
        raise Invalid(f"{file.name[:80]} holds too many files for a model.", _NO_MODEL)


def _check_all(members: list[zipfile.ZipInfo]) -> None:
    """Look at the list of files before any of them is unpacked."""
    names = [member.filename for member in members]
    if len(names) > MOST_FILES:
        raise Invalid(f"The ZIP holds {len(names)} files, and a model {MOST_FILES} at most.", _NO_MODEL)
    for member in members:
        _check(member)
    if len({name.lower() for name in names}) != len(names):
        raise Invalid("The ZIP holds two files of the same name.", _NO_MODEL)
    if SAID not in names:
        raise Invalid(f"The ZIP holds no {SAID}, so it is no model of a workbench.", _NO_MODEL)
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise TooLarge(f"The ZIP unpacks to more than {MOST_BYTES // MEGABYTE} MB.", "No model is as large as that.")


def _check(member: zipfile.ZipInfo) -> None:
    """Look at one entry of the list."""
    name, suffix = member.filename, Path(member.filename).suffix.lower()
    shown = name[:80].encode("unicode_escape").decode()
    if suffix in PICKLES:
        raise Invalid(f"The ZIP holds '{shown}'. Files of the kind '{suffix}' are refused.", PICKLES_ARE_REFUSED)
    if not _NAME.fullmatch(name) or stat.S_ISLNK(member.external_attr >> 16):
        raise Invalid(f"The ZIP holds '{shown}', and a model has only plain files, none in folders.", _NO_MODEL)
    if suffix not in _OTHERS and suffix not in KINDS:
        raise Invalid(f"The ZIP holds '{shown}', which belongs to no model.", _NO_MODEL)
    if member.flag_bits & 0x1:
        raise Invalid("The ZIP is locked with a password.", "Unlock it first.")
    if name == SAID and member.file_size > _MOST_SAID:
        raise TooLarge(f"{SAID} is larger than {_MOST_SAID // MEGABYTE} MB.", _NO_MODEL)


def _copy(source: IO[bytes], target: IO[bytes], member: zipfile.ZipInfo) -> None:
    """Copy an entry, and stop when it goes on after the size that it was listed with."""
    left = member.file_size
    while chunk := source.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise zipfile.BadZipFile("more than was told")
        target.write(chunk)
    if left:
        raise zipfile.BadZipFile("less than was told")
