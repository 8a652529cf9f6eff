"""How the result of SEARCH and SORT is told: SEARCH, SORT, or ESEARCH (RFC 4731, RFC 5267, RFC 9051 section 7.3.4).

An extension adds its return option to `DATA`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coromail.errors import Bad
from coromail.imap.paging import select_page
from coromail.imap.sort_columns import in_steps
from coromail.imap.view import View
from coromail.imap.wire import writer
from coromail.imap.wire.sequence_set import compact

if TYPE_CHECKING:
    from coromail.imap.command import Command
    from coromail.imap.searching import Found

Options = Mapping[str, Any]
SPARSE = 16  # UIDs for each message, above which they are looked up in another way
CHUNK = 5000  # messages that are numbered before others may run


def answer(
    command: Command,
    name: bytes,
    options: Options | None,
    found: Found,
    by_uid: bool,
    mailbox: bytes = b"",
) -> None:
    """Send the untagged reply: `name` (SEARCH or SORT) for those who asked in the old way, else ESEARCH.

    With SAVE, what is returned becomes `$`. `mailbox` are the correlators that name another mailbox.
    """
    view, uids = found.search.view, found.uids
    chosen = returned(options or {}, uids)
    modseq = max(map(view.mailbox.modseq_of, chosen), default=0) if found.search.asks_modseq else 0
    if options is not None and "SAVE" in options:
        view.saved = array("I", sorted(chosen))
    numbers = uids if by_uid else numbers_of(found)
    command.host.breathe()
    if options is None and (name == b"SORT" or (name == b"SEARCH" and not command.session.rev2)):
        _tell(command, name, numbers, modseq)
        return
    if options and not DATA.keys() & options.keys():
        return  # SAVE, CONTEXT or UPDATE alone: there is nothing to tell
    scores = found.search.scores
    relevancy = [scores.get(uid, 100) for uid in uids] if options and "RELEVANCY" in options else ()
    results = Results(options or {"ALL": True}, numbers, relevancy, modseq)
    command.untagged(esearch(b"(TAG %s%s)" % (writer.quoted(command.tag), mailbox), results, by_uid))


def _tell(command: Command, name: bytes, numbers: Sequence[int], modseq: int) -> None:
    """`* SEARCH 1 2 3`, or SORT; in steps where it is long."""
    write = command.session.write
    write(b"* " + name)
    for start in range(0, len(numbers), CHUNK):
        write(b" " + " ".join(map(str, numbers[start : start + CHUNK])).encode("ascii"))
        command.host.breathe()
    write(b" (MODSEQ %d)\r\n" % modseq if modseq else b"\r\n")


@contextmanager
def saving(view: View, options: Options | None) -> Iterator[None]:
    """A search that ends in NO empties `$` if it was to set it; BAD leaves it alone (RFC 5182 section 2.1)."""
    try:
        yield
    except Bad:
        raise
    except Exception:
        if options is not None and "SAVE" in options:
            view.saved = array("I")
        raise


def numbers_of(found: Found) -> list[int]:
    """The client's numbers for the messages found, in the order they have there; lets others run in between."""
    search, uids, places = found
    view = search.view
    if places is not None:
        return in_steps((place + 1 for place in places), search.session.host.breathe)
    if len(uids) <= CHUNK:
        return [number for number in view.numbers_of(uids) if number]
    breathe = search.session.host.breathe
    number = _numbering(view, breathe)
    known: list[int] = []
    for start in range(0, len(uids), CHUNK):
        known += filter(None, map(number, uids[start : start + CHUNK]))
        breathe()
    return known


def _numbering(view: View, breathe: Callable[[], None]) -> Callable[[int], int | None]:
    """From a UID to the client's number for it, for many: a table, as long as UIDs are not too far apart."""
    uids = view.uids[: view.known]
    first, last = uids[0], uids[-1]
    if last - first > SPARSE * len(uids):
        return dict(zip(uids, range(1, len(uids) + 1), strict=True)).get
    breathe()
    table = array("I", bytes(4 * (last + 1 - first)))
    for number, uid in enumerate(uids, 1):
        table[uid - first] = number

    def number_of(uid: int) -> int:
        return table[uid - first] if first <= uid <= last else 0

    return number_of


def returned(options: Options, uids: Sequence[int]) -> Sequence[int]:
    """The UIDs that the options tell of: `$` after SAVE (RFC 5182 section 2.4, RFC 9394 section 3.2)."""
    if not uids or "ALL" in options or "COUNT" in options or not options.keys() & {"PARTIAL", "MIN", "MAX"}:
        return uids
    chosen: set[int] = set()
    if "PARTIAL" in options:
        chosen.update(select_page(uids, options["PARTIAL"]))
    if "MIN" in options:
        chosen.add(uids[0])
    if "MAX" in options:
        chosen.add(uids[-1])
    return list(chosen)


@dataclass(slots=True)
class Results:
    """What an ESEARCH tells: the numbers (or UIDs) found, in order, as the options want them.

    `relevancy` has the score of each (RFC 6203 section 4); `modseq` is the highest modification sequence of
    what is told, 0 when the client did not ask (RFC 4731 section 3.2).
    """

    options: Options
    numbers: Sequence[int]
    relevancy: Sequence[int] = ()
    modseq: int = 0


def esearch(correlator: bytes, results: Results, by_uid: bool) -> bytes:
    """`ESEARCH (TAG "a") UID MIN 1 ...`; what has no result is left out, COUNT never is."""
    parts = [b"ESEARCH", correlator]
    if by_uid:
        parts.append(b"UID")
    parts += [data for name, make in DATA.items() if name in results.options and (data := make(results))]
    if results.modseq:
        parts.append(b"MODSEQ %d" % results.modseq)
    return b" ".join(parts)


def _min(results: Results) -> bytes:
    return b"MIN %d" % results.numbers[0] if results.numbers else b""


def _max(results: Results) -> bytes:
    return b"MAX %d" % results.numbers[-1] if results.numbers else b""


def _all(results: Results) -> bytes:
    return b"ALL " + compact(results.numbers) if results.numbers else b""


def _partial(results: Results) -> bytes:
    wanted = results.options["PARTIAL"]
    return b"PARTIAL (%d:%d %s)" % (*wanted, compact(select_page(results.numbers, wanted)) or b"NIL")


def _count(results: Results) -> bytes:
    return b"COUNT %d" % len(results.numbers)


def _relevancy(results: Results) -> bytes:
    scores = results.relevancy
    if "PARTIAL" in results.options:
        scores = select_page(scores, results.options["PARTIAL"])
    return b"RELEVANCY (%s)" % b" ".join(map(b"%d".__mod__, scores))


DATA: dict[str, Callable[[Results], bytes]] = {
    "MIN": _min,
    "MAX": _max,
    "ALL": _all,
    "PARTIAL": _partial,
    "COUNT": _count,
    "RELEVANCY": _relevancy,
}
