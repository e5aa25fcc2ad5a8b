"""The ledger over REST: its shape, filters, parts, files; and the pictures of lines."""

from __future__ import annotations

import io

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from workbench.services import Services

FIELDS = {
    *("id", "created", "task", "project", "page", "line", "image", "direction", "before", "after", "state", "reason"),
    *("action", "model", "person", "seconds", "revision", "learnt_by", "to_learn"),
}


@pytest.fixture
def ledger(page_client: TestClient) -> TestClient:
    """Return a client of a workbench with three entries: a correction, an acceptance, and a line called unreadable."""
    texts = [page_client.get(f"/lines/{line}").json()["text"] for line in (1, 2, 3)]
    bodies = (
        {"text": "תוקן", "seconds": 6},
        {"text": texts[1], "action": "accept", "seconds": 2},
        {"text": "", "action": "unreadable", "reason": "ink washed out"},
    )
    for line, body in enumerate(bodies, 1):
        assert page_client.put(f"/lines/{line}", json={**body, "base_revision": 1}).status_code == 201
    return page_client


def test_an_entry(ledger: TestClient) -> None:
    answer = ledger.get("/feedback/?limit=2").json()
    assert [set(entry) for entry in answer["entries"]] == [FIELDS, FIELDS]
    unreadable, accepted = answer["entries"]
    assert (unreadable["action"], unreadable["reason"], unreadable["line"]["number"]) == ("unreadable", "ink washed out", 3)
    assert (accepted["before"], accepted["learnt_by"], accepted["seconds"]) == (accepted["after"], None, 2)
    assert accepted["project"]["id"] == accepted["page"]["id"] == 1
    rest = ledger.get(f"/feedback?before={answer['next']}").json()
    assert [entry["after"] for entry in rest["entries"]] == ["תוקן"]
    assert rest["next"] is None


def test_totals_and_choices(ledger: TestClient) -> None:
    sums = {"entries": 3, "corrected": 1, "accepted": 1, "unreadable": 1, "median_seconds": 4, "people": 1, "not_learnt": 2}
    assert ledger.get("/feedback/totals").json() == sums
    assert ledger.get("/feedback/totals/?text=תוקן").json()["entries"] == 1
    choices = ledger.get("/feedback/choices").json()
    assert choices["people"] == ["you"]
    assert choices["tasks"] == ["ocr"]
    assert [project["id"] for project in choices["projects"]] == [1]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("text=תוקן", 1),
        ("text=%25", 0),
        ("action=accept", 1),
        ("person=you", 3),
        ("person=noa", 0),
        ("model=fixed&task=ocr&project=1", 3),
        ("project=9", 0),
        ("since=1", 3),
        ("until=1", 0),
    ],
)
def test_filters(ledger: TestClient, query: str, count: int) -> None:
    assert len(ledger.get(f"/feedback/?{query}").json()["entries"]) == count


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "since=nan", "since=x", "task=weather", "action=x", "before=0"])
def test_what_makes_no_sense_is_422(ledger: TestClient, query: str) -> None:
    answer = ledger.get(f"/feedback/?{query}")
    assert answer.status_code == 422
    assert set(answer.json()) >= {"error", "hint"}


def test_half_a_character_is_no_fault(ledger: TestClient) -> None:
    assert ledger.get("/feedback/?text=%ED%A0%80").status_code == 200


def test_correcting_from_outside_still_works(ledger: TestClient) -> None:
    body = {"task": "ocr", "project_id": 1, "page_id": 1, "line_id": 1, "text": "שוב", "base_revision": 2}
    assert ledger.post("/feedback", json=body).json() == {"revision": 3}
    assert ledger.post("/feedback/", json={**body, "text": "אחרת"}).status_code == 409
    assert ledger.get("/feedback/?limit=1").json()["entries"][0]["before"] == "תוקן"


@pytest.mark.parametrize(
    ("format", "media_type", "start"),
    [
        ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfid,time,"),
        ("jsonl", "application/x-ndjson", b'{"id":'),
        ("sqlite", "application/vnd.sqlite3", b"SQLite format 3"),
    ],
)
def test_export(ledger: TestClient, read: Services, format: str, media_type: str, start: bytes) -> None:
    answer = ledger.get(f"/feedback/export?format={format}&text=תוקן")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert f'filename="feedback.{format}"' in answer.headers["content-disposition"]
    assert answer.content.startswith(start)
    assert "תוקן".encode() in answer.content
    assert not list((read.settings.data / "exports").glob("*"))


def test_an_unknown_format_is_422(ledger: TestClient) -> None:
    assert ledger.get("/feedback/export?format=xlsx").status_code == 422


def test_the_picture_of_a_line(page_client: TestClient) -> None:
    answer = page_client.get("/lines/1/image?height=40")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"].startswith("private, max-age=")
    assert Image.open(io.BytesIO(answer.content)).height == 40
    again = page_client.get("/lines/1/image?height=40", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert page_client.get("/lines/1/image/").headers["etag"] != answer.headers["etag"]


@pytest.mark.parametrize(("path", "status"), [("/lines/99/image", 404), ("/lines/1/image?height=23", 422)])
def test_no_picture(page_client: TestClient, path: str, status: int) -> None:
    answer = page_client.get(path)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_a_page_that_was_never_opened_has_no_pictures(page_client: TestClient, read: Services) -> None:
    with read.store.begin() as connection:
        read.store.pages.change(connection, 1, {"scan": None})
    assert page_client.get("/lines/1/image").status_code == 404
