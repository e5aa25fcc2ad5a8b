"""`workbench ocr cross-validate`: every document is measured by a model that has not seen it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.test_cli_evaluation import figures, home, runner  # noqa: F401  # a fixture that every test here uses
from workbench.cli import app

WORDS = ("שלום", "עולם", "בית", "ספר")


def drawn(path: Path, pattern: int, shade: int) -> None:
    """Write a line whose ink the fixed engine tells from others, on paper of a shade that no other book has."""
    image = Image.new("RGB", (400, 60), (255 - shade, 255, 255))
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
            drawn(folder / f"{at}.png", at, number)
            (folder / f"{at}.gt.txt").write_text(word, encoding="utf-8")
    return tmp_path / "books"


def validate(*arguments: str | Path, code: int = 0) -> tuple[list[list[str]], str]:
    """Run the command; return the cells of what it printed, and what it said beside."""
    done = runner.invoke(app, ["ocr", "cross-validate", *map(str, arguments)])
    assert done.exit_code == code, done.output + done.stderr + repr(done.exception)
    return [line.split("\t") for line in done.stdout.splitlines()], done.stderr


@pytest.mark.slow
def test_a_word_that_only_one_book_has_is_not_read(books: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    rows, said = validate(books, "--base", "fixed", "-o", "epochs", "3", "--json", out)
    errors = {row[0]: int(row[6]) for row in rows if row[1] == "cer strict"}
    assert {name for name, count in errors.items() if count} == {"books/book 5", "all"}
    assert set(errors) == {f"books/book {number}" for number in range(6)} | {"all"}
    assert figures(rows)["cer strict"][1:] == (str(errors["books/book 5"]), str(6 * 14 + 4))
    assert "fold 6 of 6 is measured" in said
    assert "over documents" in said
    found = json.loads(out.read_text("utf-8"))
    assert (found["pooled"]["lines"], found["groups"], found["readers"], found["seen"]) == (25, 6, ["trained"], 0)
    assert not list((tmp_path / "home").glob("models/*/*"))
    assert not list((tmp_path / "home" / "data" / "datasets").rglob("*.db"))  # it was made for this


def test_what_cannot_be(books: Path, tmp_path: Path) -> None:
    assert "cannot be divided into 7 folds: 6 parts" in validate(books, "--base", "fixed", "--folds", "7", code=1)[1]
    assert "1 parts" in validate(books, "--base", "fixed", "--by", "0", code=1)[1]
    assert "cannot be trained" in validate(books, "--base", "tesseract", code=1)[1]
    assert "no-such" in validate(books, "--base", "local/ocr/no-such", code=1)[1]
    assert "epoks" in validate(books, "--base", "fixed", "-o", "epoks", "1", code=1)[1]
    assert "not clear" in validate(code=1)[1]
    assert "not clear" in validate(books, "--dataset", "1", code=1)[1]
    assert "dataset 99" in validate("--dataset", "99", code=1)[1]
    assert "project 99" in validate("--project", "99", "--base", "fixed", code=1)[1]
    assert not list((tmp_path / "home" / "data" / "datasets").rglob("*.db"))
