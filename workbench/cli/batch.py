"""Many files for `ocr read`: found in folders, passed over where their result is there, and told one by one beside the output."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from workbench.formats import Format
    from workbench.services.files import FilePage

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".pdf"})


@dataclass(frozen=True, slots=True)
class Scan:
    """A file to be read; `place` are the folders in which it lies below the one that was named."""

    path: Path
    place: Path = Path()


def scans(paths: Sequence[Path]) -> list[Scan]:
    """Return the files that were named, and in natural order the images of folders, with those of folders within them.

    Raises:
        Invalid: There is no image in a folder.
    """
    from workbench.services.errors import Invalid
    from workbench.services.ocr.unpacking import natural

    found: list[Scan] = []
    for path in paths:
        if not path.is_dir():
            found.append(Scan(path))
            continue
        names = [inside.relative_to(path) for inside in path.rglob("*") if inside.suffix.lower() in IMAGES and inside.is_file()]
        shown = [name for name in names if not any(part.startswith(".") for part in name.parts)]
        if not shown:
            raise Invalid(f"There is no image in {path}.", f"Images end in {', '.join(sorted(IMAGES))}.")
        found += [Scan(path / name, name.parent) for name in sorted(shown, key=lambda name: natural(name.as_posix()))]
    return found


@dataclass(frozen=True, slots=True)
class Results:
    """Where the results of pages are written: one file a page, whole or not at all.

    Attributes:
        folder: `--out`.
        format: How a page is written.
        again: What is there does not count.
    """

    folder: Path
    format: Format
    again: bool

    def path(self, scan: Scan, stem: str) -> Path:
        """Return where the result of a page goes."""
        return self.folder / scan.place / f"{stem}{self.format.suffix}"

    def holds(self, scan: Scan, stem: str) -> bool:
        """Tell whether a page was read before, after its scan was last changed."""
        target = self.path(scan, stem)
        return not self.again and target.is_file() and target.stat().st_mtime >= scan.path.stat().st_mtime

    def write(self, scan: Scan, page: FilePage) -> Path:
        """Write the result of a page."""
        target = self.path(scan, page.stem)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        part.write_bytes(self.format.write(page.document))
        part.replace(target)
        return target


@dataclass(slots=True)
class Progress:
    """Tells beside the output how far a batch is; nothing for a single page."""

    files: int
    number: int = 0  # of the file that is being read
    read: int = 0
    there: int = 0
    failed: int = 0
    _many: bool = False
    _busy: float = 0.0  # seconds that reading took
    _since: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Go to the next file."""
        self.number += 1
        self._since = time.monotonic()

    def page(self, page: FilePage) -> None:
        """Tell that a page was read."""
        seconds = time.monotonic() - self._since
        self._since = time.monotonic()
        self._busy += seconds
        self.read += 1
        name = page.path.name if page.frames == 1 else f"{page.path.name}, page {page.frame + 1} of {page.frames}"
        files = max(1, self.number - self.there - self.failed)
        pages = page.frames - page.frame - 1 + (self.files - self.number) * self.read / files
        ending = f"; about {_words(pages * self._busy / self.read)} left" if pages else ""
        self._many |= page.frames > 1
        self._tell(f"[{self.number}/{self.files}] {name}: {len(page.document.page.lines)} lines, {seconds:.1f} s{ending}")

    def end(self) -> None:
        """Tell what became of all files."""
        there = f", {self.there} files were there already (--again reads them)" if self.there else ""
        failed = f", {self.failed} files failed" if self.failed else ""
        self._tell(f"{self.read} pages read{there}{failed}")

    def _tell(self, words: str) -> None:
        if self.files > 1 or self._many:
            typer.echo(words, err=True)


def _words(seconds: float) -> str:
    """Return a length of time in its largest unit."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
