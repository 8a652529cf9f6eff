"""Results of SEARCH, SORT and THREAD, old and extended (RFC 9051, 5256, 5267, 6203, 7162, 7377, 9394)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.imap.checker.scanner import Scanner

PARTIAL_RANGE = re.compile(rb"(-?)[1-9][0-9]*:\1[1-9][0-9]*")

Ranges = list[tuple[int, int]]


class Found(NamedTuple):
    """SEARCH or SORT: the numbers, and the MODSEQ of RFC 7162 section 3.1.5 if given."""

    numbers: list[int]
    modseq: int | None


class Esearch(NamedTuple):
    """ESEARCH: what the correlator says (TAG, MAILBOX, UIDVALIDITY), whether UIDs, and the data by name."""

    correlator: dict[str, Any]
    uid: bool
    data: dict[str, Any]


def search(scanner: Scanner, production: str) -> Found:
    """What follows SEARCH or SORT."""
    if production == "SEARCH" and scanner.rev2:
        scanner.fail(production, "IMAP4rev2 answers with ESEARCH")
    numbers: list[int] = []
    while scanner.looking_at(b" ") and not scanner.looking_at(b" ("):
        scanner.sp(production)
        numbers.append(scanner.nz_number(production))
    modseq = None
    if numbers and scanner.accept(b" (MODSEQ "):
        modseq = scanner.nz_number64("search-sort-mod-seq")
        scanner.expect(b")", "search-sort-mod-seq")
    if len(set(numbers)) != len(numbers):
        scanner.fail(production, "a number twice")
    return Found(numbers, modseq)


def _partial(scanner: Scanner, production: str) -> tuple[bytes, Ranges | None]:
    scanner.expect(b"(", production)
    asked = scanner.match(PARTIAL_RANGE, production)
    scanner.sp(production)
    results = None if scanner.nil() else scanner.sequence_set(production)
    scanner.expect(b")", production)
    return asked, results


def _positions(scanner: Scanner, production: str) -> list[tuple[int, Ranges]]:
    def pair() -> tuple[int, Ranges]:
        position = scanner.number(production)
        scanner.sp(production)
        return position, scanner.sequence_set(production)

    return scanner.listed(pair, production)


def _scores(scanner: Scanner, production: str) -> list[int]:
    scores = scanner.listed(lambda: scanner.nz_number(production), production, least=0)
    if any(score > 100 for score in scores):
        scanner.fail(production, "a score above 100")
    return scores


RETURN_DATA: dict[str, Callable[[Scanner, str], Any]] = {
    "MIN": Scanner.nz_number,
    "MAX": Scanner.nz_number,
    "ALL": Scanner.sequence_set,
    "COUNT": Scanner.number,
    "MODSEQ": Scanner.nz_number64,  # RFC 4731 section 3.2
    "PARTIAL": _partial,  # RFC 9394
    "ADDTO": _positions,  # RFC 5267
    "REMOVEFROM": _positions,
    "RELEVANCY": _scores,  # RFC 6203
}
REPEATABLE = frozenset({"ADDTO", "REMOVEFROM"})  # RFC 5267 section 4.3: order matters, several may come


def _correlator(scanner: Scanner) -> dict[str, Any]:
    def one() -> tuple[str, Any]:
        name = scanner.word("search-correlator")
        scanner.sp("search-correlator")
        if name == "TAG":
            return name, scanner.string("tag-string")  # unquoted is legal, but clients fail on it
        if name == "MAILBOX":
            return name, scanner.mailbox()
        if name != "UIDVALIDITY":
            scanner.fail("search-correlator", f"unknown correlator {name}")
        return name, scanner.nz_number("search-correlator")

    found = scanner.listed(one, "search-correlator")
    if len(dict(found)) != len(found) or not (
        len(found) == 1 or {"MAILBOX", "UIDVALIDITY"} <= set(dict(found))
    ):
        scanner.fail("search-correlator", "each of TAG, MAILBOX, UIDVALIDITY exactly once")
    return dict(found)


def esearch(scanner: Scanner, production: str) -> Esearch:
    """What follows ESEARCH. The tag must be a quoted string (or literal)."""
    correlator: dict[str, Any] = {}
    if scanner.accept(b" ("):
        scanner.pos -= 1
        correlator = _correlator(scanner)
    uid = scanner.looking_at(b" UID") and scanner.accept(b" UID")
    data: dict[str, Any] = {}
    while scanner.looking_at(b" "):
        scanner.sp(production)
        name = scanner.word("search-return-data")
        if name not in RETURN_DATA:
            scanner.fail("search-return-data", f"unknown item {name}")
        scanner.sp("search-return-data")
        value = RETURN_DATA[name](scanner, f"search-return-data {name}")
        if name in REPEATABLE:
            data.setdefault(name, []).extend(value)
        elif name in data:
            scanner.fail("search-return-data", f"{name} twice")
        else:
            data[name] = value
    _consistent(scanner, data)
    return Esearch(correlator, uid, data)


def _consistent(scanner: Scanner, data: dict[str, Any]) -> None:
    count = data.get("COUNT")
    if count is None:
        return
    if count == 0 and data.keys() & {"MIN", "MAX", "ALL", "MODSEQ"}:
        scanner.fail(
            "search-return-data", "MIN, MAX, ALL or MODSEQ though nothing was found (RFC 4731 section 3.1)"
        )
    if "ALL" in data and sum(abs(last - first) + 1 for first, last in data["ALL"]) != count:
        scanner.fail("search-return-data", "COUNT is not the size of ALL")


def uidbatches(scanner: Scanner, production: str) -> tuple[bytes, Ranges]:
    """What follows UIDBATCHES (RFC 10022 section 4): the tag, and ranges that descend."""
    scanner.sp(production)
    tag = _correlator(scanner)["TAG"]
    ranges: Ranges = []
    lowest = 2**32
    while scanner.accept(b"," if ranges else b" "):
        first = scanner.nz_number(production)
        scanner.expect(b":", production)
        last = scanner.nz_number(production)
        if not lowest > first >= last:
            scanner.fail(production, "ranges do not descend")
        lowest = last
        ranges.append((first, last))
    return tag, ranges


def thread(scanner: Scanner, production: str) -> list[Any]:
    """What follows THREAD: nested lists of numbers (RFC 5256 section 5), read without recursion."""
    root: list[Any] = []
    if scanner.at_end():
        return root
    scanner.sp(production)
    stack: list[list[Any]] = [root]
    while True:
        if scanner.accept(b"("):
            opened: list[Any] = []
            stack[-1].append(opened)
            stack.append(opened)
            if not scanner.looking_at(b"("):
                _members(scanner, opened)
        elif len(stack) > 1 and scanner.accept(b")"):
            closed = stack.pop()
            if sum(isinstance(item, list) for item in closed) == 1:
                scanner.fail("thread-nested", "one nested list where two are the least")
        elif len(stack) == 1 and root and scanner.at_end():
            return root
        else:
            scanner.fail("thread-list")


def _members(scanner: Scanner, members: list[Any]) -> None:
    members.append(scanner.nz_number("thread-members"))
    while scanner.accept(b" "):
        if scanner.looking_at(b"("):
            return
        members.append(scanner.nz_number("thread-members"))
    if scanner.looking_at(b"("):
        scanner.fail("thread-members", "no space before the nested lists")
