"""DELE: RFC 1939 section 5."""

from __future__ import annotations

from coromail.pop3.command import MessageCommand


class Dele(MessageCommand):
    """Mark a message as deleted; it goes at QUIT."""

    name = "DELE"

    def run(self) -> None:
        self.maildrop.mark(self.index)
        self.ok("Marked as deleted")
