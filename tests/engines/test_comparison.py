"""Figures of a comparison by hand-made examples."""

from __future__ import annotations

import pytest

from engines.comparison import LEAST_UNITS, MOST_CONFUSIONS, compare, rates, sign_test
from engines.learning import Outcome


def said(key: int, errors: int, size: int = 10, document: str = "page", confusions: tuple[tuple[str, str], ...] = ()) -> Outcome:
    """Return an outcome with errors in letters; of every sign, one more could be wrong."""
    return Outcome(f"{key}", document, "", "", {"strict": (errors, size), "letters": (errors, size - 1)}, confusions)


def test_rates_are_micro_averages():
    found = rates([said(1, 1, 10), said(2, 3, 30), said(3, 0, 60)], ["strict", "letters"])
    assert (found["strict"].value, found["strict"].n) == (0.04, 100)
    assert found["letters"].value == pytest.approx(4 / 97)
    assert found["strict"].low <= 0.04 <= found["strict"].high
    assert found["strict"].low >= 0.0
    assert found["strict"].high <= 0.1  # no resample can be worse than the worst line


def test_the_interval_by_hand():
    """Two equal lines, one wrong and one right: a resample has 0, 1 or 2 wrong ones, at 1/4, 1/2, 1/4."""
    rate = rates([said(1, 10), said(2, 0)], ["strict"])["strict"]
    assert (rate.value, rate.low, rate.high) == (0.5, 0.0, 1.0)


def test_text_where_none_is_counts_as_errors():
    nothing = Outcome("1", "page", "", "abc", {"punctuation": (3, 0)})
    assert rates([nothing], ["punctuation"])["punctuation"].value == 3.0
    assert rates([Outcome("1", "page", "", "", {"punctuation": (0, 0)})], ["punctuation"])["punctuation"].value == 0.0


@pytest.mark.parametrize(
    ("better", "worse", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 2 / 32), (0, 6, 2 / 64), (9, 1, 2 * (1 + 10) / 1024), (3, 3, 1.0), (4000, 0, 0.0)],
)
def test_the_sign_test_by_hand(better, worse, p):
    assert sign_test(better, worse) == pytest.approx(p)


def test_the_better_one_wins():
    a = [said(number, 2 + number % 2) for number in range(40)]
    b = [said(number, 1) for number in range(40)]
    verdict = compare(a, b, ["strict", "letters"]).verdict
    assert (verdict.better, verdict.worse, verdict.same) == (40, 0, 0)
    assert verdict.change == pytest.approx(0.1 - 0.25)
    assert verdict.low <= verdict.change <= verdict.high < 0
    assert (verdict.clear, verdict.winner, verdict.unit) == (True, "b", "examples")
    assert verdict.p < 1e-6
    back = compare(b, a, ["strict", "letters"]).verdict
    assert (back.winner, back.worse, back.change) == ("a", 40, pytest.approx(0.15))


def test_equal_models_have_no_winner():
    same = [said(number, number % 3) for number in range(30)]
    verdict = compare(same, same, ["strict"]).verdict
    assert (verdict.better, verdict.worse, verdict.same, verdict.p) == (0, 0, 30, 1.0)
    assert (verdict.change, verdict.low, verdict.high, verdict.clear, verdict.winner) == (0.0, 0.0, 0.0, False, None)


def test_pairs_tell_more_than_two_intervals():
    """Lines differ far more among themselves than the models do; the paired interval sees only the models."""
    a = [said(number, number % 10) for number in range(60)]
    b = [said(number, max(number % 10 - 1, 0)) for number in range(60)]
    figure = compare(a, b, ["strict"]).figures[0]
    assert figure.b.high > figure.a.low  # the two intervals overlap
    assert figure.change_high < 0


def test_documents_are_resampled_when_there_are_enough():
    """One document of six has all the gain: by lines that is clear, by documents it is not."""
    lines = [(number, f"page {number // 10}") for number in range(60)]
    a = [said(number, 5, document=page) for number, page in lines]
    b = [said(number, 0 if page == "page 0" else 5, document=page) for number, page in lines]
    verdict = compare(a, b, ["strict"]).verdict
    assert (verdict.unit, verdict.clear, verdict.winner) == ("documents", False, None)
    few = [(number, f"page {number // 15}") for number in range(60)]
    a = [said(number, 5, document=page) for number, page in few]
    b = [said(number, 0 if page == "page 0" else 5, document=page) for number, page in few]
    assert compare(a, b, ["strict"]).verdict.unit == "examples"


def test_a_handful_decides_nothing():
    few = range(LEAST_UNITS - 1)
    verdict = compare([said(n, 9) for n in few], [said(n, 0) for n in few], ["strict"]).verdict
    assert (verdict.better, verdict.clear, verdict.winner) == (len(few), False, None)


def test_it_is_the_same_every_time():
    a, b = [said(n, n % 4) for n in range(25)], [said(n, n % 3) for n in range(25)]
    assert compare(a, b, ["strict"]) == compare(a, b, ["strict"])
    assert rates(a, ["strict"], seed=1) == rates(a, ["strict"], seed=1)


def test_confusions():
    a = [said(0, 2, confusions=(("ד", "ר"), ("ד", "ר"))), said(1, 1, confusions=(("ה", "ח"),)), said(2, 0)]
    b = [said(0, 1, confusions=(("ד", "ר"),)), said(1, 0), said(2, 1, confusions=(("", "ו"),))]
    found = [(c.truth, c.said, c.a, c.b, c.items) for c in compare(a, b, ["strict"]).confusions]
    assert found == [("ד", "ר", 2, 1, (0,)), ("", "ו", 0, 1, (2,)), ("ה", "ח", 1, 0, (1,))]
    many = tuple((chr(0x5D0), chr(0x4E00 + n)) for n in range(2 * MOST_CONFUSIONS))
    assert len(compare([said(0, 1, confusions=many)], [said(0, 0)], ["strict"]).confusions) == MOST_CONFUSIONS


def test_what_cannot_be_compared():
    with pytest.raises(ValueError, match="same examples"):
        compare([said(1, 0)], [said(2, 0)], ["strict"])
    with pytest.raises(ValueError, match="nothing"):
        compare([], [], ["strict"])
    with pytest.raises(ValueError, match="nothing"):
        rates([], ["strict"])
