"""A new workspace begins with the sample pages; a second one has their lines at once."""

from __future__ import annotations

import json

import pytest

from tests.services.ocr.conftest import ANNA, BORIS, bars, work
from workbench.services.ocr import Ocr
from workbench.services.ocr import samples as samples_module


@pytest.fixture
def folder(tmp_path, monkeypatch):
    path = tmp_path / "samples"
    path.mkdir()
    rows = [
        {
            "id": "one",
            "file": "one.png",
            "title": "דף ראשון",
            "engine": "fixed",
            "direction": "rtl",
            "languages": ["heb"],
            "lines": [],
        },
        {"id": "two", "file": "two.png", "title": "Second", "engine": "fixed", "direction": "ltr", "lines": [{"text": "a"}]},
        {"id": "none", "file": "two.png", "title": "Cannot be read", "engine": "nobody"},
        {"id": "ara", "file": "two.png", "title": "No data", "engine": "tesseract", "languages": ["zzz"]},
    ]
    bars(path / "one.png", 40, 90)
    bars(path / "two.png", 40)
    (path / "samples.json").write_text(json.dumps(rows))
    monkeypatch.setattr(Ocr, "samples_folder", path)
    return path


def test_samples(services, folder):
    project_id = services.ocr.ensure_samples(ANNA)
    project = services.ocr.project(ANNA, project_id)
    assert project.name == samples_module.PROJECT
    assert [(page.name, page.state, page.direction) for page in project.pages] == [
        ("דף ראשון", "queued", "rtl"),
        ("Second", "queued", "ltr"),
    ]
    assert all(page.job_id for page in project.pages)
    assert services.ocr.ensure_samples(ANNA) is None
    work(services)
    first = services.ocr.project(ANNA, project_id)
    assert [len(page.lines) for page in first.pages] == [2, 1]
    second = services.ocr.project(BORIS, services.ocr.ensure_samples(BORIS))
    assert [page.state for page in second.pages] == ["read", "read"]
    assert [[line.text for line in page.lines] for page in second.pages] == [
        [line.text for line in page.lines] for page in first.pages
    ]
    assert all(page.job_id is None for page in second.pages)
    line, _ = services.ocr.add_line(BORIS, second.pages[1].id, [[20, 200], [300, 200]])
    assert line.state == "waiting"


def test_samples_come_once(services, folder):
    project_id = services.ocr.ensure_samples(ANNA)
    services.ocr.delete_project(ANNA, project_id)
    assert services.ocr.ensure_samples(ANNA) is None
    services.ocr.create_project(BORIS, "first")
    assert services.ocr.ensure_samples(BORIS) is None


def test_without_samples(services, tmp_path, monkeypatch):
    monkeypatch.setattr(Ocr, "samples_folder", tmp_path)
    assert services.ocr.ensure_samples(ANNA) is None
    assert services.ocr.projects(ANNA) == []
