"""Files that are damaged or mean harm are refused with a message and a hint, whatever reads them."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.damage import damaged
from tests.formats.documents import sample
from workbench.formats import FORMATS, Format, FormatError, named, recognise
from workbench.formats.drafts import base_name
from workbench.formats.markup import MAX_BYTES, Names, decode_name, encode_name

READABLE = [form for form in FORMATS.values() if form.read]
XML = [FORMATS["page"], FORMATS["alto"], FORMATS["hocr"]]
by_name = pytest.mark.parametrize("form", READABLE, ids=lambda form: form.name)
xml = pytest.mark.parametrize("form", XML, ids=lambda form: form.name)


def refused(form: Format, data: bytes) -> FormatError:
    """Return the error that a file causes."""
    assert form.read is not None
    with pytest.raises(FormatError) as caught:
        form.read(data, None)
    assert caught.value.message
    assert caught.value.hint
    return caught.value


def with_doctype(form: Format, doctype: str, text: str) -> bytes:
    """Return a good file with a document type in front and a text inside."""
    data = form.write(sample()).decode().replace("<!DOCTYPE html>\n", "").replace("In the beginning", text)
    head, _, body = data.partition("?>\n")
    return f"{head}?>\n{doctype}\n{body}".encode()


@by_name
@pytest.mark.parametrize("data", [b"", b" \n", b"\x89PNG\r\n\x1a\n", b"<a>", b"<a/>", b"\xff\xfe<", b"null"], ids=repr)
def test_what_is_no_such_file(form: Format, data: bytes) -> None:
    refused(form, data)


@by_name
def test_a_file_that_ends_early(form: Format) -> None:
    data = form.write(sample())
    if form.name != "hocr":  # a browser, and so our reader, takes HTML without its end
        refused(form, data[: len(data) // 2])


@xml
def test_entities_that_grow_without_bound(form: Format) -> None:
    grow = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    assert "entities" in refused(form, with_doctype(form, f"<!DOCTYPE x [{grow}]>", "&e9;")).message


@xml
def test_entities_that_name_a_file(form: Format, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    error = refused(form, with_doctype(form, f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>', "&e;"))
    assert "s3cret" not in str(error)


@xml
def test_entities_in_another_encoding(form: Format) -> None:
    data = with_doctype(form, '<!DOCTYPE x [<!ENTITY e "x">]>', "&e;").decode()
    refused(form, data.replace("UTF-8", "UTF-16").encode("utf-16"))


@pytest.mark.parametrize("form", XML[:2], ids=lambda form: form.name)
def test_an_external_document_type(form: Format) -> None:
    assert "DTD" in refused(form, with_doctype(form, '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">', "")).message


@pytest.mark.parametrize("form", XML[:2], ids=lambda form: form.name)
def test_thousands_of_nested_elements(form: Format) -> None:
    refused(form, b"<a>" * 5000 + b"</a>" * 5000)


@xml
def test_a_file_that_is_too_large(form: Format) -> None:
    assert "MB" in refused(form, b"<a>" + b" " * MAX_BYTES + b"</a>").message


@by_name
def test_whatever_is_damaged_is_read_or_refused_with_a_reason(form: Format) -> None:
    assert form.read is not None
    data = form.write(sample())
    for seed in range(80):
        with contextlib.suppress(FormatError):
            form.read(damaged(data, seed), None)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\b.png", "b.png"),
        ("..", ""),
        ("a/..", ""),
        ("", ""),
        ("a\0\n.png", "a .png"),
        ("/", ""),
    ],
)
def test_image_names_lead_nowhere(given_name: str, kept: str) -> None:
    assert base_name(given_name) == kept


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=12))
def test_names_of_lines_become_ids_and_back(name: str) -> None:
    assert decode_name(encode_name(name)) == name


def test_names_of_others_stay() -> None:
    assert decode_name("wb-_ffffff_") == "wb-_ffffff_"[3:]
    names = Names(("a", "a-2"))
    assert [names.new("a"), names.new("a"), names.new("b")] == ["a-3", "a-4", "b"]


def test_unknown_formats() -> None:
    with pytest.raises(FormatError, match="docx") as caught:
        named("docx")
    assert "page" in caught.value.hint
    assert named("alto") is FORMATS["alto"]
    with pytest.raises(FormatError):
        recognise(b"<root/>")
