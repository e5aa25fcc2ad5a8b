"""Measures how well an engine and a model read a folder of images whose true text is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engines.ocr.metrics import Sample, Score, score
from engines.ocr.text import NORMAL_FORMS
from engines.types import Line, whole_line
from workbench.formats import Document, FormatError, recognise
from workbench.formats.scans import ScanError, load
from workbench.formats.text import read_lines
from workbench.services.errors import Invalid

if TYPE_CHECKING:
    from workbench.services.files import FileReader

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"})
_SUFFIXES = (".xml", ".page.xml", ".alto.xml", ".page", ".alto", ".gt.txt")
"""Of files with a true text; where an image has several, the last in this order counts."""

Given = Literal["lines", "page"]


@dataclass(frozen=True, slots=True)
class Pair:
    """An image and the file with its true text."""

    image: Path
    truth: Path


def pairs(folder: Path) -> tuple[list[Pair], list[str]]:
    """Return the images of a folder that have a true text beside them: a `.gt.txt`, PAGE or ALTO file of the same stem.

    The whole stem decides; an image without a text of its own may share that of its first part: `1.bin.png` and `1.gt.txt`.
    The names of images without a text and of texts without an image come second.

    Raises:
        Invalid: There is no such folder, or nothing of that kind in it.
    """
    if not folder.is_dir():
        raise Invalid(f"There is no folder {folder}.", "Check the path.")
    found, alone = paired(sorted(path.name for path in folder.iterdir() if path.is_file()))
    if not found:
        hint = "Put images and files of the same name there: .gt.txt with one line each, PAGE or ALTO."
        raise Invalid(f"No image in {folder} has a true text beside it.", hint)
    return [Pair(folder / image, folder / truth) for image, truth in found], alone


def paired(names: Sequence[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return which (image, true text) of the files of one folder belong together, by their names as `pairs` tells.

    The names of images without a text and of texts without an image come second.
    """
    truths = {name[: -len(suffix)]: name for suffix in _SUFFIXES for name in names if name.lower().endswith(suffix)}
    images = [name for name in names if Path(name).suffix.lower() in IMAGES]
    texts = [truths.get(Path(name).stem) or truths.get(_first_part(Path(name))) for name in images]
    found = [(image, text) for image, text in zip(images, texts, strict=True) if text is not None]
    alone = {*images, *truths.values()} - {name for pair in found for name in pair}
    return found, sorted(alone)


def _first_part(path: Path) -> str:
    """Return what files of one document have in common: their name up to its first dot."""
    return path.name.partition(".")[0] or path.name


def evaluate(reader: FileReader, found: Sequence[Pair], form: str = "letters", *, given: Given = "lines") -> Iterator[Sample]:
    """Read images and yield every true line with its reading.

    Args:
        reader: Engine, model and options.
        found: Images with their true texts.
        form: Normal form in which texts will be compared; needed to match the lines of a whole page.
        given: `lines` = the engine is told where the lines lie; `page` = it finds them itself.

    Raises:
        Invalid: A file is broken or not of the form that is needed; the message names it.
        EngineError: The engine failed.
    """
    check_form(form)
    for pair in found:
        is_text = pair.truth.name.lower().endswith(".gt.txt")
        try:
            yield from _of_text(reader, pair, given) if is_text else _of_page(reader, pair, given)
        except ScanError as error:
            raise Invalid(f"{pair.image.name}: {error.message}", error.hint) from error


def check_form(form: str) -> None:
    """Refuse a normal form that does not exist.

    Raises:
        Invalid: There is none of that name.
    """
    if form not in NORMAL_FORMS:
        raise Invalid(f"There is no normal form '{form}'.", f"Known forms: {', '.join(NORMAL_FORMS)}.")


def _of_text(reader: FileReader, pair: Pair, given: Given) -> Iterator[Sample]:
    """Yield what an image and its `.gt.txt` say: one cut line, or with `page` a whole page."""
    truth = [line for line in read_lines(pair.truth.read_bytes()) if line.strip()]
    if len(truth) > 1 and given == "lines":
        hint = "A .gt.txt holds the text of one cut line; evaluate whole pages with --layout page."
        raise Invalid(f"{pair.truth.name} has {len(truth)} lines.", hint)
    image = load(pair.image)
    lines = [whole_line(image.shape[1], image.shape[0])] if given == "lines" else None
    page = reader.engine.read(image, lines, reader.choice.options)
    yield Sample("\n".join(truth), _joined(page.lines), _first_part(pair.image))


def _of_page(reader: FileReader, pair: Pair, given: Given) -> Iterator[Sample]:
    """Yield the lines of a page whose layout is known; with `page` the whole page, as lines may be found otherwise."""
    document = _document(pair)
    image = load(pair.image)
    if (document.page.width, document.page.height) != (image.shape[1], image.shape[0]):
        document = document.scaled(image.shape[1], image.shape[0])
    truth = [line for line in document.page.lines if line.text.strip()]
    if not truth:
        return
    if given == "page":
        yield Sample(
            _joined(truth), _joined(reader.engine.read(image, None, reader.choice.options).lines), _first_part(pair.image)
        )
        return
    bare = [Line(line.baseline, line.polygon) for line in truth]
    read = reader.engine.read(image, bare, reader.choice.options)
    for line, result in zip(truth, read.lines, strict=True):
        yield Sample(line.text, result.text, _first_part(pair.image))


def _joined(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines if line.text)


def _document(pair: Pair) -> Document:
    data = pair.truth.read_bytes()
    reading = recognise(data).read
    if reading is None:
        raise Invalid(f"{pair.truth.name} does not tell where its lines lie.", "Give PAGE or ALTO.")
    try:
        return reading(data, None)
    except FormatError as error:
        raise Invalid(f"{pair.truth.name}: {error.message}", error.hint) from error


def summary(samples: Sequence[Sample], form: str = "letters") -> Score:
    """Return the error rates.

    Raises:
        Invalid: No line has a true text.
    """
    check_form(form)
    if not samples:
        raise Invalid("No line has a true text.", "Check that the files hold transcriptions.")
    return score(samples, form)
