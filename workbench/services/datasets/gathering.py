"""What lies in folders, ZIPs and Arrow files: images with their true texts, and what was left out and why."""

from __future__ import annotations

import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from engines.ocr.text import LONGEST_LINE
from workbench.formats import Document, FormatError, WrongFormat, WrongImage, recognise, scans
from workbench.formats.arrow import MAGIC, unpack_apart
from workbench.formats.markup import MAX_BYTES
from workbench.formats.text import read_cut_line, read_lines
from workbench.services.datasets.views import Skipped
from workbench.services.errors import Invalid
from workbench.services.ocr.part import displayed
from workbench.services.ocr.unpacking import natural, unpacked

MOST_FILES = 200_000
"""In all folders and ZIPs together."""

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"})
_SUFFIXES = (".xml", ".page.xml", ".alto.xml", ".page", ".alto", ".gt.txt")
"""Of files with a true text; where an image has several, the last in this order counts."""

ARROW, ZIP = ".arrow", ".zip"

ALONE = (
    "no true text of the same name lies beside it",
    "no image of the same name lies beside it, or another file tells its text",
    "none of its lines has a text",
)
"""Why an image and a text by themselves, and a page without any text, are left out though nothing is wrong with them."""

File = tuple[str, Path]
"""How a person calls it, folders included, and where it lies."""


@dataclass(frozen=True, slots=True)
class Found:
    """An image with what is known of its lines; `layout` is `line` when it is one cut line."""

    name: str
    path: Path
    frame: scans.Frame
    document: Document
    layout: str


@dataclass(frozen=True, slots=True)
class _Pair:
    """An image and its true text: in a file, or at hand."""

    name: str
    path: Path
    truth: File | str


def listed(paths: Sequence[Path]) -> list[File]:
    """Return the files of folders, with those in folders within them, and single files.

    Raises:
        Invalid: One of them does not exist.
    """
    files: list[File] = []
    for path in paths:
        if path.is_dir():
            inside = [found for found in path.rglob("*") if found.is_file() and not _is_hidden(found.relative_to(path))]
            files += [(str(PurePath(path.resolve().name) / found.relative_to(path)), found) for found in inside]
        elif path.is_file():
            files.append((path.name, path))
        else:
            raise Invalid(f"There is no file or folder {path}.", "Check the path.")
    return files


@contextmanager
def gathered(
    files: Sequence[File], limit: int, *, whole: bool = False, pages: bool = False
) -> Iterator[tuple[list[Found], list[Skipped]]]:
    """Give what can be learnt from, for the length of a block, and what was left out.

    Args:
        files: Images, .gt.txt, PAGE and ALTO files, Arrow files, ZIPs of these.
        limit: Most bytes that a ZIP or an Arrow file may hold.
        whole: A .gt.txt may hold the text of a whole page in several lines, which becomes one.
        pages: Only pages on which the places of lines are known count; the lines may have no text.

    Raises:
        TooLarge: They are too many, or a ZIP holds more.
    """
    skipped: list[Skipped] = []
    with (
        unpacked(files, limit, MOST_FILES, wanted=_is_known, left_out=skipped) as listing,
        tempfile.TemporaryDirectory(prefix="dataset-") as folder,
    ):
        plain = [file for file in listing if not _is_arrow(file)]
        skipped += [Skipped(displayed(name), _why_packed(path)) for name, path in plain if name.lower().endswith(ZIP)]
        pairs = _paired(plain, skipped)
        for number, file in enumerate(file for file in listing if _is_arrow(file)):
            pairs += _cut(file, Path(folder) / str(number), limit, skipped)
        found = list(_read(pairs, scans.Limits(file_bytes=limit), skipped, whole))
        yield list(_wanted(found, skipped, pages)), skipped


def _is_hidden(path: PurePath) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _is_known(name: str) -> bool:
    """Return whether a file can be used, by its name; a ZIP within a ZIP cannot, and is told."""
    return PurePath(name).suffix.lower() in {*IMAGES, ARROW, ZIP} or name.lower().endswith(_SUFFIXES)


def _why_packed(path: Path) -> str:
    return "a ZIP within a ZIP is not unpacked" if zipfile.is_zipfile(path) else "it is no ZIP, or damaged"


def _is_arrow(file: File) -> bool:
    if file[0].lower().endswith(ARROW):
        return True
    with file[1].open("rb") as opened:
        return opened.read(len(MAGIC)) == MAGIC


def _paired(files: Sequence[File], skipped: list[Skipped]) -> list[_Pair]:
    """Return the images that have a true text beside them, folder by folder."""
    folders: dict[str, dict[str, File]] = defaultdict(dict)
    for name, path in files:
        place = PurePath(name.replace("\\", "/"))
        if place.name in folders[str(place.parent)]:
            skipped.append(Skipped(displayed(name), "another file has the same name"))
        else:
            folders[str(place.parent)][place.name] = (displayed(name), path)
    pairs: list[_Pair] = []
    for inside in folders.values():
        found, alone = paired(sorted(inside, key=natural))
        pairs += [_Pair(*inside[image], inside[truth]) for image, truth in found]
        skipped += [Skipped(inside[name][0], _why_alone(name)) for name in alone]
    return pairs


