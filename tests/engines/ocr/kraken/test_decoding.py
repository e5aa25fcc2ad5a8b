"""From the network's probabilities to characters: runs, alternatives, logical order, places."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.kraken

ALPHABET = "אבגדהabc12()-\u05b7 "


@pytest.fixture(scope="module")
def codec():
    """Return a codec of a small alphabet."""
    from engines import runtime

    runtime.prepare()
    from kraken.lib.codec import PytorchCodec

    return PytorchCodec({char: [index] for index, char in enumerate(ALPHABET, 1)})


def posterior(*columns: dict[str, float]) -> np.ndarray:
    """Return (labels, frames) with these probabilities; "" is the blank, which gets what is left."""
    frames = np.zeros((len(ALPHABET) + 1, len(columns)), np.float32)
    for frame, column in enumerate(columns):
        for char, chance in column.items():
            frames[ALPHABET.index(char) + 1 if char else 0, frame] = chance
        frames[0, frame] += 1 - frames[:, frame].sum()
    return frames


def shown(text: str) -> np.ndarray:
    """Return a posterior that reads this text from left to right."""
    return posterior(*(column for char in text for column in ({}, {char: 0.9})), {})


def read(codec, text: str, direction: str = "rtl") -> str:
    """Return in logical order what stands on the page from left to right."""
    from engines.ocr.kraken.decoding import glyphs, in_logical_order

    return "".join(glyph.text for glyph in in_logical_order(glyphs(shown(text), codec, 0.01), direction))


def test_equal_neighbours_are_one_character_and_blanks_separate(codec) -> None:
    from engines.ocr.kraken.decoding import glyphs

    found = glyphs(posterior({}, {"א": 0.6}, {"א": 0.8}, {}, {"א": 0.7}, {"ב": 0.9}), codec, 0.01)
    assert [(glyph.text, glyph.start, glyph.end) for glyph in found] == [("א", 1, 3), ("א", 4, 5), ("ב", 5, 6)]
    assert [glyph.confidence for glyph in found] == pytest.approx([0.8, 0.7, 0.9])


def test_it_decodes_as_kraken_does(codec) -> None:
    import torch
    from kraken.lib.ctc_decoder import greedy_decoder

    from engines.ocr.kraken.decoding import glyphs

    rng = np.random.default_rng(5)
    chances = rng.dirichlet(np.full(len(ALPHABET) + 1, 0.05), 200).T.astype(np.float32)
    theirs = codec.decode(greedy_decoder(torch.tensor(chances))[0])
    ours = glyphs(chances, codec, 0.01)
    assert [(g.text, g.start, g.end - 1) for g in ours] == [(text, start, end) for text, start, end, _ in theirs]
    assert [g.confidence for g in ours] == pytest.approx([float(confidence) for *_, confidence in theirs])


def test_alternatives_are_those_where_the_character_is_surest(codec) -> None:
    from engines.ocr.kraken.decoding import glyphs

    (glyph,) = glyphs(posterior({"א": 0.5, "ב": 0.45}, {"א": 0.6, "ג": 0.2, "ד": 0.1, "ה": 0.005, "\u05b7": 0.05}), codec, 0.01)
    assert [(other.text, other.confidence) for other in glyph.alternatives] == [("ג", 0.2), ("ד", 0.1), ("", 0.045)]


def test_at_most_four_alternatives(codec) -> None:
    from engines.ocr.kraken.decoding import glyphs

    (glyph,) = glyphs(posterior({"א": 0.4, "ב": 0.1, "ג": 0.1, "ד": 0.09, "ה": 0.08, "a": 0.07}), codec, 0.01)
    assert len(glyph.alternatives) == 4


@pytest.mark.parametrize(
    ("on_the_page", "logical"),
    [
        ("גבא", "אבג"),
        ("דג 12 בא", "אב 12 גד"),
        ("דג abc בא", "אב abc גד"),
        ("ג (בא)", "(אב) ג"),
        ("(abc) א", "א (abc)"),
        ("א-12", "12-א"),
    ],
)
def test_mixed_lines_come_out_in_logical_order(codec, on_the_page: str, logical: str) -> None:
    assert read(codec, on_the_page) == logical


def test_a_line_to_the_right_stays_as_it_is(codec) -> None:
    assert read(codec, "abc (12)", "ltr") == "abc (12)"
    assert read(codec, "ab גבא c", "ltr") == "ab אבג c"


def test_an_alternative_bracket_is_mirrored_with_its_run(codec) -> None:
    from engines.ocr.kraken.decoding import glyphs, in_logical_order

    frames = posterior({"ב": 0.9}, {}, {")": 0.6, "(": 0.3}, {}, {"א": 0.9})
    middle = in_logical_order(glyphs(frames, codec, 0.1), "rtl")[1]
    assert middle.text == "("
    assert middle.alternatives[0].text == ")"
    letter = in_logical_order(glyphs(posterior({"ב": 0.9}, {}, {"ג": 0.6, "(": 0.3}, {}, {"א": 0.9}), codec, 0.1), "rtl")[1]
    assert letter.alternatives[0].text == ")"


def test_characters_reach_half_way_to_their_neighbours() -> None:
    from engines.ocr.kraken.decoding import Glyph, places

    runs = [Glyph("א", 1.0, 2, 3), Glyph("ב", 1.0, 6, 7), Glyph("ג", 1.0, 10, 11)]
    third, two_thirds = pytest.approx(4.5 / 13), pytest.approx(8.5 / 13)
    assert places(runs, scale=4.0, lead=0, width=52) == [(0.0, third), (third, two_thirds), (two_thirds, 1.0)]
    assert places(runs[::-1], scale=4.0, lead=0, width=52)[0] == (two_thirds, 1.0)
    assert places(runs[:1], scale=4.0, lead=0, width=52) == [(0.0, pytest.approx(9.5 / 13))]
    assert places([], 4.0, 0, 52) == []
