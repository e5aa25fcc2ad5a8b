"""The papers of a version: a card for people, and its curves and reliability as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.services.training import reliability
from workbench.services.training.epochs import by_epoch
from workbench.store.jobs import ReportRow

CARD, CURVES = "card.md", "curves.png"


def write(folder: Path, said: Mapping[str, Any], rows: Sequence[ReportRow]) -> None:
    """Write the card and the curves of a training into its folder."""
    folder.joinpath(CARD).write_text(_text(said), encoding="utf-8")
    if "calibration" in said:
        reliability.draw(said["calibration"], folder / reliability.RELIABILITY)
    _curves(by_epoch(rows), folder / CURVES)


def _text(said: Mapping[str, Any]) -> str:
    dataset, metrics, split = said["dataset"], said["metrics"], said["split"]
    sources = ", ".join(str(source.get("name") or source.get("folder")) for source in dataset["sources"])
    lines = [
        f"# {said['title']}",
        "",
        f"Trained from {said['parent'] or 'nothing'} with {said['engine']} on {dataset['examples']} corrected examples of"
        f" {dataset['documents']} documents ({sources}).",
        "",
        "| | errors | 95 % interval | of |",
        "|---|---|---|---|",
        *(_row(name, metrics.get(key)) for name, key in (("before", "before"), ("after", "headline")) if metrics.get(key)),
        "",
        f"Held out: {split['held_out']['examples']} examples of {split['held_out']['documents']} documents. They chose the best"
        f" epoch ({metrics.get('best_epoch')} of {metrics.get('epochs')}), so the figure is slightly optimistic."
        + (" They are of the same document as those learnt from: it is more than slightly so." if said["shared"] else ""),
        *(["", reliability.sentence(said["calibration"])] if "calibration" in said else []),
        *(_recipe(said["recipe"]) if "recipe" in said else []),
        *(_left_out(said["left_out"], metrics.get("left_out", 0)) if said.get("left_out") else []),
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, figure: Mapping[str, Any]) -> str:
    low, high = 100 * figure["low"], 100 * figure["high"]
    return f"| {name} | {100 * figure['value']:.1f} % | {low:.1f} to {high:.1f} | {figure['n']} |"


def _recipe(recipe: Mapping[str, Any]) -> list[str]:
    """Return what was chosen for the training, why, and all its options."""
    options = ", ".join(f"`{name}` {value}" for name, value in recipe["options"].items())
    why = recipe["why"]
    return ["", *([f"{why[0].upper()}{why[1:]}."] if why else []), f"All options of the training: {options}."]


def _left_out(named: Sequence[Mapping[str, str]], count: int) -> list[str]:
    """Return which examples could not be learnt, of which so many are counted and some named."""
    count = max(count, len(named))
    rest = [f"- {count - len(named)} more"] if count > len(named) else []
    return [
        "",
        f"Left out, as they could not be learnt: {count}.",
        "",
        *(f"- {each['name']}: {each['why']}" for each in named),
        *rest,
    ]


def _curves(figures: Sequence[Mapping[str, float]], path: Path) -> None:
    """Draw errors and losses by epoch."""
    from matplotlib.figure import Figure

    picture = Figure(figsize=(8, 3), layout="tight")
    errors, losses = picture.subplots(1, 2)
    for axes, name, key, style in (
        (errors, "held out", "error", "k-"),
        (losses, "held out", "held_out_loss", "k-"),
        (losses, "learning", "loss", "b:"),
    ):
        points = [(row["epoch"], row[key] * (100 if key == "error" else 1)) for row in figures if key in row]
        if points:
            axes.plot(*zip(*points, strict=True), style, label=name)
    for axes, title in ((errors, "Errors, %"), (losses, "Loss")):
        axes.set_title(title)
        axes.set_xlabel("epoch")
        axes.set_ylim(bottom=0)
        if axes.lines:
            axes.legend()
    picture.savefig(path, dpi=100)
