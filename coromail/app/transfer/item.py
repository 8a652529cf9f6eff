"""One message on its way in."""

from __future__ import annotations

import imaplib
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol


class Item(NamedTuple):
    """A message of a source: where it belongs (names from the top), how to get it, flags and date-time of IMAP.

    `where` names it for people. `size` and `header` tell beforehand which message it is, where that is cheaper than
    getting it (-1 and b"": it is not). `octets` may raise what `Source.faults` names.
    """

    where: str
    parts: Sequence[str]
    octets: Callable[[], bytes]
    flags: Sequence[str] = ()
    date: str = ""
    size: int = -1
    header: bytes = b""


class Source(Protocol):
    """Where mail comes from. What could not be read at all is in `left`, a line for each."""

    faults: tuple[type[Exception], ...]
    left: list[str]
    remote: bool

    def count(self) -> int: ...

    def items(self) -> Iterator[Item]: ...


def date_time(seconds: float) -> str:
    """An IMAP date-time (RFC 9051 section 9)."""
    return imaplib.Time2Internaldate(max(0.0, seconds))
