"""A training whose process is killed in the middle of an epoch goes on from its checkpoint, and its curve has no gap."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engines.base import Report
from engines.errors import Cancelled
from tests.engines.ocr.kraken.test_tuning import Heard, engine, lines
from tests.recognisers import write_recogniser

pytestmark = [pytest.mark.kraken, pytest.mark.slow]
OPTIONS = {"minutes": 5, "epochs": 5, "batch": 1500}
ROOT = Path(__file__).parents[4]


class Told(Report):
    """Prints the figures of each epoch; stands still in the third one, after its first step, until it is killed."""

    def __init__(self) -> None:
        self.steps = 0

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Print, or wait for the end."""
        if "epoch" in metrics:
            self._say(json.dumps(metrics))
        self.steps += message == "Epoch 3, learning"
        if self.steps == 2:
            self._say("in the middle")
            time.sleep(120)
            raise Cancelled("Nobody has killed it.")

    def _say(self, words: str) -> None:
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()


def test_killed_in_the_middle_it_goes_on_and_its_curve_has_no_gap(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    weights, out = write_recogniser(tmp_path / "tiny.safetensors"), tmp_path / "out"
    command = [sys.executable, "-m", __name__, str(weights), str(out)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            if line.startswith("in the middle"):
                break
            said.append(json.loads(line))
        process.kill()
    assert process.returncode < 0
    assert [figures["epoch"] for figures in said] == [0, 1, 2]
    heard = Heard()
    learnt = engine(weights).train(lines(), OPTIONS, heard, out)  # pyright: ignore
    again, *after = heard.epochs
    assert "error" not in again, "it goes on, and measures nothing anew"
    assert [figures["epoch"] for figures in (again, *after)] == [2, 3, 4, 5]
    assert after[0]["seconds"] > said[-1]["seconds"], "what it had used of its time is not given again"
    assert after[0]["held_out_loss"] < said[0]["held_out_loss"]
    assert learnt.metrics["epochs"] == 5
    log = (out / "training_log.txt").read_text("utf-8")
    assert [line.split()[1] for line in log.splitlines() if line.startswith("epoch")] == list("012345")
    read = EventAccumulator(str(out / "tensorboard"))
    read.Reload()
    assert [event.step for event in read.Scalars("error/CER")] == list(range(6))
    assert not (out / "checkpoint.pt").exists()


if __name__ == "__main__":
    engine(Path(sys.argv[1])).train(lines(), OPTIONS, Told(), Path(sys.argv[2]))  # pyright: ignore
