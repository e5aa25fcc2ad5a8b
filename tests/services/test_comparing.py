"""Two models on corrected lines that neither has learnt from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from engines.ocr.memory import Memory
from engines.ocr.metrics import Sample, confusions, distance, part_counts, score
from engines.ocr.text import strict
from tests.services.ocr.conftest import ANNA, BORIS, bars, opened, work
from workbench.formats import scans
from workbench.services import Services
from workbench.services.errors import Invalid
from workbench.services.errors import NotFound as NoComparison
from workbench.store.errors import DiskFull, NotFound

TEXTS = ("אחד", "שתיים", "שלוש")
MEASURES = ["strict", "letters", "wer", "consonants", "vowels", "accents", "punctuation", "bleu", "chrf"]


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Return a workbench in which Anna has two corrected pages, and two models that say the same on every line."""
    monkeypatch.setattr(scans, "inspect_apart", partial(scans.inspect, decode=True))
    with opened(tmp_path / "home") as built:
        built.store.upgrade()
        with built.store.begin() as connection:
            for slug in ("anna", "boris"):
                connection.exec_driver_sql("INSERT INTO workspaces (slug, kind, created) VALUES (?, 'user', 0)", (slug,))
        for number in (0, 10):
            correct(built, bars(tmp_path / f"{number}.png", 40 + number, 120, 200), f"page {number}")
        model(built, "says-one", "אחד", 1)
        model(built, "says-two", "שתיים", 2)
        yield built


def correct(services: Services, scan: Path, name: str, texts: tuple[str, ...] = TEXTS) -> None:
    """Upload a page with three lines and correct all of them."""
    added = services.ocr.add_scans(ANNA, scan, f"{name}.png", engine="fixed", options={"text": "|".join(texts)})
    work(services)
    for line in services.ocr.page(ANNA, added.page_ids[0]).lines:
        services.ocr.save_line(ANNA, line.id, text=texts[line.index], base_revision=1, action="accept")


def model(services: Services, name: str, text: str, job: int, **said: object) -> str:
    """Publish a model that says one text on every line."""
    folder = services.models.staging("anna", "ocr", name, job)
    Memory(np.zeros((1, 8 * 48), np.float32), (text,)).save(folder / "model.safetensors")
    return services.models.publish("anna", "ocr", name, folder, {"engine": "fixed", "job": job, **said}).full_name


def documents(services: Services) -> list[str]:
    look = services.datasets.look(ANNA, [page.project_id for page in services.datasets.pages(ANNA)])
    return list(dict.fromkeys(example.document for split in look.dataset.examples.values() for example in split))


A, B = "anna/ocr/says-one/v1", "anna/ocr/says-two"


def test_a_comparison_is_a_job_whose_result_stays(services):
    job, key = services.comparing.start(ANNA, A, B)
    assert (job.kind, job.lane, job.priority, job.title) == ("ocr.compare", "ocr", 1, "says-one/v1 with says-two/v1")
    assert services.comparing.start(ANNA, A, B) == (job, key)
    with pytest.raises(NoComparison):
        services.comparing.get(ANNA, key)
    assert work(services) == 1
    done = services.jobs.get(ANNA, job.id)
    assert (done.state, done.result["comparison"]) == ("done", key)
    found = services.comparing.get(ANNA, key)
    assert (found["a"], found["b"], found["task"]) == (A, f"{B}/v1", "ocr")
    assert (found["documents"], found["examples"], found["shared"], found["chosen"]) == (2, 6, False, False)
    assert [measure["name"] for measure in found["measures"]] == MEASURES
    first = found["measures"][0]
    assert (first["title"], first["unit"], first["form"], first["n"]) == ("CER, every character", "characters", "strict-1", 24)
    wrong = {text: (distance(text, "אחד"), distance(text, "שתיים")) for text in TEXTS}
    assert first["a"]["value"] == pytest.approx(2 * sum(a for a, _ in wrong.values()) / 24)
    assert first["b"]["value"] == pytest.approx(2 * sum(b for _, b in wrong.values()) / 24)
    verdict = found["verdict"]
    assert (verdict["better"], verdict["worse"], verdict["same"]) == (2, 2, 2)
    assert verdict["clear"] == (verdict["winner"] is not None)
    assert verdict["change"] == first["change"] == pytest.approx(first["b"]["value"] - first["a"]["value"])
    item = found["items"][1]
    assert (item["page_name"], item["number"], item["truth"], item["direction"]) == ("page 0", 2, "שתיים", "rtl")
    assert item["image"] == f"/lines/{item['line_id']}/image"
    assert (item["a"], item["b"]) == ({"text": "אחד", "errors": 5}, {"text": "שתיים", "errors": 0})
    confusion = found["confusions"][0]
    assert confusion["a"] + confusion["b"] >= found["confusions"][-1]["a"] + found["confusions"][-1]["b"]
    assert all(0 <= index < 6 for index in confusion["items"])
    assert services.comparing.start(ANNA, A, B) == (None, key)
    assert services.comparing.start(ANNA, B, A)[1] != key
    with pytest.raises(NoComparison):
        services.comparing.get(BORIS, key)


