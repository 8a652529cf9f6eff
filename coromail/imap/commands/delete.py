"""DELETE."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.oldname import announce
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class Delete(Command):
    """DELETE: remove a mailbox with its messages. RFC 3501 section 6.3.4, RFC 9051 section 6.3.5.

    Others who have it open are disconnected (RFC 2180 section 3.3); the client itself goes on with none selected.
    """

    name = "DELETE"
    state = State.LOGGED_IN

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        self.supplied = args.supplied
        args.end()

    def run(self) -> None:
        mailbox = self.model.lookup(self.path)
        self.model.delete(self.path)
        if self.session.selected is mailbox:
            self.session.deselect()
        announce(self.session, self.supplied, self.path, b"\\NonExistent")
