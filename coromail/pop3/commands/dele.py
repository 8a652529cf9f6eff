"""DELE."""

from __future__ import annotations

from coromail.pop3.command import MessageCommand


class Dele(MessageCommand):
    """DELE: mark a message as deleted; it goes at QUIT. RFC 1939 section 5."""

    name = "DELE"

    def run(self) -> None:
        self.maildrop.mark(self.index)
        self.ok("Marked as deleted")
