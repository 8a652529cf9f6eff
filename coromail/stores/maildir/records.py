"""What the records of the journal say."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from coromail.model.flags import Flags
from coromail.stores.maildir.packing import (
    Batch,
    cut,
    join,
    numbers,
    pack_batch,
    pack_choices,
    pack_flags,
    pack_names,
    unpack,
    unpack_batch,
    unpack_choices,
    unpack_flags,
    unpack_names,
)


class Kind(IntEnum):
    """Kinds of records. A number is never given another meaning; 255 is `journal.SEVERAL`."""

    MAILBOX = 1  # a mailbox exists: UIDVALIDITY, folder
    REMOVED = 2  # a mailbox is gone
    RENAMED = 3  # mailboxes have other folders; which may still have to be renamed on disk
    RENAMES_DONE = 4
    SUBSCRIBED = 5
    UNSUBSCRIBED = 6
    PROPERTY = 7  # of a mailbox, or of the account (number 0)
    CLOSED = 8  # nothing was lost before this record if it is the last one
    SNAPSHOT = 20  # all columns of a mailbox
    ADDED = 21
    FLAGS = 22
    EXPUNGED = 23
    MOVED_HERE = 24  # like ADDED; at the same time the messages leave another mailbox
    LINKED = 25  # the files of an ADDED or MOVED_HERE are all in place
    UNLINKED = 26  # the files of messages expunged up to a modification sequence are gone
    RECENT = 27
    NUMBERS = 28  # UIDNEXT, HIGHESTMODSEQ, and how far both may go before the next such record is durable
    INFOS = 29  # files get another info: from now on disk shows the old or the new one
    FACTS = 30  # sizes and dates that had to be looked up
    SCANNED = 31  # the messages of other servers have all been taken over
    UIDLS = 32  # POP3 unique-ids of other servers
    APPENDED = 34  # like ADDED, with the octets of the messages
    STORED = 35  # the files of messages appended up to a modification sequence are durable
    MOVED_AWAY = 33  # never written: MOVED_HERE as the other mailbox sees it


OF_TREE = frozenset(kind for kind in Kind if kind < Kind.SNAPSHOT)

MODSEQ = struct.Struct("=Q")
UID = struct.Struct("=I")
MAILBOX = struct.Struct("=I")
NUMBERS = struct.Struct("=QQQQ")
_ADDED = struct.Struct("=QIQ")


class Added(NamedTuple):
    """New messages. Copies also say where their files come from: the mailbox (0: none) and the base names there."""

    modseq: int
    batch: Batch
    source: int = 0
    source_names: Sequence[bytes] = ()
    source_modseq: int = 0
    source_uids: array[int] = array("I")

    def pack(self) -> bytes:
        """The payload of ADDED and MOVED_HERE."""
        head = _ADDED.pack(self.modseq, self.source, self.source_modseq)
        names = pack_names(self.source_names)
        return join([head, pack_batch(self.batch), names, self.source_uids.tobytes()])

    @classmethod
    def unpack(cls, data: bytes) -> Added:
        """ValueError when the payload contradicts itself."""
        head, packed, names, uids = cut(data, 4)
        modseq, source, source_modseq = unpack(_ADDED, head)
        batch = unpack_batch(packed)
        source_names = unpack_names(names, len(batch.uids) if source else 0)
        return cls(modseq, batch, source, source_names, source_modseq, numbers("I", uids))


def pack_appended(added: Added, contents: Sequence[bytes]) -> bytes:
    """The payload of APPENDED."""
    lengths = array("I", map(len, contents)).tobytes()
    return join([added.pack(), lengths, b"".join(contents)])


def unpack_appended(data: bytes) -> tuple[Added, list[bytes]]:
    """The messages and their octets."""
    packed, column, octets = cut(data, 3)
    added, lengths = Added.unpack(packed), numbers("I", column)
    if len(lengths) != len(added.batch.uids) or sum(lengths) != len(octets):
        raise ValueError("contents of the wrong length")
    contents = []
    start = 0
    for length in lengths:
        contents.append(octets[start : start + length])
        start += length
    return added, contents


def source_of(data: bytes) -> int:
    """The mailbox that the messages of an ADDED or MOVED_HERE came from, 0 when that is not said."""
    try:
        return unpack(_ADDED, cut(data, 4)[0])[1]
    except ValueError:
        return 0


def pack_changes(modseq: int, uids: Sequence[int], flags: Sequence[Flags]) -> bytes:
    """The payload of FLAGS."""
    return join([MODSEQ.pack(modseq), array("I", uids).tobytes(), pack_flags(flags)])


def unpack_changes(data: bytes) -> tuple[int, array[int], list[Flags]]:
    """Modification sequence, UIDs, flags."""
    modseq, uids, flags = cut(data, 3)
    return unpack(MODSEQ, modseq)[0], numbers("I", uids), unpack_flags(flags)


def pack_uids(modseq: int, uids: Sequence[int]) -> bytes:
    """The payload of EXPUNGED."""
    return MODSEQ.pack(modseq) + array("I", uids).tobytes()


def unpack_uids(data: bytes) -> tuple[int, array[int]]:
    """Modification sequence and UIDs."""
    return unpack(MODSEQ, data[: MODSEQ.size])[0], numbers("I", data[MODSEQ.size :])


def pack_infos(uids: Sequence[int], infos: Sequence[bytes]) -> bytes:
    """The payload of INFOS."""
    return join([array("I", uids).tobytes(), pack_choices(infos)])


def unpack_infos(data: bytes) -> tuple[array[int], list[bytes]]:
    """UIDs and infos."""
    uids, infos = cut(data, 2)
    table, places = unpack_choices(infos)
    return numbers("I", uids), [table[place] for place in places]


def pack_facts(uids: Sequence[int], sizes: Sequence[int], dates: Sequence[int]) -> bytes:
    """The payload of FACTS."""
    return join([array("I", uids).tobytes(), array("q", sizes).tobytes(), array("q", dates).tobytes()])


def unpack_facts(data: bytes) -> tuple[array[int], array[int], array[int]]:
    """UIDs, sizes, dates."""
    uids, sizes, dates = cut(data, 3)
    return numbers("I", uids), numbers("q", sizes), numbers("q", dates)


def pack_uidls(uidls: dict[int, bytes]) -> bytes:
    """The payload of UIDLS."""
    return join([array("I", uidls).tobytes(), pack_names(uidls.values())])


def unpack_uidls(data: bytes) -> dict[int, bytes]:
    """UID to unique-id."""
    uids, uidls = cut(data, 2)
    column = numbers("I", uids)
    return dict(zip(column, unpack_names(uidls, len(column)), strict=True))
