"""One password that somebody shows, and a memory of those that were right."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 10_000  # answers kept; the oldest goes first


@dataclass(frozen=True, slots=True)
class Attempt:
    """All that a source of users may look at. `user` and `password` are prepared; `peer` is an address or ""."""

    user: str
    password: str = field(repr=False)
    protocol: str = "imap"
    peer: str = ""


class Memory(Generic[T]):
    """What was accepted lately. Refusals are not kept, so that a changed password works at once.

    The key of an answer is a keyed hash over every field of the question, each with its length: two questions
    share an answer only when a source could not tell them apart. Passwords are not kept.
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        """Answers hold for `seconds`; 0 keeps none. `clock` gives seconds and never runs backwards."""
        self._seconds = seconds
        self._clock = clock
        self._hash_key = os.urandom(32)
        self._answers: OrderedDict[bytes, tuple[float, T]] = OrderedDict()

    def get(self, question: Attempt) -> T | None:
        """The answer, if it still holds."""
        key = self._key(question)
        until, answer = self._answers.get(key, (0.0, None))
        if answer is not None and self._clock() >= until:
            self._answers.pop(key, None)
            return None
        return answer

    def put(self, question: Attempt, answer: T) -> None:
        """Keep an answer."""
        if self._seconds <= 0:
            return
        key = self._key(question)
        self._answers[key] = (self._clock() + self._seconds, answer)
        self._answers.move_to_end(key)
        if len(self._answers) > MOST:
            self._answers.popitem(last=False)

    def __len__(self) -> int:
        return len(self._answers)

    def _key(self, question: Attempt) -> bytes:
        digest = hashlib.blake2b(key=self._hash_key, digest_size=32)
        for value in astuple(question):
            octets = value.encode("utf-8", "surrogateescape")
            digest.update(len(octets).to_bytes(8, "big") + octets)
        return digest.digest()
