"""Weights: only what may be loaded is, what cannot be used says why, and nothing is loaded twice."""

from __future__ import annotations

import os
import pickle
import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

import engines
from engines.errors import InvalidWeights
from engines.types import whole_line

KRAKEN = engines.get("ocr", "kraken")
IMAGE = np.full((60, 300, 3), 255, np.uint8)


def read(path: Path) -> None:
    """Read one line with these weights."""
    KRAKEN(path).read(IMAGE, [whole_line(300, 60)])


@pytest.mark.kraken
def test_a_pickle_is_refused_under_any_name(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "was_here"),)

    for name in ("model.ckpt", "model.pt", "model.safetensors", "model.mlmodel"):
        (tmp_path / name).write_bytes(pickle.dumps(Evil()))
        with pytest.raises(InvalidWeights) as error:
            read(tmp_path / name)
        assert error.value.hint
    assert not (tmp_path / "was_here").exists()


@pytest.mark.kraken
@pytest.mark.parametrize("content", [b"", b"\x00" * 200, b"\xff" * 64, b"{}"])
def test_rubbish_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(InvalidWeights, match="damaged"):
        read(path)


@pytest.mark.kraken
def test_a_truncated_file_is_refused(tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "half.safetensors"
    path.write_bytes(tiny.read_bytes()[: tiny.stat().st_size // 2])
    with pytest.raises(InvalidWeights, match=r"half\.safetensors"):
        read(path)


@pytest.mark.kraken
def test_weights_of_another_task_say_which(tmp_path: Path) -> None:
    path = tmp_path / "layout.mlmodel"
    shutil.copyfile(str(resources.files("kraken").joinpath("blla.mlmodel")), path)
    with pytest.raises(InvalidWeights, match="not for recognition") as error:
        read(path)
    assert "segmentation" in error.value.message


@pytest.mark.kraken
def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidWeights, match="nowhere"):
        read(tmp_path / "nowhere.safetensors")


@pytest.mark.kraken
def test_weights_load_once_until_the_file_changes(tiny: Path, tmp_path: Path) -> None:
    from engines.ocr.kraken.weights import recogniser

    path = tmp_path / "mine.safetensors"
    shutil.copyfile(tiny, path)
    first = recogniser(path)
    assert recogniser(path) is first
    os.utime(path, ns=(1, 1))
    assert recogniser(path) is not first
