"""Uploads for the tests of scans, good and bad, all made here."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

MARK = (200, 30, 40)


def picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Return a white picture with a red mark in its upper left corner, in any mode that Pillow converts to."""
    image = Image.new("RGB", (width, height), "white")
    image.paste(MARK, (0, 0, width // 4, height // 4))
    return image if mode == "RGB" else image.convert(mode, dither=Image.Dither.NONE)


def saved(folder: Path, image: Image.Image, name: str, kind: str, **options: object) -> Path:
    """Save a picture under any name as any kind."""
    path = folder / name
    image.save(path, kind, **options)
    return path


def with_exif(orientation: int) -> bytes:
    """Return EXIF data that says how the picture lies."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def tiff(folder: Path, pages: Sequence[Image.Image], **options: object) -> Path:
    """Save a TIFF with several pages."""
    return saved(folder, pages[0], "pages.tif", "TIFF", save_all=True, append_images=list(pages[1:]), **options)


def png_that_says(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims to be of any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def pdf(pages: Sequence[tuple[float, float]], *, encrypt: str = "") -> bytes:
    """Return a PDF with empty pages of these sizes in points, the first with a black square in its lower left corner."""
    kids = " ".join(f"{3 + 2 * i} 0 R" for i in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    for index, (width, height) in enumerate(pages):
        content = "0 0 36 36 re f" if index == 0 else ""
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents {4 + 2 * index} 0 R >>")
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    trailer = f"/Size {len(objects) + 2} /Root 1 0 R"
    if encrypt:
        objects.append(encrypt)
        trailer += f" /Encrypt {len(objects)} 0 R /ID [<00><00>]"
    return _assembled(objects, trailer)


def _assembled(objects: Sequence[str], trailer: str) -> bytes:
    """Return the file of PDF objects with its table."""
    file, offsets = BytesIO(), []
    file.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        offsets.append(file.tell())
        file.write(f"{number} 0 obj\n{body}\nendobj\n".encode())
    start = file.tell()
    file.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    file.write("".join(f"{offset:010d} 00000 n \n" for offset in offsets).encode())
    file.write(f"trailer\n<< {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode())
    return file.getvalue()


PASSWORD = f"<< /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >>"
"""An encryption that no known password opens."""


def write(folder: Path, name: str, data: bytes) -> Path:
    """Write bytes under any name."""
    path = folder / name
    path.write_bytes(data)
    return path


def corner(image: np.ndarray) -> tuple[int, int, int]:
    """Return the colour near the upper left corner."""
    red, green, blue = image[2, 2]
    return int(red), int(green), int(blue)
