"""What a client missed since a modification sequence that it remembers (RFC 7162 sections 3.2.5 and 3.2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from coromail.imap.view import Spans, View
from coromail.imap.wire.select_parameters import QResync
from coromail.imap.wire.sequence_set import SequenceSet, compact
from coromail.model.index import runs

Ranges = Iterable[tuple[int, int]]


def changed_since(view: View, spans: Spans, modseq: int) -> Spans:
    """Those of the positions whose message has a higher modification sequence."""
    index = view.mailbox.index
    if modseq >= view.mailbox.highestmodseq:
        return []
    if view.aligned:
        modseqs = index.modseqs
        return runs(
            position
            for first, last in spans
            for position, value in enumerate(modseqs[first:last], first)
            if value > modseq
        )
    modseq_of = view.mailbox.modseq_of
    return runs(
        position
        for first, last in spans
        for position, uid in enumerate(view.uids[first:last], first)
        if modseq_of(uid) > modseq
    )


def vanished_line(view: View, known: SequenceSet | None, modseq: int, after: int = 0) -> bytes:
    """VANISHED (EARLIER) with the UIDs of `known` (None: all) above `after` that were expunged since; or nothing.

    Left out are messages of which this client has yet to be told that they are gone: that has to be VANISHED
    without EARLIER. Where the mailbox does not remember back so far, all UIDs that are not there are sent.
    """
    mailbox = view.mailbox
    last = mailbox.uidnext - 1
    ranges = known.positions(last) if known is not None else [(1, last)] if last else []
    ranges = [(max(low, after + 1), high) for low, high in ranges if high > after]
    gone = mailbox.vanished_since(modseq)
    if gone is None:
        present = mailbox.index.uids if view.aligned else sorted({*view.uids, *mailbox.index.uids})
        uids = range_set(_gaps(present, ranges))
    else:
        if not view.aligned:
            gone = [uid for uid in gone if not view.sequence(uid)]
        uids = compact(_within(gone, ranges))
    return b"* VANISHED (EARLIER) %s\r\n" % uids if uids else b""


def matched_uid(view: View, qresync: QResync) -> int:
    """The highest UID up to which the client must know all expunges, from its match data; 0 if none.

    When message n has the UID that the client has for it, nothing before it went away behind the client's back.
    """
    if qresync.match_numbers is None or qresync.match_uids is None:
        return 0
    best = 0
    for number, uid in zip(_each(qresync.match_numbers), _each(qresync.match_uids), strict=False):
        if number > view.known:
            break
        if view.uids[number - 1] == uid:
            best = uid
    return best


def range_set(ranges: Ranges) -> bytes:
    """`1:4,7` for ranges of which each is written as it is."""
    return b",".join(b"%d" % low if low == high else b"%d:%d" % (low, high) for low, high in ranges)


def _each(numbers: SequenceSet) -> Iterator[int]:
    for low, high in numbers.ranges:
        yield from range(low or 0, (high or 0) + 1)


def _within(uids: Sequence[int], ranges: Ranges) -> Iterator[int]:
    """Ascending UIDs that lie in ascending ranges."""
    edges = iter(ranges)
    low, high = next(edges, (0, 0))
    for uid in uids:
        while uid > high and high:
            low, high = next(edges, (0, 0))
        if not high:
            return
        if uid >= low:
            yield uid


def _gaps(uids: Sequence[int], ranges: Ranges) -> Iterator[tuple[int, int]]:
    """What of ascending ranges is not among ascending UIDs, as ranges."""
    present = iter(uids)
    uid = next(present, None)
    for low, high in ranges:
        start = low
        while uid is not None and uid <= high:
            if uid >= start:
                if uid > start:
                    yield start, uid - 1
                start = uid + 1
            uid = next(present, None)
        if start <= high:
            yield start, high
