"""Finds fonts that can render a script, and knows what each of them covers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageFont, features

from engines.errors import EngineUnavailable
from engines.ocr.synthesis.scripts import HEBREW, Script


@dataclass(frozen=True, slots=True)
class Font:
    """A font file that covers the letters of a script.

    Attributes:
        path: The font file.
        family: Its family name.
        style: Its style name, such as `Bold`.
        version: What its name table says, "" when nothing.
        group: A group of the script, or `print`.
        characters: The characters it can render.
        points: True when it places vowel points.
        script: What it is used for.
        features: Those features of the script that make a difference to it.
    """

    path: Path
    family: str
    style: str
    version: str
    group: str
    characters: frozenset[str]
    points: bool
    script: Script = HEBREW
    features: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return family and style."""
        return f"{self.family} {self.style}".strip()

    def covers(self, text: str) -> bool:
        """Return whether every character of the text can be rendered."""
        return self.characters.issuperset(text)


def check_shaping() -> None:
    """Make sure that text is shaped: right to left, with points placed.

    Raises:
        EngineUnavailable: Pillow has no raqm, or raqm finds no fribidi.
    """
    if not (features.check("raqm") and features.check("fribidi")):
        raise EngineUnavailable(
            "Pillow cannot shape text from right to left here: raqm or fribidi is missing.",
            "Install fribidi (Debian: apt-get install libfribidi0) and a Pillow wheel with raqm.",
        )


def system_folders() -> list[Path]:
    """Return the folders of FONTS (separated like PATH) or, without it, those where systems keep fonts; only existing ones."""
    named = os.environ.get("FONTS", "")
    home = Path.home()
    usual = ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts"]
    candidates = named.split(os.pathsep) if named else [*usual, str(home / ".fonts"), str(home / ".local/share/fonts")]
    return [Path(folder) for folder in candidates if folder and Path(folder).is_dir()]


def scan(folders: Iterable[Path], script: Script = HEBREW) -> list[Font]:
    """Return the fonts with all letters of a script below these folders, sorted by name; of equal names the one that covers most.

    Raises:
        EngineUnavailable: There is no such font.
    """
    searched = list(folders)
    paths = sorted(path for folder in searched for path in folder.rglob("*") if path.suffix.lower() in {".ttf", ".otf"})
    found: dict[str, Font] = {}
    for path in paths:
        font = inspect(path, script)
        if font is not None and (font.name not in found or len(found[font.name].characters) < len(font.characters)):
            found[font.name] = font
    if not found:
        raise EngineUnavailable(
            f"No font with {script.unicode} letters in {', '.join(map(str, searched)) or 'any font folder'}.",
            f"Install {script.unicode} fonts (Debian: {script.packages}) or name their folders in FONTS.",
        )
    return [found[name] for name in sorted(found)]


def inspect(path: Path, script: Script = HEBREW) -> Font | None:
    """Return what a font file offers; None when it has not all letters of the script or is no readable font."""
    try:
        with TTFont(path, lazy=True) as font:
            cmap = font.getBestCmap() or {}
            characters = frozenset(map(chr, cmap))
            if not characters >= script.letters:
                return None
            names = font["name"]
            family, style = (names.getDebugName(long) or names.getDebugName(short) or "" for long, short in ((16, 1), (17, 2)))
            version = names.getDebugName(5) or ""
            needed = script.points - script.spare_points
            tags = _tags(font)
            points = characters >= needed and _has_outline(font, cmap[ord(min(needed))]) and "mark" in tags
    except (TTLibError, OSError, KeyError, AssertionError):
        return None
    known = characters if points else characters - script.points
    features = tuple(feature for feature in script.features if feature.removeprefix("-") in tags)
    return Font(path, family, style, version, script.group(f"{family} {style}"), known, points, script, features)


def _has_outline(font: TTFont, glyph: str) -> bool:
    glyphs = font.getGlyphSet()
    pen = BoundsPen(glyphs)
    glyphs[glyph].draw(pen)
    return pen.bounds is not None


def _tags(font: TTFont) -> frozenset[str]:
    """Return the OpenType features of a font; `kern` as well where it has the table that was before them."""
    tables: list[Any] = [font[name] for name in ("GSUB", "GPOS") if name in font]
    lists = [table.table.FeatureList for table in tables if table.table is not None]
    records = [record for features in lists if features is not None for record in features.FeatureRecord]
    return frozenset([record.FeatureTag for record in records] + ["kern"] * ("kern" in font))


@lru_cache(maxsize=512)
def loaded(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """Return a font of this file with letters of `size` pixels to the em, shaped by raqm."""
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.RAQM)
