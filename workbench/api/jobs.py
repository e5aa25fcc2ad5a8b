"""Jobs: list, follow, cancel; and the one stream of changes that a browser listens to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated

from fastapi import Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from workbench.api.access import Asking, Use
from workbench.api.answers import Json, encoded
from workbench.api.job_view import job_json
from workbench.api.routing import Id, Router
from workbench.api.stream import Event, Stream, Subscription
from workbench.services import Services
from workbench.services.actors import Actor
from workbench.store.jobs import ENDED

router = Router(tags=["jobs"])

BEAT_SECONDS = 15.0
_START = b"retry: 2000\n\n"
_BEAT = b": beat\n\n"


@router.get("/jobs/", summary="List the jobs")
def list_jobs(
    services: Use,
    actor: Asking,
    state: Annotated[str | None, Query(description="One state, or several with commas.", max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> Response:
    """Return jobs, the newest first."""
    return Json([job_json(job) for job in services.jobs.list(actor, state, limit)])


@router.get("/jobs/{job_id}", summary="Show a job")
def show_job(services: Use, actor: Asking, job_id: Id) -> Response:
    """Return state, progress (0 to 1), message, metrics and result of a job."""
    return Json(_job(services, actor, job_id))


def _job(services: Services, actor: Actor, job_id: int) -> dict[str, object]:
    job = services.jobs.get(actor, job_id)
    return job_json(job, services.jobs.ahead(job) if job.state == "queued" else None)


@router.get("/jobs/{job_id}/reports", summary="The log of a job")
def list_reports(services: Use, actor: Asking, job_id: Id, after: Annotated[int, Query(ge=0)] = 0) -> Response:
    """Return what a job said about itself, oldest first, from the row after the id `after`."""
    return Json(services.jobs.reports(actor, job_id, after))


@router.post("/jobs/{job_id}/cancel", summary="Stop a job")
def cancel_job(services: Use, actor: Asking, job_id: Id) -> Response:
    """Stop a job: at once while it waits, else as soon as its worker notices."""
    return Json(job_json(services.jobs.cancel(actor, job_id)))


@router.post("/jobs/{job_id}/finish", summary="Stop a training and keep the best")
def finish_job(services: Use, actor: Asking, job_id: Id) -> Response:
    """Let a running job end early and keep what it has; an ended one stays as it is."""
    return Json(job_json(services.jobs.finish_early(actor, job_id)))


@router.get("/jobs/{job_id}/events", summary="Follow a job", response_class=StreamingResponse)
async def follow_job(request: Request, services: Use, actor: Asking, job_id: Id) -> Response:
    """Send the job now and after every change as server-sent events, until it has ended."""
    stack = AsyncExitStack()
    subscription = await stack.enter_async_context(_stream(request).subscribe(actor))
    try:
        first = await run_in_threadpool(_job, services, actor, job_id)
    except BaseException:
        await stack.aclose()
        raise
    return _events(_of_job(subscription, stack, job_id, first))


async def _of_job(subscription: Subscription, stack: AsyncExitStack, job_id: int, job: dict[str, object]) -> AsyncIterator[bytes]:
    async with stack:
        yield _START + b"data: " + encoded(job) + b"\n\n"
        ended = job["state"] in ENDED
        while not ended:
            event = await _next(subscription)
            if event is None:
                yield _BEAT
            elif isinstance(event, Event) and event.data["kind"] == "job" and event.data["ref"] == job_id:
                known = event.data["job"]
                ended = not isinstance(known, dict) or known["state"] in ENDED
                yield b"data: " + encoded(known) + b"\n\n"
            elif event is _OVER:
                return


@router.get("/events", summary="Follow everything", response_class=StreamingResponse)
async def follow(request: Request, actor: Asking) -> Response:
    """Send every change in the own workspace as server-sent events: `{kind, ref, page_id}`, jobs with their state."""
    last = request.headers.get("last-event-id", request.query_params.get("after", ""))
    after = int(last) if last.isascii() and last.isdigit() and len(last) < 16 else None
    stack = AsyncExitStack()
    subscription = await stack.enter_async_context(_stream(request).subscribe(actor, after))
    return _events(_of_all(subscription, stack))


async def _of_all(subscription: Subscription, stack: AsyncExitStack) -> AsyncIterator[bytes]:
    async with stack:
        yield _START
        while True:
            event = await _next(subscription)
            if event is _OVER:
                return
            yield _BEAT if event is None else _line(event)


_OVER = Event(0, {})
"""Marks the end of a subscription."""


async def _next(subscription: Subscription) -> Event | None:
    """Return the next event, None when it is time for a sign of life, `_OVER` when there will be no more."""
    try:
        event = await asyncio.wait_for(subscription.queue.get(), BEAT_SECONDS)
    except TimeoutError:
        return None
    return event if event is not None else _OVER


def _line(event: Event) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (event.id, encoded(event.data))


def _stream(request: Request) -> Stream:
    return request.app.state.stream


def _events(content: AsyncIterator[bytes]) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(content, media_type="text/event-stream", headers=headers)
