"""What a version says about its confidences: the words of its card and the picture beside it."""

from __future__ import annotations

from pathlib import Path

from workbench.services.training import card

SAID = {
    "title": "letters",
    "parent": None,
    "engine": "kraken",
    "dataset": {"examples": 80, "documents": 4, "sources": [{"name": "Letters"}]},
    "split": {"held_out": {"examples": 10, "documents": 1}},
    "shared": False,
    "metrics": {"best_epoch": 3, "epochs": 4},
}
FOUND = {
    "temperature": 1.734,
    "before": 0.0712,
    "after": 0.0149,
    "n": 512,
    "wrong": 61,
    "bars_before": [(0.55, 0.3, 32), (0.99, 0.92, 480)],
    "bars_after": [(0.5, 0.52, 112), (0.97, 0.98, 400)],
}


def test_a_calibrated_version_says_how_well_and_shows_it(tmp_path: Path) -> None:
    card.write(tmp_path, {**SAID, "calibration": FOUND}, [])
    text = (tmp_path / "card.md").read_text("utf-8")
    assert "512 characters of the held-out lines, 61 of them wrong" in text
    assert "temperature of 1.73" in text
    assert "by 1.5 % on average" in text
    assert "without it by 7.1 %" in text
    assert (tmp_path / "reliability.png").read_bytes().startswith(b"\x89PNG")


def test_without_one_nothing_is_said(tmp_path: Path) -> None:
    card.write(tmp_path, SAID, [])
    assert "Confidences" not in (tmp_path / "card.md").read_text("utf-8")
    assert not (tmp_path / "reliability.png").exists()
