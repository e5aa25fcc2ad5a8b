"""What a comparison found, as it is kept and shown: one JSON file for two models on the same words of people."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

from engines.comparison import Comparison, Rate
from engines.learning import Measure, Outcome
from workbench.services.comparing.choosing import Ground
from workbench.services.datasets.views import Row
from workbench.services.models.version import ModelVersion, is_slug
from workbench.store.database import translated

_KEY = re.compile(r"[0-9a-f]{40}")


def described(
    models: tuple[ModelVersion, ModelVersion],
    ground: Ground,
    outcomes: tuple[Sequence[Outcome], Sequence[Outcome]],
    found: Comparison,
    measures: Sequence[Measure],
) -> dict[str, object]:
    """Return the JSON of a comparison; see `GET /models/comparisons/{key}`.

    Args:
        models: The one and the other.
        ground: What they were compared on.
        outcomes: What each said about the examples, in their order.
        found: What follows from that.
        measures: Of the task, the first one is the headline.
    """
    titles = {measure.name: measure for measure in measures}
    return {
        "a": models[0].full_name,
        "b": models[1].full_name,
        "task": models[0].task,
        "documents": len({example.document for example in ground.examples}),
        "examples": len(ground.examples),
        "left_out": ground.left_out,
        "shared": ground.shared,
        "chosen": ground.chosen,
        "verdict": asdict(found.verdict),
        "measures": [
            {
                "name": figure.name,
                "title": titles[figure.name].title,
                "unit": titles[figure.name].unit,
                "form": titles[figure.name].form,
                "score": titles[figure.name].score,
                "a": _rate(figure.a),
                "b": _rate(figure.b),
                "change": figure.change,
                "change_low": figure.change_low,
                "change_high": figure.change_high,
                "n": figure.a.n,
            }
            for figure in found.figures
        ],
        "confusions": [asdict(confusion) for confusion in found.confusions],
        "items": [_item(ground, a, b, measures[0].name) for a, b in zip(*outcomes, strict=True)],
    }


def _rate(rate: Rate) -> dict[str, float]:
    return {"value": rate.value, "low": rate.low, "high": rate.high}


def _item(ground: Ground, a: Outcome, b: Outcome, headline: str) -> dict[str, object]:
    """Return one line with both readings, and the errors of the headline measure."""
    row = ground.look.rows[a.key]
    return {
        "line_id": row.line_id,
        "page_id": row.page_id,
        "page_name": row.page,
        "number": row.number,
        "direction": row.direction,
        "image": _image(row),
        "truth": a.truth,
        "a": {"text": a.prediction, "errors": a.counts[headline][0]},
        "b": {"text": b.prediction, "errors": b.counts[headline][0]},
    }


def _image(row: Row) -> str | None:
    """Return the address of the picture of a line, or of a page where that is the example; None when it was imported."""
    if row.line_id is not None:
        return f"/lines/{row.line_id}/image"
    return None if row.page_id is None else f"/pages/{row.page_id}/thumbnail"


class Results:
    """The folder of the results of all workspaces: `<workspace>/<key>.json`."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it is made when something is kept."""
        self._folder = folder

    def path(self, workspace: str, key: str) -> Path | None:
        """Return where a result lies; None for what is no key."""
        if not is_slug(workspace) or not _KEY.fullmatch(key):
            return None
        return self._folder / workspace / f"{key}.json"

    def has(self, workspace: str, key: str) -> bool:
        """Tell whether a result is there."""
        path = self.path(workspace, key)
        return path is not None and path.is_file()

    def read(self, workspace: str, key: str) -> Mapping[str, object] | None:
        """Return a result; None when there is none, or what is there cannot be read."""
        path = self.path(workspace, key)
        try:
            found = json.loads(path.read_text("utf-8")) if path is not None else None
        except (FileNotFoundError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def keep(self, workspace: str, key: str, result: Mapping[str, object]) -> None:
        """Write a result, whole or not at all.

        Raises:
            DiskFull: There is no room for it.
        """
        path = self.path(workspace, key)
        if path is None:
            raise ValueError(f"{key} is no key of a comparison of {workspace}")
        staged = path.with_name(f".{uuid4().hex}")
        with translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with staged.open("w", encoding="utf-8") as file:
                    json.dump(result, file, ensure_ascii=False, separators=(",", ":"))
                    file.flush()
                    os.fsync(file.fileno())
                staged.replace(path)
            finally:
                staged.unlink(missing_ok=True)

    def forget(self, workspace: str) -> None:
        """Delete all results of a workspace."""
        if is_slug(workspace):
            shutil.rmtree(self._folder / workspace, ignore_errors=True)
