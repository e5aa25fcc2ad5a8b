"""How far the confidences of a version can be believed: a sentence for its card, and a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

RELIABILITY = "reliability.png"


def sentence(found: Mapping[str, Any]) -> str:
    """Return what a calibration found."""
    return (
        f"Confidences were calibrated on {found['n']} characters of the held-out lines, {found['wrong']} of them wrong: with a"
        f" temperature of {found['temperature']:.2f} they differ from how often they are right by"
        f" {100 * found['after']:.1f} % on average (ECE; each half measured with the temperature of the other), without it by"
        f" {100 * found['before']:.1f} %."
    )


def draw(found: Mapping[str, Any], path: Path) -> None:
    """Draw how often characters are right against how sure the model was; areas show how many there are."""
    from matplotlib.figure import Figure

    picture = Figure(figsize=(4, 4), layout="tight")
    axes = picture.subplots()
    axes.plot([0, 1], [0, 1], "k:", linewidth=1)
    for key, colour, name in (("bars_before", "tab:orange", "before"), ("bars_after", "tab:blue", "calibrated")):
        sure, right, counts = zip(*found[key], strict=True)
        axes.scatter(sure, right, s=[4 + 300 * count / found["n"] for count in counts], c=colour, alpha=0.7, label=name)
    axes.set_xlabel("confidence")
    axes.set_ylabel("share that is right")
    axes.set_title(f"{found['n']} characters")
    axes.legend(loc="upper left", markerscale=0.5)
    picture.savefig(path, dpi=100)
