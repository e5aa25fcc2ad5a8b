"""kraken's binary datasets, Arrow files of cut lines with their texts: written and read without kraken.

A file from elsewhere is unpacked by a child process, `python -m workbench.formats.arrow PATH FOLDER BYTES`: Arrow trusts
what it reads.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.formats.confinement import confine
from workbench.formats.errors import MalformedFile, WrongFormat

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"ARROW1"
SECONDS = 600
MEMORY_BYTES = 4 * 1024**3
_BATCH = 100
_FLAGS = {"train": "train", "held_out": "validation", "test": "test"}
_ROOT = Path(__file__).parents[2]
_HINT = "Make it again with `ketos compile`, or give images with .gt.txt files."


@dataclass(frozen=True, slots=True)
class CutLine:
    """A line that was cut out: an image file, what it says, and its split (`train`, `held_out` or `test`)."""

    image: bytes
    text: str
    split: str = "train"


def write(path: Path, lines: Iterable[CutLine]) -> int:
    """Write lines as kraken's `ketos compile` does, and return how many.

    Source: kraken 7.1, `kraken.lib.arrow_dataset.build_binary_dataset`.

    Args:
        path: Is written anew.
        lines: Taken one by one; their images are PNG files.
    """
    import pyarrow as pa

    draft = path.with_name(f".{path.name}.draft")
    tally = Tally()
    try:
        with pa.OSFile(str(draft), "wb") as sink, pa.ipc.new_file(sink, _schema()) as writer:
            for batch in _batches(lines, tally):
                writer.write(batch)
        schema = _schema().with_metadata({"lines": json.dumps(tally.metadata(), ensure_ascii=False)})
        _copy(draft, path, schema)
    finally:
        draft.unlink(missing_ok=True)
    return tally.counts["all"]


def read(path: Path) -> Iterator[CutLine]:
    """Yield the lines of a file, in this process; for files from elsewhere use `unpack_apart`.

    Raises:
        MalformedFile: It is no Arrow file, or a damaged one.
        WrongFormat: It is one, but holds no lines.
    """
    import pyarrow as pa

    try:
        with pa.OSFile(str(path)) as source, pa.ipc.open_file(source) as reader:
            _check(reader.schema)
            for number in range(reader.num_record_batches):
                batch = reader.get_batch(number)
                batch.validate(full=True)
                yield from _lines(batch)
    except (pa.ArrowException, OSError, ValueError) as error:
        first = (str(error).splitlines() or ["it ends early"])[0]
        raise MalformedFile(f"The Arrow file cannot be read: {first[:200]}.", _HINT) from error


def unpack_apart(path: Path, folder: Path, most_bytes: int) -> list[tuple[Path, str]]:
    """Return the lines of a file as (image file, text), unpacked by a child process with limits.

    Args:
        path: The file.
        folder: Empty; the image files come to lie there.
        most_bytes: Of all images together.

    Raises:
        FormatError: It is no such file, or holds more than that.
    """
    command = [sys.executable, "-X", "utf8", "-m", "workbench.formats.arrow", str(path.resolve()), str(folder), str(most_bytes)]
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, env=environment, cwd=_ROOT, check=False)
    except subprocess.TimeoutExpired as error:
        raise MalformedFile(f"The Arrow file takes longer than {SECONDS} seconds to read.", _HINT) from error
    try:
        report = json.loads(done.stdout)
    except ValueError as error:
        raise MalformedFile(f"Reading the Arrow file broke off (exit status {done.returncode}).", _HINT) from error
    if "message" in report:
        raise MalformedFile(report["message"], report["hint"])
    return [(folder / str(number), text) for number, text in enumerate(report["texts"])]


def _copy(draft: Path, path: Path, schema: pa.Schema) -> None:
    """Write the lines of a draft again, with what is known of them only now."""
    import pyarrow as pa

    with (
        pa.OSFile(str(draft)) as source,
        pa.ipc.open_file(source) as reader,
        pa.OSFile(str(path), "wb") as sink,
        pa.ipc.new_file(sink, schema) as writer,
    ):
        for number in range(reader.num_record_batches):
            writer.write(reader.get_batch(number).replace_schema_metadata(schema.metadata))


class Tally:
    """Counts what the metadata of a file tell."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.counts = Counter({"all": 0, "train": 0, "validation": 0, "test": 0})
        self.alphabet: Counter[str] = Counter()
        self.mode = "1"

    def add(self, line: CutLine) -> None:
        """Count a line."""
        from PIL import Image

        with Image.open(io.BytesIO(line.image)) as image:
            self.mode = max(self.mode, image.mode)  # as kraken compares them: RGB > L > 1
        self.counts.update(["all", _FLAGS[line.split]])
        self.alphabet.update(line.text)

    def metadata(self) -> Mapping[str, object]:
        """Return what kraken expects beside the lines; they are boxes, so it finds their middle itself."""
        return {
            "type": "kraken_recognition_bbox",
            "alphabet": self.alphabet,
            "text_type": "raw",
            "image_type": "raw",
            "splits": ["train", "eval", "test"],
            "im_mode": self.mode,
            "legacy_polygons": False,
            "languages": {},
            "counts": self.counts,
        }


