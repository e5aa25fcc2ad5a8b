"""What a person may choose about a training of kraken's layout network."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engines.options import MAIN, Options
from engines.rates import Schedule


class LayoutTraining(Options):
    """How a layout network is trained."""

    minutes: float = Field(
        10.0, ge=0.05, le=7 * 24 * 60, description="Stop after so many minutes of training.", json_schema_extra=MAIN
    )
    rate: float = Field(2e-4, gt=0, le=0.1, description="Learning rate at its peak.", json_schema_extra=MAIN)
    strength: float = Field(
        1.0, ge=0.1, le=2, description="How strongly pages are turned, warped, stained or blurred.", json_schema_extra=MAIN
    )
    variation: float = Field(
        0.6, ge=0, le=1, description="How many of the pages are learnt turned, warped, stained or blurred; 0 = as they are."
    )
    synthetic: float = Field(
        0.0, ge=0, le=0.9, description="How many of the learnt pages are rendered ones; it needs Hebrew or Arabic fonts here."
    )
    schedule: Schedule = Field("cosine", description="How the learning rate goes over the training.")
    epochs: int = Field(1000, ge=1, le=100_000, description="Stop after so many passes over the pages.")
    patience: int = Field(15, ge=1, le=10_000, description="Stop when so many epochs in a row were no better.")
    least_gain: float = Field(
        0.0, ge=0, le=0.5, description="Part of its errors that an epoch must lose to count as better; 0 = any."
    )
    piece: int = Field(
        896,
        ge=128,
        le=4096,
        description="Side of the piece of a page that is learnt at a time, in pixels of the page as it is seen.",
    )
    gather: int = Field(1, ge=1, le=64, description="Pieces whose gradients make one step: fewer steps, and steadier ones.")
    clip: float = Field(1.0, gt=0, le=1000, description="Largest norm of the gradient; what is longer is cut.")
    average: float = Field(
        0.98, ge=0, lt=1, description="Decay of the running average of the weights, which is what is kept; 0 = no average."
    )
    precision: Literal["bf16", "fp32"] = Field(
        "bf16", description="Numbers of the network while it learns: bf16 is faster where the processor knows it."
    )
    frozen: int = Field(0, ge=0, le=100_000, description="Steps in which the feature layers stay as they are.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Of everything random.")
