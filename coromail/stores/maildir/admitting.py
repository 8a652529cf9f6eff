"""New messages, from wherever they come, enter a mailbox: in its journal, in memory, in the news."""

from __future__ import annotations

import time
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from coromail.errors import LimitReached
from coromail.model.listener import Listener
from coromail.model.mailbox import LAST_UID
from coromail.stores.maildir.packing import Batch
from coromail.stores.maildir.records import Added, Kind, pack_appended, pack_uids

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox


class Leaving(NamedTuple):
    """A message that makes place for a new one; nothing, when it is gone already."""

    mailbox: MaildirMailbox
    uid: int

    def write_with(self, target: MaildirMailbox, kind: Kind, payload: bytes, modseq: int) -> None:
        """Write down in one record what comes to `target`, and that this one leaves."""
        mailbox = self.mailbox
        if not target.number or not mailbox.has_uid(self.uid):
            target.write(kind, payload)
            return
        gone = (modseq if mailbox is target else mailbox.highestmodseq) + 1
        mailbox.reserve.ensure(mailbox.uidnext, gone)
        removal = (Kind.EXPUNGED, mailbox.number, pack_uids(gone, [self.uid]))
        mailbox.account.write_together([(kind, target.number, payload), removal])

    def go(self, by: Listener | None) -> None:
        """Forget it and announce that; no switch since it was written down."""
        if self.mailbox.has_uid(self.uid):
            self.mailbox.forget([self.uid], self.mailbox.highestmodseq + 1, by)


def commit(
    mailbox: MaildirMailbox,
    batch: Batch,
    by: Listener | None,
    copied: Added | None = None,
    contents: Sequence[bytes] = (),
    keep_uids: bool = False,
    leaving: Leaving | None = None,
) -> int:
    """Give UIDs, record, put in memory and announce, all without a switch; the modification sequence."""
    first, modseq = mailbox.uidnext, mailbox.highestmodseq + 1
    if not keep_uids:
        if first + len(batch.uids) - 1 > LAST_UID:
            raise LimitReached("This mailbox has used up its UIDs")
        batch.uids[:] = array("I", range(first, first + len(batch.uids)))
    uidnext = batch.uids[-1] + 1
    mailbox.reserve.ensure(uidnext, modseq)
    added = Added(modseq, batch) if copied is None else copied._replace(modseq=modseq, batch=batch)
    if contents:
        kind, payload = Kind.APPENDED, pack_appended(added, contents)
    else:
        kind, payload = Kind.MOVED_HERE if added.source_uids else Kind.ADDED, added.pack()
    if leaving is not None:
        leaving.write_with(mailbox, kind, payload, modseq)
    else:
        mailbox.write(kind, payload)
    if contents:
        if not mailbox.state.unstored:
            mailbox.appended = time.monotonic()
        mailbox.state.remember(batch, modseq)
    mailbox.uidnext, mailbox.highestmodseq = uidnext, modseq
    mailbox.state.add(batch, modseq)
    mailbox.announce_added(batch.uids.tolist(), by)
    if leaving is not None:
        leaving.go(by)
    return modseq
