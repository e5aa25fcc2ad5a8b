"""What a version says about its confidences, its recipe and what was left out: the words of its card, the picture beside it."""

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


def test_a_card_says_what_was_chosen_and_why_and_which_lines_were_left_out(tmp_path: Path) -> None:
    said = {
        **SAID,
        "recipe": {"options": {"rate": 0.001, "schedule": "cosine"}, "why": "recipe for a model that can read: rate 0.001"},
        "left_out": [{"name": "Folio 4 recto, line 12", "why": "It has no text."}],
        "metrics": {**SAID["metrics"], "left_out": 4},
    }
    card.write(tmp_path, said, [])
    text = (tmp_path / "card.md").read_text("utf-8")
    assert "Recipe for a model that can read: rate 0.001.\nAll options of the training: `rate` 0.001, `schedule` cosine." in text
    assert "could not be learnt: 4.\n\n- Folio 4 recto, line 12: It has no text.\n- 3 more\n" in text
    card.write(tmp_path, {**said, "recipe": {"options": {"rate": 0.02}, "why": ""}, "left_out": []}, [])
    text = (tmp_path / "card.md").read_text("utf-8")
    assert "\n\nAll options of the training: `rate` 0.02.\n" in text
    assert "Left out" not in text


def test_without_one_nothing_is_said(tmp_path: Path) -> None:
    card.write(tmp_path, SAID, [])
    text = (tmp_path / "card.md").read_text("utf-8")
    assert not any(word in text for word in ("Confidences", "options", "Left out"))
    assert not (tmp_path / "reliability.png").exists()
