"""What was made for clients of messages that never change, kept in memory so that it is made once.

A mail client asks for the same items of every message each time it opens a mailbox: with the octets ready, a FETCH of
envelopes is a look into a dictionary and a copy.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from itertools import count
from typing import ClassVar
from weakref import WeakSet

LIMIT = 64 << 20  # octets that all mailboxes together keep
ENTRY = 150  # octets of memory that an entry takes besides its own, about

_moments = count()


class Prepared:
    """Octets of one mailbox's messages: a table (UID to octets) for each kind of thing that is made of them.

    When all mailboxes together would keep more than `LIMIT`, those that were not asked for longest lose everything.
    What does not fit even then is not kept: who reads a mailbox that is too big from one end to the other finds at
    least the beginning ready.
    """

    _all: ClassVar[WeakSet[Prepared]] = WeakSet()
    _total: ClassVar[int] = 0

    def __init__(self) -> None:
        self.octets = 0
        self._tables: dict[Hashable, dict[int, bytes]] = {}
        self._used = 0

    def table(self, kind: Hashable) -> Mapping[int, bytes]:
        """What there is of one kind, by UID."""
        self._used = next(_moments)
        return self._tables.get(kind, {})

    def keep(self, kind: Hashable, pieces: Mapping[int, bytes]) -> None:
        """Keep octets of messages, if there is room."""
        self._used = next(_moments)
        table = self._tables.setdefault(kind, {})
        new = {uid: octets for uid, octets in pieces.items() if uid not in table}
        size = sum(map(len, new.values())) + ENTRY * len(new)
        if self._make_room(size):
            table.update(new)
            self._grow(size)
            Prepared._all.add(self)

    def forget(self, uids: Iterable[int]) -> None:
        """These messages are gone, or others than was thought."""
        for table in self._tables.values():
            for uid in uids:
                octets = table.pop(uid, None)
                if octets is not None:
                    self._grow(-len(octets) - ENTRY)

    def clear(self) -> None:
        """Forget everything."""
        self._tables = {}
        self._grow(-self.octets)

    def _grow(self, size: int) -> None:
        self.octets += size
        Prepared._total += size

    def _make_room(self, size: int) -> bool:
        if Prepared._total + size > LIMIT:
            for other in sorted(Prepared._all, key=lambda one: one._used):
                if other is not self and Prepared._total + size > LIMIT:
                    other.clear()
        return Prepared._total + size <= LIMIT

    def __del__(self) -> None:
        Prepared._total -= self.octets
