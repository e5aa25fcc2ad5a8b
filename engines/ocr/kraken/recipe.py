"""The recipe of a training: how it goes, and what is chosen for it where a person leaves it open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from engines.ocr.kraken.options import KrakenTraining
from engines.rates import Schedule


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train.

    Attributes:
        rate: Peak learning rate of AdamW.
        schedule: How it goes on after its warm-up; see `rates.level`.
        warmup: Steps until the peak.
        decay: Weight decay.
        clip: Largest norm of the gradient.
        columns: Pixel columns of a batch, so that its cost does not depend on the length of its lines.
        average: Decay of the running average of the weights, which is what is kept (arXiv:1803.05407); 0 = no average.
        gather: Batches whose gradients make one step.
        precision: Of the network's numbers while it learns; what is added up stays in 32 bits.
        layer_decay: Share of the next layer's learning rate that a layer gets.
        frozen: Steps during which the feature layers stay as they are.
    """

    rate: float = 2e-3
    schedule: Schedule = "cosine"
    warmup: int = 200
    decay: float = 1e-4
    clip: float = 1.0
    columns: int = 6000
    average: float = 0.998
    gather: int = 1
    precision: Literal["bf16", "fp32"] = "fp32"
    layer_decay: float = 1.0
    frozen: int = 0


def filled(options: KrakenTraining, *, knows: bool) -> tuple[KrakenTraining, str]:
    """Return options in which nothing is left open, and what was chosen and why, in words for the log.

    Args:
        options: As a person gave them.
        knows: It starts from a model that can read.
    """
    chosen: dict[str, Any] = {"rate": 1e-3, "batch": 3000, "average": 0.0, "variation": 0.6, "decay": 1e-4}
    kind, why = "a model that can read", "variation helps few lines and many, and a mean of epochs needs no average besides"
    if not knows:
        kind, why = (
            "a network that knows nothing",
            "its first pass goes from short lines to long ones; much variation and decay keep it from learning by heart",
        )
        chosen |= {"rate": 2e-3, "average": 0.998, "variation": 0.8, "decay": 0.1}
    elif options.replay:
        why = "a low rate and a long average leave the base where it was"
        chosen |= {"rate": 3e-4, "average": 0.998}
    open_ones = {name: value for name, value in chosen.items() if getattr(options, name) is None}
    said = ", ".join(f"{name} {value:g}" for name, value in open_ones.items() if name != "rate" or not options.find_rate)
    return options.model_copy(update=open_ones), f"recipe for {kind}: {said}; {why}" if said else ""


def recipe(options: KrakenTraining, columns: int, *, knows: bool) -> Recipe:
    """Return how to train as these options want it; the rate rises over the first three epochs at most.

    Args:
        options: With nothing left open.
        columns: Pixel columns of all lines together.
        knows: It starts from a model that can read; one that knows nothing has nothing to lose at first.
    """
    assert options.rate is not None
    assert options.batch is not None
    assert options.average is not None
    assert options.decay is not None
    steps = max(1, columns // (options.batch * options.gather))
    return Recipe(
        rate=options.rate,
        schedule=options.schedule,
        warmup=min(100, 3 * steps) if knows and options.schedule != "one cycle" else 1,
        decay=options.decay,
        clip=options.clip,
        columns=options.batch,
        average=options.average,
        gather=options.gather,
        precision=options.precision,
        layer_decay=options.layer_decay,
        frozen=options.frozen,
    )


def described(options: KrakenTraining, used: Recipe, why: str) -> dict[str, object]:
    """Return what a version says about its recipe: every option as it was in the end, and why what was open is so.

    Args:
        options: With nothing left open.
        used: The recipe as the training ended with it: a range test finds another rate, and batches get smaller where
            memory runs out.
        why: Words of `filled`.
    """
    now = {"rate": used.rate, "batch": used.columns, "gather": used.gather}
    found = f"rate {used.rate:.2g} by a range test" if options.find_rate else ""
    return {"options": {**options.model_dump(mode="json"), **now}, "why": "; ".join(part for part in (why, found) if part)}
