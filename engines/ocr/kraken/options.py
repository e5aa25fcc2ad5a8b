"""What a person may choose about a training of kraken's recogniser."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engines.options import MAIN, RECIPE, Options
from engines.rates import Schedule


class KrakenTraining(Options):
    """How a recogniser is trained."""

    minutes: float = Field(
        3.0, ge=0.05, le=7 * 24 * 60, description="Stop after so many minutes of training.", json_schema_extra=MAIN
    )
    rate: float | None = Field(
        None, gt=0, le=0.1, description="Learning rate at its peak; nothing = by the recipe.",
        json_schema_extra={**MAIN, **RECIPE},
    )  # fmt: skip
    replay: float = Field(
        0.0, ge=0, le=0.8, description="How many of the learnt lines are lines of the base, so that less of it is forgotten.",
        json_schema_extra=MAIN,
    )  # fmt: skip
    forgotten: float = Field(
        1.05,
        ge=1,
        le=10,
        description="With replay: how many times its errors of before it may make on lines of the base. Of a training that makes "
        "more, only a part is taken, and less is learnt.",
    )
    schedule: Schedule = Field("cosine", description="How the learning rate goes over the training.")
    find_rate: bool = Field(False, description="Look for the learning rate first, by a short range test.")
    epochs: int = Field(1000, ge=1, le=100_000, description="Stop after so many passes over the lines.")
    patience: int = Field(100, ge=1, le=10_000, description="Stop when so many epochs in a row were no better.")
    least_gain: float = Field(
        0.0, ge=0, le=0.5, description="Part of its errors that an epoch must lose to count as better; 0 = any."
    )
    batch: int | None = Field(
        None,
        ge=500,
        le=200_000,
        description="Pixel columns of a batch: more are steadier, and want more memory; nothing = by the recipe.",
        json_schema_extra=RECIPE,
    )
    gather: int = Field(1, ge=1, le=64, description="Batches whose gradients make one step: large batches in little memory.")
    clip: float = Field(1.0, gt=0, le=1000, description="Largest norm of the gradient; what is longer is cut.")
    decay: float | None = Field(
        None,
        ge=0,
        le=10,
        description="Share of the weights, times the learning rate, by which each step makes them smaller: more of it keeps a "
        "network from learning by heart; nothing = by the recipe.",
        json_schema_extra=RECIPE,
    )
    precision: Literal["bf16", "fp32"] = Field(
        "fp32", description="Numbers of the network while it learns: bf16 wants less memory, and is faster on a GPU."
    )
    average: float | None = Field(
        None,
        ge=0,
        lt=1,
        description="Decay of the running average of the weights, which is what is kept; 0 = none, nothing = by the recipe.",
        json_schema_extra=RECIPE,
    )
    mean_of_epochs: bool = Field(
        True,
        description="End with the mean of the best epoch and of those after it, where that reads the held-out lines as well; "
        "else with the best epoch alone.",
    )
    frozen: int = Field(0, ge=0, le=100_000, description="Steps in which the feature layers stay as they are.")
    layer_decay: float = Field(
        1.0, ge=0.1, le=1, description="Share of the next layer's learning rate that a layer gets, seen from the output."
    )
    variation: float | None = Field(
        None,
        ge=0,
        le=1,
        description="How many of the lines are learnt bent, stained or blurred; 0 = as they are, nothing = by the recipe.",
        json_schema_extra=RECIPE,
    )
    strength: float = Field(1.0, ge=0.1, le=2, description="How strongly they are bent, stained or blurred.")
    new_characters: Literal["add", "leave out", "only these"] = Field(
        "add",
        description="Characters that the model cannot write yet: add them to its alphabet, leave them out, "
        "or begin a new alphabet of only those of the lines.",
    )
    language_model: bool = Field(
        False, description="Learn from the texts too which character follows which; a beam can ask that when it reads."
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Of everything random.")
