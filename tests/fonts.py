"""Fonts for tests: those that the page brings along, so that no test depends on what a machine has installed."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

import pytest
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from PIL import features

_PARTS = Path(__file__).resolve().parent.parent / "workbench/ui/static/fonts"
_KEPT: list[tempfile.TemporaryDirectory[str]] = []


_FAMILIES = {"hebrew": "ibm-plex-sans-hebrew", "arabic": "noto-naskh-arabic"}


@cache
def folder(script: str = "hebrew") -> Path:
    """Return a folder with a font as one TrueType file: the script with its points, Latin, digits.

    Text can only be shaped with raqm and fribidi: without them the test is skipped, but fails in CI, where they must be.
    """
    if not (features.check("raqm") and features.check("fribidi")):
        reason = "Pillow cannot shape Hebrew here: install libfribidi0 (make system)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    _KEPT.append(tempfile.TemporaryDirectory())
    home = Path(_KEPT[-1].name)
    parts = []
    for family, part in ((_FAMILIES[script], script), ("ibm-plex-sans", "latin")):
        font = TTFont(_PARTS / family / f"{family}-{part}-400-normal.woff2")
        font.flavor = None
        parts.append(str(home / f"{part}.part"))
        font.save(parts[-1])
    Merger().merge(parts).save(home / f"{script.title()}.ttf")
    return home


def hebrew() -> Path:
    """Return the font file of `folder`."""
    return folder() / "Hebrew.ttf"
