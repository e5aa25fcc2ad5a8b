"""Uploads and images, kept under the hash of their content in a folder or in S3."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from workbench.store.database import translated
from workbench.store.errors import DiskFull, NotFound, Unreachable

_KEY = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1024 * 1024


class Blobs:
    """A store of bytes by their sha256; equal bytes are kept once."""

    def __init__(self, url: str) -> None:
        """Remember where the blobs are; nothing is opened yet.

        Args:
            url: `file:///folder` or `s3://bucket/prefix` (credentials from the environment).
        """
        self.url = url

    @cached_property
    def _folder(self) -> Path | None:
        """Return the local folder, None for a remote store."""
        parts = urlsplit(self.url)
        if parts.scheme != "file":
            return None
        return Path(unquote(parts.path))

    @cached_property
    def _objects(self) -> ObjectStore:
        """Open the store; a local folder is made."""
        with _explained():
            if self._folder is not None:
                return LocalStore(self._folder, mkdir=True)
            return from_url(self.url)

    def put(self, data: bytes) -> str:
        """Keep bytes and return their key.

        Raises:
            DiskFull: There is no room.
        """
        key = hashlib.sha256(data).hexdigest()
        if not self.exists(key):
            self._put(key, data)
        return key

    def put_file(self, path: Path) -> str:
        """Keep the content of a file, which is never whole in memory, and return its key.

        Raises:
            DiskFull: There is no room.
        """
        with translated(), path.open("rb") as file:
            key = hashlib.file_digest(file, "sha256").hexdigest()
        if not self.exists(key):
            self._put(key, path)
        return key

    def _put(self, key: str, content: bytes | Path) -> None:
        """Write once; a reader sees all of it or nothing."""
        with _explained():
            try:
                obstore.put(self._objects, _path(key), content, mode="create")
            except AlreadyExistsError:
                return  # another process was quicker with the same bytes

    def get(self, key: str) -> bytes:
        """Return the bytes.

        Raises:
            NotFound: There is no such blob.
        """
        with _explained(key):
            return bytes(obstore.get(self._objects, _path(key)).bytes())

    @contextmanager
    def file(self, key: str) -> Iterator[Path]:
        """Give the blob as a local file for reading, which may be a copy that lives as long as the block.

        Raises:
            NotFound: There is no such blob.
        """
        if self._folder is not None:
            path = self._folder / _path(key)
            if not path.is_file():
                raise NotFound(f"blob {key}")
            yield path
            return
        with tempfile.TemporaryDirectory(prefix="blob-") as folder:
            copy = Path(folder) / key
            with _explained(key), copy.open("wb") as file:
                for chunk in obstore.get(self._objects, _path(key)).stream(min_chunk_size=_CHUNK):
                    file.write(chunk)
            yield copy

    def size(self, key: str) -> int:
        """Return the size in bytes.

        Raises:
            NotFound: There is no such blob.
        """
        with _explained(key):
            return obstore.head(self._objects, _path(key))["size"]

    def exists(self, key: str) -> bool:
        """Tell whether the blob is there."""
        try:
            self.size(key)
        except NotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        """Forget a blob; one that is not there is no error."""
        try:
            with _explained(key):
                obstore.delete(self._objects, _path(key))
        except NotFound:
            return


def _path(key: str) -> str:
    """Return where a blob lies; only hashes are accepted, so no name of a person ever reaches a path."""
    if not _KEY.fullmatch(key):
        raise NotFound(f"blob {key[:80]}")
    return f"{key[:2]}/{key}"


@contextmanager
def _explained(key: str = "") -> Iterator[None]:
    """Turn errors of the object store into errors of the store."""
    try:
        with translated():
            yield
    except (BaseError, OSError) as error:
        if key and isinstance(error, NotFoundError | FileNotFoundError):
            raise NotFound(f"blob {key}") from error
        if "no space left" in str(error).lower() or "disk quota" in str(error).lower():
            raise DiskFull from error
        raise Unreachable(
            f"The uploads cannot be reached: {str(error).splitlines()[0]}", "Check the folder or bucket named in BLOB_URL."
        ) from error
