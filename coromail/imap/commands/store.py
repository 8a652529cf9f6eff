"""STORE and UID STORE."""

from __future__ import annotations

from coromail.errors import Bad, No
from coromail.imap.command import Command
from coromail.imap.news import fetch_lines, flags_lines
from coromail.imap.state import State
from coromail.imap.storing import settable
from coromail.imap.wire.arguments import Arguments

OPERATIONS = {"FLAGS": "", "+FLAGS": "+", "-FLAGS": "-"}


class Store(Command):
    """STORE: change flags. RFC 3501 section 6.4.6, RFC 9051 section 6.4.6."""

    name = "STORE"
    state = State.SELECTED
    writes = True
    expunges_allowed = False
    by_uid = False

    def parse(self, args: Arguments) -> None:
        args.space()
        self.numbers = args.sequence_set()
        args.space()
        item, _, silent = args.atom().upper().partition(".")
        if item not in OPERATIONS or silent not in ("", "SILENT"):
            raise Bad("FLAGS, +FLAGS or -FLAGS expected")
        self.operation = OPERATIONS[item]
        self.silent = bool(silent)
        args.space()
        self.flags = args.flags()
        args.end()

    def run(self) -> None:
        view, session = self.view, self.session
        mailbox = view.mailbox
        uids = view.uids_of(session.resolve(self.numbers, self.by_uid))
        stored = mailbox.store(uids, self.operation, settable(mailbox, self.flags), by=view)
        if len(mailbox.keywords) != view.keywords_told:
            for line in flags_lines(view):
                session.write(line)
        if not self.silent:
            for line in fetch_lines(session, view, stored.changed, with_uid=self.by_uid):
                session.write(line)
        if not self.by_uid and len(stored.changed) + len(stored.modified) < len(uids):
            raise No("Some of the messages are gone", code="EXPUNGEISSUED")


class UidStore(Store):
    """UID STORE: STORE by UID. RFC 3501 section 6.4.8, RFC 9051 section 6.4.9."""

    name = "UID STORE"
    by_uid = True
    expunges_allowed = True
