"""Makes the sample pages that ship with the program: `python -m engines.ocr.synthesis.samples --out data/samples`."""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from fontTools.ttLib import TTFont
from PIL import Image

from engines.errors import EngineUnavailable
from engines.ocr.synthesis import sample_texts
from engines.ocr.synthesis.drawing import Hand
from engines.ocr.synthesis.fonts import check_shaping, system_folders
from engines.ocr.synthesis.pages import Look, RenderedPage, render_page, wrapped
from engines.ocr.synthesis.paper import Paper


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample page to make.

    Attributes:
        id: Its name, also of its file.
        title: How a person calls it.
        script: Unicode name of the script.
        fonts: Files it may be written in, the best first.
        text: A paragraph to break into lines, or lines when `broken`.
        look: What the page looks like.
        engine: Which engine reads it best.
        languages: Of the text, for engines that ask; ISO 639-2.
        broken: Whether the lines of the text are the lines of the page.
        layout: How that engine finds the lines best; None = as it does by default.
    """

    id: str
    title: str
    script: str
    fonts: tuple[str, ...]
    text: str
    look: Look
    engine: Literal["kraken", "tesseract"] = "kraken"
    languages: tuple[str, ...] = ("heb",)
    broken: bool = False
    layout: str | None = None


_PEN = Hand(rise=0.025, gap=0.07, turn=0.8, growth=0.025)
_TYPEWRITER = Hand(rise=0.012, gap=0.0)

SAMPLES: tuple[Sample, ...] = (
    Sample(
        "hebrew-print",
        "Record book, printed",
        "Hebrew",
        ("frank-ruhl-libre-400.ttf", "FrankRuehlCLM-Medium.ttf"),
        sample_texts.PRINT,
        Look(size=40, pitch=67, margins=(150, 170, 150), ink=(38, 32, 30), fading=0.22, slope=0.0015, verso=0.07),
    ),
    Sample(
        "hebrew-print-niqqud",
        "A story with vowel points",
        "Hebrew",
        ("david-libre-400.ttf", "TaameyDavidCLM-Medium.ttf"),
        sample_texts.NIQQUD,
        Look(size=38, pitch=72, margins=(150, 200, 150), ink=(40, 33, 31), fading=0.18, slope=-0.001, verso=0.05),
    ),
    Sample(
        "hebrew-cursive",
        "Letter from the town, cursive",
        "Hebrew",
        ("gveret-levin-400.ttf", "GveretLevin.ttf", "KtavYadCLM-MediumItalic.ttf"),
        sample_texts.CURSIVE,
        Look(
            size=45,
            pitch=79,
            margins=(145, 170, 150),
            ink=(74, 50, 34),
            hand=_PEN,
            stroke=-0.9,
            fading=0.42,
            slope=0.004,
            wave=2.0,
            verso=0.08,
            paper=Paper((238, 224, 192), (199, 172, 124), 0.028, 22, fold=True),
        ),
    ),
    Sample(
        "rashi",
        "Commentary in Rashi script",
        "Hebrew",
        ("noto-rashi-hebrew-400.ttf", "NotoRashiHebrew-Regular.ttf"),
        sample_texts.RASHI,
        Look(size=42, pitch=76, margins=(150, 190, 150), ink=(44, 36, 30), fading=0.25, slope=-0.0015, verso=0.07),
    ),
    Sample(
        "mixed",
        "Inventory with Latin words and numbers, typewritten",
        "Hebrew",
        ("cousine-400.ttf", "LiberationMono-Regular.ttf", "MiriamMonoCLM-Book.ttf"),
        sample_texts.MIXED,
        Look(
            size=33,
            pitch=84,
            margins=(120, 190, 90),
            justified=False,
            ink=(45, 42, 60),
            hand=_TYPEWRITER,
            stroke=0.5,
            fading=0.35,
            slope=0.001,
            verso=0.03,
            paper=Paper((243, 234, 214), (214, 196, 158), 0.02, 10, fold=True),
        ),
        languages=("heb", "eng"),
        broken=True,
    ),
    Sample(
        "arabic",
        "Record book, Arabic",
        "Arabic",
        ("Amiri-Regular.ttf", "amiri-regular.ttf", "ScheherazadeNew-Regular.ttf"),
        sample_texts.ARABIC,
        Look(size=45, pitch=72, margins=(150, 175, 150), ink=(40, 33, 31), fading=0.2, slope=0.001, verso=0.06),
        engine="tesseract",
        languages=("ara",),
        layout="block",
    ),
)


@dataclass(frozen=True, slots=True)
class Library:
    """The font files below some folders, by file name."""

    files: dict[str, Path] = field(default_factory=dict)

    @classmethod
    def of(cls, folders: Sequence[Path]) -> Library:
        """Look through the folders."""
        return cls(
            {
                path.name: path
                for folder in folders
                for path in sorted(folder.rglob("*"))
                if path.suffix.lower() in {".ttf", ".otf"}
            }
        )

    def first(self, names: Sequence[str], text: str) -> Path:
        """Return the first of these files that is there and covers the text.

        Raises:
            EngineUnavailable: None is and does.
        """
        needed = set(text) - {" ", "\n"}
        for name in names:
            path = self.files.get(name)
            if path is not None and needed <= set(map(chr, TTFont(path, lazy=True).getBestCmap() or {})):
                return path
        raise EngineUnavailable(
            f"None of the fonts {', '.join(names)} is here.", "Install one of them, or name its folder in FONTS."
        )


def make(sample: Sample, library: Library) -> RenderedPage:
    """Render one sample page; always the same with the same fonts.

    Raises:
        EngineUnavailable: No font for it.
    """
    font = library.first(sample.fonts, sample.text)
    lines = sample.text.strip("\n").split("\n") if sample.broken else wrapped(sample.text, font, sample.look)
    return render_page(lines, font, sample.look, random.Random(sample.id))


def write_all(out: Path, folders: Sequence[Path]) -> list[Path]:
    """Write every sample page as JPEG and their ground truth as `samples.json`.

    Returns:
        The image files.
    """
    check_shaping()
    out.mkdir(parents=True, exist_ok=True)
    library = Library.of(folders)
    entries, paths = [], []
    for sample in SAMPLES:
        rendered = make(sample, library)
        paths.append(out / f"{sample.id}.jpg")
        Image.fromarray(rendered.image).save(paths[-1], "JPEG", quality=84, optimize=True, dpi=(150, 150))
        entries.append(_entry(sample, rendered, paths[-1].name, library))
    rows = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    (out / "samples.json").write_text(f"[\n{rows}\n]\n", "utf-8")
    return paths


def _entry(sample: Sample, rendered: RenderedPage, file: str, library: Library) -> dict[str, object]:
    lines = [{"text": line.text, "baseline": line.baseline, "polygon": line.polygon} for line in rendered.page.lines]
    return {
        "id": sample.id,
        "file": file,
        "title": sample.title,
        "script": sample.script,
        "direction": rendered.page.direction,
        "engine": sample.engine,
        "languages": sample.languages,
        "options": {} if sample.layout is None else {"layout": sample.layout},
        "font": library.first(sample.fonts, sample.text).name,
        "width": rendered.page.width,
        "height": rendered.page.height,
        "lines": lines,
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m engines.ocr.synthesis.samples", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the pages and samples.json")
    parser.add_argument(
        "--fonts",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        help="folders to search for fonts (default: FONTS, or the system's)",
    )
    given = parser.parse_args()
    write_all(given.out, given.fonts or system_folders())


if __name__ == "__main__":
    main()
