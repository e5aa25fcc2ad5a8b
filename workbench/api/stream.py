"""Tells every open browser what changed: one thread reads the changes, each connection gets those of its workspace."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from workbench.api.job_view import job_json
from workbench.services import Services
from workbench.services.actors import Actor
from workbench.services.errors import TooMany
from workbench.store.changes import Change
from workbench.store.errors import StoreError

log = logging.getLogger(__name__)

POLL_SECONDS = 0.2
MOST_STREAMS = 32  # of one person
MOST_WAITING = 1_000  # events that a slow connection may leave unread
MOST_MISSED = 1_000  # changes that are sent again after a break


@dataclass(frozen=True, slots=True)
class Event:
    """One change as a browser gets it; `id` is where to go on after a break."""

    id: int
    data: dict[str, object]


@dataclass(eq=False)
class Subscription:
    """One connection that is told; None in its queue ends it."""

    actor: Actor
    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING + 1))

    def put(self, event: Event | None) -> None:
        """Hand over an event from any thread; a connection that reads too slowly is ended, and may come back."""
        self.loop.call_soon_threadsafe(self._put, event)

    def _put(self, event: Event | None) -> None:
        if self.queue.qsize() >= MOST_WAITING:
            event = None
        if not self.queue.full():
            self.queue.put_nowait(event)


class Stream:
    """The changes of all workspaces on their way to whoever listens."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._subscriptions: set[Subscription] = set()
        self._streams: Counter[tuple[str, str]] = Counter()
        self._last = 0
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._closed = False

    @asynccontextmanager
    async def subscribe(self, actor: Actor, after: int | None = None) -> AsyncIterator[Subscription]:
        """Listen for the length of a block.

        Args:
            actor: Whose workspace.
            after: Id of the last event that was received before a break; None = only what comes from now on.

        Raises:
            TooMany: This person has too many connections open.
        """
        who = (actor.workspace, actor.name)
        if self._streams[who] >= MOST_STREAMS:
            raise TooMany("Too many windows are listening for changes.", "Close some of them.")
        self._streams[who] += 1
        subscription = Subscription(actor, asyncio.get_running_loop())
        try:
            await run_in_threadpool(self._join, subscription, after)
            yield subscription
        finally:
            self._streams[who] -= 1
            self._subscriptions.discard(subscription)  # without the lock: this is the event loop, which must not wait

    def close(self) -> None:
        """End all connections; safe to call from a signal handler."""
        self._closed = True
        self._wake.set()
        for subscription in list(self._subscriptions):
            subscription.put(None)

    def _join(self, subscription: Subscription, after: int | None) -> None:
        """Take a connection in, first giving it what it missed."""
        with self._lock:
            if self._closed:
                subscription.put(None)
            if not self._subscriptions:
                self._last = self._services.store.changes.latest()
            if after is not None and after < self._last:
                self._catch_up(subscription, after)
            self._subscriptions.add(subscription)
            if self._thread is None:
                self._thread = threading.Thread(target=self._follow, name="changes", daemon=True)
                self._thread.start()

    def _catch_up(self, subscription: Subscription, after: int) -> None:
        missed = self._services.store.changes.since(after, MOST_MISSED)
        own = subscription.actor.workspace
        for _, event in self._events(change for change in missed if change.id <= self._last and change.workspace == own):
            subscription.put(event)
        if missed and len(missed) == MOST_MISSED and missed[-1].id < self._last:
            subscription.put(Event(self._last, {"kind": "missed", "ref": 0, "page_id": None}))

    def _follow(self) -> None:
        """Read and hand on, until nobody listens."""
        while True:
            with self._lock:
                if not self._subscriptions or self._closed:
                    self._thread = None
                    return
                try:
                    self._pass_on()
                except Exception:  # whatever it is, the browsers must not go without news for ever
                    log.exception("The changes could not be read")
            self._wake.wait(POLL_SECONDS)

    def _pass_on(self) -> None:
        found = self._services.store.changes.since(self._last)
        if not found:
            return
        self._last = found[-1].id
        listening = list(self._subscriptions)
        wanted = {subscription.actor.workspace for subscription in listening}
        for workspace, event in self._events(change for change in found if change.workspace in wanted):
            for subscription in listening:
                if subscription.actor.workspace == workspace:
                    subscription.put(event)

    def _events(self, found: Iterable[Change]) -> list[tuple[str, Event]]:
        """Return workspace and event for each thing that changed; of several changes of one thing the last."""
        latest = {(change.kind, change.ref): change for change in found}
        events = []
        for change in sorted(latest.values(), key=lambda change: change.id):
            data: dict[str, object] = {"kind": change.kind, "ref": change.ref, "page_id": change.page_id}
            if change.kind == "job":
                data["job"] = self._job(change)
            events.append((change.workspace, Event(change.id, data)))
        return events

    def _job(self, change: Change) -> dict[str, object] | None:
        try:
            return job_json(self._services.store.jobs.get(change.ref, change.workspace))
        except StoreError:  # it was removed in the meantime
            return None
