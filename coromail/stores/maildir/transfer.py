"""COPY and MOVE inside an account: one record says everything, then the files get their other names.

The order: the record is durable; the names are made; the folder is durable; LINKED is written. A crash before the
record leaves nothing; a crash after it leaves the names to `recovery`, which finds in the record where the files are.
"""

from __future__ import annotations

import logging
import time
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coromail.errors import NotAllowed, StorageError
from coromail.model.flags import Flags
from coromail.model.listener import Listener
from coromail.stores.maildir import storing
from coromail.stores.maildir.admitting import commit
from coromail.stores.maildir.files import find, link_all, remove_all
from coromail.stores.maildir.journal import sync_folder
from coromail.stores.maildir.names import another_base, info_for
from coromail.stores.maildir.oserrors import storage_error
from coromail.stores.maildir.packing import Batch
from coromail.stores.maildir.records import MODSEQ, Added, Kind

if TYPE_CHECKING:
    from coromail.stores.maildir.account import MaildirAccount
    from coromail.stores.maildir.mailbox import MaildirMailbox

logger = logging.getLogger(__name__)

Pairs = list[tuple[bytes, bytes]]


def copy(
    source: MaildirMailbox, uids: Sequence[int], target: MaildirMailbox, by: Listener | None, *, move: bool
) -> list[tuple[int, int]]:
    """Copy or move messages, all or none; pairs of UID here and UID there. Durable on return.

    While this runs nobody else tidies or scans the source, so the files keep their names.
    """
    if not target.number:
        raise NotAllowed("There can be no messages here")
    target.bring()
    target.outside.look_first()
    target.reserve.expect(len(uids))
    if not move:
        source.need_room_in(target, uids)
    if source.state.unstored:
        storing.store(source)  # what a link leads to must be durable
    with source.outside.lock:
        positions = [position for uid in uids if (position := source.index.position(uid)) >= 0]
        if not positions:
            return []
        old = array("I", [source.index.uids[position] for position in positions])
        batch = _batch(source, positions, target)
        pairs = _pairs(source, positions, target, batch)
        for (path, _), base in zip(pairs, batch.names, strict=True):
            target.pending[base] = path
        try:
            modseq = _record(source, old, positions, target, batch, by, move)
            failure = _settle(target, move)
            in_place = _make_names(source, target, pairs, batch, modseq, move)
        except BaseException:
            _forget_paths(target, batch)
            target.outside.suspect()  # messages may be known there whose files have not come
            raise
        if in_place:
            _forget_paths(target, batch)
    if failure is not None:
        raise failure
    return list(zip(old, batch.uids, strict=True))


def _settle(target: MaildirMailbox, move: bool) -> StorageError | None:
    """Wait until the record is durable. Should that fail, moved messages are in `target` for all who look: their files
    have to follow before the client is told of the failure."""
    try:
        target.settle()
    except StorageError as error:
        if not move:
            raise
        return error
    return None


def _forget_paths(target: MaildirMailbox, batch: Batch) -> None:
    for base in batch.names:
        target.pending.pop(base, None)


def _batch(source: MaildirMailbox, positions: Sequence[int], target: MaildirMailbox) -> Batch:
    state, number = source.state, len(positions)
    spelled: dict[Flags, Flags] = {}
    flags = [source.index.flags[position] for position in positions]
    for entry in set(flags):
        spelled[entry] = Flags.of(target.spell(entry.names))
    flags = [spelled[entry] for entry in flags]
    return Batch(
        array("I", bytes(4 * number)),
        flags,
        [another_base(state.names[position]) for position in positions],
        [info_for(entry, b"") for entry in flags],
        array("q", [state.dates[position] for position in positions]),
        array("q", [state.sizes[position] for position in positions]),
        array("q", [int(time.time())]) * number,
    )


