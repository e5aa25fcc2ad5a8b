"""What a cross-validation has measured: the readings of each fold as soon as it is over, then its result; files of the job."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engines.comparison import Rate, Verdict
from engines.learning import Outcome
from engines.ocr.metrics import outcome
from workbench.services.evaluation.figures import Figures
from workbench.store.database import now, translated
from workbench.store.jobs import Job

WORK_SECONDS = 7 * 24 * 3600.0
"""How long the files of a cross-validation stay that has not ended well."""

_RESULT = "result.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What a cross-validation found.

    Attributes:
        form: The normal form of words and n-grams, with its version.
        by: What was never divided; see `folds.By`.
        groups: How many of these there are.
        readers: Who read each line: the model that was started from, where there is one, and the one trained without it.
        folds: The figures of each fold; `document` is the name of what was measured, or "" where that is several.
        pooled: All lines together, each read by the model that has not seen it.
        verdict: Whether the trained one is better, on the same lines (`b`), by every character; None without the other reader.
        seen: Measured lines of documents on which the model that was started from was trained or chosen; None = nobody knows.
        left_out: Lines of documents that no training ever sees, which had no part here either.
        forms: The normal form of each measure, with its version; results of before do not say it.
    """

    form: str
    by: str | int
    groups: int
    readers: Sequence[str]
    folds: Sequence[Figures]
    pooled: Figures
    verdict: Verdict | None
    seen: int | None
    left_out: int
    forms: Mapping[str, str] = field(default_factory=dict)


class Measured:
    """The folder of one cross-validation, the same for every attempt."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it is made when something is kept."""
        self._folder = folder

    def begin(self, job: Job) -> None:
        """Remove what another job of the same id has left, as after a database was begun anew."""
        if self._folder.is_dir() and self._folder.stat().st_mtime < job.created:
            shutil.rmtree(self._folder)
        with translated():
            self._folder.mkdir(parents=True, exist_ok=True)

    def work(self, number: int) -> Path:
        """Return the folder in which the model of a fold is trained."""
        return self._folder / f"fold-{number}"

    def fold(self, number: int) -> list[list[Outcome]] | None:
        """Return what each reader said in a fold that is over; None = it is not."""
        sides = _read(self.work(number).with_suffix(".json"))
        return None if sides is None else [[outcome(*row) for row in side] for side in sides]

    def keep(self, number: int, sides: Sequence[Sequence[Outcome]]) -> None:
        """Write what each reader said in a fold; its model is not needed any more."""
        rows = [[(one.key, one.document, one.truth, one.prediction) for one in side] for side in sides]
        _write(self.work(number).with_suffix(".json"), rows)
        shutil.rmtree(self.work(number), ignore_errors=True)

    def finish(self, found: Validation) -> None:
        """Write the result; nothing else of the work stays."""
        _write(self._folder / _RESULT, asdict(found))
        for path in self._folder.glob("fold-*"):
            if path.is_dir():  # left by a kill between the writing of a fold and the end of its model
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()

    def result(self) -> Validation | None:
        """Return the result; None = there is none."""
        said = _read(self._folder / _RESULT)
        if said is None:
            return None
        verdict = Verdict(**said["verdict"]) if said["verdict"] else None
        folds = [_figures(one) for one in said["folds"]]
        return Validation(**{**said, "folds": folds, "pooled": _figures(said["pooled"]), "verdict": verdict})

    def is_stale(self) -> bool:
        """Tell whether there is work without a result to which nobody has come back for long."""
        times = [path.stat().st_mtime for path in (self._folder, *self._folder.rglob("*")) if path.exists()]
        return not (self._folder / _RESULT).exists() and now() - max(times, default=0.0) > WORK_SECONDS

    def remove(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _read(path: Path) -> Any:
    """Return what a file holds, None when there is none."""
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None


def _write(path: Path, value: object) -> None:
    """Write a file, whole or not at all.

    Raises:
        DiskFull: There is no room for it.
    """
    staged = path.with_suffix(".part")
    with translated():
        try:
            with staged.open("w", encoding="utf-8") as file:
                json.dump(value, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            staged.replace(path)
        finally:
            staged.unlink(missing_ok=True)


def _figures(said: Mapping[str, Any]) -> Figures:
    sides = [{name: Rate(**rate) for name, rate in side.items()} for side in said["rates"]]
    return Figures(said["document"], said["lines"], said["unit"], sides)
