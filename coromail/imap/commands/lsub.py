"""LSUB."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.listing import lsub_lines
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class Lsub(Command):
    """LSUB: names the user is subscribed to. RFC 3501 section 6.3.9 (not in RFC 9051, still answered)."""

    name = "LSUB"
    state = State.LOGGED_IN

    def parse(self, args: Arguments) -> None:
        args.space()
        self.reference = args.mailbox()
        args.space()
        self.pattern = args.list_mailbox()
        args.end()

    def run(self) -> None:
        for line in lsub_lines(self.session, self.reference, self.pattern):
            self.session.write(line)