def test_words_and_n_grams_are_those_of_the_texts_that_were_read(services, tmp_path):
    sentences = ("בָּרָא אחד, שתיים", "שלוש ארבע חמש", "אחד שתיים שלוש ארבע")
    for number in range(4):  # six pages: pages are resampled
        correct(services, bars(tmp_path / f"more{number}.png", 42 + number, 121, 201), f"more {number}", texts=sentences)
    says = model(services, "sentence", "אחד שתיים שלוש", 5)
    key, _ = services.comparing.run(ANNA, A, says)
    found = services.comparing.get(ANNA, key)
    told = {measure["name"]: measure for measure in found["measures"]}
    for side in ("a", "b"):
        samples = [Sample(item["truth"], item[side]["text"], item["page_id"]) for item in found["items"]]
        for form, names in (
            ("strict", {"strict": "cer"}),
            ("letters", {"letters": "cer", "wer": "wer", "bleu": "bleu", "chrf": "chrf"}),
        ):
            wanted = score(samples, form)
            assert wanted.unit == "documents"
            for name, field in names.items():
                rate = told[name][side]
                assert told[name]["form"] == wanted.normal_form
                assert rate["value"] == pytest.approx(getattr(wanted, field))
                assert (rate["low"], rate["high"]) == pytest.approx(getattr(wanted, f"{field}_interval"))
        errors, size = 0, 0
        for sample in samples:
            wrong, there = part_counts(confusions(strict(sample.truth), strict(sample.reading)), strict(sample.truth))[
                "consonants"
            ]
            errors, size = errors + wrong, size + there
        assert (told["consonants"][side]["value"], told["consonants"]["n"]) == (pytest.approx(errors / size), size)
    assert [name for name, measure in told.items() if measure["score"]] == ["bleu", "chrf"]
    assert 0 < told["chrf"]["a"]["value"] < told["chrf"]["b"]["value"] < 100
    assert told["chrf"]["change"] > 0


def test_a_result_of_before_opens_as_it_is(services):
    key, _ = services.comparing.run(ANNA, A, B)
    path = services.settings.data / "comparisons" / "anna" / f"{key}.json"
    old = json.loads(path.read_text())
    old["measures"] = [{name: value for name, value in old["measures"][0].items() if name not in {"form", "score"}}]
    path.write_text(json.dumps(old))
    assert services.comparing.start(ANNA, A, B) == (None, key)
    assert services.comparing.get(ANNA, key) == old


def test_a_corrected_line_makes_another_comparison(services):
    key, _ = services.comparing.run(ANNA, A, B)
    line = services.ocr.page(ANNA, 1).lines[0]
    services.ocr.save_line(ANNA, line.id, text="אחת", base_revision=2)
    job, other = services.comparing.start(ANNA, A, B)
    assert other != key
    line = services.ocr.page(ANNA, 1).lines[1]
    services.ocr.save_line(ANNA, line.id, text="שתים", base_revision=2)  # between the order and its beginning
    work(services)
    assert {"אחת", "שתים"} <= {item["truth"] for item in services.comparing.get(ANNA, other)["items"]}
    assert services.comparing.start(ANNA, A, B)[0] is None
    assert services.jobs.get(ANNA, job.id).result["comparison"] == other