def _schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([("lines", _struct()), *[(flag, pa.bool_()) for flag in _FLAGS.values()]])


def _struct() -> pa.DataType:
    import pyarrow as pa

    return pa.struct([("text", pa.string()), ("im", pa.binary()), ("language", pa.list_(pa.string()))])


def _batches(lines: Iterable[CutLine], tally: Tally) -> Iterator[pa.RecordBatch]:
    """Yield lines a hundred at a time, and count them."""
    waiting: list[CutLine] = []
    for line in lines:
        tally.add(line)
        waiting.append(line)
        if len(waiting) == _BATCH:
            yield _batch(waiting)
            waiting = []
    if waiting:
        yield _batch(waiting)


def _batch(lines: list[CutLine]) -> pa.RecordBatch:
    import pyarrow as pa

    cut = pa.array([{"text": line.text, "im": line.image, "language": None} for line in lines], type=_struct())
    flags = [pa.array([line.split == split for line in lines]) for split in _FLAGS]
    return pa.RecordBatch.from_arrays([cut, *flags], schema=_schema())


def _check(schema: pa.Schema) -> None:
    """Refuse an Arrow file of another kind."""
    import pyarrow as pa

    kind: Any = schema.field("lines").type if "lines" in schema.names else None
    fields = range(kind.num_fields) if isinstance(kind, pa.StructType) else ()
    if not {"text", "im"} <= {kind.field(place).name for place in fields}:
        raise WrongFormat("The Arrow file holds no lines with images.", _HINT)


def _lines(batch: pa.RecordBatch) -> Iterator[CutLine]:
    """Yield the lines of a batch that have an image."""
    flags: dict[str, Any] = {split: batch.column(flag) for split, flag in _FLAGS.items() if flag in batch.schema.names}
    for number, line in enumerate(batch.column("lines")):
        image, text = line["im"].as_py(), line["text"].as_py()
        split = next((split for split, flag in flags.items() if flag[number].as_py()), "train")
        if isinstance(image, bytes):
            yield CutLine(image, text if isinstance(text, str) else "", split)


def main(arguments: list[str]) -> int:
    """Unpack a file into a folder and tell its texts, or what is wrong with it, on standard output.

    Args:
        arguments: The file, the folder, most bytes of all images.

    Returns:
        Exit status: 0 = done, 1 = an error was written.
    """
    path, folder, left = Path(arguments[0]), Path(arguments[1]), int(arguments[2])
    confine({"RLIMIT_AS": MEMORY_BYTES, "RLIMIT_CPU": SECONDS, "RLIMIT_FSIZE": left})
    texts: list[str] = []
    try:
        for line in read(path):
            left -= len(line.image)
            if left < 0:
                raise WrongFormat("The Arrow file holds more than an upload may have.", "Divide it into several files.")
            (folder / str(len(texts))).write_bytes(line.image)
            texts.append(line.text)
    except (MalformedFile, WrongFormat) as error:
        sys.stdout.write(json.dumps({"message": error.message, "hint": error.hint}))
        return 1
    sys.stdout.write(json.dumps({"texts": texts}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
