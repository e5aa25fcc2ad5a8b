"""Which documents measure: a stable hash, and what it must not leave undone."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from workbench.services.datasets.splitting import Document, document_key, draw, plan, within

KEYS = st.lists(st.text("0123456789abcdef", min_size=6, max_size=6), min_size=1, max_size=30, unique=True)


def documents(keys, split=None, *, chosen=False, learnt=False, cut=False, texts=3):
    return [Document(key=key, split=split, chosen=chosen, texts=texts, learnt=learnt, cut=cut) for key in keys]


def keys_of(rest: int, count: int) -> list[str]:
    """Return keys whose hash leaves that rest over ten."""
    return [key for key in map(str, range(10_000)) if draw(key) % 10 == rest][:count]


def test_the_hash_is_the_one_that_is_written_down():
    key = document_key("0123456789abcdef" * 4, 2)
    assert key == "0123456789abcdef-2"
    assert draw(key) == int(hashlib.sha256(key.encode()).hexdigest()[:8], 16)


@given(KEYS)
def test_everywhere_something_is_learnt_from_and_something_measures(keys):
    made = plan(documents(keys))
    values = list(made.splits.values())
    assert "train" in values
    assert made.within == ("held_out" not in values) == (len(keys) == 1)
    assert made.shared == made.within
    assert plan(reversed(documents(keys))).splits == made.splits


def test_about_one_in_ten_measures_and_one_in_five_of_few_cut_lines():
    keys = [str(number) for number in range(2000)]
    pages, lines, few = plan(documents(keys)), plan(documents(keys, cut=True)), plan(documents(keys[:99], cut=True))
    assert 150 < list(pages.splits.values()).count("held_out") < 250
    assert lines.splits == pages.splits
    assert 10 < list(few.splits.values()).count("held_out") < 30
    assert (lines.shared, lines.within) == (True, False)
    assert all(few.splits[key] == "held_out" for key in keys[:99] if lines.splits[key] == "held_out")  # none comes back later


def test_what_was_decided_stays():
    first, second, third = keys_of(0, 1)[0], *keys_of(5, 2)
    decided = [*documents([first], "train"), *documents([second], "held_out"), *documents([third], "test")]
    assert plan(decided).splits == {first: "train", second: "held_out", third: "test"}
    more = [*decided, *documents(keys_of(3, 5))]
    assert plan(more).splits[second] == "held_out"


def test_one_that_no_model_has_learnt_from_comes_to_measure():
    keys = sorted(keys_of(3, 3), key=draw)
    learnt = documents(keys[:2], "train", learnt=True)
    assert plan([*learnt, *documents(keys[2:])]).splits[keys[2]] == "held_out"
    assert plan(learnt).splits == {keys[0]: "held_out", keys[1]: "train"}


def test_the_word_of_a_person_stands():
    keys = keys_of(3, 3)
    made = plan(documents(keys, "train", chosen=True))
    assert set(made.splits.values()) == {"train"}
    assert (made.shared, made.within) == (True, True)
    made = plan([*documents(keys[:2], "train", chosen=True), *documents(keys[2:])])
    assert made.splits[keys[2]] == "held_out"
    made = plan(documents(keys, "test", chosen=True))
    assert set(made.splits.values()) == {"test"}
    assert (made.shared, made.within) == (False, False)
    made = plan(documents(keys, "held_out", chosen=True))
    assert set(made.splits.values()) == {"held_out"}


def test_documents_without_a_text_do_not_count():
    empty, key, other = keys_of(0, 1)[0], *keys_of(3, 2)
    made = plan([*documents([empty], texts=0), *documents([key])])
    assert made.within
    made = plan([*documents([empty], texts=0), *documents([key, other])])
    assert sorted(made.splits[one] for one in (key, other)) == ["held_out", "train"]


@given(st.lists(st.integers(1, 10**6), min_size=0, max_size=60, unique=True))
def test_lines_of_one_document_on_both_sides(ids):
    chosen = within(ids)
    assert chosen <= set(ids)
    assert (len(chosen) >= 1) == (len(ids) >= 2)
    assert len(chosen) < max(len(ids), 1)
    assert within(ids[::-1]) == chosen


def test_of_many_lines_fewer_measure_and_none_that_were_learnt():
    few, many = within(range(1, 100)), within(range(1, 101))
    assert 10 < len(few) < 30
    assert 3 < len(many) < 20
    assert many - {100} < few
