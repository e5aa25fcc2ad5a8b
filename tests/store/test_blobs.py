"""Blobs: equal bytes once, under their hash, whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path
from threading import Thread

import pytest

from workbench.store.blobs import Blobs
from workbench.store.errors import NotFound, Unreachable


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs((tmp_path / "עברית and space").as_uri())


def test_bytes_come_back_by_their_hash(blobs: Blobs, tmp_path: Path) -> None:
    key = blobs.put(b"page")
    assert key == hashlib.sha256(b"page").hexdigest()
    assert (blobs.get(key), blobs.size(key), blobs.exists(key)) == (b"page", 4, True)
    with blobs.file(key) as path:
        assert path.read_bytes() == b"page"
        assert path == tmp_path / "עברית and space" / key[:2] / key


def test_a_file_is_kept_once(blobs: Blobs, tmp_path: Path) -> None:
    upload = tmp_path / "upload"
    upload.write_bytes(b"x" * 3_000_000)
    key = blobs.put_file(upload)
    assert blobs.put(b"x" * 3_000_000) == key
    assert blobs.put_file(upload) == key
    assert blobs.size(key) == 3_000_000
    assert sum(path.is_file() for path in (tmp_path / "עברית and space").rglob("*")) == 1


def test_an_empty_file_is_kept(blobs: Blobs, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert blobs.get(blobs.put_file(tmp_path / "empty")) == b""


def test_threads_may_put_the_same_bytes_at_once(blobs: Blobs) -> None:
    keys: list[str] = []
    threads = [Thread(target=lambda: keys.append(blobs.put(b"y" * 100_000))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_deleted_blob_is_gone_and_may_be_deleted_again(blobs: Blobs) -> None:
    key = blobs.put(b"page")
    blobs.delete(key)
    blobs.delete(key)
    assert not blobs.exists(key)
    assert blobs.put(b"page") == key


@pytest.mark.parametrize("key", ["0" * 64, "../../etc/passwd", "", "ABC", "0" * 63 + "/", "é" * 64])
def test_what_is_no_key_is_not_found(blobs: Blobs, key: str) -> None:
    for call in (blobs.get, blobs.size):
        with pytest.raises(NotFound):
            call(key)
    with pytest.raises(NotFound), blobs.file(key):
        pass
    assert not blobs.exists(key)


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unreachable) as refused:
        Blobs((tmp_path / "file" / "blobs").as_uri()).put(b"page")
    assert "BLOB_URL" in refused.value.hint or "WORKBENCH_HOME" in refused.value.hint


def test_a_remote_blob_is_copied_for_the_time_it_is_used() -> None:
    blobs = Blobs("memory:///")
    key = blobs.put(b"page")
    with blobs.file(key) as path:
        assert path.read_bytes() == b"page"
    assert not path.exists()
    with pytest.raises(NotFound), blobs.file("1" * 64):
        pass
