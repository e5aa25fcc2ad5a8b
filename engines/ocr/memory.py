"""What the fake engine learns: small pictures of lines with their texts, of which it finds the most alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engines.base import OcrEngine, Report
from engines.errors import InvalidWeights, TrainingFailed
from engines.learning import Dataset, Example, Learnt
from engines.ocr.metrics import Sample, score
from engines.ocr.text import main_script
from engines.types import Line

if TYPE_CHECKING:
    from typing import Any

WEIGHTS, CHECKPOINT = "model.safetensors", "checkpoint.json"
_ROWS, _COLUMNS = 8, 48
_FORMAT = "lines and their texts, version 1"


@dataclass(frozen=True)
class Memory:
    """Pictures (lines, 8 × 48) float32 and what stands on each."""

    pictures: np.ndarray
    texts: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> Memory:
        """Return what a file remembers; kept while the file is the same.

        Raises:
            InvalidWeights: The file is missing, corrupt or something else.
        """
        try:
            return _load(str(path), path.stat().st_mtime_ns)
        except OSError as error:
            raise InvalidWeights(f"There are no weights at {path}.", "Choose another model.") from error

    def save(self, path: Path) -> None:
        """Write it as safetensors."""
        from safetensors.numpy import save_file

        said = {"format": _FORMAT, "texts": json.dumps(self.texts, ensure_ascii=False)}
        save_file({"pictures": np.ascontiguousarray(self.pictures, np.float32)}, path, metadata=said)

    def recall(self, image: np.ndarray, line: Line) -> str:
        """Return the text of the remembered line that looks most like this one; "" when nothing is remembered."""
        if not self.texts:
            return ""
        return self.texts[int(((self.pictures - _picture(image, line)) ** 2).sum(axis=1).argmin())]


@lru_cache(maxsize=4)
def _load(path: str, changed_ns: int) -> Memory:  # noqa: ARG001  # a changed file is another one
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            said = file.metadata() or {}
            if said.get("format") != _FORMAT:
                raise InvalidWeights(f"{Path(path).name} is no model of the fixed engine.", "Choose a model that it made.")
            return Memory(file.get_tensor("pictures"), tuple(json.loads(said["texts"])))
    except (SafetensorError, ValueError, KeyError) as error:
        raise InvalidWeights(f"{Path(path).name} cannot be loaded: it is damaged.", "Give the original file.") from error


def _picture(image: np.ndarray, line: Line) -> np.ndarray:
    """Return a line as a small picture of one size, (8 × 48,) float32 0..1, ink dark."""
    from PIL import Image

    x0, y0, x1, y1 = line.box
    piece = image[max(y0, 0) : max(y1, 1), max(x0, 0) : max(x1, 1)]
    small = Image.fromarray(piece).convert("L").resize((_COLUMNS, _ROWS), Image.Resampling.BOX)
    return np.asarray(small, np.float32).ravel() / 255.0


@dataclass(frozen=True)
class Plan:
    """How long the fake learns: epochs, and what lets the time of one pass (told how much is done, 0..1)."""

    epochs: int
    wait: Callable[[float], None]


def learn(dataset: Dataset, engine: OcrEngine[Any], plan: Plan, report: Report, out: Path) -> Learnt:
    """Remember more of the lines with every epoch, measure, and write what is remembered.

    Args:
        dataset: Lines with their texts.
        engine: Measures with its weights, before.
        plan: How long.
        report: Told about each epoch.
        out: Folder of the weights and of the checkpoint.

    Raises:
        TrainingFailed: No line has a text.
    """
    lines = [example for example in dataset.examples["train"] if example.target.text]
    if not lines:
        raise TrainingFailed("No line can be learnt: none has a text.", "Look at the data check, and correct what it shows.")
    pictures = np.array([_picture(dataset.load(line.document), line.target) for line in lines])
    texts = tuple(line.target.text for line in lines)
    checkpoint, held_out = out / CHECKPOINT, dataset.examples["held_out"]
    epoch = _reached(checkpoint)
    if epoch == 0:
        before = [outcome.prediction for outcome in engine.examine(dataset, held_out)]
        report(0.0, "epoch 0", epoch=0, best_epoch=0, **_figures(held_out, before))
    known = max(1, len(lines) * epoch // plan.epochs)
    while epoch < plan.epochs and not report.enough:
        plan.wait(epoch / plan.epochs)
        epoch += 1
        known = max(1, len(lines) * epoch // plan.epochs)
        memory = Memory(pictures[:known], texts[:known])
        said = [memory.recall(dataset.load(line.document), line.target) for line in held_out]
        figures = {**_figures(held_out, said), "loss": 1 - known / len(lines), "epoch": epoch, "best_epoch": epoch}
        report(epoch / plan.epochs, f"epoch {epoch}  loss {figures['loss']:.3f}", **figures)
        staged = checkpoint.with_suffix(".part")
        staged.write_text(json.dumps({"epoch": epoch}), encoding="utf-8")
        staged.replace(checkpoint)
    Memory(pictures[:known], texts[:known]).save(out / WEIGHTS)
    description = {"alphabet": "".join(sorted({char for text in texts for char in text})), "script": main_script(texts)}
    return Learnt(WEIGHTS, description, {"epochs": epoch, "best_epoch": epoch, "lines": known})


def _reached(checkpoint: Path) -> int:
    """Return the epoch that was over at a checkpoint; 0 when there is none, or it is damaged."""
    try:
        return int(json.loads(checkpoint.read_text("utf-8"))["epoch"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _figures(lines: Sequence[Example], said: Sequence[str]) -> dict[str, float]:
    """Return the error of readings with its interval; nothing when no line was read."""
    if not lines:
        return {}
    found = score([Sample(line.target.text, text, line.document) for line, text in zip(lines, said, strict=True)], "strict")
    low, high = found.cer_interval
    return {"error": found.cer, "error_low": low, "error_high": high, "error_n": found.chars, "held_out_loss": found.cer}
