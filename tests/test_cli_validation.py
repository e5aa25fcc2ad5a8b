"""`workbench ocr cross-validate`: every document is measured by a model that has not seen it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.test_cli_evaluation import figures, home, runner  # noqa: F401  # a fixture that every test here uses
from workbench.cli import app
from workbench.services.evaluation.folds import divided
from workbench.services.evaluation.ground import Manner, ground

WORDS = ("שלום", "עולם", "בית", "ספר")


def drawn(path: Path, pattern: int) -> None:
    """Write a line whose ink the fixed engine tells from others."""
    image = Image.new("RGB", (400, 60), "white")
    for bit in range(8):
        if (pattern * 37 + 11) >> (bit % 7) & 1:
            ImageDraw.Draw(image).rectangle((20 + bit * 45, 15, 50 + bit * 45, 45), fill="black")
    image.save(path)


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """Make six books: five say the same four words, the last one a word of its own too."""
    for number in range(6):
        folder = tmp_path / "books" / f"book {number}"
        folder.mkdir(parents=True)
        for at, word in enumerate((*WORDS, "יחיד") if number == 5 else WORDS):
            drawn(folder / f"{at}.png", at)
            (folder / f"{at}.gt.txt").write_text(word, encoding="utf-8")
    return tmp_path / "books"


def validate(*arguments: str | Path, code: int = 0) -> tuple[list[list[str]], str]:
    """Run the command; return the cells of what it printed, and what it said beside."""
    done = runner.invoke(app, ["ocr", "cross-validate", *map(str, arguments)])
    assert done.exit_code == code, done.output + done.stderr + repr(done.exception)
    return [line.split("\t") for line in done.stdout.splitlines()], done.stderr


def test_a_word_that_only_one_book_has_is_not_read(books: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    rows, said = validate(books, "--base", "fixed", "--folds", "3", "-o", "epochs", "3", "--json", out)
    parts = [figures(rows, f"fold {number}")["cer strict"] for number in (1, 2, 3)]
    errors = [int(found[1]) for found in parts]
    assert sum(1 for count in errors if count) == 1  # in the fold of that book
    assert figures(rows)["cer strict"][1:] == (str(sum(errors)), str(6 * 14 + 4))
    assert "fold 3 of 3 is measured" in said
    assert "over documents" in said
    assert json.loads(out.read_text("utf-8"))["pooled"]["lines"] == 25
    assert not (tmp_path / "home" / "models").exists()


def test_a_document_is_never_divided(books: Path) -> None:
    with ground([books], Manner(), 1_000_000) as found:
        folds = divided(found.texts, 4)
        assert sorted(len(texts) for texts in folds) == [4, 5, 8, 8]
        where = [{text.document for text in texts} for texts in folds]
        assert len(set.union(*where)) == sum(map(len, where)) == 6
        assert folds == divided(found.texts, 4)


def test_what_cannot_be(books: Path) -> None:
    assert "6 documents cannot be divided into 7 folds" in validate(books, "--base", "fixed", "--folds", "7", code=1)[1]
    assert "into 2 folds" in validate(books, "--base", "fixed", "--folds", "2", code=1)[1]
    assert "cannot be trained" in validate(books, "--base", "tesseract", code=1)[1]
    assert "no-such" in validate(books, "--base", "local/ocr/no-such", code=1)[1]
    assert "epoks" in validate(books, "--base", "fixed", "-o", "epoks", "1", code=1)[1]
