"""Where the records of each mailbox lie in the journal."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from coromail.stores.maildir.journal import Entry


class Places:
    """The records of one mailbox in their order: 16 octets of memory each, since there may be thousands of them."""

    __slots__ = ("_columns", "_mailbox")

    def __init__(self, mailbox: int) -> None:
        self._mailbox = mailbox
        self._columns = array("Q")  # of each record its kind and length in one number, and its offset

    def __len__(self) -> int:
        return len(self._columns) // 2

    def __iter__(self) -> Iterator[Entry]:
        columns = self._columns
        for place in range(0, len(columns), 2):
            head = columns[place]
            yield Entry(head >> 32, self._mailbox, columns[place + 1], head & 0xFFFFFFFF)

    def append(self, entry: Entry) -> None:
        """One more record, behind the others."""
        self._columns.append(entry.kind << 32 | entry.length)
        self._columns.append(entry.offset)


def places_of(known: dict[int, Places], mailbox: int) -> Places:
    """The places of a mailbox, to which some may be added."""
    found = known.get(mailbox)
    if found is None:
        found = known[mailbox] = Places(mailbox)
    return found
