"""PAGE and ALTO files are valid against the official schemas, hOCR files are well-formed XHTML."""

from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from engines.types import Page
from tests.formats.documents import anything, documents, sample
from tests.formats.schemas import schema
from workbench.formats import FORMATS, Document

XML = ["page", "alto"]
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def check(name: str, document: Document) -> None:
    """Fail with the reasons of the schema."""
    schema(name).assertValid(etree.fromstring(FORMATS[name].write(document)))


@pytest.mark.parametrize("name", XML)
def test_a_page_is_valid(name: str) -> None:
    check(name, sample())


@pytest.mark.parametrize("name", XML)
def test_an_empty_page_is_valid(name: str) -> None:
    check(name, Document("", Page(10, 10, ()), ()))


@pytest.mark.parametrize("name", XML)
def test_alternatives_longer_than_the_schema_allows_do_no_harm(name: str) -> None:
    line = sample().page.lines[0]
    long = dataclasses.replace(line.chars[0].alternatives[0], text="ארבע")
    chars = (dataclasses.replace(line.chars[0], alternatives=(long,)), *line.chars[1:])
    check(name, Document("a.png", Page(1200, 1600, (dataclasses.replace(line, chars=chars),)), ("1",)))


@pytest.mark.parametrize("name", XML)
@QUICK
@given(document=documents(anything))
def test_any_page_is_valid(name: str, document: Document) -> None:
    check(name, document)


@pytest.mark.parametrize("name", XML)
def test_the_schemas_do_refuse_what_is_wrong(name: str) -> None:
    broken = FORMATS[name].write(sample()).replace(b"TextLine", b"TextRow")
    assert not schema(name).validate(etree.fromstring(broken))


@QUICK
@given(document=documents(anything))
def test_hocr_is_well_formed_and_no_empty_element_is_left_open_for_browsers(document: Document) -> None:
    data = FORMATS["hocr"].write(document)
    root = etree.fromstring(data)
    assert root.tag == "{http://www.w3.org/1999/xhtml}html"
    assert re.search(rb"<span[^>]*/>", data) is None


def test_hocr_reads_the_same_as_html() -> None:
    form = FORMATS["hocr"]
    assert form.read is not None
    data = form.write(sample())
    as_html = data.replace(b"<?xml version='1.0' encoding='UTF-8'?>", b"").replace(b"</title>", b"</title><link>")
    found, wanted = form.read(as_html, None), form.read(data, None)
    assert found.page == wanted.page
