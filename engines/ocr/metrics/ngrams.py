"""BLEU and chrF of readings, as sacrebleu computes them, from counts of n-grams that can be summed over lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np

_BLEU_ORDER, _CHRF_ORDER, _CHRF_WORDS = 4, 6, 2
_BETA_SQUARED = 4  # chrF2: recall counts twice as much as precision
_LOG_OF_NOTHING = -9999999999.0  # sacrebleu's

_ENTITIES = (("<skipped>", ""), ("-\n", ""), ("\n", " "), ("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))
_SPLITS = (
    (re.compile(r"([\{-\~\[-\` -\&\(-\+\:-\@\/])"), r" \1 "),
    (re.compile(r"([^0-9])([\.,])"), r"\1 \2 "),
    (re.compile(r"([\.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def tokens(text: str) -> list[str]:
    """Return the words and signs of a text by the rules of mteval-v13a, which BLEU is usually computed with."""
    text = text.rstrip()
    for written, meant in _ENTITIES:
        text = text.replace(written, meant)
    text = f" {text} "
    for pattern, parted in _SPLITS:
        text = pattern.sub(parted, text)
    return text.split()


def bleu_counts(truth: str, reading: str) -> tuple[int, ...]:
    """Return what BLEU needs of a line: tokens read, true tokens, n-grams in common for n = 1…4, n-grams read for n = 1…4."""
    expected, given = tokens(truth), tokens(reading)
    columns = [_matches(given, expected, order) for order in range(1, _BLEU_ORDER + 1)]
    return len(given), len(expected), *(match for _, _, match in columns), *(read for read, _, _ in columns)


def bleu(totals: np.ndarray) -> np.ndarray:
    """Return BLEU (Papineni et al. 2002) with the smoothing of mteval (`exp`), 0…100, higher is better.

    Equal to sacrebleu's `corpus_bleu` with its default settings.

    Args:
        totals: (…, 10), sums of `bleu_counts`.
    """
    read, true, matched, grams = totals[..., 0], totals[..., 1], totals[..., 2:6], totals[..., 6:]
    none = (matched == 0) & (grams > 0)
    halvings = 2.0 ** np.cumsum(none, axis=-1)
    found = np.where(none, 1 / halvings, matched) / np.maximum(grams, 1)
    logs = np.where(grams > 0, np.log(np.where(grams > 0, 100 * found, 1)), _LOG_OF_NOTHING)
    brevity = np.where(read < true, np.exp(1 - true / np.maximum(read, 1)), 1.0)
    return np.where(matched.any(axis=-1), brevity * np.exp(logs.mean(axis=-1)), 0.0)


def chrf_counts(truth: str, reading: str, *, words: bool = False) -> tuple[int, ...]:
    """Return what chrF needs of a line: for n = 1…6 the n-grams of characters without blanks that were read, are true, and both.

    Args:
        truth: What is written.
        reading: What was read.
        words: Count also n-grams of words for n = 1, 2, as chrF++ does.
    """
    plain = "".join(truth.split()), "".join(reading.split())
    columns = [_matches(plain[1], plain[0], order) for order in range(1, _CHRF_ORDER + 1)]
    if words:
        parted = _parted(truth), _parted(reading)
        columns += [_matches(parted[1], parted[0], order) for order in range(1, _CHRF_WORDS + 1)]
    return tuple(chain.from_iterable((read if true else 0, true, match) for read, true, match in columns))


def chrf(totals: np.ndarray) -> np.ndarray:
    """Return chrF2 (Popović 2015), or chrF2++ (Popović 2017) from counts with words, 0…100, higher is better.

    Equal to sacrebleu's `corpus_chrf` with its default settings, or with `word_order=2`.

    Args:
        totals: (…, 18) or (…, 24), sums of `chrf_counts`.
    """
    read, true, matched = totals[..., 0::3], totals[..., 1::3], totals[..., 2::3]
    counted = (read > 0) & (true > 0)
    orders = np.maximum(counted.sum(axis=-1), 1)
    precision = (np.where(counted, matched, 0) / np.maximum(read, 1)).sum(axis=-1) / orders
    recall = (np.where(counted, matched, 0) / np.maximum(true, 1)).sum(axis=-1) / orders
    below = _BETA_SQUARED * precision + recall
    return 100 * (1 + _BETA_SQUARED) * precision * recall / np.where(below > 0, below, 1)


def _matches(given: Sequence[str], expected: Sequence[str], order: int) -> tuple[int, int, int]:
    """Return how many n-grams were read, how many are true, and how many are in common."""
    read, true = (Counter(zip(*(parts[at:] for at in range(order)), strict=False)) for parts in (given, expected))
    return read.total(), true.total(), (read & true).total()


def _parted(text: str) -> list[str]:
    """Return the words of a text, a sign at the end or at the beginning of a word apart, as chrF++ takes them."""
    found: list[str] = []
    for word in text.split():
        if len(word) > 1 and word[-1] in _PUNCTUATION:
            found += [word[:-1], word[-1]]
        elif len(word) > 1 and word[0] in _PUNCTUATION:
            found += [word[0], word[1:]]
        else:
            found.append(word)
    return found
