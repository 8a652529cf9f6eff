"""The columns of a mailbox in memory: one entry a message, in UID order."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from itertools import compress
from operator import attrgetter
from typing import Any

from coromail.model.flags import Flags

GONE_LIMIT = 200_000  # expunged messages that a mailbox remembers: 12 octets each
_SEEN, _DELETED = attrgetter("seen"), attrgetter("deleted")
FEW = 8  # ranges that are taken out of a column by moving what is behind each of them


class Index:
    """UIDs, flags and modification sequences as parallel columns: some 20 octets a message.

    `uids` is only ever appended to or replaced by a new array, never changed elsewhere in place, so views may
    share it and know that their first entries stay (see `coromail.imap.view`). `unseen` and `deleted` count
    messages without \\Seen and with \\Deleted. `gone_uids` and `gone_modseqs` tell what was expunged when; if
    the first UID is 0, then they do so only above its modification sequence.
    """

    __slots__ = (
        "_deleted",
        "_first_unseen",
        "_marked",
        "deleted",
        "flags",
        "gone_modseqs",
        "gone_uids",
        "modseqs",
        "uids",
        "unseen",
    )

    def __init__(self) -> None:
        self.uids: array[int] = array("I")
        self.flags: list[Flags] = []
        self.modseqs: array[int] = array("Q")
        self.gone_uids: array[int] = array("I")
        self.gone_modseqs: array[int] = array("Q")
        self.unseen = 0
        self.deleted = 0
        self._deleted = bytearray()  # 1 for \\Deleted, so that EXPUNGE need not look at every set of flags
        self._first_unseen = 0
        self._marked: dict[tuple[str, bool], array[int]] = {}

    def __len__(self) -> int:
        return len(self.flags)

    def position(self, uid: int) -> int:
        """Where the message stands, from 0, or -1."""
        position = bisect_left(self.uids, uid)
        if position < len(self.uids) and self.uids[position] == uid:
            return position
        return -1

    def positions(self, uids: Sequence[int]) -> Sequence[int]:
        """Where messages stand, -1 for those that are not here. Neighbours cost next to nothing."""
        start = self.position(uids[0]) if uids else 0
        if start >= 0 and self.uids[start : start + len(uids)] == array("I", uids):
            return range(start, start + len(uids))
        return [self.position(uid) for uid in uids]

    def first_unseen(self) -> int:
        """The position of the first message without \\Seen, or -1."""
        if not self.unseen:
            return -1
        position = self._first_unseen
        while self.flags[position].seen:
            position += 1
        self._first_unseen = position
        return position

    def deleted_uids(self) -> Iterator[int]:
        """The UIDs of messages with \\Deleted, ascending; the messages must not change meanwhile."""
        position = self._deleted.find(1)
        while position >= 0:
            yield self.uids[position]
            position = self._deleted.find(1, position + 1)

    def marked(self, flag: str, present: bool) -> array[int]:
        """The positions of all messages with, or without, a system flag; kept until some flags change.

        `flag` is an attribute of `Flags`: "seen", ... Do not change what you get.
        """
        found = self._marked.get((flag, present))
        if found is None:
            wanted = {entry for entry in set(self.flags) if getattr(entry, flag) is present}
            positions = compress(range(len(self.flags)), map(wanted.__contains__, self.flags))
            found = self._marked[flag, present] = array("I", positions)
        return found

    def add(self, uid: int, flags: Flags, modseq: int) -> None:
        """Append a message; `uid` is higher than all before."""
        self._marked.clear()
        self.uids.append(uid)
        self.flags.append(flags)
        self.modseqs.append(modseq)
        self.unseen += not flags.seen
        self.deleted += flags.deleted
        self._deleted.append(flags.deleted)

    def extend(self, uids: Iterable[int], flags: Sequence[Flags], modseqs: Iterable[int]) -> None:
        """Append many at once."""
        self._marked.clear()
        self.uids.extend(uids)
        self.flags.extend(flags)
        self.modseqs.extend(modseqs)
        self.unseen += len(flags) - sum(map(_SEEN, flags))
        deleted = bytearray(map(_DELETED, flags))
        self.deleted += deleted.count(1)
        self._deleted += deleted

    def set(self, position: int, flags: Flags, modseq: int) -> None:
        """Change the flags of one message."""
        self._marked.clear()
        old = self.flags[position]
        self.flags[position] = flags
        self.modseqs[position] = modseq
        self.unseen += old.seen - flags.seen
        self.deleted += flags.deleted - old.deleted
        self._deleted[position] = flags.deleted
        if not flags.seen and position < self._first_unseen:
            self._first_unseen = position

    def remove(self, uids: Sequence[int], modseq: int) -> None:
        """Take messages out (all are here, ascending) and remember when they went (RFC 7162 section 3.2)."""
        self._marked.clear()
        positions = self.positions(uids)
        for position in positions:
            self.unseen -= not self.flags[position].seen
            self.deleted -= self.flags[position].deleted
        self.uids = self.uids[:]  # the old one is left to the views
        take_out(runs(positions), self.uids, self.modseqs, self.flags, self._deleted)
        self._first_unseen = 0
        self.gone_uids.extend(uids)
        self.gone_modseqs.extend([modseq] * len(uids))
        if len(self.gone_uids) > GONE_LIMIT:
            self.forget_gone()

    def forget_gone(self) -> None:
        """Drop the older half of what is known of expunges."""
        last = self.gone_modseqs[len(self.gone_uids) // 2]
        start = bisect_right_of(self.gone_modseqs, last)
        self.gone_uids[:start] = array("I", [0])
        self.gone_modseqs[:start] = array("Q", [last])

    @property
    def forgotten(self) -> int:
        """The modification sequence up to which expunges are forgotten."""
        return self.gone_modseqs[0] if self.gone_uids and not self.gone_uids[0] else 0

    def gone_since(self, modseq: int) -> list[int] | None:
        """UIDs expunged after the given modification sequence, ascending; None when that is forgotten."""
        if modseq < self.forgotten:
            return None
        return sorted(self.gone_uids[bisect_right_of(self.gone_modseqs, modseq) :])


def bisect_right_of(column: array[int], value: int) -> int:
    """The position behind all entries that are not above `value`."""
    return bisect_left(column, value + 1)


def runs(positions: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending positions as half-open ranges."""
    ranges: list[tuple[int, int]] = []
    start = end = -1
    for position in positions:
        if position != end:
            if end >= 0:
                ranges.append((start, end))
            start = position
        end = position + 1
    if end >= 0:
        ranges.append((start, end))
    return ranges


def take_out(ranges: Sequence[tuple[int, int]], *columns: MutableSequence[Any]) -> None:
    """Remove half-open ascending ranges from columns of the same length, in place."""
    for column in columns:
        if len(ranges) <= FEW:
            for start, end in reversed(ranges):
                del column[start:end]
        else:
            column[:] = _between(ranges, column)


def _between(ranges: Sequence[tuple[int, int]], column: MutableSequence[Any]) -> MutableSequence[Any]:
    """A copy of what the ranges leave of a column."""
    kept = column[:0]
    last = 0
    for start, end in ranges:
        kept += column[last:start]
        last = end
    kept += column[last:]
    return kept
