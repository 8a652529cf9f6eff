"""Messages that follow from their name alone, so that damage shows without a copy."""

from __future__ import annotations

import random
import re
from functools import lru_cache

LARGE = 40_000  # the store treats these otherwise than small ones


@lru_cache(2000)
def made(token: str) -> bytes:
    """The message of that name; one in twelve is large."""
    chance = random.Random(token)
    size = LARGE + chance.randrange(LARGE) if chance.random() < 1 / 12 else chance.randrange(2000)
    lines = [f"Subject: {token}", "From: a@example.org", ""]
    lines += [chance.randbytes(31).hex() for _ in range(size // 64)]
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def token_of(octets: bytes) -> str:
    """Whose message this is. Fails when it is damaged; what LMTP puts before it is no damage."""
    found = re.search(rb"^Subject: ([a-z]\w+)\r\n", octets, re.M)
    assert found is not None, f"no subject in {octets[:200]!r}"
    token = found[1].decode("ascii")
    wanted = made(token)
    added = octets[: found.start()]
    intact = octets[found.start() :] == wanted and (not added or added.startswith(b"Return-Path:"))
    assert intact, f"{token} is damaged: {len(octets)} octets, {len(wanted)} wanted, {octets[:200]!r}"
    return token
