"""BLEU and chrF are those of sacrebleu, on text made by hand and at random, as wholes and as bootstrap samples."""

from __future__ import annotations

import random

import jiwer
import numpy as np
import pytest
import sacrebleu

from engines.ocr.metrics import FORMULAS, Sample, counts, score
from engines.ocr.text import normal_form, strict

HAND_MADE = [
    ("בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם", "בְּרֵאשִׁית בָּרָא אֱלהִים אֵת הַשָּׁמַיִם"),
    ('צה״ל, ארה"ב ו-3.5% – "שלום"!', 'צה״ל ,ארה"ב ו 3,5% - שלום!'),
    ("كِتَابٌ مُبِينٌ، ١٢٣ وَ 123.", "كتاب مبين، 123 و 123"),
    ("(1) a-b, x&amp;y: 4,000.50", "(1) a -b x&y; 4000.50"),
    ("שלום", "שלום"),
]
EDGES = [
    [("", "")],
    [("", "abc de")],
    [("abc de", "")],
    [("a", "a")],
    [("a b", "c d")],
    [("a b c d e", "a b"), ("a", "")],
    [("a b c d", "a x b c")],
    [("a b c d e f", "a c e b d f")],
    [("", "x y"), ("a b", "a b")],
]


def noisy(text: str, rng: random.Random) -> str:
    """Return a text with some characters lost, doubled or exchanged."""
    return "".join(char if rng.random() > 0.12 else rng.choice(["", " ", ".", char * 2, "ר", "ن"]) for char in text)


def random_pairs(seed: int) -> list[tuple[str, str]]:
    """Return lines in Hebrew, Arabic, with signs, points and digits, with readings of them."""
    rng = random.Random(seed)
    alphabet = ("אבגדהר\u05b8\u05bc", "ابتكن\u064e\u0651", "abc", "0123456789", ".,-!?״׃،\"'()/")
    pairs = []
    for _ in range(rng.randint(2, 60)):
        words = ["".join(rng.choices(rng.choice(alphabet), k=rng.randint(1, 6))) for _ in range(rng.randint(1, 9))]
        truth = " ".join(words) + rng.choice(["", ".", "!", ","])
        pairs.append((truth, noisy(truth, rng)))
    return pairs


@pytest.mark.parametrize("form", ["strict", "nodiac", "loose", "letters"])
@pytest.mark.parametrize("pairs", [HAND_MADE, *EDGES, *(random_pairs(seed) for seed in range(12))])
def test_equal_to_sacrebleu(pairs: list[tuple[str, str]], form: str) -> None:
    shape = normal_form(form)
    truths, readings = [shape(truth) for truth, _ in pairs], [shape(reading) for _, reading in pairs]
    found = score([Sample(*pair) for pair in pairs], form, resamples=1)
    assert found.bleu == pytest.approx(sacrebleu.corpus_bleu(readings, [truths]).score)
    assert found.chrf == pytest.approx(sacrebleu.corpus_chrf(readings, [truths]).score)
    assert found.chrf_words == pytest.approx(sacrebleu.corpus_chrf(readings, [truths], word_order=2).score)
    if all(truths):
        assert found.cer == pytest.approx(jiwer.cer(truths, readings))
        assert found.wer == pytest.approx(jiwer.wer(truths, readings))


def test_counts_can_be_added() -> None:
    """A whole table of sums gives what each of its rows gives, which is how intervals are made."""
    pairs = [(strict(truth), strict(reading)) for truth, reading in random_pairs(99)]
    rows = [counts(truth, reading, "strict") for truth, reading in pairs]
    for name, formula in FORMULAS.items():
        columns = np.array([row[name] for row in rows])
        drawn = np.random.default_rng(1).integers(0, len(rows), (20, len(rows)))
        together = formula(columns[drawn].sum(axis=1))
        readings = [[pairs[index][1] for index in indexes] for indexes in drawn]
        truths = [[[pairs[index][0] for index in indexes]] for indexes in drawn]
        for value, reading, truth in zip(together, readings, truths, strict=True):
            if name == "bleu":
                assert value == pytest.approx(sacrebleu.corpus_bleu(reading, truth).score)
            else:
                order = 2 if name == "chrf++" else 0
                assert value == pytest.approx(sacrebleu.corpus_chrf(reading, truth, word_order=order).score)


def test_intervals_hold_their_values() -> None:
    pairs = random_pairs(5) * 3
    found = score([Sample(*pair, document=index // 6) for index, pair in enumerate(pairs)], "strict", resamples=300)
    assert found.unit == "documents"
    for value, (low, high) in (
        (found.bleu, found.bleu_interval),
        (found.chrf, found.chrf_interval),
        (found.chrf_words, found.chrf_words_interval),
    ):
        assert low < value < high
