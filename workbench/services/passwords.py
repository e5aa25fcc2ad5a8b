"""Passwords: what is accepted, how they are kept and checked, and how often one may try."""

from __future__ import annotations

import threading
import time
import unicodedata
from collections import defaultdict, deque
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from workbench.services.errors import Invalid, TooMany

SHORTEST, LONGEST = 10, 256
_UNKNOWN = "$argon2id$v=19$m=65536,t=3,p=4$ZGFzIGlzdCBrZWluIHNhbHo$" + "A" * 43
"""Checked when nobody has the name, so that an unknown name takes as long as a wrong password."""


def hashed(password: str) -> str:
    """Return the argon2id hash of a new password.

    Raises:
        Invalid: It is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"The password has {len(password)} characters.", f"Choose one of {SHORTEST} to {LONGEST} characters.")
    return PasswordHasher().hash(_same(password))


def matches(stored: str, password: str) -> bool:
    """Say whether a password belongs to a stored hash; "" never matches, and takes as long."""
    try:
        return PasswordHasher().verify(stored or _UNKNOWN, _same(password[:LONGEST])) and stored != ""
    except (Argon2Error, InvalidHashError):
        return False


def _same(password: str) -> bytes:
    """Return one spelling for all ways in which keyboards compose the same letters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")


class Throttle:
    """Counts what happened lately per key, and refuses when it was too much.

    The counts live in the memory of this process: they need no disk, and a restart forgets them.
    """

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Set the limit.

        Args:
            limit: How many marks a key may have within the window.
            seconds: Length of the window.
            clock: Gives seconds that never go back.
        """
        self._limit, self._seconds, self._clock = limit, seconds, clock
        self._marks: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def check(self, key: str) -> None:
        """Let a key pass that has not reached the limit.

        Raises:
            TooMany: It has; the hint says how long to wait.
        """
        with self._lock:
            marks = self._recent(key)
            if len(marks) >= self._limit:
                wait = int(marks[0] + self._seconds - self._clock()) + 1
                raise TooMany("Too many attempts.", f"Wait {wait} seconds, then try again.")

    def mark(self, key: str) -> None:
        """Count one for this key."""
        with self._lock:
            self._recent(key).append(self._clock())
            if len(self._marks) > 10_000:  # somebody invents keys: forget those that no longer count
                for other in [name for name in self._marks if not self._recent(name)]:
                    del self._marks[other]

    def forget(self, key: str) -> None:
        """Count from zero again for this key."""
        with self._lock:
            self._marks.pop(key, None)

    def _recent(self, key: str) -> deque[float]:
        marks = self._marks[key]
        while marks and marks[0] <= self._clock() - self._seconds:
            marks.popleft()
        return marks
