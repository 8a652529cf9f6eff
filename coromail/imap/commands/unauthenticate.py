"""UNAUTHENTICATE."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.state import State


class Unauthenticate(Command):
    """UNAUTHENTICATE: back to before login; only TLS and what the client said by ID stay. RFC 8437 section 3."""

    name = "UNAUTHENTICATE"
    state = State.LOGGED_IN
    capability = "UNAUTHENTICATE"
    poll_after = False

    def run(self) -> None:
        self.session.deselect()
        self.answer_now("Log in again")
        self.session.log_out()
