"""Every kind and mode of scan becomes upright 8-bit RGB on white."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.formats.scans.files import MARK, corner, pdf, picture, saved, tiff, with_exif, write
from workbench.formats.scans import Frame, Limits, inspect, load, thumbnail, view


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.png"), ("JPEG", "a.jpg"), ("WEBP", "a.webp"), ("TIFF", "a.tif")])
def test_kinds(kind: str, name: str, tmp_path: Path) -> None:
    path = saved(tmp_path, picture(64, 48), name, kind)
    frames = inspect(path, decode=True)
    assert [(frame.format, frame.index, frame.width, frame.height) for frame in frames] == [(kind, 0, 64, 48)]
    image = load(path)
    assert (image.shape, image.dtype, image.flags.c_contiguous) == ((48, 64, 3), np.uint8, True)
    assert np.abs(np.array(corner(image)) - MARK).max() < 25


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a", "a.exe", "סריקה 'א' \"ב\".pdf", "-rf", "%s;$(x).png"])
def test_names_do_not_matter(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, name, saved(tmp_path, picture(), "plain", "PNG").read_bytes())
    assert inspect(path)[0].format == "PNG"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK"])
def test_modes(mode: str, tmp_path: Path) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    image = load(saved(tmp_path, picture(mode=mode), "a", kind))
    assert image.shape == (40, 60, 3)
    assert (image[-3:, -3:] > 250).all()
    assert corner(image)[1] < 120


def test_cmyk_jpeg_is_not_inverted(tmp_path: Path) -> None:
    image = load(saved(tmp_path, picture(mode="CMYK"), "a.jpg", "JPEG", quality=95))
    assert (image[-3:, -3:] > 245).all()


def test_lab(tmp_path: Path) -> None:
    transform = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    lab = ImageCms.applyTransform(picture(), transform)
    assert lab is not None
    image = load(saved(tmp_path, lab, "a.tif", "TIFF"))
    assert np.abs(np.array(corner(image)) - MARK).max() < 12


@pytest.mark.parametrize(
    ("dtype", "full"), [(np.uint16, 65_535), (np.uint16, 4095), (np.int32, 65_535), (np.float32, 1.0), (np.float32, 255.0)]
)
def test_deep_greys(dtype: type, full: float, tmp_path: Path) -> None:
    values = np.full((40, 60), full, dtype)
    values[:10, :15] = full / 4 if full > 1 else 0.25
    image = load(saved(tmp_path, Image.fromarray(values), "a.tif", "TIFF"))
    assert image[30, 30].tolist() == [255] * 3
    assert image[2, 2].tolist() == pytest.approx([64] * 3, abs=1)


def test_a_float_image_with_no_numbers(tmp_path: Path) -> None:
    values = np.full((40, 60), np.nan, np.float32)
    values[5:] = np.inf
    assert load(saved(tmp_path, Image.fromarray(values), "a.tif", "TIFF")).max() == 0


def test_deep_colours(tmp_path: Path) -> None:
    tifffile = pytest.importorskip("tifffile")
    values = np.full((40, 60, 3), 65_535, np.uint16)
    values[:10, :15] = 16_384
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb")
    image = load(tmp_path / "a.tif")
    assert image[30, 30].tolist() == [255] * 3
    assert image[2, 2].tolist() == pytest.approx([64] * 3, abs=1)


def test_transparent_pixels_are_white_paper(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 15, 10))
    image = load(saved(tmp_path, clear, "a.png", "PNG"))
    assert image[30, 30].tolist() == [255] * 3
    assert image[2, 2].tolist() == [0] * 3
    palette = picture(mode="P")
    palette.info["transparency"] = palette.getpixel((2, 2))
    assert load(saved(tmp_path, palette, "b.png", "PNG"))[2, 2].tolist() == [255] * 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_exif_turns_the_page_upright(kind: str, orientation: int, tmp_path: Path) -> None:
    turn = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[orientation]
    stored = picture() if turn is None else picture().transpose(turn)
    path = saved(tmp_path, stored, "a", kind, exif=with_exif(orientation))
    (frame,) = inspect(path, decode=True)
    image = load(path)
    assert (frame.width, frame.height) == (60, 40) == image.shape[1::-1]
    assert np.abs(np.array(corner(image)) - MARK).max() < 25


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_damaged_exif_does_no_harm(tmp_path: Path) -> None:
    assert load(saved(tmp_path, picture(), "a.jpg", "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff")).shape == (40, 60, 3)


def test_a_camera_jpeg_with_a_second_picture_is_one_page(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(), "a.jpg", "MPO", save_all=True, append_images=[picture(30, 20)])
    assert [(frame.width, frame.height) for frame in inspect(path, decode=True)] == [(60, 40)]
    assert load(path).shape == (40, 60, 3)


def test_the_pages_of_a_tiff(tmp_path: Path) -> None:
    path = tiff(tmp_path, [picture(), picture(50, 70, "1"), picture(80, 30, "L")], dpi=(300, 300))
    frames = inspect(path, decode=True)
    assert [(frame.index, frame.width, frame.height, frame.dpi) for frame in frames] == [
        (0, 60, 40, 300.0),
        (1, 50, 70, 300.0),
        (2, 80, 30, 300.0),
    ]
    assert load(path, 1).shape == (70, 50, 3)


def test_small_copies_inside_a_tiff_are_no_pages(tmp_path: Path) -> None:
    small = picture(15, 10)
    small.encoderinfo = {"tiffinfo": {254: 1}}
    path = tiff(tmp_path, [picture(), small, picture(50, 70)])
    assert [frame.index for frame in inspect(path)] == [0, 2]


def test_pdf_pages_at_300_dpi(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", b"junk before\n" + pdf([(144, 72), (72, 144)]))
    assert inspect(path) == [Frame("PDF", 0, 600, 300, 300.0), Frame("PDF", 1, 300, 600, 300.0)]
    first = load(path, 0)
    assert first.shape == (300, 600, 3)
    assert first[290, 10].tolist() == [0] * 3
    assert first[10, 590].tolist() == [255] * 3
    assert load(path, 1).shape == (600, 300, 3)


def test_a_large_sheet_is_rendered_coarser(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", pdf([(2384, 3370)]))  # A0
    limits = Limits(pdf_megapixels=10)
    (frame,) = inspect(path, limits)
    assert frame.dpi is not None
    assert frame.dpi < 100
    assert 9e6 < frame.width * frame.height <= 10e6
    assert load(path, 0, limits).shape == (frame.height, frame.width, 3)


def test_resolutions_that_are_none(tmp_path: Path) -> None:
    assert inspect(saved(tmp_path, picture(), "a.jpg", "JPEG", dpi=(1, 1)))[0].dpi is None
    assert inspect(saved(tmp_path, picture(), "b.jpg", "JPEG", dpi=(400, 400)))[0].dpi == 400.0


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_views(kind: str, tmp_path: Path) -> None:
    image = np.asarray(picture(800, 400))
    for longest, size in ((200, (200, 100)), (1000, (800, 400)), (None, (800, 400))):
        path = write(tmp_path, "view", view(image, longest, kind))  # type: ignore[arg-type]
        with Image.open(path) as shown:
            assert (shown.format, shown.size) == (kind, size)


def test_thumbnails(tmp_path: Path) -> None:
    with Image.open(write(tmp_path, "t", thumbnail(np.asarray(picture(800, 400))))) as shown:
        assert (shown.format, shown.size) == ("WEBP", (240, 120))
