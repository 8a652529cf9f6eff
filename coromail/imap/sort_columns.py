"""The columns that SORT and THREAD compare, made of the headers of many messages and kept with them."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar, cast

from coromail.message.summary import first_display, first_mailbox
from coromail.message.summary_page import UNDATED, Page
from coromail.model.headers import Codes, Column, Headers, size_of

if TYPE_CHECKING:
    from coromail.imap.searching import Search

T = TypeVar("T")

CHUNK = 2000  # messages that are sorted at once, before others may run
SAMPLES = 16  # keys that are looked at for each bucket of so many


def columns(search: Search, headers: Headers, names: Sequence[str]) -> list[Column]:
    """The columns of that name; their first `headers.count` entries count. May wait."""
    found: list[Column] = []
    lacking: list[tuple[Hashable, Column, str]] = []
    for name in names:
        key: Hashable = name if name == "DATE" else (name, search.comparator.name)
        column = headers.columns.get(key)
        if column is None:
            column = array("q") if name == "DATE" else Codes()
        if len(column) < headers.count:
            lacking.append((key, column, name))
        found.append(column)
    if lacking:
        before = [size_of(column) for _, column, _ in lacking]
        _fill(search, headers, lacking)
        for (key, column, _), octets in zip(lacking, before, strict=True):
            headers.keep_column(key, column, size_of(column) - octets)
    return found


def _fill(search: Search, headers: Headers, lacking: Sequence[tuple[Hashable, Column, str]]) -> None:
    start = min(len(column) for _, column, _ in lacking)
    for first, page in headers.read(search.summaries, start):
        for _, column, name in lacking:
            if len(column) < first + len(page):
                values = MAKERS[name](search, headers, first, page)
                column.extend(cast("Any", values[len(column) - first :]))  # others may have added meanwhile
            search.session.host.breathe()


def _dates(search: Search, headers: Headers, first: int, page: Page) -> Sequence[int]:
    """The sent date of each message, the internal date where there is none (RFC 5256 section 2.2)."""
    if UNDATED not in page.sent:
        return page.sent
    dates = page.sent[:]
    missing = [row for row, date in enumerate(dates) if date == UNDATED]
    internal = search.facts(search.mailbox.internaldates, [headers.uids[first + row] for row in missing], 0)
    if 0 in internal:
        headers.doubtful = True
    for row, date in zip(missing, internal, strict=True):
        dates[row] = date
    return dates


def _subjects(search: Search, headers: Headers, first: int, page: Page) -> Sequence[str]:
    order = search.comparator.order
    return [order(value.decode("utf-8", "surrogatepass")) for value in page.values("base_subject")]


def _address(
    field: str, show: Callable[[bytes], str]
) -> Callable[[Search, Headers, int, Page], Sequence[str]]:
    """Keys made of the first address of a field; the same field is read once a page."""

    def keys(search: Search, headers: Headers, first: int, page: Page) -> Sequence[str]:
        values = page.values(field)
        order = search.comparator.order
        known = {value: order(show(value)) for value in set(values)}
        return [known[value] for value in values]

    return keys


MAKERS: dict[str, Callable[[Search, Headers, int, Page], Sequence[int] | Sequence[str]]] = {
    "CC": _address("cc", first_mailbox),
    "DATE": _dates,
    "DISPLAYFROM": _address("from_", first_display),
    "DISPLAYTO": _address("to", first_display),
    "FROM": _address("from_", first_mailbox),
    "SUBJECT": _subjects,
    "TO": _address("to", first_mailbox),
}


def ranks(codes: Codes, breathe: Callable[[], None]) -> list[int]:
    """The place of each code when the texts are sorted; lets others run in between."""
    if len(codes.ranks) < len(codes.table):
        texts = list(codes.table)
        order = list(range(len(texts)))
        sort_stably(order, texts.__getitem__, breathe)
        places = [0] * len(texts)
        for rank, code in enumerate(order):
            places[code] = rank
        codes.ranks = places
    return codes.ranks


def sort_stably(order: list[int], key: Callable[[int], Any], breathe: Callable[[], None]) -> None:
    """`order.sort`, in steps: it is dealt out to buckets by some of its keys, which are sorted one by one."""
    if len(order) <= CHUNK:
        order.sort(key=key)
        return
    size = len(order)
    some = sorted(map(key, order[:: max(1, size // (SAMPLES * size // CHUNK))]))
    bounds = some[SAMPLES::SAMPLES]
    buckets: list[list[int]] = [[] for _ in range(len(bounds) + 1)]
    for start in range(0, size, CHUNK):
        for one in order[start : start + CHUNK]:
            buckets[bisect_right(bounds, key(one))].append(one)
        breathe()
    order.clear()
    for bucket in buckets:
        bucket.sort(key=key)
        order += bucket
        breathe()


def in_steps(values: Iterable[T], breathe: Callable[[], None]) -> list[T]:
    """A list of values that are worked out one by one; others may run now and then."""
    done: list[T] = []
    iterator = iter(values)
    while more := list(islice(iterator, CHUNK)):
        done += more
        breathe()
    return done
