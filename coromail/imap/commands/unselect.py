"""UNSELECT."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.state import State


class Unselect(Command):
    """UNSELECT: leave the mailbox without expunging. RFC 3691 section 2, RFC 9051 section 6.4.2."""

    name = "UNSELECT"
    state = State.SELECTED
    capability = "UNSELECT"

    def run(self) -> None:
        self.session.deselect()
