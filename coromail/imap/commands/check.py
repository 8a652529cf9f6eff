"""CHECK."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.state import State


class Check(Command):
    """CHECK: look for news now, whatever `poll_every` says. RFC 3501 section 6.4.1 (not in RFC 9051)."""

    name = "CHECK"
    state = State.SELECTED

    def run(self) -> None:
        self.session.poll(expunges_allowed=True, force=True)
