"""LOGOUT."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.state import State


class Logout(Command):
    """LOGOUT: good-bye, without expunging. RFC 3501 section 6.1.3, RFC 9051 section 6.1.3."""

    name = "LOGOUT"
    poll_after = False

    def run(self) -> None:
        self.untagged("BYE Until next time")
        self.session.deselect()
        self.session.state = State.LOGOUT
