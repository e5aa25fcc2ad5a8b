"""Error rates against examples counted by hand and against an outside authority."""

from __future__ import annotations

import random

import jiwer
import pytest

from engines.ocr.metrics import Sample, distance, score


def test_a_hand_counted_example() -> None:
    # one substitution in 4 + 7 = 11 letters and blanks; a lost word of 2
    samples = [Sample("שלום", "שלוס", "a"), Sample("אבא בבית", "אבא", "b")]
    result = score(samples, "strict")
    assert (result.chars, result.words, result.lines, result.documents) == (12, 3, 2, 2)
    assert result.cer == pytest.approx((1 + 5) / 12)
    assert result.wer == pytest.approx((1 + 1) / 3)
    assert result.normal_form == "strict-1"
    assert result.unit == "examples"  # too few documents to draw from
    assert result.cer_interval == pytest.approx((1 / 4, 5 / 8))  # each line alone is the worst and the best draw


def test_the_normal_form_decides_what_counts() -> None:
    samples = [Sample("שָׁלוֹם, עוֹלָם!", "שלום עולם")]
    assert score(samples, "letters").cer == 0.0
    assert score(samples, "nodiac").cer > 0.0
    assert score(samples, "strict").cer > score(samples, "nodiac").cer


def test_invented_text_is_an_error_and_rates_may_exceed_one() -> None:
    assert score([Sample("", "abc")]).cer == 3.0
    assert score([Sample("a", "abc")]).cer == 2.0
    assert score([Sample("", "")]).cer == 0.0


def test_nothing_to_score_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to score"):
        score([])
    with pytest.raises(ValueError, match="no normal form"):
        score([Sample("a", "a")], "exact")


def test_the_interval_holds_the_rate_and_is_the_same_every_time() -> None:
    rng = random.Random(1)
    samples = [Sample("אבגדהוזחטי", "".join(c if rng.random() > 0.1 else "x" for c in "אבגדהוזחטי"), n // 5) for n in range(200)]
    first, second = score(samples, resamples=300), score(samples, resamples=300)
    assert first == second
    assert first.cer_interval[0] < first.cer < first.cer_interval[1]
    assert first.documents == 40
    assert first.unit == "documents"
    assert score([Sample(s.truth, s.reading) for s in samples], resamples=50).unit == "examples"


def test_equal_to_jiwer_on_random_text() -> None:
    rng = random.Random(7)
    truths = [" ".join("".join(rng.choices("אבגדה", k=rng.randint(1, 6))) for _ in range(rng.randint(1, 8))) for _ in range(80)]
    readings = ["".join(c if rng.random() > 0.15 else rng.choice(["", " ", "ו", c + c]) for c in truth) for truth in truths]
    readings = [" ".join(reading.split()) for reading in readings]
    result = score([Sample(t, r) for t, r in zip(truths, readings, strict=True)], "strict", resamples=1)
    assert result.cer == pytest.approx(jiwer.cer(truths, readings))
    assert result.wer == pytest.approx(jiwer.wer(truths, readings))


def test_distance_of_sequences() -> None:
    assert distance("kitten", "sitting") == 3
    assert distance(["a", "b"], []) == 2
