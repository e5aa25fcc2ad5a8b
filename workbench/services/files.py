"""Reads image files where they lie, without a server, a project or a job: what the command line does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engines.types import Page, whole_line
from workbench.formats import Document
from workbench.formats.scans import inspect_apart, load
from workbench.services.actors import LOCAL
from workbench.services.errors import Invalid
from workbench.services.ocr.reading import Wish

if TYPE_CHECKING:
    from engines.base import OcrEngine
    from workbench.services import Services
    from workbench.services.ocr.reading import Choice

Layout = Literal["page", "line"]


@dataclass(frozen=True, slots=True)
class FilePage:
    """A page of a file that was read.

    Attributes:
        path: The file.
        frame: Which page of it, from 0.
        frames: How many pages it has.
        document: What was read.
    """

    path: Path
    frame: int
    frames: int
    document: Document

    @property
    def stem(self) -> str:
        """Return the name of the page without a suffix; pages of one file are numbered from 1."""
        return stem_of(self.path, self.frame, self.frames)


def stem_of(path: Path, frame: int, frames: int) -> str:
    """Return the name of a page without a suffix; see `FilePage`."""
    return path.stem if frames == 1 else f"{path.stem}-{frame + 1:03d}"


class FileReader:
    """Reads files with one engine, one model and one set of options; the model is loaded once."""

    def __init__(self, services: Services, wish: Wish, layout: Layout = "page") -> None:
        """Decide who reads, by the same rule as for an upload.

        Args:
            services: Find engine and model; the database is not opened.
            wish: What was asked for.
            layout: `line` = every image is one cut line.

        Raises:
            EngineError: The engine is unknown or cannot work here, or an option is wrong.
            ServiceError: The model is unknown or there is none.
        """
        self.choice: Choice = services.ocr.choose(LOCAL, None, **wish)
        self.engine: OcrEngine = self.choice.open()
        self.layout = layout

    def read(self, path: Path, is_known: Callable[[str], bool] = lambda _stem: False) -> Iterator[FilePage]:
        """Yield the pages of a file, each as soon as it is read.

        Args:
            path: The file.
            is_known: Tells by the stem of a page that it need not be read.

        Raises:
            Invalid: There is no such file.
            ScanError: It is no image, or a bad one.
            EngineError: The engine failed.
        """
        if not path.is_file():
            raise Invalid(f"There is no file {path}.", "Check the path.")
        frames = inspect_apart(path)
        for number, frame in enumerate(frames):  # an index may be left out: a preview inside a TIFF is no page
            if is_known(stem_of(path, number, len(frames))):
                continue
            page = self._page(path, frame.index)
            ids = tuple(f"line_{index + 1}" for index in range(len(page.lines)))
            document = Document(path.name, page, ids, creator=f"{self.choice.engine} {self.choice.reader.model}".strip())
            yield FilePage(path, number, len(frames), document)

    def _page(self, path: Path, frame: int) -> Page:
        image = load(path, frame)
        lines = [whole_line(image.shape[1], image.shape[0])] if self.layout == "line" else None
        return self.engine.read(image, lines, self.choice.options)
