"""`workbench ocr evaluate`: folders of lines and pages, one reader or two, what is printed and what is left out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from engines.ocr.memory import Memory
from tests.services.books import inspect_near
from tests.test_cli import bars
from workbench.cli import app
from workbench.config import Settings
from workbench.formats import scans
from workbench.services import build

runner = CliRunner()
SAYS = ("--engine", "fixed", "-o", "text", "שלום")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command line work in an empty home, and look at images in this process."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    for name in ("DATABASE_URL", "BLOB_URL", "WORKBENCH_ACCESS", "WORKBENCH_PORT", "WORKBENCH_HOST", "WORKBENCH_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(scans, "inspect_all_apart", inspect_near)


def book(folder: Path, *truths: str) -> Path:
    """Make a folder of cut lines."""
    folder.mkdir(parents=True)
    for number, truth in enumerate(truths, 1):
        bars(folder / f"{number}.png", 40)
        (folder / f"{number}.gt.txt").write_text(truth, encoding="utf-8")
    return folder


def evaluate(*arguments: str | Path, code: int = 0) -> tuple[list[list[str]], str]:
    """Run the command; return the cells of what it printed, and what it said beside."""
    done = runner.invoke(app, ["ocr", "evaluate", *map(str, arguments)])
    assert done.exit_code == code, done.output + done.stderr + repr(done.exception)
    return [line.split("\t") for line in done.stdout.splitlines()], done.stderr


def figures(rows: list[list[str]], document: str = "all", reader: str = "a") -> dict[str, tuple[str, ...]]:
    """Return value, errors and n of each measure of a document."""
    found = [row for row in rows if len(row) == 9 and row[0] == document and row[2] == reader]
    return {row[1]: (row[3], row[6], row[7]) for row in found}


def test_cut_lines_of_two_books(tmp_path: Path) -> None:
    book(tmp_path / "books" / "one", "שלום", "שלוש")
    book(tmp_path / "books" / "two", "שָׁלוֹם!")
    rows, said = evaluate(tmp_path / "books", *SAYS)
    one, two, whole = figures(rows, "books/one"), figures(rows, "books/two"), figures(rows)
    assert one["cer strict"] == one["cer letters"] == one["consonants"] == ("0.1250", "1", "8")
    assert one["wer"] == ("0.5000", "1", "2")
    assert "vowels" not in one  # there are none
    assert two["cer letters"] == ("0.0000", "0", "4")
    assert two["vowels"] == ("1.0000", "3", "3")
    assert two["punctuation"] == ("1.0000", "1", "1")
    assert whole["cer strict"] == ("0.3125", "5", "16")
    assert whole["cer letters"] == ("0.0833", "1", "12")
    assert whole["chrf"][2] == "12"
    assert ["ש", "ם", "1", "0", "U+05E9 U+05DD"] in rows
    assert ["\u25cc\u05b8", "nothing", "1", "0", "U+05B8 -"] in rows
    assert "3 of 3 images read" in said
    assert "a = fixed" in said
    assert "letters-1; intervals of all: over lines" in said


@pytest.mark.parametrize(
    ("by", "documents"),
    [("folder", {"b/x/1", "b/x/2", "b"}), ("image", {"b/x/1/1", "b/x/2/1", "b/1"}), ("1", {"b/x", "b"}), ("0", set())],
)
def test_what_a_document_is(tmp_path: Path, by: str, documents: set[str]) -> None:
    for folder in (tmp_path / "b", tmp_path / "b" / "x" / "1", tmp_path / "b" / "x" / "2"):
        book(folder, "שלום")
    rows, _ = evaluate(tmp_path / "b", *SAYS, "--by", by)
    assert {row[0] for row in rows if len(row) == 9} == documents | {"all"}


def test_folders_of_the_same_name_stay_apart(tmp_path: Path) -> None:
    folders = [book(tmp_path / name / "lines", "שלום") for name in "ab"]
    rows, _ = evaluate(*folders, folders[0], *SAYS)
    assert {row[0] for row in rows if len(row) == 9} == {*map(str, folders), "all"}
    assert figures(rows)["cer letters"][2] == "8"


def test_five_documents_are_drawn_as_wholes(tmp_path: Path) -> None:
    for number in range(5):
        book(tmp_path / "b" / str(number), "שלום", "שלום" if number else "שלוש")
    assert "over documents" in evaluate(tmp_path / "b", *SAYS)[1]


def test_two_readers_on_the_same_lines(tmp_path: Path) -> None:
    folder = book(tmp_path / "b", *["שלוש"] * 6, "שלום")
    out = tmp_path / "found.json"
    rows, said = evaluate(folder, *SAYS, "--paired-with", "fixed", "--paired-option", "text=שלוש", "--json", out)
    assert figures(rows, reader="a")["cer letters"] == ("0.2143", "6", "28")
    assert figures(rows, reader="b")["cer letters"] == ("0.0357", "1", "28")
    pair = next(row for row in rows if row[0] == "cer letters")
    assert pair[1:4] == ["0.2143", "0.0357", "-0.1786"]
    assert float(pair[4]) < float(pair[5]) < 0
    assert ["b is better on 6 lines, worse on 1, same on 0, p = 0.125"] in rows
    assert ["winner", "b"] in rows
    assert ["ש", "ם", "6", "0", "U+05E9 U+05DD"] in rows
    assert "b = fixed" in said
    told = json.loads(out.read_text("utf-8"))
    assert told["form"] == "letters-1"
    assert told["total"]["rates"][1]["strict"]["n"] == 28
    assert told["comparison"]["verdict"]["winner"] == "b"
    assert told["documents"][0]["document"] == "b"
    assert told["broken"] == []


def test_it_says_whether_a_model_has_met_what_is_measured(tmp_path: Path) -> None:
    book(tmp_path / "books" / "one", "שלום")
    book(tmp_path / "books" / "two", "שלוש")
    bars(tmp_path / "books" / "two" / "1.png", 20)  # another image than that of the first book
    sha256 = hashlib.sha256((tmp_path / "books" / "one" / "1.png").read_bytes()).hexdigest()
    built = build(Settings(home=tmp_path / "home"))
    built.store.upgrade()
    known = {"learner": {"learnt": {"documents": [f"{sha256[:16]}-0"], "examples": []}}, "foreign": {}}
    known["chosen"] = {"learnt": {"documents": [], "examples": []}, "chosen_on": [f"{sha256[:16]}-0"]}
    for job, (name, said) in enumerate(known.items(), 1):
        folder = built.models.staging("local", "ocr", name, job)
        Memory(np.zeros((1, 8 * 48), np.float32), ("שלום",)).save(folder / "model.safetensors")
        built.models.publish("local", "ocr", name, folder, {"engine": "fixed", **said})
    built.close()
    out = tmp_path / "found.json"
    pair = ("--model", "local/ocr/learner", "--paired-with", "local/ocr/foreign", "--json", out)
    _, said = evaluate(tmp_path / "books", *pair)
    assert "a was trained or chosen on 1 of these images, in books/one: figures there are optimistic" in said
    assert "b does not say what it was trained on" in said
    assert json.loads(out.read_text("utf-8"))["met"] == [{"books/one": 1, "books/two": 0}, None]
    assert "in books/one: figures" in evaluate(tmp_path / "books", "--model", "local/ocr/chosen")[1]
    assert "was trained on none of these images" in evaluate(tmp_path / "books" / "two", "--model", "local/ocr/learner")[1]


def test_pages_with_their_lines_and_without(tmp_path: Path) -> None:
    scan = bars(tmp_path / "scan.png", 40, 120, 200)
    folder = tmp_path / "pages"
    read = ["ocr", "read", str(scan), "--engine", "fixed", "-o", "text", "שָׁלוֹם!||שלום", "--format", "page", "--out", str(folder)]
    assert runner.invoke(app, read).exit_code == 0
    (folder / "scan.png").write_bytes(scan.read_bytes())
    (folder / "scan.page.xml").rename(folder / "scan.xml")
    rows, said = evaluate(folder, *SAYS)
    assert figures(rows)["cer letters"] == ("0.0000", "0", "8")
    assert figures(rows)["vowels"] == ("1.0000", "3", "3")
    assert "pages/scan.png: no text: 1 of 3 lines" in said
    rows, _ = evaluate(folder, *SAYS, "--layout", "page")
    assert figures(rows)["cer letters"] == ("0.5556", "5", "9")  # a line too much


def test_a_whole_page_may_have_its_text_in_a_file(tmp_path: Path) -> None:
    bars(tmp_path / "1.png", 40, 120)
    (tmp_path / "1.gt.txt").write_text("שלום\nשלום\n", encoding="utf-8")
    rows, _ = evaluate(tmp_path, *SAYS, "--layout", "page")
    assert figures(rows)["cer strict"] == ("0.0000", "0", "9")
    assert "has 2 lines" in evaluate(tmp_path, *SAYS, code=1)[1]


def test_the_form_decides_which_words_are_equal(tmp_path: Path) -> None:
    folder = book(tmp_path / "b", "שָׁלוֹם שלומ")
    says = ("--engine", "fixed", "-o", "text", "שלום שלום")
    assert figures(evaluate(folder, *says)[0])["wer"][0] == "0.5000"
    loose = figures(evaluate(folder, *says, "--form", "loose")[0])
    assert (loose["wer"][0], loose["cer loose"][0], loose["cer letters"][0]) == ("0.0000", "0.0000", "0.1111")
    assert figures(evaluate(folder, *says, "--form", "strict")[0])["wer"][0] == "1.0000"


def test_what_is_invented_has_a_count_and_no_rate(tmp_path: Path) -> None:
    rows, _ = evaluate(book(tmp_path / "b", "שלום"), "--engine", "fixed", "-o", "text", "שָלום,")
    assert figures(rows)["vowels"] == figures(rows)["punctuation"] == ("-", "1", "0")


def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    folder = book(tmp_path / "b", "שלום", "שלום", "שלום", "")
    (folder / "1.png").write_bytes(b"no image")
    (folder / "2.gt.txt").write_bytes(b"\xff\xfe\xff")
    (folder / "alone.gt.txt").write_text("x")
    rows, said = evaluate(folder, *SAYS, code=1)
    assert figures(rows)["cer letters"] == ("0.0000", "0", "4")
    assert "error: b/1.png is left out: " in said
    assert "error: b/2.gt.txt is left out: " in said
    assert "left out: b/alone.gt.txt: no image" in said
    assert "left out: b/4.png: no text: 1 of 1 lines" in said
    (folder / "3.png").unlink()
    assert "No image in" in evaluate(folder, *SAYS, code=1)[1]
    fine = book(tmp_path / "fine", "שלום")
    (fine / "alone.gt.txt").write_text("x")
    evaluate(fine, *SAYS)  # a text alone is no fault


def test_wrong_wishes(tmp_path: Path) -> None:
    folder = book(tmp_path / "b", "שלום")
    assert "no file or folder" in evaluate(tmp_path / "none", *SAYS, code=1)[1]
    assert "normal form" in evaluate(folder, *SAYS, "--form", "kind", code=1)[1]
    assert "no-such" in evaluate(folder, *SAYS, "--paired-with", "no-such", code=1)[1]
    assert "neither folder nor image" in evaluate(folder, *SAYS, "--by", "book", code=2)[1]


@pytest.mark.tesseract
def test_tesseract_beside_another_one(tmp_path: Path) -> None:
    folder = book(tmp_path / "b", "שלום")
    rows, said = evaluate(folder, *SAYS, "--paired-with", "tesseract", "--paired-option", "languages=heb")
    assert figures(rows, reader="a")["cer letters"] == ("0.0000", "0", "4")
    assert figures(rows, reader="b")["cer letters"][1] != "0"
    assert "b = tesseract" in said
