"""What a person may choose about a training of kraken's recogniser."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engines.options import MAIN, Options


class KrakenTraining(Options):
    """How a recogniser is trained."""

    minutes: float = Field(
        3.0, ge=0.05, le=7 * 24 * 60, description="Stop after so many minutes of training.", json_schema_extra=MAIN
    )
    rate: float = Field(
        0.001, gt=0, le=0.1, description="Learning rate at its peak; it falls to a hundredth along a cosine.",
        json_schema_extra=MAIN,
    )  # fmt: skip
    epochs: int = Field(1000, ge=1, le=100_000, description="Stop after so many passes over the lines.")
    patience: int = Field(40, ge=1, le=10_000, description="Stop when so many epochs in a row were no better.")
    batch: int = Field(3000, ge=500, le=200_000, description="Pixel columns of a batch: more are steadier, and want more memory.")
    variation: float = Field(
        0.6, ge=0, le=1, description="How many of the lines are learnt bent, stained or blurred; 0 = as they are."
    )
    new_characters: Literal["add", "leave out"] = Field(
        "add", description="Characters that the model cannot write yet: add them to its alphabet, or leave them out."
    )
    language_model: bool = Field(
        False, description="Learn from the texts too which character follows which; a beam can ask that when it reads."
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Of everything random.")