def paired(names: Sequence[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return which (image, true text) of the files of one folder belong together, by their names.

    The whole stem decides; an image without a text of its own may share that of its first part: `1.bin.png` and `1.gt.txt`.
    The names of images without a text and of texts without an image come second.
    """
    truths = {name[: -len(suffix)]: name for suffix in _SUFFIXES for name in names if name.lower().endswith(suffix)}
    images = [name for name in names if Path(name).suffix.lower() in IMAGES]
    texts = [truths.get(Path(name).stem) or truths.get(first_part(name)) for name in images]
    found = [(image, text) for image, text in zip(images, texts, strict=True) if text is not None]
    alone = {*images, *truths.values()} - {name for pair in found for name in pair}
    return found, sorted(alone)


def first_part(name: str) -> str:
    """Return what files of one document have in common: their name up to its first dot."""
    return name.partition(".")[0] or name


def _why_alone(name: str) -> str:
    return ALONE[0] if PurePath(name).suffix.lower() in IMAGES else ALONE[1]


def _cut(file: File, folder: Path, limit: int, skipped: list[Skipped]) -> list[_Pair]:
    """Return the lines of an Arrow file."""
    name = displayed(file[0])
    folder.mkdir()
    try:
        lines = unpack_apart(file[1], folder, limit)
    except FormatError as error:
        skipped.append(Skipped(name, error.message))
        return []
    stem = PurePath(name.replace("\\", "/")).stem
    return [_Pair(f"{stem}-{number + 1:05d}.png", path, text) for number, (path, text) in enumerate(lines)]


def _read(pairs: Sequence[_Pair], limits: scans.Limits, skipped: list[Skipped], whole: bool) -> Iterator[Found]:
    """Yield what is whole: an image that can be decoded, and a text that belongs to it."""
    frames = scans.inspect_all_apart([pair.path for pair in pairs], limits)
    for pair, found in zip(pairs, frames, strict=True):
        reason = found.message if isinstance(found, scans.ScanError) else _several(found)
        if reason or isinstance(found, scans.ScanError):
            skipped.append(Skipped(pair.name, reason))
            continue
        try:
            document, layout = _document(pair, found[0], whole)
            _check_lines(document, whole)
        except (FormatError, ValueError) as error:
            skipped.append(Skipped(pair.name if isinstance(pair.truth, str) else pair.truth[0], _words(error)))
            continue
        yield Found(pair.name, pair.path, found[0], document, layout)


def _check_lines(document: Document, whole: bool) -> None:
    """Refuse a text that no line can have, and a line that is not on the image.

    Raises:
        WrongFormat: A text has more than `LONGEST_LINE` characters.
        WrongImage: A line lies outside the image, or reaches as far beyond it as the image is wide or high.
    """
    page = document.page
    for number, line in enumerate(page.lines, 1):
        if len(line.text) > LONGEST_LINE and not whole:
            raise WrongFormat(
                f"Line {number} has {len(line.text):,} characters; a line has at most {LONGEST_LINE:,}.",
                "Give each line of the page a text of its own.",
            )
        x0, y0, x1, y1 = line.box
        inside = -page.width <= x0 < page.width and -page.height <= y0 < page.height
        if not inside or not (0 < x1 <= 2 * page.width and 0 < y1 <= 2 * page.height):
            raise WrongImage(
                f"Line {number} lies, or reaches far, outside the image of {page.width} × {page.height} pixels.",
                "Give the image that the file was made for.",
            )


def _wanted(found: Iterable[Found], skipped: list[Skipped], pages: bool) -> Iterator[Found]:
    """Yield what can be learnt from: texts, or where lines lie."""
    for one in found:
        lines = one.document.page.lines
        if pages and (one.layout == "line" or not lines):
            skipped.append(Skipped(one.name, "it does not tell where lines lie" if one.layout == "line" else "it has no line"))
        elif pages or one.layout == "line" or any(line.text for line in lines):
            yield one
        else:
            skipped.append(Skipped(one.name, ALONE[2]))


def _several(frames: Sequence[scans.Frame]) -> str:
    return f"it holds {len(frames)} pages; save each as an image" if len(frames) > 1 else ""


def _words(error: Exception) -> str:
    return error.message if isinstance(error, FormatError) else str(error)


def _document(pair: _Pair, frame: scans.Frame, whole: bool) -> tuple[Document, str]:
    """Return what is known of the lines of an image, and its layout."""
    if isinstance(pair.truth, str):
        return read_cut_line(pair.truth.encode("utf-8", "replace"), frame.width, frame.height, pair.name), "line"
    if pair.truth[1].stat().st_size > MAX_BYTES:
        raise FormatError("The file is too large to be the text of one image.", "Give one file an image.")
    data = pair.truth[1].read_bytes()
    if pair.truth[0].lower().endswith(".txt"):
        data = " ".join(read_lines(data)).encode() if whole else data
        return read_cut_line(data, frame.width, frame.height, pair.name), "line"
    kind = recognise(data)
    if kind.read is None:
        raise FormatError("It does not tell where lines lie.", "Give PAGE or ALTO.")
    return kind.read(data, (frame.width, frame.height)), "page"
