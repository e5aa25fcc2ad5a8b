"""What reading a page costs with the `kraken` engine, against the plain kraken API on the same page and model, in turns.

`python -m bench.reading FILE …` measures on other pages.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Figure

if TYPE_CHECKING:
    from engines.types import Point

ROOT = Path(__file__).resolve().parent.parent

Read = list[tuple[list["Point"], str]]
"""The outline and the text of every line."""


def measure() -> Iterator[Figure]:
    """Read the sample pages in turns, in one process of its own."""
    done = subprocess.run([sys.executable, "-m", "bench.reading"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"Reading failed:\n{done.stderr}")
    result = json.loads(done.stdout.splitlines()[-1])
    yield Figure("read.kraken.wall", result["ours_wall"], "s/page")
    yield Figure("read.kraken.cpu", result["ours_cpu"], "s/page")
    yield Figure("read.plain.wall", result["plain_wall"], "s/page")
    yield Figure("read.plain.cpu", result["plain_cpu"], "s/page")
    yield Figure("read.lines", result["lines"], "lines")
    yield Figure("read.ratio", result["ratio"], "of plain kraken, CPU", 1 / 3)
    yield Figure("read.outlines.apart", result["apart"], "1 - mean IoU with plain kraken's", 0.02)
    yield Figure("read.texts.other", result["other"], "of the lines say something else than plain kraken's", 0.10)
    yield Figure("read.memory", result["memory"], "MB")


def _in_turns(files: Sequence[Path]) -> dict[str, float]:
    """Read every page with plain kraken and with the engine; medians of times, and of the ratio of each page."""
    import time
    from unicodedata import normalize

    import numpy as np
    import psutil
    from PIL import Image

    from engines import get
    from engines.base import OcrEngine
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

    def plain(image: Image.Image) -> Read:
        layout = layout_model.predict(image, SegmentationInferenceConfig(text_direction="horizontal-rl", **device))
        config = RecognitionInferenceConfig(batch_size=1, num_line_workers=0, bidi_reordering="R", **device)
        texts = [normalize("NFC", record.prediction).strip() for record in reader.predict(image, layout, config)]
        lines = [line for line in layout.lines or () if isinstance(line, BaselineLine)]
        return [([(x, y) for x, y in line.boundary or ()], text) for line, text in zip(lines, texts, strict=True)]

    def ours(image: Image.Image) -> Read:
        return [([*line.polygon], line.text) for line in engine.read(np.asarray(image)).lines]

    def timed(read: Callable[[Image.Image], Read], image: Image.Image) -> tuple[Read, float, float]:
        wall, cpu = time.perf_counter(), time.process_time()
        lines = read(image)
        return lines, time.perf_counter() - wall, time.process_time() - cpu

    images = [Image.open(file).convert("RGB") for file in files]
    for read in (plain, ours):  # load both
        read(images[0])
    rows = []
    for file, image in zip(files, images, strict=True):
        theirs, own = timed(plain, image), timed(ours, image)
        rows.append((theirs, own, _likeness(theirs[0], own[0])))
        overlaps, same = [overlap for overlap, _ in rows[-1][2]], sum(same for _, same in rows[-1][2])
        times = f"plain {theirs[2]:.2f} s, ours {own[2]:.2f} s, ratio {own[2] / theirs[2]:.3f}"
        counts = f"{len(theirs[0])} and {len(own[0])} lines, IoU {np.mean(overlaps):.4f}, {same} texts equal"
        print(f"{file.name}: {times}, {counts}", flush=True)
    median = statistics.median
    alike = [line for *_, lines in rows for line in lines]
    return {
        "plain_wall": median(p[1] for p, *_ in rows),
        "plain_cpu": median(p[2] for p, *_ in rows),
        "ours_wall": median(o[1] for _, o, _ in rows),
        "ours_cpu": median(o[2] for _, o, _ in rows),
        "ratio": median(o[2] / p[2] for p, o, _ in rows),
        "lines": len(alike),
        "apart": 1 - statistics.mean(overlap for overlap, _ in alike),
        "other": 1 - statistics.mean(same for _, same in alike),
        "memory": psutil.Process().memory_info().rss / 1e6,
    }


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


if __name__ == "__main__":
    chosen = [Path(name) for name in sys.argv[1:]] or [
        file for file in sorted((ROOT / "data/samples").glob("*.jpg")) if file.stem != "arabic"
    ]  # its lines break, so the engine looks at it twice, unlike plain kraken
    print(json.dumps(_in_turns(chosen)))
