"""LIST."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.listing import Listing, parse_extended
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class List(Command):
    """LIST: names of mailboxes. RFC 3501 section 6.3.8, RFC 9051 section 6.3.9, RFC 5258."""

    name = "LIST"
    state = State.LOGGED_IN

    def parse(self, args: Arguments) -> None:
        args.space()
        self.options = parse_extended(args)
        args.end()

    def run(self) -> None:
        for line in Listing(self.session, self.options).lines():
            self.session.write(line)
