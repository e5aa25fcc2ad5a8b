"""Prefix beam search: against all texts there are, with and without a language model, and where its characters stand."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby, product
from types import SimpleNamespace

import numpy as np
import pytest

from engines.ocr.kraken.beam import Search, aligned, best_path
from engines.ocr.kraken.language import Language

CODEC = SimpleNamespace(l2c_single={1: "a", 2: "b", 3: "c"})


def likeliest(posterior: np.ndarray) -> list[int]:
    """Return the labels of the likeliest text, by going through every path."""
    texts: defaultdict[tuple[int, ...], float] = defaultdict(float)
    for path in product(range(posterior.shape[0]), repeat=posterior.shape[1]):
        labels = tuple(label for label, _ in groupby(path) if label)
        texts[labels] += float(np.prod(posterior[list(path), range(len(path))]))
    return [*max(texts, key=texts.__getitem__)]


def labels(posterior: np.ndarray, search: Search) -> list[int]:
    return [label for label, *_ in search.runs(posterior, CODEC)]  # pyright: ignore


def columns(*frames: tuple[float, ...]) -> np.ndarray:
    return np.array(frames, float).T


def test_many_unlikely_ways_outweigh_one() -> None:
    frames = columns((0.6, 0.4), (0.6, 0.4))  # nothing: 0.36, `a` in one of three ways: 0.64
    assert best_path(frames) == []
    assert labels(frames, Search(4)) == [1]


@pytest.mark.parametrize("seed", range(20))
def test_it_finds_the_likeliest_of_all_texts(seed: int) -> None:
    frames = np.random.default_rng(seed).dirichlet(np.full(4, 0.5), 6).T
    assert labels(frames, Search(200)) == likeliest(frames)


def test_a_character_twice_needs_a_blank_between() -> None:
    twice = columns((0.1, 0.9), (0.9, 0.1), (0.1, 0.9))
    assert labels(twice, Search(8)) == [1, 1]
    assert labels(columns((0.1, 0.9), (0.1, 0.9), (0.1, 0.9)), Search(8)) == [1]


def test_sure_frames_read_as_without_a_beam() -> None:
    frames = np.full((4, 60), 0.0001)
    path = np.random.default_rng(2).integers(0, 4, 60)
    frames[path, range(60)] = 0.9997
    assert Search(8).runs(frames, CODEC) == best_path(frames)  # pyright: ignore


def test_the_language_model_decides_what_is_in_doubt_and_nothing_else() -> None:
    language = Language.of(["ab" * 20] * 5, order=3)
    doubt = columns((0.02, 0.95, 0.02, 0.01), (0.96, 0.02, 0.01, 0.01), (0.02, 0.01, 0.47, 0.5))
    assert labels(doubt, Search(8)) == [1, 3]
    assert labels(doubt, Search(8, language, 0.5)) == [1, 2]
    sure = columns((0.02, 0.95, 0.02, 0.01), (0.96, 0.02, 0.01, 0.01), (0.0005, 0.0005, 0.001, 0.998))
    assert labels(sure, Search(8, language, 0.5)) == [1, 3]


def test_what_a_beam_reads_stands_where_it_is_likeliest() -> None:
    frames = columns((0.5, 0.3, 0.2), (0.3, 0.6, 0.1), (0.3, 0.6, 0.1), (0.8, 0.1, 0.1), (0.6, 0.0, 0.4), (0.9, 0.1, 0.0))
    assert aligned(frames, [1, 2]) == [(1, 1, 3), (2, 4, 5)]
    assert aligned(frames, [1, 1]) == [(1, 0, 1), (1, 2, 3)]
    assert aligned(frames, []) == []


@pytest.mark.parametrize("seed", range(10))
def test_the_best_path_is_where_its_own_labels_stand(seed: int) -> None:
    frames = np.random.default_rng(seed).dirichlet(np.full(4, 0.3), 40).T
    straight = best_path(frames)
    assert aligned(frames, [label for label, *_ in straight]) == straight
