"""CREATE."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class Create(Command):
    """CREATE: a mailbox and those above it. RFC 3501 section 6.3.3, RFC 9051 section 6.3.4."""

    name = "CREATE"
    state = State.LOGGED_IN

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        args.end()

    def run(self) -> None:
        self.model.create(self.path)
