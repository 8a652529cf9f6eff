"""EXPUNGE and UID EXPUNGE."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.message_limit import cut
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class Expunge(Command):
    """EXPUNGE: remove all messages with \\Deleted. RFC 3501 section 6.4.3, RFC 9051 section 6.4.3."""

    name = "EXPUNGE"
    state = State.SELECTED
    writes = True
    needs = "e"

    def run(self) -> None:
        self.mailbox.expunge(by=self.view)


class UidExpunge(Command):
    """UID EXPUNGE: remove those of the given UIDs that have \\Deleted. RFC 4315 section 2.1, RFC 9051 section 6.4.9."""

    name = "UID EXPUNGE"
    state = State.SELECTED
    writes = True
    needs = "e"
    capability = "UIDPLUS"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.numbers = args.sequence_set()
        args.end()

    def run(self) -> None:
        view = self.view
        uids = view.uids_of(cut(self, self.session.resolve(self.numbers, by_uid=True)))
        view.mailbox.expunge(set(view.mailbox.index.deleted_uids()).intersection(uids), by=view)
