"""Whatever is no scan, is damaged or too large is refused with a message and a hint."""

from __future__ import annotations

import contextlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.formats.damage import damaged
from tests.formats.scans.files import PASSWORD, pdf, picture, png_that_says, saved, tiff, write
from workbench.formats.scans import (
    CannotRead,
    Encrypted,
    Limits,
    NotAScan,
    ScanError,
    TooLarge,
    TooManyPages,
    Truncated,
    inspect,
    load,
)


def refused(path: Path, kind: type[ScanError], limits: Limits | None = None) -> ScanError:
    """Return the error that an upload causes when its pixels are decoded."""
    with pytest.raises(kind) as caught:
        inspect(path, limits, decode=True)
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")
    return caught.value


def encoded(kind: str, image: Image.Image | None = None, **options: object) -> bytes:
    """Return the file of a picture."""
    file = BytesIO()
    (image or picture(200, 200)).save(file, kind, **options)
    return file.getvalue()


def film(kind: str) -> bytes:
    """Return an animation of three pictures."""
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue")]
    return encoded(kind, frames[0], save_all=True, append_images=frames[1:], duration=100)


@pytest.mark.parametrize(
    ("name", "data", "called"),
    [
        ("a.png", b"MZ\x90\0" + b"\0" * 200, "Windows program"),
        ("a.png", b"\x7fELF" + b"\0" * 200, "program"),
        ("a.jpg", b"PK\x03\x04" + b"\0" * 200, "ZIP archive"),
        ("a.png", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        ("a.png", b"\xef\xbb\xbf<svg onload='alert(1)'>", "SVG"),
        ("a.png", b"<!DOCTYPE html><html>", "web page"),
        ("a.jpg", "שלום".encode(), "text file"),
        ("a.jpg", b"\x07\x00\x01\x02", "unknown kind"),
        ("a.webp", b"RIFF\0\0\0\0WAVEfmt ", "sound"),
        ("a.jpg", b"\0\0\0\x18ftypheic\0\0", "HEIC"),
        ("a.jpg", b"\0\0\0\x18ftypisom\0\0", "film"),
        ("a.bmp", encoded("BMP"), "BMP"),
        ("a.gif", film("GIF"), "GIF"),
        ("a.gif", encoded("GIF"), "GIF"),
    ],
)
def test_other_kinds_are_named(name: str, data: bytes, called: str, tmp_path: Path) -> None:
    error = refused(write(tmp_path, name, data), NotAScan)
    assert called in error.message
    assert "PNG" in error.hint


@pytest.mark.parametrize("name", ["a.png", "a.pdf"])
def test_an_empty_file(name: str, tmp_path: Path) -> None:
    assert "0 bytes" in refused(write(tmp_path, name, b""), Truncated).message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused(tmp_path / "gone.png", CannotRead)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_file_that_ends_early(kind: str, part: float, tmp_path: Path) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    data = encoded(kind, noise)
    path = write(tmp_path, "a", data[: int(len(data) * part)])
    refused(path, ScanError)
    with pytest.raises(ScanError):
        load(path)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_signature_and_rubbish(kind: str, tmp_path: Path) -> None:
    refused(write(tmp_path, "a", encoded(kind)[:12] + b"\xa5" * 500), ScanError)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation(kind: str, tmp_path: Path) -> None:
    error = refused(write(tmp_path, "a", film(kind)), NotAScan)
    assert "animation of 3" in error.message


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(("width", "height"), [(30_000, 100), (100, 30_000), (11_000, 11_000), (100_000, 100_000)])
def test_too_many_pixels_are_refused_before_they_are_decoded(width: int, height: int, tmp_path: Path) -> None:
    path = write(tmp_path, "a.png", png_that_says(width, height))
    error = refused(path, TooLarge)
    assert "pixels" in error.message
    with pytest.raises(TooLarge):
        load(path)


def test_hardly_any_pixels(tmp_path: Path) -> None:
    assert "1 × 1" in refused(saved(tmp_path, picture(1, 1), "a.png", "PNG"), NotAScan).message


def test_too_many_bytes(tmp_path: Path) -> None:
    refused(saved(tmp_path, picture(), "a.png", "PNG"), TooLarge, Limits(file_bytes=10))


def test_a_note_in_a_png_that_unpacks_without_end(tmp_path: Path) -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Comment", "x" * 80_000_000, zip=True)
    refused(saved(tmp_path, picture(), "a.png", "PNG", pnginfo=notes), ScanError)


def test_too_many_pages_of_a_tiff(tmp_path: Path) -> None:
    path = tiff(tmp_path, [picture(20, 20) for _ in range(4)])
    assert "more than 3 pages" in refused(path, TooManyPages, Limits(pages=3)).message
    assert len(inspect(path, Limits(pages=4))) == 4


def test_a_tiff_whose_directories_go_in_a_circle(tmp_path: Path) -> None:
    path = tiff(tmp_path, [picture(20, 20)])
    data = bytearray(path.read_bytes())
    start = int.from_bytes(data[4:8], "little")
    entries = int.from_bytes(data[start : start + 2], "little")
    data[start + 2 + 12 * entries : start + 6 + 12 * entries] = start.to_bytes(4, "little")
    path.write_bytes(data)
    assert len(inspect(path, Limits(pages=5))) == 1


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "PDF"])
def test_whatever_is_damaged_is_read_or_refused_with_a_reason(kind: str, tmp_path: Path) -> None:
    data = pdf([(72, 72), (100, 50)]) if kind == "PDF" else encoded(kind, Image.effect_noise((32, 32), 60))
    limits = Limits(megapixels=1, pdf_megapixels=0.1)
    for seed in range(25):
        path = write(tmp_path, "a", damaged(data, seed))
        with contextlib.suppress(ScanError):
            inspect(path, limits, decode=True)
        with contextlib.suppress(ScanError):
            assert load(path, 0, limits).shape[2] == 3


def test_a_page_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="page 8"):
        load(tiff(tmp_path, [picture()]), 7)
    with pytest.raises(CannotRead, match="page 8"):
        load(write(tmp_path, "a.pdf", pdf([(72, 72)])), 7)


def test_too_many_pages_of_a_pdf(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", pdf([(72, 72)] * 500))
    assert "500 pages" in refused(path, TooManyPages).message
    assert len(inspect(path, Limits(pages=500))) == 500


def test_a_pdf_with_a_password(tmp_path: Path) -> None:
    assert "password" in refused(write(tmp_path, "a.pdf", pdf([(72, 72)], encrypt=PASSWORD)), Encrypted).message


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n" + b"rubbish " * 100, pdf([]), pdf([(72, 72)])[:60]])
def test_a_pdf_without_pages(data: bytes, tmp_path: Path) -> None:
    refused(write(tmp_path, "a.pdf", data), Truncated)


@pytest.mark.parametrize("size", [(1e7, 10), (144_001, 144_001), (100_000, 100_000)])
def test_a_pdf_page_of_no_proper_size(size: tuple[float, float], tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", pdf([size]))
    refused(path, ScanError)
    with pytest.raises(ScanError):
        load(path)
