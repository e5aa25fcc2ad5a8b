"""Pictures of lines: cut where the line is, whatever the scale of the browser's image, and each page opened once."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.services.ocr.conftest import ANNA, BORIS, bars
from workbench.services.errors import Invalid
from workbench.services.ocr import running
from workbench.store.errors import NotFound


def picture(services, line_id, height=88):
    return Image.open(io.BytesIO(services.ocr.cut(services.ocr.crop(ANNA, line_id, height))))


def dark_share(image):
    return float((np.asarray(image.convert("L")) < 100).mean())


def test_a_line_fills_its_picture(services, page):
    for line in page.lines:
        image = picture(services, line.id)
        assert image.height == 88
        assert image.format == "JPEG"
        assert 0.5 < dark_share(image) < 1.0  # the bar, and air around it
        assert image.convert("L").getpixel((image.width // 2, 44)) < 60
        assert image.convert("L").getpixel((image.width // 2, 0)) > 200


def test_coordinates_are_those_of_the_page_not_of_the_scan(upload, services, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(running, "LONGEST_SIDE", 200)
    page = upload(path=bars(tmp_path / "large.png", 40, 120, 200, width=1600, height=300))
    assert page.width == 1600
    image = picture(services, page.lines[1].id, 40)
    assert image.height <= 40
    assert dark_share(image) > 0.4


def test_a_long_line_is_no_wider_than_a_screen(upload, services, tmp_path: Path):
    page = upload(path=bars(tmp_path / "wide.png", 40, 120, 200, width=4000, height=300))
    image = picture(services, page.lines[0].id, 400)
    assert image.width == 2400
    assert image.height < 100


def test_a_bare_baseline_and_one_at_the_edge_have_a_picture(services, page):
    for polygon, baseline in (([], [[20, 60], [380, 60]]), ([], [[0, 0], [1, 0]]), ([[390, 290], [900, 290], [900, 900]], [])):
        with services.store.begin() as connection:
            services.store.lines.change(connection, page.lines[0].id, {"polygon": polygon, "baseline": baseline})
        assert picture(services, page.lines[0].id).height >= 1


def test_a_page_is_opened_once_for_its_lines(services, page, monkeypatch):
    asked = []
    get = services.blobs.get
    monkeypatch.setattr(services.blobs, "get", lambda key: asked.append(key) or get(key))
    for line in page.lines:
        picture(services, line.id)
        picture(services, line.id, 40)
    assert len(asked) == 1


def test_the_tag_changes_with_line_image_and_height(services, page):
    line_id = page.lines[0].id
    tags = {services.ocr.crop(ANNA, line_id, height).etag for height in (88, 88, 40)}
    assert len(tags) == 2
    with services.store.begin() as connection:
        services.store.lines.change(connection, line_id, {"polygon": [[0, 0], [90, 0], [90, 90]]})
    assert services.ocr.crop(ANNA, line_id, 88).etag not in tags


def test_what_has_no_picture(services, page):
    with pytest.raises(NotFound):
        services.ocr.crop(BORIS, page.lines[0].id, 88)
    with pytest.raises(Invalid):
        services.ocr.crop(ANNA, page.lines[0].id, 20)
    with services.store.begin() as connection:
        services.store.pages.change(connection, page.id, {"scan": None})
    with pytest.raises(Exception, match="image of page"):
        services.ocr.crop(ANNA, page.lines[0].id, 88)
