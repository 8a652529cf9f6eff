"""CLOSE."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.state import State


class Close(Command):
    """CLOSE: expunge without a word, unless read-only, and leave. RFC 3501 section 6.4.2, RFC 9051 section 6.4.1."""

    name = "CLOSE"
    state = State.SELECTED

    def run(self) -> None:
        view = self.view
        if not view.read_only and "e" in self.model.rights(view.mailbox):
            view.mailbox.expunge(by=view)
        self.session.deselect()
