"""SORT: criteria become columns of numbers (RFC 5256 section 3, RFC 5957, RFC 6203 section 6)."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import islice
from typing import NamedTuple

from coromail.imap.searching import Found, Search
from coromail.imap.sort_columns import columns, in_steps, ranks, sort_stably
from coromail.imap.wire.sort_key import SortCriterion
from coromail.model.headers import Codes, Column, Headers

Rows = Sequence[int]


def sort(found: Found, criteria: Sequence[SortCriterion]) -> Found:
    """What was found (in mailbox order, which decides where the criteria do not) in the order asked for."""
    search, uids, places = found
    breathe = search.session.host.breathe
    headers, rows = search.headers(uids, places if search.view.aligned else None)
    names = [criterion.key for criterion in criteria]
    kept = headers.count == len(uids) and "RELEVANCY" not in names
    answer = (tuple(criteria), search.comparator.name)
    done: Sorted | None = headers.answers.get(answer) if kept else None
    if done is None:
        order = array("I", _order(search, criteria, uids, headers, rows))
        done = Sorted(order, array("I", in_steps(map(uids.__getitem__, order), breathe)))
        if kept:
            headers.keep_answer(answer, done, 8 * len(order))
    if places is not None and len(places) == search.view.known:
        places = done.order
    elif places is not None:
        places = in_steps(map(places.__getitem__, done.order), breathe)
    return Found(search, done.uids, places)


class Sorted(NamedTuple):
    """Messages in order: their places among those that were sorted, and their UIDs."""

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
