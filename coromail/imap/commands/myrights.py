"""MYRIGHTS."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.rights import myrights_line
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class MyRights(Command):
    """MYRIGHTS: what the user may do with a mailbox. RFC 4314 section 3.5."""

    name = "MYRIGHTS"
    state = State.LOGGED_IN
    capability = "ACL"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        args.end()

    def run(self) -> None:
        self.untagged(myrights_line(self.session, self.model.find(self.path, "")))