def test_only_what_neither_has_learnt(services):
    first, second = documents(services)
    learnt = model(services, "learnt", "שלוש", 3, learnt={"documents": [first], "examples": []}, chosen_on=[second])
    key, _ = services.comparing.run(ANNA, A, learnt)
    found = services.comparing.get(ANNA, key)
    assert (found["documents"], found["examples"], found["shared"], found["chosen"]) == (1, 3, False, True)
    assert {item["page_name"] for item in found["items"]} == {"page 10"}
    every = model(services, "every", "שלוש", 4, learnt={"documents": [second], "examples": []})
    with pytest.raises(Invalid, match="Both have learnt") as refused:
        services.comparing.start(ANNA, learnt, every)
    assert refused.value.hint


def test_single_lines_of_a_shared_document(services):
    second = documents(services)[1]
    line = services.ocr.page(ANNA, 1).lines[0].id
    shared = model(services, "shared", "שלוש", 3, shared=True, learnt={"documents": [second], "examples": [str(line)]})
    key, _ = services.comparing.run(ANNA, A, shared)
    found = services.comparing.get(ANNA, key)
    assert (found["examples"], found["shared"]) == (2, True)
    assert line not in [item["line_id"] for item in found["items"]]


def test_which_projects(services, tmp_path):
    first, second = services.datasets.pages(ANNA)
    known = {"id": 1, "sources": [{"project": first.project_id, "name": "x"}, {"project": 999, "name": "gone"}]}
    one = model(services, "one", "שלוש", 3, dataset=known)
    key, _ = services.comparing.run(ANNA, one, A)
    assert services.comparing.get(ANNA, key)["documents"] == 1
    key, _ = services.comparing.run(ANNA, one, A, [first.project_id, second.project_id])
    assert services.comparing.get(ANNA, key)["documents"] == 2
    with pytest.raises(NotFound):
        services.comparing.start(ANNA, one, A, [999])
    learnt = {"documents": [documents(services)[0]], "examples": []}
    all_of_its_own = model(services, "own", "שלוש", 4, dataset=known, learnt=learnt)
    key, _ = services.comparing.run(ANNA, all_of_its_own, A)
    assert {item["page_name"] for item in services.comparing.get(ANNA, key)["items"]} == {"page 10"}


def test_the_better_one_is_told(services, tmp_path):
    for number in range(8):
        correct(services, bars(tmp_path / f"more{number}.png", 42 + number, 121, 201), f"more {number}", texts=("שלוש",) * 3)
    better = model(services, "better", "שלוש", 5)
    verdict = services.comparing.verdict(ANNA, A, better)
    assert (verdict.clear, verdict.winner, verdict.unit) == (True, "b", "documents")
    assert (verdict.better, verdict.worse, verdict.same) == (28, 2, 0)
    assert verdict.p < 0.001


def test_what_cannot_be_compared(services, tmp_path):
    for a, b in ((A, A), (A, "anna/ocr/none"), (A, "boris/ocr/x"), (A, "nonsense")):
        with pytest.raises(Invalid):
            services.comparing.start(ANNA, a, b)
    folder = services.models.find(ANNA, B).path
    folder.write_bytes(b"damaged")
    job, _ = services.comparing.start(ANNA, A, B)
    work(services)
    done = services.jobs.get(ANNA, job.id)
    assert done.state == "failed"
    assert done.error
    folder.unlink()
    with pytest.raises(Invalid, match="cannot be used"):
        services.comparing.start(ANNA, A, B)


def test_nothing_half_written_is_shown(services, monkeypatch):
    key, _ = services.comparing.run(ANNA, A, B)
    path = services.settings.data / "comparisons" / "anna" / f"{key}.json"
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert json.loads(path.read_text())["a"] == A

    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    path.unlink()
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DiskFull):
        services.comparing.run(ANNA, A, B)
    assert list(path.parent.iterdir()) == []
    monkeypatch.undo()
    path.write_text("{")
    with pytest.raises(NoComparison):
        services.comparing.get(ANNA, key)
    for wrong in ("../../workbench", "x", key.upper(), ""):
        with pytest.raises(NoComparison):
            services.comparing.get(ANNA, wrong)


def test_a_workspace_that_ends_keeps_nothing(services):
    services.comparing.run(ANNA, A, B)
    services.comparing.forget("anna")
    assert list((services.settings.data / "comparisons").iterdir()) == []
