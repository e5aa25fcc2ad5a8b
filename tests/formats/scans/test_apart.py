"""The child process that looks at uploads: its answers, its errors, its limits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.formats.scans.files import PASSWORD, pdf, picture, png_that_says, saved, tiff, write
from workbench.formats.scans import (
    CannotRead,
    Encrypted,
    Limits,
    ScanError,
    TooLarge,
    TooManyPages,
    Truncated,
    inspect,
    inspect_all_apart,
    inspect_apart,
    view_apart,
)
from workbench.formats.scans.__main__ import main

pytestmark = pytest.mark.slow


def test_it_tells_what_inspect_tells(tmp_path: Path) -> None:
    for path in (tiff(tmp_path, [picture(), picture(50, 70)]), write(tmp_path, "ש 'א'.pdf", pdf([(72, 72)]))):
        assert inspect_apart(path) == inspect(path)


def test_many_files_at_once(tmp_path: Path) -> None:
    good = saved(tmp_path, picture(), "a.png", "PNG")
    found = list(inspect_all_apart([good, write(tmp_path, "b.png", b""), tiff(tmp_path, [picture()] * 3), good], Limits(pages=2)))
    assert found[0] == found[3] == inspect(good)
    assert [type(one) for one in found[1:3]] == [Truncated, TooManyPages]
    assert list(inspect_all_apart([])) == []


def test_a_file_that_kills_the_child_of_many_harms_no_other(tmp_path: Path) -> None:
    good = saved(tmp_path, picture(), "a.png", "PNG")
    large = saved(tmp_path, Image.new("RGB", (9000, 9000)), "b.png", "PNG")
    first, second, third = inspect_all_apart([good, large, good], Limits(memory_bytes=400 * 1024**2))
    assert first == third == inspect(good)
    assert isinstance(second, ScanError)


def test_it_makes_views(tmp_path: Path) -> None:
    path = tiff(tmp_path, [picture(), picture(50, 70)])
    for kind, side, size in (("JPEG", 35, (25, 35)), ("WEBP", None, (50, 70)), ("PNG", None, (50, 70))):
        with Image.open(write(tmp_path, "view", view_apart(path, 1, side, kind))) as shown:  # type: ignore[arg-type]
            assert (shown.format, shown.size) == (kind, size)
    with pytest.raises(CannotRead, match="page 3"):
        view_apart(path, 2)


def test_errors_come_through(tmp_path: Path) -> None:
    with pytest.raises(Encrypted, match="password"):
        inspect_apart(write(tmp_path, "a.pdf", pdf([(72, 72)], encrypt=PASSWORD)))
    with pytest.raises(TooLarge) as caught:
        inspect_apart(write(tmp_path, "a.png", png_that_says(30_000, 100)))
    assert caught.value.hint
    with pytest.raises(TooManyPages):
        inspect_apart(tiff(tmp_path, [picture()] * 3), Limits(pages=2))


def test_pixels_are_decoded(tmp_path: Path) -> None:
    data = saved(tmp_path, Image.effect_noise((300, 300), 50), "a.png", "PNG").read_bytes()
    path = write(tmp_path, "b.png", data[: len(data) // 2])
    assert inspect(path)[0].width == 300
    with pytest.raises(Truncated):
        inspect_apart(path)


def test_memory_is_limited(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("RGB", (9000, 9000)), "a.png", "PNG")
    with pytest.raises((TooLarge, CannotRead)):
        inspect_apart(path, Limits(memory_bytes=400 * 1024**2))


def test_computing_time_is_limited(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (3000, 3000, 3), np.uint8)
    path = saved(tmp_path, Image.fromarray(noise), "a.webp", "WEBP", quality=95, method=0)
    with pytest.raises(CannotRead, match="too long"):
        inspect_apart(path, Limits(cpu_seconds=0))


def test_the_clock_is_limited(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="longer than"):
        inspect_apart(saved(tmp_path, picture(), "a.png", "PNG"), Limits(seconds=0.01))


def test_the_child_knows_nothing_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "/nonexistent")
    monkeypatch.setenv("PYTHONPATH", "/nonexistent")
    monkeypatch.chdir(tmp_path)
    assert inspect_apart(Path(os.path.relpath(saved(tmp_path, picture(), "a.png", "PNG"))))[0].width == 60


def test_wrong_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw"]) == 2
    assert "usage" in capsys.readouterr().err


def test_importing_scans_imports_no_decoder() -> None:
    code = (
        "import sys, workbench.formats.scans\n"
        "print([m for m in ('PIL', 'pypdfium2', 'torch', 'kraken', 'gradio', 'fastapi') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    assert done.stdout.strip() == "[]"


def test_a_child_that_dies_is_an_error_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ScanError, match="exit status 1"):
        inspect_apart(saved(tmp_path, picture(), "a.png", "PNG"))
