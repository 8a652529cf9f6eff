"""Bringing a mailbox into memory: its columns are made from its records in the journal.

That takes some 0.4 µs a message. A mailbox of many messages is decoded by another thread before somebody needs it
(`bring`); whoever asks without having waited gets it all the same (`MaildirMailbox.load`).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from coromail.errors import StorageError
from coromail.model.mailbox import LAST_UID
from coromail.stores.maildir.journal import Entry, Journal
from coromail.stores.maildir.oserrors import storage_errors
from coromail.stores.maildir.records import NUMBERS, Kind
from coromail.stores.maildir.reserve import Reserve
from coromail.stores.maildir.state import State, decode

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox

FAR = 100_000  # how many numbers can have been given that a stale copy of the journal does not know
LARGE = 256 * 1024  # octets of records that take about a millisecond


class Columns(NamedTuple):
    """What a mailbox has in memory: all of its state, and its keywords by lower case."""

    state: State
    keywords: dict[str, str]


def bring(mailbox: MaildirMailbox) -> None:
    """Have the columns in memory, or so few of them that it does not matter. May wait. Raises a storage error."""
    account = mailbox.account
    journal = account.journal
    while mailbox.number and not mailbox.loaded:
        entries = entries_of(mailbox)
        if sum(entry.length for entry in entries) < LARGE:
            return
        with journal.commits.lock, storage_errors():  # the file is not replaced while somebody holds it
            if entries != entries_of(mailbox):
                continue
            columns: Columns = account.offload(make, journal, entries)
        if not mailbox.loaded and entries == entries_of(mailbox):
            fill(mailbox, columns)


def entries_of(mailbox: MaildirMailbox) -> list[Entry]:
    """The records of a mailbox."""
    return list(mailbox.account.entries.get(mailbox.number, ()))


def make(journal: Journal, entries: Sequence[Entry]) -> Columns:
    """The columns that these records tell of. Raises OSError. May be called from any thread."""
    state = decode((entry.kind, journal.read(entry)) for entry in entries)
    keywords = [name for flags in set(state.index.flags) for name in flags.keywords()]
    return Columns(state, {name.lower(): name for name in keywords})


def fill(mailbox: MaildirMailbox, columns: Columns) -> None:
    """Put the columns into memory, without a switch."""
    mailbox.state = state = columns.state
    mailbox.keywords = columns.keywords
    mailbox.index = state.index
    mailbox.uidnext, mailbox.highestmodseq = state.uidnext, state.modseq
    mailbox.recent_from = state.recent_from
    if mailbox.number in mailbox.account.doubtful:
        _skip_lost_numbers(mailbox)
    mailbox.reserve = Reserve(mailbox)
    mailbox.tidy.reload()
    mailbox.used = time.monotonic()
    mailbox.account.expect_idle()


def _skip_lost_numbers(mailbox: MaildirMailbox) -> None:
    """A crash may have taken the end of the journal: go on where the lost numbers can have ended."""
    state, account = mailbox.state, mailbox.account
    far = FAR if account.far else 0
    mailbox.uidnext = min(max(state.uidnext, state.uid_limit) + far, LAST_UID + 1)
    mailbox.highestmodseq = max(state.modseq, state.modseq_limit) + far * FAR
    state.uid_limit, state.modseq_limit = mailbox.uidnext, mailbox.highestmodseq
    with contextlib.suppress(StorageError):  # reading must be possible with a full disk
        mailbox.write(Kind.NUMBERS, NUMBERS.pack(*(mailbox.uidnext, mailbox.highestmodseq) * 2))
        account.doubtful.discard(mailbox.number)
