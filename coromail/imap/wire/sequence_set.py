"""Sets of sequence numbers or UIDs: sequence-set of RFC 9051 section 9, `$` of RFC 5182.

A set is never expanded: `1:4294967295` costs two numbers, whatever the mailbox holds.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coromail.errors import Bad

MAX_RANGES = 20_000

_SYNTAX = re.compile(
    rb"(?:[1-9][0-9]{0,9}+|\*)(?::(?:[1-9][0-9]{0,9}+|\*))?+"
    rb"(?:,(?:[1-9][0-9]{0,9}+|\*)(?::(?:[1-9][0-9]{0,9}+|\*))?+)*+"
)
_MAX_NUMBER = 2**32 - 1

Range = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class SequenceSet:
    """Ranges as written, None for `*`; a single number is a range of one.

    `saved` says that `$`, the result of the last SEARCH that was told to save it, belongs to the set (alone,
    or as its last member). What `$` stands for is the session's to know: the methods look at the ranges only.
    """

    ranges: tuple[Range, ...]
    saved: bool = False

    @classmethod
    def parse(cls, raw: bytes) -> SequenceSet:
        """Raises Bad for a syntax error, for 0, for numbers of 2**32 and more, for over MAX_RANGES ranges."""
        if raw == b"$":
            return cls((), True)
        saved = raw.endswith(b",$")
        if saved:
            raw = raw[:-2]
        if raw.count(b",") >= MAX_RANGES:
            raise Bad("sequence set has too many members")
        if not _SYNTAX.fullmatch(raw):
            raise Bad("sequence set expected")
        ranges: list[Range] = []
        for part in raw.split(b","):
            first, colon, last = part.partition(b":")
            low = None if first == b"*" else int(first)
            high = low if not colon else None if last == b"*" else int(last)
            if (low or 0) > _MAX_NUMBER or (high or 0) > _MAX_NUMBER:
                raise Bad("number in sequence set is too big")
            ranges.append((low, high))
        return cls(tuple(ranges), saved)

    @classmethod
    def between(cls, low: int, high: int) -> SequenceSet:
        """From `low` to `high`; empty when `low` is the higher one."""
        return cls(((low, high),) if low <= high else ())

    def positions(self, count: int) -> list[tuple[int, int]]:
        """The sequence numbers meant among `count` messages: ascending inclusive ranges, none touching.

        `*` is `count`, reversed ranges are turned round, numbers beyond `count` are left out.
        """
        if not count:
            return []
        return merged([(low, min(high, count)) for low, high in self._resolved(count) if low <= count], 1)

    def beyond(self, count: int) -> bool:
        """Whether a number above `count` was named (or `*` with no message there)."""
        return any(number > count if number else not count for pair in self.ranges for number in pair)

    def uid_spans(self, uids: Sequence[int]) -> list[tuple[int, int]]:
        """Half-open ascending spans of indexes into the ascending `uids` that the set names.

        `*` is the last UID, so that `n:*` names the last message even when its UID is below n. UIDs that
        do not exist are no error (RFC 9051 section 6.4.9).
        """
        if not uids:
            return []
        spans = []
        for low, high in self._resolved(uids[-1]):
            start = bisect_left(uids, low)
            stop = start if start == len(uids) else bisect_right(uids, high, start)
            if start < stop:
                spans.append((start, stop))
        return merged(spans, 0)

    def _resolved(self, star: int) -> Iterable[tuple[int, int]]:
        for first, last in self.ranges:
            low = star if first is None else first
            high = star if last is None else last
            yield (low, high) if low <= high else (high, low)


def merged(spans: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Sorted (in place), with overlapping spans made one, and those whose edges are at most `gap` apart."""
    if len(spans) < 2:
        return spans
    spans.sort()
    merged = []
    start, stop = spans[0]
    for low, high in spans:
        if low > stop + gap:
            merged.append((start, stop))
            start, stop = low, high
        elif high > stop:
            stop = high
    merged.append((start, stop))
    return merged


def compact(numbers: Iterable[int]) -> bytes:
    """`1:4,7` for 1, 2, 3, 4, 7. The order is kept (COPYUID needs that): only ascending runs are joined."""
    parts: list[bytes] = []
    first = last = 0
    for number in numbers:
        if number == last + 1 and last:
            last = number
            continue
        if last:
            parts.append(b"%d" % first if first == last else b"%d:%d" % (first, last))
        first = last = number
    if last:
        parts.append(b"%d" % first if first == last else b"%d:%d" % (first, last))
    return b",".join(parts)
