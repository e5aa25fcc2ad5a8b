"""What reading a page costs with the `kraken` engine, against the plain kraken API on the same page and model, in turns.

`python -m bench.reading FILE …` measures on other pages than the sample pages.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from bench.figures import Figure

if TYPE_CHECKING:
    from PIL import Image

    from engines.types import Line, Point

ROOT = Path(__file__).resolve().parent.parent
TIMES = 1 / 3
"""Bar: the engine's CPU time, of that of plain kraken."""

Read = list[tuple[list["Point"], str]]
"""The outline and the text of every line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One page that both have read.

    Attributes:
        page: Name of its file.
        plain: Wall and CPU seconds of plain kraken.
        ours: Wall and CPU seconds of the engine.
        alike: For each line of plain kraken how much of it one of ours covers (IoU), and whether that says the same.
        lines: How many the engine has found.
        twice: The engine has looked at the page twice, because its lines came in pieces; plain kraken looks once.
    """

    page: str
    plain: tuple[float, float]
    ours: tuple[float, float]
    alike: Sequence[tuple[float, bool]]
    lines: int
    twice: bool

    @property
    def ratio(self) -> float:
        """Return the CPU time of the engine as a share of that of plain kraken."""
        return self.ours[1] / self.plain[1]

    def told(self) -> str:
        """Return the row in words."""
        overlap = sum(overlap for overlap, _ in self.alike) / max(1, len(self.alike))
        same = sum(same for _, same in self.alike)
        times = f"plain {self.plain[1]:.2f} s, ours {self.ours[1]:.2f} s, ratio {self.ratio:.3f}"
        looks = "looked at twice" if self.twice else "looked at once"
        return f"{self.page}: {times}, {looks}, {len(self.alike)} and {self.lines} lines, IoU {overlap:.4f}, {same} texts equal"


