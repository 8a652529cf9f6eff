"""RENAME."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.oldname import announce, differs
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class Rename(Command):
    """RENAME: another name for a mailbox and all below it. RFC 3501 section 6.3.5, RFC 9051 section 6.3.6."""

    name = "RENAME"
    state = State.LOGGED_IN

    def parse(self, args: Arguments) -> None:
        args.space()
        self.old = args.mailbox()
        self.supplied = args.supplied
        args.space()
        self.new = args.mailbox()
        self.supplied_new = args.supplied
        args.end()

    def run(self) -> None:
        self.model.rename(self.old, self.new)
        if differs(self.supplied, self.old) or differs(self.supplied_new, self.new):
            announce(self.session, self.supplied, self.new)
