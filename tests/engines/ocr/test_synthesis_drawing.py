"""What is drawn is what the text says, however it is set: in the features of a font, wider, or with longer joints."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont, newTable
from PIL import Image, ImageFont
from scipy.ndimage import label

from engines.ocr.synthesis import joints
from engines.ocr.synthesis.drawing import PRESS, Bend, Hand, Ink, bent, draw
from engines.ocr.synthesis.fonts import Font, inspect, loaded, scan
from engines.ocr.synthesis.scripts import ARABIC, HEBREW, Script
from tests.fonts import folder


@pytest.fixture(scope="module")
def font() -> Font:
    """Return a font with Hebrew letters and points."""
    (font,) = scan([folder()])
    return font


def test_text_runs_from_right_to_left(font: Font) -> None:
    ink = np.asarray(draw("לכ", loaded(font.path, 80), random.Random(0)).mask)
    columns = np.flatnonzero(ink.any(axis=0))
    middle = (columns[0] + columns[-1]) // 2
    heights = [int(np.flatnonzero(part.any(axis=1))[0]) for part in (ink[:, :middle], ink[:, middle:])]
    assert heights[1] < heights[0]  # lamed, the taller one, comes first and so stands at the right


def _columns(ink: Ink) -> int:
    box = ink.mask.getbbox()
    assert box is not None
    return box[2] - box[0]


def test_letters_set_wider_are_the_same_letters(font: Font) -> None:
    shaped, rng = loaded(font.path, 60), random.Random(0)
    close, wide = (draw("שלום עולם", shaped, rng, Hand(tracking=tracking)) for tracking in (0.001, 0.1))
    assert _columns(wide) - _columns(close) == pytest.approx(6 * 0.1 * 60, abs=3)  # six gaps within two words
    assert np.asarray(wide.mask).sum() == pytest.approx(np.asarray(close.mask).sum(), rel=0.02)
    pointed = draw("שָׁלוֹם", shaped, rng, Hand(tracking=0.1))
    assert _columns(pointed) == pytest.approx(_columns(draw("שלום", shaped, rng, Hand(tracking=0.1))), abs=3)  # points stay put
    for left_to_right in ("1948", "Rome"):
        inks = [draw(left_to_right, shaped, rng, Hand(tracking=tracking)) for tracking in (0.001, 0.1)]
        assert np.array_equal(*(np.asarray(ink.mask) for ink in inks))


@pytest.mark.parametrize("script", [HEBREW, ARABIC], ids=["hebrew", "arabic"])
def test_every_feature_leaves_the_letters_legible(script: Script) -> None:
    (font,) = scan([folder(script.name)], script)
    shaped, rng = loaded(font.path, 60), random.Random(0)
    assert {feature.removeprefix("-") for feature in font.features} <= {feature.removeprefix("-") for feature in script.features}
    assert "-kern" in font.features
    for feature in font.features:
        for char in sorted(script.letters):
            usual, other = (np.asarray(draw(char, shaped, rng, Hand(features=used)).mask) for used in ((), (feature,)))
            assert 0.5 < other.sum() / usual.sum() < 2, (feature, char)


def test_a_font_offers_the_features_that_it_has(tmp_path: Path, font: Font) -> None:
    with TTFont(font.path) as plain:
        for name in {"GSUB", "GPOS", "kern"} & set(plain.keys()):
            del plain[name]
        plain.save(tmp_path / "plain.ttf")
    found = inspect(tmp_path / "plain.ttf")
    assert found is not None
    assert found.features == ()
    with TTFont(font.path) as rich:
        rich["kern"] = newTable("kern")
        rich["kern"].version, rich["kern"].kernTables = 0, []
        rich.save(tmp_path / "rich.ttf")
    found = inspect(tmp_path / "rich.ttf")
    assert found is not None
    assert "-kern" in found.features


def test_without_shaping_letters_still_run_from_right_to_left(font: Font) -> None:
    basic = ImageFont.truetype(str(font.path), 80, layout_engine=ImageFont.Layout.BASIC)
    shaped = loaded(font.path, 80)
    for hand in (Hand(features=("-kern",)), Hand(tracking=0.1), PRESS):
        plain, usual = (draw("לך (ab) 12", used, random.Random(0), hand) for used in (basic, shaped))
        assert _columns(plain) == pytest.approx(_columns(usual), abs=6)
        difference = np.asarray(plain.mask, int)[:, -120:] - np.asarray(usual.mask, int)[:, -120:]
        assert np.abs(difference).mean() < 6


def test_joints_become_longer_or_shorter_and_nothing_else_does() -> None:
    mask = np.zeros((60, 200), np.uint8)
    for left in (20, 60, 100):
        mask[20:40, left : left + 12] = 255  # letters
    mask[36:40, 32:60] = mask[36:40, 72:100] = 255  # joints
    mask[34:40, 140:146] = 255  # a full stop
    mask[28:31, 160:180] = 255  # a dash
    assert joints.joints(mask, 40, 40) == [(32, 60), (72, 100)]
    widths = set()
    for seed in range(20):
        line = np.asarray(joints.varied(Ink(Image.fromarray(mask), 40), 40, 0.15, random.Random(seed)).mask)
        widths.add(line.shape[1])
        assert 200 - 2 * 28 // 3 <= line.shape[1] <= 200 + 2 * 6
        assert label(line > 0)[1] == 3  # still one word, a full stop and a dash
        assert (line[28] > 0).sum() == 3 * 12 + 20
        assert (line[35] > 0).sum() == 3 * 12 + 6
    assert len(widths) > 5


def test_joints_of_arabic_letters_are_found_and_words_stay_whole() -> None:
    (font,) = scan([folder("arabic")], ARABIC)
    ink = draw("كتب سيتحسن في بيتنا", loaded(font.path, 60), random.Random(0))
    usual = np.asarray(ink.mask)
    assert len(joints.joints(usual, ink.baseline, 60)) >= 4
    parts = label(usual > 128)[1]
    for seed in range(10):
        varied = np.asarray(joints.varied(ink, 60, 0.15, random.Random(seed)).mask)
        assert label(varied > 128)[1] == parts
        assert 0.9 < varied.sum() / usual.sum() < 1.2


def test_a_justified_line_has_its_width_and_a_bent_one_its_ink(font: Font) -> None:
    ink = draw("אחת שתיים שלוש", loaded(font.path, 40), random.Random(0), width=600)
    box = ink.mask.getbbox()
    assert box is not None
    assert box[2] - box[0] == pytest.approx(600, abs=12)
    turned = bent(ink, Bend(slant=0.1, slope=0.01, wave=3))
    assert np.asarray(turned.mask).sum() == pytest.approx(np.asarray(ink.mask).sum(), rel=0.05)
