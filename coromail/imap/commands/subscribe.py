"""SUBSCRIBE and UNSUBSCRIBE."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class Subscribe(Command):
    """SUBSCRIBE: add a name to the user's list. RFC 3501 section 6.3.6, RFC 9051 section 6.3.7."""

    name = "SUBSCRIBE"
    state = State.LOGGED_IN

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        args.end()

    def run(self) -> None:
        self.model.subscribe(self.model.name_of(self.model.find(self.path)))


class Unsubscribe(Subscribe):
    """UNSUBSCRIBE: take a name off the list, whether it exists or not. RFC 3501 section 6.3.7, RFC 9051 section 6.3.8."""

    name = "UNSUBSCRIBE"

    def run(self) -> None:
        self.model.unsubscribe(self.model.canonical(self.path))