def _pairs(source: MaildirMailbox, positions: Sequence[int], target: MaildirMailbox, batch: Batch) -> Pairs:
    names, infos, pending = source.state.names, source.state.infos, source.pending
    here, there = source.path + b"/cur/", target.path + b"/cur/"
    waiting = set(source.unpublished)
    pairs = []
    for position, base, info in zip(positions, batch.names, batch.infos, strict=True):
        name = names[position]
        path = pending.get(name)
        if path is None:
            if source.index.uids[position] in waiting:
                path = source.path + b"/tmp/" + name
            else:
                path = here + name + infos[position]
        pairs.append((path, there + base + info))
    return pairs


def _record(
    source: MaildirMailbox,
    old: array[int],
    positions: Sequence[int],
    target: MaildirMailbox,
    batch: Batch,
    by: Listener | None,
    move: bool,
) -> int:
    names = [source.state.names[position] for position in positions]
    if not move:
        return commit(target, batch, by, Added(0, batch, source.number, names))
    gone = array("I", sorted(old))
    source_modseq = source.highestmodseq + 1 + (source is target)
    source.reserve.ensure(source.uidnext, source_modseq)
    modseq = commit(target, batch, by, Added(0, batch, source.number, names, source_modseq, gone))
    source.forget(gone.tolist(), source_modseq, by, moved=True)
    return modseq


def _make_names(
    source: MaildirMailbox, target: MaildirMailbox, pairs: Pairs, batch: Batch, modseq: int, move: bool
) -> bool:
    account = target.account
    bases = [base_of(old) for old, _ in pairs]
    try:
        with target.outside.own_change(), source.outside.own_change():
            lost = account.offload(make_names, pairs, move, source.path, target.path, account.durable)
    except OSError as error:
        if move:
            # The record stands and says where the files are; `finish` or the next start makes the names.
            logger.warning("moved messages keep their files in %r for now: %s", source.path, error)
            account.needed.update((source.number, base) for base in bases)
            return False
        account.offload(remove_all, [new for _, new in pairs])
        _take_back(target, batch)
        raise storage_error(error) from error
    target.write(Kind.LINKED, MODSEQ.pack(modseq))
    if move:
        for base in bases:
            source.state.graveyard.pop(base, None)
    gone = [uid for place in lost if target.has_uid(uid := batch.uids[place])]
    if gone:
        target.dismiss(gone)
    return True


def finish(account: MaildirAccount) -> None:
    """Make the names of moved messages that a fault prevented. Waits. Raises OSError if they still cannot be made."""
    bases = {base for _, base in account.needed}
    for target in account.by_number.values() if bases else ():
        stuck = {base: old for base, old in target.pending.items() if base_of(old) in bases}
        if not stuck:
            continue
        columns = zip(target.state.names, target.state.infos, strict=True)
        pairs = [
            (stuck[base], target.path + b"/cur/" + base + info) for base, info in columns if base in stuck
        ]
        account.offload(link_all, pairs, True)
        account.offload(sync_folder, target.path + b"/cur")
        for base, old in stuck.items():
            target.pending.pop(base, None)
            account.needed = {one for one in account.needed if one[1] != base_of(old)}


def _take_back(target: MaildirMailbox, batch: Batch) -> None:
    try:
        target.dismiss([uid for uid in batch.uids if target.has_uid(uid)])
        target.settle()
    except StorageError:
        logger.warning("copies without files stay in %r until the next look at it", target.path)


def make_names(pairs: Pairs, move: bool, source: bytes, target: bytes, durable: bool) -> list[int]:
    """Link or rename files and make that durable; the places of those that are nowhere. Blocks."""
    lost = []
    for place in link_all(pairs, move):
        old, new = pairs[place]
        found = find(source, base_of(old))
        if found is None or link_all([(found, new)], move):
            lost.append(place)
    if durable:
        sync_folder(target + b"/cur")
        if move:
            sync_folder(source + b"/cur")
    return lost


def base_of(path: bytes) -> bytes:
    """The base name of a path."""
    return path.rpartition(b"/")[2].partition(b":")[0]
