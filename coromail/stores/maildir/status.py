"""Mailboxes that are not in memory: their numbers for STATUS, and what their folders looked like.

When a mailbox leaves memory, its numbers go into the cache with the modification times of its folders. If those are
the same when somebody asks, then nothing happened, and neither the journal is decoded nor a folder listed. While the
account is open its own mailboxes change only in memory; when it is opened again the rows count only if the journal ends
where it did when they were complete (see `Cache.keep_statuses`).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coromail.stores.maildir.cache import StatusRow
from coromail.stores.maildir.journal import Journal
from coromail.stores.maildir.packing import NO_SIZE

if TYPE_CHECKING:
    from coromail.stores.maildir.account import MaildirAccount
    from coromail.stores.maildir.mailbox import MaildirMailbox

AT_ONCE = 500  # mailboxes that are put away before others may run
_SIZE = struct.Struct("=Q")


def end_of(journal: Journal) -> bytes:
    """Which journal this is and where it ends."""
    return journal.generation + _SIZE.pack(journal.size)


def recall(mailbox: MaildirMailbox) -> StatusRow | None:
    """What was kept of a mailbox, if it is still true unless others changed the folders. May wait at first."""
    account = mailbox.account
    if not mailbox.number or account.closed:
        return None
    return account.cache.quickly(account.offload, account.cache.status, mailbox.number)


def put_away(account: MaildirAccount, mailboxes: Sequence[MaildirMailbox]) -> None:
    """Let mailboxes leave memory that nobody uses. Waits, while others may go on."""
    for mailbox in mailboxes:
        mailbox.outside.look_again()
    for start in range(0, len(mailboxes), AT_ONCE):
        rows = [(mailbox, _row(mailbox)) for mailbox in mailboxes[start : start + AT_ONCE] if mailbox.loaded]
        _keep(account, rows)
        for mailbox, row in rows:
            if mailbox.loaded and mailbox.may_unload() and _row(mailbox) == row:
                mailbox.unload()


def complete(account: MaildirAccount, end: bytes) -> None:
    """The account is closed, its journal ends there: keep the numbers of all mailboxes in memory. Waits."""
    loaded = [mailbox for mailbox in account.by_number.values() if mailbox.loaded]
    for start in range(0, len(loaded), AT_ONCE):
        _keep(account, [(mailbox, _row(mailbox)) for mailbox in loaded[start : start + AT_ONCE]])
    account.offload(account.cache.keep_statuses, [], [], end)


def _keep(account: MaildirAccount, rows: Sequence[tuple[MaildirMailbox, StatusRow | None]]) -> None:
    known = [row for _, row in rows if row is not None]
    unknown = [mailbox.number for mailbox, row in rows if row is None]
    account.offload(account.cache.keep_statuses, known, unknown)


def _row(mailbox: MaildirMailbox) -> StatusRow | None:
    """The row of a mailbox in memory; None while something is under way, or others may have changed a folder."""
    state, seen = mailbox.state, mailbox.outside.seen
    busy = mailbox.pending or mailbox.unpublished or not mailbox.tidy.idle
    if seen is None or busy or not state.scanned or state.others or state.intents or state.unstored:
        return None
    octets = NO_SIZE if mailbox.known_octets is None else mailbox.known_octets
    now = mailbox.status()
    numbers = now.messages, now.recent, now.unseen, now.deleted, now.uidnext, now.highestmodseq
    return (mailbox.number, *seen, *numbers, octets)