def measure() -> Iterator[Figure]:
    """Read the sample pages in turns, in one process of its own."""
    done = subprocess.run([sys.executable, "-m", "bench.reading", "--json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"Reading failed:\n{done.stderr}")
    result = json.loads(done.stdout.splitlines()[-1])
    yield from figures([Row(**row) for row in result["rows"]])
    yield Figure("read.memory", result["memory"], "MB")


def figures(rows: Sequence[Row]) -> Iterator[Figure]:
    """Return what the pages say together: all of them, and those that are looked at once, as plain kraken looks at every page.

    Only on the latter are its outlines and texts what ours should be: on the others it has found pieces of lines.
    """
    median, pages = statistics.median, f"{len(rows)} pages"
    for place, clock in enumerate(("wall", "cpu")):
        yield Figure(f"read.kraken.{clock}", median(row.ours[place] for row in rows), f"s/page, {pages}")
        yield Figure(f"read.plain.{clock}", median(row.plain[place] for row in rows), f"s/page, {pages}")
    yield Figure("read.ratio", median(row.ratio for row in rows), f"of plain kraken, CPU, {pages}", TIMES)
    yield Figure("read.ratio.most", max(row.ratio for row in rows), "of plain kraken, CPU, the page with the most")
    yield Figure("read.ratio.missed", sum(row.ratio > TIMES for row in rows), f"of {pages} take more than {TIMES:.3f}")
    yield from _likeness_of("read", rows, barred=False)
    once = [row for row in rows if not row.twice]
    if once:
        pages = f"{len(once)} pages looked at once"
        yield Figure("read.once.ratio", median(row.ratio for row in once), f"of plain kraken, CPU, {pages}", TIMES)
        yield from _likeness_of("read.once", once, barred=True)


def _likeness_of(name: str, rows: Sequence[Row], *, barred: bool) -> Iterator[Figure]:
    alike = [line for row in rows for line in row.alike]
    apart = 1 - statistics.mean(overlap for overlap, _ in alike)
    yield Figure(f"{name}.outlines.apart", apart, "1 - mean IoU with plain kraken's", 0.02 if barred else None)
    other, unit = 1 - statistics.mean(same for _, same in alike), f"of {len(alike)} lines say something else than plain kraken's"
    yield Figure(f"{name}.texts.other", other, unit, 0.10 if barred else None)


def _in_turns(files: Sequence[Path]) -> Iterator[Row]:
    """Read every page with plain kraken and with the engine."""
    import time
    from unicodedata import normalize

    import numpy as np
    from PIL import Image

    from engines import get
    from engines.base import OcrEngine
    from engines.layout.kraken import canvas
    from engines.runtime import prepare

    prepare()
    from kraken.configs import RecognitionInferenceConfig, SegmentationInferenceConfig
    from kraken.containers import BaselineLine
    from kraken.tasks import RecognitionTaskModel, SegmentationTaskModel

    weights = ROOT / "models/base/ocr/hebrew/v1/model.safetensors"
    engine = get("ocr", "kraken")(weights)
    assert isinstance(engine, OcrEngine)
    layout_model = SegmentationTaskModel.load_model()
    reader = RecognitionTaskModel.load_model(str(weights))
    device = {"accelerator": "cpu", "device": "auto", "precision": "32-true"}
    larger, looks = canvas.larger, list[bool]()

    def plain(image: Image.Image) -> Read:
        layout = layout_model.predict(image, SegmentationInferenceConfig(text_direction="horizontal-rl", **device))
        config = RecognitionInferenceConfig(batch_size=1, num_line_workers=0, bidi_reordering="R", **device)
        texts = [normalize("NFC", record.prediction).strip() for record in reader.predict(image, layout, config)]
        lines = [line for line in layout.lines or () if isinstance(line, BaselineLine)]
        return [([(x, y) for x, y in line.boundary or ()], text) for line, text in zip(lines, texts, strict=True)]

    def ours(image: Image.Image) -> Read:
        return [([*line.polygon], line.text) for line in engine.read(np.asarray(image)).lines]

    def noted(picture: Image.Image, lines: Sequence[Line]) -> Image.Image | None:
        page = larger(picture, lines)
        looks.append(page is not None)
        return page

    def timed(read: Callable[[Image.Image], Read], image: Image.Image) -> tuple[Read, tuple[float, float]]:
        wall, cpu = time.perf_counter(), time.process_time()
        lines = read(image)
        return lines, (time.perf_counter() - wall, time.process_time() - cpu)

    images = [Image.open(file).convert("RGB") for file in files]
    for read in (plain, ours):  # load both
        read(images[0])
    with patch.object(canvas, "larger", noted):
        for file, image in zip(files, images, strict=True):
            looks.clear()
            (theirs, their_time), (own, own_time) = timed(plain, image), timed(ours, image)
            yield Row(file.name, their_time, own_time, _likeness(theirs, own), len(own), any(looks))


def _likeness(theirs: Read, ours: Read) -> list[tuple[float, bool]]:
    """Return for each line of plain kraken how much of it one of ours covers (IoU), and whether that says the same."""
    from shapely import Polygon

    shapes = [(Polygon(outline).buffer(0), text) for outline, text in ours]
    likeness: list[tuple[float, bool]] = []
    for outline, text in theirs:
        shape = Polygon(outline).buffer(0)
        overlaps = [(shape.intersection(other).area / shape.union(other).area, said == text) for other, said in shapes]
        likeness.append(max(overlaps, default=(0.0, False)))
    return likeness


def main() -> None:
    """Read the pages, each row told as it comes, then print the figures."""
    import psutil

    parser = argparse.ArgumentParser(prog="bench.reading")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="images of pages; the sample pages without any")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON instead of the figures")
    given = parser.parse_args()
    rows: list[Row] = []
    for row in _in_turns(given.files or sorted((ROOT / "data/samples").glob("*.jpg"))):
        print(row.told(), file=sys.stderr, flush=True)
        rows.append(row)
    if given.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "memory": psutil.Process().memory_info().rss / 1e6}))
        return
    for figure in figures(rows):
        print(figure.row())


if __name__ == "__main__":
    main()
