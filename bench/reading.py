"""What reading a page costs with the `kraken` engine, against the plain kraken API on the same page and model, in turns."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator

from bench.figures import Figure

REPEATS = 5


def measure() -> Iterator[Figure]:
    """Read one sample page in turns, in one process of its own; the texts must be identical."""
    done = subprocess.run([sys.executable, "-m", "bench.reading"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"Reading failed:\n{done.stderr}")
    result = json.loads(done.stdout.splitlines()[-1])
    yield Figure("read.kraken.wall", result["ours_wall"], "s/page")
    yield Figure("read.kraken.cpu", result["ours_cpu"], "s/page")
    yield Figure("read.plain.wall", result["plain_wall"], "s/page")
    yield Figure("read.plain.cpu", result["plain_cpu"], "s/page")
    yield Figure("read.lines", result["lines"], "lines")
    yield Figure("read.ratio", result["ratio"], "of plain kraken, CPU", 1.10)
    yield Figure("read.memory", result["memory"], "MB")


def _in_turns() -> dict[str, float]:
    import time
    from pathlib import Path
    from unicodedata import normalize

    import numpy as np
    import psutil
    from PIL import Image

    from engines import get
    from engines.base import OcrEngine
    from engines.runtime import prepare

    prepare()
    from kraken.configs import RecognitionInferenceConfig, SegmentationInferenceConfig
    from kraken.tasks import RecognitionTaskModel, SegmentationTaskModel

    root = Path(__file__).resolve().parent.parent
    weights = root / "models/base/ocr/hebrew/v1/model.safetensors"
    image = Image.open(sorted((root / "data/samples").glob("hebrew-print.*"))[0]).convert("RGB")
    pixels = np.asarray(image)
    engine = get("ocr", "kraken")(weights)
    assert isinstance(engine, OcrEngine)
    layout_model = SegmentationTaskModel.load_model()
    reader = RecognitionTaskModel.load_model(str(weights))
    device = {"accelerator": "cpu", "device": "auto", "precision": "32-true"}

    def plain() -> list[str]:
        layout = layout_model.predict(image, SegmentationInferenceConfig(text_direction="horizontal-rl", **device))
        config = RecognitionInferenceConfig(batch_size=1, num_line_workers=0, bidi_reordering="R", **device)
        return [normalize("NFC", record.prediction).strip() for record in reader.predict(image, layout, config)]

    def ours() -> list[str]:
        return [line.text for line in engine.read(pixels).lines]

    def timed(read) -> tuple[list[str], float, float]:
        wall, cpu = time.perf_counter(), time.process_time()
        texts = read()
        return texts, time.perf_counter() - wall, time.process_time() - cpu

    for read in (plain, ours):  # load both
        read()
    rows = [(timed(plain), timed(ours)) for _ in range(REPEATS)]
    for (expected, *_), (given, *_) in rows:
        if expected != given:
            differing = [pair for pair in zip(expected, given, strict=False) if pair[0] != pair[1]]
            raise AssertionError(f"The texts differ: {len(expected)} and {len(given)} lines, {differing[:3]}")
    median = statistics.median
    return {
        "plain_wall": median(p[1] for p, _ in rows),
        "plain_cpu": median(p[2] for p, _ in rows),
        "ours_wall": median(o[1] for _, o in rows),
        "ours_cpu": median(o[2] for _, o in rows),
        "ratio": median(o[2] / p[2] for p, o in rows),
        "lines": len(rows[0][0][0]),
        "memory": psutil.Process().memory_info().rss / 1e6,
    }


if __name__ == "__main__":
    print(json.dumps(_in_turns()))
