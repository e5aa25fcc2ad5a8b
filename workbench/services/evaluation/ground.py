"""What an evaluation reads: the images of folders with their true texts, divided into documents, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

from engines.ocr.text import NORMAL_FORMS
from engines.types import Line
from workbench.services.datasets.gathering import ALONE, Found, first_part, gathered, listed
from workbench.services.datasets.views import Skipped
from workbench.services.errors import Invalid

By = Literal["folder", "image"] | int
"""What one document is: every folder, every image, or the folders so many levels below the given ones with all in them."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How an evaluation goes.

    Attributes:
        form: Name of the normal form in which words and n-grams are compared; CER is told in `strict` and `letters` too.
        by: What one document is.
        given: lines = the engine is told where the lines lie · page = it finds them itself.
    """

    form: str = "letters"
    by: By = "folder"
    given: Literal["lines", "page"] = "lines"


@dataclass(frozen=True, slots=True)
class Text:
    """An image with its true text, and the document that it is of."""

    document: str
    found: Found

    @property
    def true(self) -> list[Line]:
        """Return the lines that have a true text."""
        return [line for line in self.found.document.page.lines if line.text.strip()]


@dataclass(frozen=True, slots=True)
class Ground:
    """What is there.

    Attributes:
        texts: What is read.
        left_out: What has nothing to be compared with: an image or a text alone, lines without a text.
        broken: What was to be read and cannot be.
    """

    texts: Sequence[Text]
    left_out: Sequence[Skipped]
    broken: Sequence[Skipped]


@contextmanager
def ground(folders: Sequence[Path], manner: Manner, limit: int) -> Iterator[Ground]:
    """Give what is there to read, for the length of a block.

    Args:
        folders: Of images with .gt.txt, PAGE or ALTO files of the same names, and folders in them; ZIPs and Arrow files too.
        manner: Says what a document is; when lines are to be found, a .gt.txt may hold the text of a whole page.
        limit: Most bytes that a ZIP or an Arrow file may hold.

    Raises:
        Invalid: A folder does not exist, there is nothing to read, or no such form.
        TooLarge: They hold too much.
    """
    if manner.form not in NORMAL_FORMS:
        raise Invalid(f"There is no normal form '{manner.form}'.", f"Known forms: {', '.join(NORMAL_FORMS)}.")
    paths = list({path.resolve(): path for path in folders}.values())
    bases = [path.resolve().name for path in paths]
    with ExitStack() as stack:
        known: list[Text] = []
        left_out: list[Skipped] = []
        broken: list[Skipped] = []
        for path, base in zip(paths, bases, strict=True):
            found, skipped = stack.enter_context(gathered(listed([path]), limit, whole=manner.given == "page"))
            label = base if bases.count(base) == 1 else str(path)
            known += [Text(_document(one.name, base, label, manner.by), one) for one in found if _untold(one) < _lines(one)]
            left_out += [one for one in skipped if one.reason in ALONE]
            left_out += [Skipped(one.name, f"no text: {_untold(one)} of {_lines(one)} lines") for one in found if _untold(one)]
            broken += [one for one in skipped if one.reason not in ALONE]
        if not known:
            raise _nothing(folders, [*broken, *left_out])
        yield Ground(known, left_out, broken)


def _lines(found: Found) -> int:
    return len(found.document.page.lines)


def _untold(found: Found) -> int:
    """Return how many lines have no true text."""
    return sum(not line.text.strip() for line in found.document.page.lines)


def _document(name: str, base: str, label: str, by: By) -> str:
    """Return how the document of an image is called: the given folder, and what lies between it and the image."""
    place = PurePath(name.replace("\\", "/"))
    inside = [part for part in place.parent.parts if part != "/"]
    if inside[:1] == [base]:
        inside = inside[1:]
    if by == "image":
        inside.append(first_part(place.name))
    return "/".join([label, *(inside[:by] if isinstance(by, int) else inside)])


def _nothing(folders: Sequence[Path], skipped: Sequence[Skipped]) -> Invalid:
    named = "; ".join(f"{one.name}: {one.reason}" for one in skipped[:10])
    where = ", ".join(str(folder) for folder in folders)
    hint = "Put images and files of the same name there: .gt.txt with one line each, PAGE or ALTO."
    return Invalid(f"No image in {where} has a true text beside it that can be used. {named}".strip(), hint)
