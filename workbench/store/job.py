"""What a job is: the values that the queue takes in and gives out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

State = Literal["queued", "running", "cancelling", "done", "failed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
ACTIVE = ("running", "cancelling")
ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Job:
    """One piece of work; the fields are the columns of `schema.jobs`.

    Attributes:
        progress: 0..1.
        priority: 0 somebody waits for it, 1 batch, 2 nobody asked for it.
        attempt: Number of the claim; 0 = never claimed.
        lost: How often its worker died or went silent.
        created: Times are seconds since the epoch; `started` is that of the latest attempt.
        reported: When the work last went on; of a cancelling job, when it was asked to stop.
        asked: `finish` = a person wants it to end early and to keep what it has.
    """

    id: int
    kind: str
    lane: str
    workspace: str
    owner: str
    title: str
    subject: str
    parameters: dict[str, object]
    priority: int
    state: State
    attempt: int
    lost: int
    worker: str | None
    progress: float
    message: str
    metrics: dict[str, float]
    result: dict[str, object] | None
    error: str
    hint: str
    created: float
    started: float | None
    beat: float | None
    reported: float | None
    finished: float | None
    asked: str | None


@dataclass(frozen=True)
class NewJob:
    """What is known of a job when it is asked for."""

    kind: str
    lane: str
    workspace: str
    owner: str
    parameters: Mapping[str, object]
    title: str = ""
    subject: str = ""
    priority: int = 1


@dataclass(frozen=True)
class Progress:
    """What a job says about itself at one moment; progress 0..1, time in seconds since the epoch."""

    time: float
    progress: float
    message: str
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class ReportRow:
    """One line of the log of a job, and one point of its curves."""

    id: int
    job_id: int
    time: float
    progress: float
    message: str
    metrics: dict[str, float]
