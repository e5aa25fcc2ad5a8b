"""Reads with Tesseract: print in many languages, without training."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from engines import runtime
from engines.base import OcrEngine, Options, Report
from engines.errors import EngineUnavailable, InvalidOptions
from engines.ocr.text import main_direction
from engines.types import Line, Page

if TYPE_CHECKING:
    import tesserocr

_DATA_FOLDERS = (
    "/usr/share/tesseract-ocr/*/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
_DATA_VARIABLE = "TESSDATA_PREFIX"
_SUFFIX = ".traineddata"
_NOT_A_LANGUAGE = {"osd", "equ"}  # finds the script of a page; formulas
_SHARE_OF_PAGE = 0.9  # of the time: Tesseract reads a page in one piece, its lines are only collected then
_MODES = {"auto": "AUTO", "column": "SINGLE_COLUMN", "block": "SINGLE_BLOCK", "sparse": "SPARSE_TEXT"}  # as Tesseract calls them


class TesseractOptions(Options):
    """How Tesseract reads."""

    languages: str = Field(
        "heb+eng",
        pattern=r"^[A-Za-z0-9_]{2,40}(\+[A-Za-z0-9_]{2,40}){0,9}$",
        description="Languages of the page, joined by +, the main one first, such as heb+eng. Each needs its data installed.",
    )
    direction: Literal["auto", "rtl", "ltr"] = Field(
        "auto", description="Base direction of the page. Tesseract orders words by what it reads; auto = what most letters have."
    )
    layout: Literal["auto", "column", "block", "sparse"] = Field(
        "auto", description="How the page is laid out: auto, one column, one block of text, or words here and there."
    )
    resolution: int = Field(300, ge=70, le=1200, description="Resolution of the scan in dots per inch.")
    alternatives: float = Field(
        0.01, ge=0.001, le=0.5, description="Least probability of another reading of a character to be kept."
    )


class TesseractEngine(OcrEngine[TesseractOptions]):
    """Finds and reads the lines of printed pages in the languages whose data is installed."""

    title = "Tesseract"
    Options = TesseractOptions
    requires = ("tesserocr",)
    install_hint = "Install it with: pip install tesserocr, and language data with: apt-get install tesseract-ocr-heb"

    @classmethod
    def unavailable(cls) -> EngineUnavailable | None:
        """Return why Tesseract cannot work here: the library or all language data is missing."""
        missing = super().unavailable()
        if missing is None and not cls.languages():
            return EngineUnavailable(
                "Tesseract has no language data here.",
                f"Install some, such as: apt-get install tesseract-ocr-heb; or name its folder in {_DATA_VARIABLE}.",
            )
        return missing

    @classmethod
    def languages(cls) -> tuple[str, ...]:
        """Return the languages whose data is installed, in alphabetical order, such as ("ara", "eng", "heb")."""
        folder = _data_folder()
        if folder is None:
            return ()
        return tuple(sorted(path.stem for path in folder.glob(f"*{_SUFFIX}") if path.stem not in _NOT_A_LANGUAGE))

    def _read(self, image: np.ndarray, lines: Sequence[Line] | None, options: TesseractOptions, report: Report) -> Page:
        """Read a page; see the base class."""
        from PIL import Image

        from engines.ocr.tesseract.lines import read_line, read_page

        report(0.0, "Loading the languages")
        picture = Image.fromarray(image)
        with _api(self._checked(options.languages), options) as api:
            if lines is None:
                report(0.05, "Reading the page")
                read = read_page(api, picture, options.resolution, options.alternatives)
                report(_SHARE_OF_PAGE, "Reading the page")
                report.found([Line(line.baseline, line.polygon) for line in read])
                for index, line in enumerate(read):
                    report.finished(index, line)
                    report(_SHARE_OF_PAGE + (1 - _SHARE_OF_PAGE) * (index + 1) / len(read), "Collecting lines")
            else:
                read = []
                for index, line in enumerate(lines):
                    read.append(read_line(api, picture, line, options.resolution, options.alternatives))
                    report.finished(index, read[-1])
                    report((index + 1) / len(lines), f"Line {index + 1} of {len(lines)} read")
        direction = main_direction(line.text for line in read) if options.direction == "auto" else options.direction
        return Page(picture.width, picture.height, tuple(read), direction)

    @classmethod
    def _checked(cls, languages: str) -> str:
        """Return the languages when all their data is there.

        Raises:
            InvalidOptions: Data of one is missing.
        """
        installed = cls.languages()
        missing = [language for language in languages.split("+") if language not in installed]
        if missing:
            packages = " ".join(f"tesseract-ocr-{language.replace('_', '-').lower()}" for language in missing)
            raise InvalidOptions(
                f"Tesseract has no data for {', '.join(missing)}. Installed: {', '.join(installed)}.",
                f"Choose installed languages, or install the data: apt-get install {packages}",
            )
        return languages


def _data_folder() -> Path | None:
    """Return the folder of the language data: the one that the environment names, else the newest of the usual ones."""
    named = os.environ.get(_DATA_VARIABLE)
    if named:
        candidates = [Path(named), Path(named) / "tessdata"]
    else:
        candidates = [path for pattern in _DATA_FOLDERS for path in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)]
    return next((path for path in candidates if any(path.glob(f"*{_SUFFIX}"))), None)


def _api(languages: str, options: TesseractOptions) -> tesserocr.PyTessBaseAPI:
    """Return Tesseract, ready to read these languages.

    Raises:
        EngineUnavailable: It cannot load the data of the languages.
    """
    runtime.limit_threads()  # before the import: with two OpenMP threads it needs ten times the CPU time
    import tesserocr

    mode: tesserocr.PSM = getattr(tesserocr.PSM, _MODES[options.layout])
    try:
        api = tesserocr.PyTessBaseAPI(path=f"{_data_folder()}", lang=languages, psm=mode, oem=tesserocr.OEM.LSTM_ONLY)
    except RuntimeError as error:
        raise EngineUnavailable(
            f"Tesseract cannot load the data of {languages}.",
            "Install the language data again; data of Tesseract 4 or later is needed.",
        ) from error
    api.SetVariable("lstm_choice_mode", "2")  # keeps alternatives of every character
    return api
