"""The benchmarks: how lines are divided, what figures follow from what was measured, and which of them miss their bar."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bench import beside, corrections, reading, tesseract
from bench.figures import Figure
from bench.ketos import cells, divided
from bench.real import by_leaf, sets
from engines.ocr.metrics import outcome

SAMPLES = Path(__file__).resolve().parent.parent / "data/samples"
_POINT = {"lines": 100, "cer": 0.04, "low": 0.03, "high": 0.05, "tested": 100, "seconds": 136.0, "before": 0.1}
_BASE = {
    "taken": 0.5,
    "base_before": 0.07,
    "base_after": 0.077,
    "base_after_low": 0.06,
    "base_after_high": 0.09,
    "base_lines": 200,
}


def _by_name(figures: Sequence[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


def _write_line(folder: Path, stem: str, text: str = "abc") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (60, 20), "white").save(folder / f"{stem}.png")
    (folder / f"{stem}.gt.txt").write_text(text, encoding="utf-8")


def _cell(errors: Sequence[float], test: float, learnt: float, seconds: float = 10.0) -> dict[str, Any]:
    """Return a training that took so many seconds for each epoch."""
    curve = [{"epoch": at, "error": error, "cpu": at * seconds} for at, error in enumerate(errors, start=1)]
    point = {"low": 0.0, "high": 1.0, "tested": 180}
    return {
        "curve": curve,
        "cpu": len(errors) * seconds,
        "test": {"cer": test, **point},
        "learnt": {"cer": learnt, **point},
    }


def test_all_pages_of_a_leaf_stand_on_one_side(tmp_path: Path) -> None:
    for page in ("70c", "70d", "71a", "71b", "71c", "73", "74", "74a"):
        for number in range(3):
            _write_line(tmp_path, f"YS_{page}_{number:03}")
    lines = by_leaf(tmp_path, 2)
    assert {example.name for example in lines.test} == {"YS_73", "YS_74"}
    assert {example.name for example in lines.pool} == {"YS_70", "YS_71"}
    assert (len(lines.pool), len(lines.test)) == (15, 9)


def test_sets_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    assert not sets(tmp_path)
    _write_line(tmp_path / "arabic_print_ocrgs" / "book_A.B", "0")
    assert list(sets(tmp_path)) == ["arabic-print-book_A.B"]


def test_a_book_that_is_left_out_is_only_tested_on(tmp_path: Path) -> None:
    for book in ("one", "two"):
        for number in range(20):
            _write_line(tmp_path / book, f"{number:02}")
    assert {split: len(lines) for split, lines in divided(tmp_path).items()} == {"train": 32, "held_out": 4, "test": 4}
    apart = divided(tmp_path, "two")
    assert {split: {line.name for line in lines} for split, lines in apart.items()} == {
        "train": {"one"},
        "held_out": {"one"},
        "test": {"two"},
    }
    assert (len(apart["train"]), len(apart["test"])) == (18, 20)
    pairs = [beside.without(name, book) for book in ("one", "two") for name in (beside.KETOS, beside.OURS)]
    assert list(cells(tmp_path)) == [beside.KETOS, beside.OURS, beside.OWN, *pairs]


def test_figures_beside_ketos_keep_their_bars() -> None:
    done = {
        beside.KETOS: _cell([0.5, 0.2, 0.1, 0.05], test=0.06, learnt=0.03),
        beside.OURS: _cell([0.3, 0.05, 0.04, 0.04, 0.02], test=0.03, learnt=0.01),
        beside.OWN: _cell([0.6, 0.25], test=0.24, learnt=0.25, seconds=100),
        beside.without(beside.KETOS, "one"): _cell([0.1], test=0.2, learnt=0.1),
        beside.without(beside.OURS, "one"): _cell([0.1], test=0.3, learnt=0.1),
        beside.without(beside.KETOS, "two"): _cell([0.1], test=0.2, learnt=0.1),
        beside.without(beside.OURS, "two"): _cell([0.1], test=0.1, learnt=0.1),
        beside.without(beside.OURS, "three"): _cell([0.1], test=0.1, learnt=0.1),
    }
    found = _by_name(list(beside.figures(done)))
    assert found["ketos.errors"].value == pytest.approx(0.5)
    assert found["ketos.epochs"].value == 50  # the second one, of four
    assert found["ketos.gap.ours"].value == pytest.approx(2)
    assert found["ketos.gap.ours"].bar == pytest.approx(3)
    assert found["ketos.own.cpu"].value == pytest.approx(20 / 200)
    assert all(figure.kept for figure in found.values())
    assert found["ketos.without.errors"].value == pytest.approx((1.5 + 0.5) / 2)  # the third has no partner
    assert beside.table(done).count("\n") == 1 + len(done)


def test_figures_beside_ketos_miss_their_bars() -> None:
    done = {
        beside.KETOS: _cell([0.05], test=0.04, learnt=0.035),
        beside.OURS: _cell([0.3, 0.1, 0.06], test=0.03, learnt=0.01),
        beside.OWN: _cell([0.06], test=0.06, learnt=0.06, seconds=100),
    }
    found = list(beside.figures(done))
    assert [figure.name for figure in found if figure.bar is not None and figure.kept] == []
    assert [figure.name for figure in found if not figure.kept] == [
        "ketos.errors",
        "ketos.epochs",
        "ketos.gap.ours",
        "ketos.own.cpu",
    ]
    assert _by_name(found)["ketos.epochs"].value == float("inf")


def test_pages_that_are_looked_at_twice_count_too() -> None:
    alike = [(0.99, True), (1.0, True)]
    rows = [
        reading.Row("a", (10, 10), (3, 3), alike, 2, twice=False),
        reading.Row("b", (10, 10), (4, 4), [(0.2, False)], 1, twice=True),
        reading.Row("c", (10, 10), (5, 5), [(0.2, False)], 1, twice=True),
    ]
    found = _by_name(list(reading.figures(rows)))
    assert (found["read.ratio"].value, found["read.ratio"].kept) == (0.4, False)
    assert (found["read.once.ratio"].value, found["read.once.ratio"].kept) == (0.3, True)
    assert (found["read.ratio.most"].value, found["read.ratio.missed"].value) == (0.5, 2)
    assert found["read.once.texts.other"].value == 0
    assert found["read.texts.other"].value == 0.5
    assert "read.once.ratio" not in _by_name(list(reading.figures(rows[1:])))


def test_what_is_measured_is_kept_and_not_measured_again(tmp_path: Path) -> None:
    results, calls = tmp_path / "real.json", list[str]()

    def make() -> dict[str, Any]:
        calls.append("made")
        return {"cer": 0.1}

    for name in ("a / 100", "a / replay", "a / 100"):
        assert corrections.kept(results, name, make) == {"cer": 0.1}
    assert len(calls) == 2
    assert list(json.loads(results.read_text("utf-8"))) == ["a / 100", "a / replay"]


def test_what_is_there_is_told_without_a_training(tmp_path: Path) -> None:
    _write_line(tmp_path / "arabic_print_ocrgs" / "book_A.B", "0")
    _write_line(tmp_path / "arabic_hand_muharaf" / "lines", "YS_70c_000")
    names = list(corrections.trainings(tmp_path))
    assert names[2] == "arabic-print-book_A.B / replay"
    assert names[-2:] == ["arabic-hands-by-leaf / 100", "arabic-hands-by-leaf / replay"]
    results = tmp_path / "real.json"
    results.write_text(json.dumps({names[1]: {**_POINT, "bar": 0.5}, names[2]: {**_POINT, **_BASE, "base_after": 0.08}}))
    found = _by_name(list(corrections.measure(tmp_path, names[1:3], results)))
    assert found["real.arabic-print-book_A.B.100.left"].kept
    assert not found["real.arabic-print-book_A.B.replay.base"].kept


def test_every_set_has_its_row_of_what_was_forgotten() -> None:
    done = {
        "one / 50": {**_POINT, "lines": 50, "cer": 0.05},
        "one / 100": _POINT,
        "one / replay": {**_POINT, **_BASE, "cer": 0.08},
        "two / replay": {**_POINT, "taken": 0.0},
        "from another program": [],
    }
    rows = corrections.tables(done).splitlines()
    assert rows[2:4] == [
        "| one | 50 | 10.0 | 5.0 (3.0–5.0; n 100) | 0.50 | 136 |",
        "| one | 100 | 10.0 | 4.0 (3.0–5.0; n 100) | 0.40 | 136 |",
    ]
    assert rows[-2:] == [
        "| one | 10.0 | 8.0 (3.0–5.0; n 100) | 4.0 | 0.5 | 1.10 times 7.00 %: 7.70 % (6.0–9.0; n 200) |",
        "| two | 10.0 | 4.0 (3.0–5.0; n 100) | — | 0.0 | as it was |",
    ]


def test_the_difference_from_tesseract_is_paired_by_book() -> None:
    truth = "abcdefghij" * 2

    def read(wrong: int) -> list[Any]:
        return [outcome(f"{book}{line}", book, truth, "-" * wrong + truth[wrong:]) for book in "ABCDE" for line in range(4)]

    better = _by_name(list(tesseract.figures("print", read(2), read(1))))
    assert better["tesseract.print.strict.change"].value == pytest.approx(-5)
    assert "over documents" in better["tesseract.print.strict.change"].unit
    assert better["tesseract.print.strict.upper"].kept
    assert better["tesseract.print.strict.share"].value == pytest.approx(0.5)
    worse = _by_name(list(tesseract.figures("print", read(1), read(2))))
    assert not worse["tesseract.print.strict.upper"].kept


@pytest.mark.kraken
@pytest.mark.tesseract
@pytest.mark.slow
def test_both_read_the_same_lines_of_print(tmp_path: Path) -> None:
    samples = json.loads((SAMPLES / "samples.json").read_text("utf-8"))
    page = next(sample for sample in samples if sample["id"] == "hebrew-print")
    image = Image.open(SAMPLES / page["file"])
    folder = tmp_path / "hebrew_print_tesseract" / "lines"
    for number, line in enumerate(page["lines"][1:4]):
        across, down = zip(*line["polygon"], strict=True)
        _write_line(folder, f"page_{number}", line["text"])
        image.crop((min(across) - 8, min(down) - 8, max(across) + 8, max(down) + 8)).save(folder / f"page_{number}.png")
    found = _by_name(list(tesseract.measure(tmp_path, 2)))
    assert "2 lines" in found["tesseract.hebrew-print.letters.ours"].unit
    assert found["tesseract.hebrew-print.letters.ours"].value < 10
    assert found["tesseract.hebrew-print.letters.tesseract"].value < 50
