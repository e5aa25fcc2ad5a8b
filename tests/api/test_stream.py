"""The stream of changes: who is told what, breaks, ends, limits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.coroutines import ran
from workbench.api import jobs as api_jobs
from workbench.api import stream as api_stream
from workbench.api.stream import Event, Stream, Subscription
from workbench.services import Services
from workbench.services.actors import LOCAL, Actor
from workbench.services.errors import TooMany


def _change(services: Services, workspace: str, kind, ref: int, page_id: int | None = None) -> int:
    with services.store.begin() as connection:
        services.store.changes.add(connection, workspace, kind, ref, page_id)
    return services.store.changes.latest()


@asynccontextmanager
async def _listening(services: Services, actor: Actor = LOCAL, after: int | None = None) -> AsyncIterator[Subscription]:
    stream = Stream(services)
    try:
        async with stream.subscribe(actor, after) as subscription:
            yield subscription
    finally:
        stream.close()


async def _got(subscription: Subscription) -> Event:
    event = await asyncio.wait_for(subscription.queue.get(), 10)
    assert event is not None
    return event


def test_a_change_arrives_in_its_own_workspace_only(services: Services) -> None:
    async def scenario() -> None:
        async with _listening(services) as subscription:
            _change(services, "anna", "page", 1, 1)
            last = _change(services, "local", "line", 7, 3)
            event = await _got(subscription)
            assert event == Event(last, {"kind": "line", "ref": 7, "page_id": 3})
            assert subscription.queue.empty()

    ran(scenario())


def test_many_changes_of_one_thing_are_one_event(services: Services) -> None:
    before = _change(services, "local", "page", 1, 1)
    for _ in range(5):
        last = _change(services, "local", "page", 2, 2)

    async def scenario() -> None:
        async with _listening(services, after=before) as subscription:
            assert (await _got(subscription)).id == last
            assert subscription.queue.empty()

    ran(scenario())


def test_after_a_long_break_the_browser_is_told_to_look_again(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_stream, "MOST_MISSED", 3)
    for page in range(1, 6):
        _change(services, "local", "page", page, page)

    async def scenario() -> None:
        async with _listening(services, after=0) as subscription:
            kinds = [(await _got(subscription)).data["kind"] for _ in range(4)]
            assert kinds == ["page", "page", "page", "missed"]

    ran(scenario())


def test_a_connection_that_does_not_read_is_ended(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_stream, "MOST_WAITING", 2)

    async def scenario() -> None:
        subscription = Subscription(LOCAL, asyncio.get_running_loop())
        for number in range(1, 6):
            subscription.put(Event(number, {}))
        await asyncio.sleep(0)
        received = [subscription.queue.get_nowait() for _ in range(subscription.queue.qsize())]
        assert received[:2] == [Event(1, {}), Event(2, {})]
        assert received[-1] is None

    ran(scenario())


def test_one_person_has_so_many_streams(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_stream, "MOST_STREAMS", 1)

    async def scenario() -> None:
        stream = Stream(services)
        async with stream.subscribe(LOCAL):
            with pytest.raises(TooMany):
                async with stream.subscribe(LOCAL):
                    pass
        async with stream.subscribe(LOCAL):
            stream.close()

    ran(scenario())


def test_closing_ends_the_streams(services: Services) -> None:
    async def scenario() -> None:
        stream = Stream(services)
        async with stream.subscribe(LOCAL) as subscription:
            stream.close()
            assert await asyncio.wait_for(subscription.queue.get(), 5) is None

    ran(scenario())


def test_a_job_is_followed_to_its_end(read: Services) -> None:
    job = read.ocr.read_again(LOCAL, 1, engine="fixed")

    async def scenario() -> list[dict]:
        stream, told = Stream(read), []
        stack = api_jobs.AsyncExitStack()
        subscription = await stack.enter_async_context(stream.subscribe(LOCAL))
        first = await asyncio.to_thread(api_jobs._job, read, LOCAL, job.id)
        work = asyncio.create_task(asyncio.to_thread(read.jobs.run_one, "test", "ocr"))
        async for part in api_jobs._of_job(subscription, stack, job.id, first):
            told += [json.loads(line[6:]) for line in part.decode().splitlines() if line.startswith("data: ")]
        await work
        stream.close()
        return told

    told = ran(scenario())
    assert told[0]["state"] == "queued"
    assert told[-1]["state"] == "done"
    assert told[-1]["progress"] == 1.0
