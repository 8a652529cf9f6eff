"""STATUS."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.status import parse_items, status_line
from coromail.imap.wire.arguments import Arguments


class Status(Command):
    """STATUS: numbers of a mailbox without selecting it. RFC 3501 section 6.3.10, RFC 9051 section 6.3.11."""

    name = "STATUS"
    state = State.LOGGED_IN

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        args.space()
        self.items = parse_items(args)
        args.end()

    def run(self) -> None:
        mailbox = self.model.select(self.path)
        mailbox.poll()
        self.untagged(status_line(self.session, mailbox, self.items))
