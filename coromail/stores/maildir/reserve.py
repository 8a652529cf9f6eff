"""Numbers that are never given twice, even when a crash takes away the end of the journal.

Mail that others deliver gets its UID without waiting for the disk, and clients see it at once. So the journal says
beforehand how far UIDs and modification sequences may go; what is said there is durable before they go further.
After a crash numbers go on from there (RFC 9051 section 2.3.1.1: a UID is never used again).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from coromail.model.mailbox import LAST_UID
from coromail.stores.maildir.records import NUMBERS, Kind

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox

UIDS = 1000
MODSEQS = 1_000_000


class Reserve:
    """How far the numbers of one mailbox may go: durably, and as soon as the journal is."""

    __slots__ = ("_commit", "_mailbox", "_modseq", "_next_modseq", "_next_uid", "_uid")

    def __init__(self, mailbox: MaildirMailbox) -> None:
        self._mailbox = mailbox
        self._uid = self._next_uid = mailbox.state.uid_limit
        self._modseq = self._next_modseq = mailbox.state.modseq_limit
        self._commit = mailbox.account.journal.commits.written  # what is in the journal before this is older

    def expect(self, messages: int) -> None:
        """So many messages may come now: their numbers are ready. Waits if need be, so that `ensure` need not.

        Raises a storage error.
        """
        mailbox = self._mailbox
        self._make_ready(
            mailbox.uidnext + messages, mailbox.highestmodseq + 1, mailbox.account.journal.settle
        )

    def ensure(self, uidnext: int, modseq: int) -> None:
        """Make sure that UIDs below `uidnext` and modification sequences up to `modseq` may be given now.

        Nothing else goes on meanwhile, so the disk is not to be waited for: that is what `expect` is for.
        """
        self._make_ready(uidnext, modseq, self._mailbox.account.journal.settle_here)

    def _make_ready(self, uidnext: int, modseq: int, settle: Callable[[], None]) -> None:
        if uidnext + UIDS // 2 <= self._uid and modseq + MODSEQS // 2 <= self._modseq:
            return
        commits = self._mailbox.account.journal.commits
        if uidnext + UIDS // 2 > self._next_uid or modseq + MODSEQS // 2 > self._next_modseq:
            self._extend(uidnext, modseq)
        if commits.durable < self._commit and (uidnext > self._uid or modseq > self._modseq):
            settle()
        if commits.durable >= self._commit:
            self._uid, self._modseq = self._next_uid, self._next_modseq

    def note(self, modseq: int) -> None:
        """Record the highest modification sequence, where no other record has it."""
        mailbox, state = self._mailbox, self._mailbox.state
        self.ensure(mailbox.uidnext, modseq)
        payload = NUMBERS.pack(mailbox.uidnext, modseq, state.uid_limit, state.modseq_limit)
        mailbox.write(Kind.NUMBERS, payload)

    def _extend(self, uidnext: int, modseq: int) -> None:
        mailbox = self._mailbox
        uid_limit, modseq_limit = min(uidnext + UIDS, LAST_UID + 1), modseq + MODSEQS
        payload = NUMBERS.pack(mailbox.uidnext, mailbox.highestmodseq, uid_limit, modseq_limit)
        mailbox.write(Kind.NUMBERS, payload)
        self._next_uid, self._next_modseq = uid_limit, modseq_limit
        mailbox.state.uid_limit, mailbox.state.modseq_limit = uid_limit, modseq_limit
        self._commit = mailbox.account.journal.commits.written
