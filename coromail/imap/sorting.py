"""SORT: criteria become columns of numbers (RFC 5256 section 3, RFC 5957, RFC 6203 section 6)."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import compress, islice
from typing import NamedTuple

from coromail.imap.searching import Found, Search
from coromail.imap.sort_columns import columns, in_steps, ranks, sort_stably
from coromail.imap.wire.sort_key import SortCriterion
from coromail.model.headers import Codes, Column, Headers

Rows = Sequence[int]
FEW = 20  # fewer than one in so many messages are sorted for themselves, else all of them, once


def sort(found: Found, criteria: Sequence[SortCriterion]) -> Found:
    """What was found (in mailbox order, which decides where the criteria do not) in the order asked for."""
    search, uids, places = found
    breathe = search.session.host.breathe
    headers, rows = search.headers(uids, places if search.view.aligned else None)
    by_relevancy = any(criterion.key == "RELEVANCY" for criterion in criteria)
    if by_relevancy or FEW * len(uids) < headers.count:
        order = _order(search, criteria, uids, headers, rows)
        if places is not None:
            places = in_steps(map(places.__getitem__, order), breathe)
        return Found(search, in_steps(map(uids.__getitem__, order), breathe), places)
    done = _whole(search, criteria, headers)
    aligned = places is not None and search.view.uids is headers.uids
    if headers.count == len(uids):
        return Found(search, done.uids, done.order if aligned else None)
    wanted = bytearray(headers.count)
    for row in rows:
        wanted[row] = 1
    breathe()
    sorted_rows = in_steps(compress(done.order, map(wanted.__getitem__, done.order)), breathe)
    sorted_uids = in_steps(map(headers.uids.__getitem__, sorted_rows), breathe)
    return Found(search, sorted_uids, sorted_rows if aligned else None)


def _whole(search: Search, criteria: Sequence[SortCriterion], headers: Headers) -> Sorted:
    """All rows in order: kept until messages come or go."""
    answer = (tuple(criteria), search.comparator.name)
    done: Sorted | None = headers.answers.get(answer)
    if done is None:
        uids = headers.uids[: headers.count]
        order = array("I", _order(search, criteria, uids, headers, range(headers.count)))
        sorted_uids = in_steps(map(uids.__getitem__, order), search.session.host.breathe)
        done = Sorted(order, array("I", sorted_uids))
        headers.keep_answer(answer, done, 8 * len(order))
    return done


class Sorted(NamedTuple):
    """Messages in order: their rows, and their UIDs."""

    order: array[int]
    uids: array[int]


def _order(
    search: Search, criteria: Sequence[SortCriterion], uids: Sequence[int], headers: Headers, rows: Rows
) -> list[int]:
    names = dict.fromkeys(criterion.key for criterion in criteria if criterion.key not in FACTS)
    made = dict(zip(names, columns(search, headers, list(names)), strict=True))
    breathe = search.session.host.breathe
    together: Sequence[int] = []
    for criterion in criteria:
        if criterion.key in made:
            numbers = _numbers(made[criterion.key], rows, breathe)
        else:
            numbers = FACTS[criterion.key](search, uids)
        together = _below(together, numbers, criterion.reverse, breathe)
    order = list(range(len(uids)))
    sort_stably(order, together.__getitem__, breathe)
    return order


def _numbers(column: Column, rows: Rows, breathe: Callable[[], None]) -> Sequence[int]:
    """What a column says of rows, as numbers that are ordered as the messages are."""
    whole = isinstance(rows, range)
    if not isinstance(column, Codes):
        return column[: len(rows)] if whole else [column[row] for row in rows]
    codes = islice(column.codes, len(rows)) if whole else map(column.codes.__getitem__, rows)
    return in_steps(map(ranks(column, breathe).__getitem__, codes), breathe)


def _below(
    above: Sequence[int], numbers: Sequence[int], reverse: bool, breathe: Callable[[], None]
) -> Sequence[int]:
    """Numbers for two criteria in one, of which the first counts more; `above` is empty for the first criterion."""
    if not above and not reverse:
        return numbers
    low, high = min(numbers, default=0), max(numbers, default=0)
    span = high - low + 1
    if not above:
        return in_steps((high - number for number in numbers), breathe)
    pairs = zip(above, numbers, strict=True)
    if reverse:
        return in_steps((first * span + high - number for first, number in pairs), breathe)
    return in_steps((first * span + number - low for first, number in pairs), breathe)


def _arrival(search: Search, uids: Sequence[int]) -> Sequence[int]:
    return search.facts(search.mailbox.internaldates, uids, 0)


def _size(search: Search, uids: Sequence[int]) -> Sequence[int]:
    return search.facts(search.mailbox.sizes, uids, 0)


def _relevancy(search: Search, uids: Sequence[int]) -> Sequence[int]:
    """The highest score first."""
    return [-search.scores.get(uid, 0) for uid in uids]


FACTS: dict[str, Callable[[Search, Sequence[int]], Sequence[int]]] = {
    "ARRIVAL": _arrival,
    "RELEVANCY": _relevancy,
    "SIZE": _size,
}
