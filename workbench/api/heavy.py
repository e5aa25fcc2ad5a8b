"""Runs what takes long or much memory a few at a time, so that saving a line never waits for a thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")

AT_ONCE = 4
_limiter: RunVar[CapacityLimiter] = RunVar("heavy")


async def run_heavy(function: Callable[ParametersT, ResultT], *args: ParametersT.args, **kwargs: ParametersT.kwargs) -> ResultT:
    """Call a function in a thread as soon as fewer than `AT_ONCE` others of its kind run."""
    try:
        limiter = _limiter.get()
    except LookupError:  # the first call of this event loop
        limiter = CapacityLimiter(AT_ONCE)
        _limiter.set(limiter)
    return await anyio.to_thread.run_sync(partial(function, *args, **kwargs), limiter=limiter)
