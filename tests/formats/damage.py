"""Damage to good files, the same in every run."""

from __future__ import annotations

import random


def damaged(data: bytes, seed: int) -> bytes:
    """Return a file with a few bytes changed, lost, or repeated elsewhere."""
    chance = random.Random(seed)
    result = bytearray(data)
    for _ in range(chance.choice((1, 2, 5, 20))):
        place, length = chance.randrange(len(result)), chance.randrange(1, 30)
        kind = chance.randrange(4)
        if kind == 0:
            result[place] = chance.randrange(256)
        elif kind == 1 and length < len(result):
            del result[place : place + length]
        elif kind == 2:
            result[place:place] = result[:length]
        else:
            result[place : place + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"))
    return bytes(result)
