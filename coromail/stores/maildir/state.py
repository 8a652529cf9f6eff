"""Everything a mailbox knows about its messages, made again from records of the journal."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from coromail.model.index import Index, runs, take_out
from coromail.stores.maildir.packing import (
    ROWS,
    Batch,
    join,
    numbers,
    pack_batch,
    pack_names,
    unpack,
    unpack_batch,
    unpack_names,
    views,
)
from coromail.stores.maildir.records import (
    MODSEQ,
    NUMBERS,
    UID,
    Added,
    Kind,
    pack_uidls,
    unpack_appended,
    unpack_changes,
    unpack_facts,
    unpack_infos,
    unpack_uidls,
    unpack_uids,
)

_HEAD = struct.Struct("=QQQQIB")


class Intent(NamedTuple):
    """Where the file of a copied message comes from, as long as its own name may be missing on disk."""

    modseq: int
    source: int
    source_name: bytes
    moved: bool


class Content(NamedTuple):
    """A message whose octets are in the journal because its file may not be durable yet."""

    uid: int
    modseq: int
    octets: bytes  # empty when they were not read from the journal


class State:
    """The columns of a mailbox: `index`, and beside it base names, infos, dates, sizes and save dates.

    `graveyard` has base names of messages that are expunged, whose files may still be there, with the
    modification sequence of the expunge: a scan never takes them for new ones. `others` has, for files that
    are being renamed, the info they had. `unstored` has messages whose files may not be durable yet, by base
    name. `uidls` are POP3 unique-ids kept from another server. `scanned` is 0 until nothing of another server's
    index is left to take over; then it says which server's (`takeover`). `uid_limit` and `modseq_limit` are how
    far numbers may have gone in a tail of the journal that a crash took away.
    """

    def __init__(self) -> None:
        self.index = Index()
        self.names: list[bytes] = []
        self.infos: list[bytes] = []
        self.dates: array[int] = array("q")
        self.sizes: array[int] = array("q")
        self.saved: array[int] = array("q")
        self.uidnext = 1
        self.modseq = 1
        self.uid_limit = 1
        self.modseq_limit = 1
        self.recent_from = 1
        self.scanned = 0
        self.graveyard: dict[bytes, int] = {}
        self.intents: dict[bytes, Intent] = {}
        self.others: dict[bytes, bytes] = {}
        self.uidls: dict[int, bytes] = {}
        self.unstored: dict[bytes, Content] = {}
        self._known: set[bytes] | None = None

    def knows(self, base: bytes) -> bool:
        """Whether a message of that base name is here or was here a moment ago."""
        if self._known is None:
            self._known = set(self.names)
        return base in self._known or base in self.graveyard

    def add(self, batch: Batch, modseq: int) -> None:
        """New messages, with UIDs above all before."""
        self.index.extend(batch.uids, batch.flags, [modseq] * len(batch.uids))
        self.names.extend(batch.names)
        if self._known is not None:
            self._known.update(batch.names)
        self.infos.extend(batch.infos)
        self.dates.extend(batch.dates)
        self.sizes.extend(batch.sizes)
        self.saved.extend(batch.saved)

    def remove(self, uids: Sequence[int], modseq: int) -> list[bytes]:
        """Take messages out (ascending, all here); the file names they had, relative to the folder's `cur`."""
        position = self.index.position
        positions = [position(uid) for uid in uids]
        names, infos = self.names, self.infos
        files = []
        for place in positions:
            name = names[place]
            self.graveyard[name] = modseq
            self.unstored.pop(name, None)
            files.append(name + infos[place])
            if self._known is not None:
                self._known.discard(name)
        take_out(runs(positions), names, infos, self.dates, self.sizes, self.saved)
        self.index.remove(uids, modseq)
        return files

    def remember(self, batch: Batch, modseq: int, contents: Sequence[bytes] = ()) -> None:
        """The octets of these messages are in the journal."""
        for place, (uid, name) in enumerate(zip(batch.uids, batch.names, strict=True)):
            self.unstored[name] = Content(uid, modseq, contents[place] if contents else b"")

    def stored(self, modseq: int) -> None:
        """The files of messages that were appended up to this modification sequence are durable."""
        self.unstored = {name: content for name, content in self.unstored.items() if content.modseq > modseq}

    # Making it again from records

    def apply(self, kind: int, payload: bytes) -> None:
        """Do again what a record says. Records may be about messages that are not here: some of the journal
        may be lost. ValueError when the record contradicts itself."""
        if kind == Kind.SNAPSHOT:
            self._restore(payload)
        elif kind in (Kind.ADDED, Kind.MOVED_HERE):
            self._apply_added(Added.unpack(payload), kind == Kind.MOVED_HERE)
        elif kind == Kind.APPENDED:
            added, contents = unpack_appended(payload)
            self._apply_added(added, moved=False)
            self.remember(added.batch, added.modseq, contents)
        elif kind == Kind.FLAGS:
            self._apply_flags(payload)
        elif kind == Kind.EXPUNGED:
            self._apply_expunged(*unpack_uids(payload))
        elif kind == Kind.MOVED_AWAY:
            added = Added.unpack(payload)
            self._apply_expunged(added.source_modseq, added.source_uids)
        elif kind == Kind.INFOS:
            self._apply_infos(payload)
        elif kind == Kind.FACTS:
            self._apply_facts(payload)
        elif kind == Kind.UIDLS:
            self.uidls.update(unpack_uidls(payload))
        else:
            self._apply_number(kind, payload)

    def _apply_number(self, kind: int, payload: bytes) -> None:
        if kind == Kind.NUMBERS:
            uidnext, modseq, self.uid_limit, self.modseq_limit = unpack(NUMBERS, payload)
            self.uidnext = max(self.uidnext, uidnext)
            self.modseq = max(self.modseq, modseq)
        elif kind == Kind.RECENT:
            self.recent_from = unpack(UID, payload)[0]
        elif kind == Kind.LINKED:
            done = unpack(MODSEQ, payload)[0]
            self.intents = {name: intent for name, intent in self.intents.items() if intent.modseq != done}
        elif kind == Kind.UNLINKED:
            done = unpack(MODSEQ, payload)[0]
            self.graveyard = {name: modseq for name, modseq in self.graveyard.items() if modseq > done}
        elif kind == Kind.STORED:
            self.stored(unpack(MODSEQ, payload)[0])
        elif kind == Kind.SCANNED:
            self.scanned = payload[0] if payload else 1

    def _apply_added(self, added: Added, moved: bool) -> None:
        if added.batch.uids and added.batch.uids[0] < self.uidnext:
            raise ValueError("UIDs that do not ascend")
        self.add(added.batch, added.modseq)
        if added.batch.uids:
            self.uidnext = added.batch.uids[-1] + 1
        self.modseq = max(self.modseq, added.modseq)
        for name, source_name in zip(added.batch.names, added.source_names, strict=False):
            self.intents[name] = Intent(added.modseq, added.source, source_name, moved)

    def _apply_flags(self, payload: bytes) -> None:
        modseq, uids, flags = unpack_changes(payload)
        for uid, value in zip(uids, flags, strict=True):
            position = self.index.position(uid)
            if position >= 0:
                self.index.set(position, value, modseq)
        self.modseq = max(self.modseq, modseq)

    def _apply_expunged(self, modseq: int, uids: array[int]) -> None:
        # a set, because a forged record may repeat some
        here = sorted({uid for uid in uids if self.index.position(uid) >= 0})
        if here:
            self.remove(here, modseq)
        self.modseq = max(self.modseq, modseq)

    def _apply_infos(self, payload: bytes) -> None:
        uids, infos = unpack_infos(payload)
        for uid, info in zip(uids, infos, strict=True):
            position = self.index.position(uid)
            if position >= 0:
                self.others[self.names[position]] = self.infos[position]
                self.infos[position] = info

    def _apply_facts(self, payload: bytes) -> None:
        uids, sizes, dates = unpack_facts(payload)
        for uid, size, date in zip(uids, sizes, dates, strict=True):
            position = self.index.position(uid)
            if position >= 0:
                self.sizes[position], self.dates[position] = size, date

    # Snapshots

    def batch(self) -> Batch:
        """All messages."""
        index = self.index
        return Batch(index.uids, index.flags, self.names, self.infos, self.dates, self.sizes, self.saved)

    def copy(self) -> State:
        """All that `snapshot` tells, as it is now: 20 ns a message."""
        twin, index = State(), self.index
        twin.uidnext, twin.modseq, twin.uid_limit, twin.modseq_limit = self._numbers
        twin.recent_from, twin.scanned = self.recent_from, self.scanned
        twin.index.uids, twin.index.flags, twin.index.modseqs = (
            index.uids[:],
            index.flags[:],
            index.modseqs[:],
        )
        twin.index.gone_uids, twin.index.gone_modseqs = index.gone_uids[:], index.gone_modseqs[:]
        twin.names, twin.infos = self.names[:], self.infos[:]
        twin.dates, twin.sizes, twin.saved = self.dates[:], self.sizes[:], self.saved[:]
        twin.graveyard, twin.uidls = dict(self.graveyard), dict(self.uidls)
        return twin

    @property
    def _numbers(self) -> tuple[int, int, int, int]:
        return self.uidnext, self.modseq, self.uid_limit, self.modseq_limit

    def snapshot(self) -> bytes:
        """The payload of SNAPSHOT: everything there is."""
        index = self.index
        return join(
            [
                _HEAD.pack(*self._numbers, self.recent_from, self.scanned),
                index.modseqs.tobytes(),
                index.gone_uids.tobytes(),
                index.gone_modseqs.tobytes(),
                pack_batch(self.batch()),
                pack_names(self.graveyard),
                array("Q", self.graveyard.values()).tobytes(),
                pack_uidls(self.uidls),
            ]
        )

    def _restore(self, payload: bytes) -> None:
        head, modseqs, gone_uids, gone_modseqs, packed, names, graves, uidls = views(payload, 8)
        batch = unpack_batch(packed)
        index = Index()
        column = numbers("Q", modseqs)
        for start in range(0, len(batch.uids), ROWS):
            end = start + ROWS
            index.extend(batch.uids[start:end], batch.flags[start:end], column[start:end])
        index.gone_uids, index.gone_modseqs = numbers("I", gone_uids), numbers("Q", gone_modseqs)
        if len(column) != len(index.uids) or len(index.gone_uids) != len(index.gone_modseqs):
            raise ValueError("columns of different lengths")
        buried = numbers("Q", graves)
        self.graveyard = dict(zip(unpack_names(names, len(buried)), buried, strict=True))
        self.uidls = unpack_uidls(bytes(uidls))
        values = unpack(_HEAD, head)
        self.uidnext, self.modseq, self.uid_limit, self.modseq_limit, self.recent_from = values[:5]
        self.scanned = values[5]
        self.index = index
        self.names, self.infos = list(batch.names), list(batch.infos)
        self.dates, self.sizes, self.saved = batch.dates, batch.sizes, batch.saved


def decode(records: Iterable[tuple[int, bytes]]) -> State:
    """The state after all these records. One that contradicts itself is passed over."""
    state = State()
    for kind, payload in records:
        try:
            state.apply(kind, payload)
        except ValueError:
            continue
    return state
