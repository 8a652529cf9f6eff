"""PARTIAL: a page of many results (RFC 9394, RFC 5267 section 4.4)."""

from __future__ import annotations

from collections.abc import Sequence

from coromail.imap.view import Spans

PartialRange = tuple[int, int]  # as written: 1:500 from the front, -1:-500 from the end


def page(count: int, wanted: PartialRange) -> slice:
    """Which of `count` results a range means; what it names beyond them is left out."""
    first, last = sorted((abs(wanted[0]), abs(wanted[1])))
    last = min(last, count)
    if first > last:
        return slice(0, 0)
    return slice(first - 1, last) if wanted[0] > 0 else slice(count - last, count - first + 1)


def partial_spans(spans: Spans, wanted: PartialRange) -> Spans:
    """The page as spans; spans are half-open ranges."""
    part = page(sum(last - first for first, last in spans), wanted)
    found: Spans = []
    before = 0
    for first, last in spans:
        low = max(first, first + part.start - before)
        high = min(last, first + part.stop - before)
        if low < high:
            found.append((low, high))
        before += last - first
    return found


def select_page(results: Sequence[int], wanted: PartialRange) -> Sequence[int]:
    """The page of a list."""
    return results[page(len(results), wanted)]
